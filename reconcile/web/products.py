"""The products' start page: the GST question, the situation of both price books, and the way to clean them up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from reconcile.errors import BadInput
from reconcile.gates import Gate
from reconcile.item_import import EXPORT_COLUMNS, IMPORT_COLUMNS, ItemImport, export_rows, item_import
from reconcile.pricing import BasisEvidence, detect_basis
from reconcile.product_situation import ProductSituation, read_products
from reconcile.proposing import live_records
from reconcile.records import Product, System
from reconcile.reports.csv_text import csv_text
from reconcile.reports.files import write_csv
from reconcile.stages.gates import read_gates
from reconcile.stages.services import Services
from reconcile.store.decisions import Source
from reconcile.store.engine import reading, writing
from reconcile.store.flags import standing_flags
from reconcile.store.naming import read_names
from reconcile.store.organisations import load_settings
from reconcile.store.review_deactivation import ask_to_deactivate, asked_for, deactivate, deactivated, restore
from reconcile.store.review_products import matched_ids
from reconcile.store.runs import end_run, start_run
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.tables import PushOperation
from reconcile.web.configure import read_accounts, save_version
from reconcile.web.guard import AtDesk, Posted, Visiting, field
from reconcile.web.lists import BLOCKING_SHOWN, attempt, person
from reconcile.web.pages import go_to, show
from reconcile.web.screens import TABS
from reconcile.web.sessions import Visit
from reconcile.web.verdicts import VIA, Person

router = APIRouter()
EXPLAINED_BY_TAX = ("gst_basis", "rounding")


@dataclass(frozen=True)
class Books:
    """Both price books, and which products are linked or likely the same."""

    pooltrackr: dict[str, Product]
    xero: dict[str, Product]
    matched: dict[str, str]
    linked: dict[str, str]

    def pairs(self) -> list[tuple[Product, Product]]:
        """The matched pairs."""
        return [
            (self.pooltrackr[a], self.xero[b])
            for a, b in self.matched.items()
            if a in self.pooltrackr and b in self.xero
        ]

    def unassociated(self) -> list[Product]:
        """Pooltrackr's products without a link."""
        return [p for p in self.pooltrackr.values() if p.id not in self.linked]


@router.get("/products")
def products(request: Request, desk: AtDesk) -> Response:
    """Where the two price books stand, and what to do next."""
    services = desk.current()
    with reading(services.engine) as session:
        books = read_books(session, services.org_id)
        situation = _situation(session, services.org_id, books)
        gates = read_gates(session, services.org_id, services.settings_of_org)
        plan = _import(session, services, books)
        gate = _next_gate(gates)
        named = read_names(session, services.org_id, gate.blockers[:BLOCKING_SHOWN])
    return show(
        request, "products.html", books=books, situation=situation, evidence=_evidence(books), plan=plan,
        settings=services.settings_of_org, version=services.settings_version, gates=gates, gate=gate, named=named,
        unassociated=books.unassociated(), doubt=_doubt(services, books), tabs=TABS["products"],
    )  # fmt: skip


@router.post("/products/basis")
def answer(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
    """Answer whether Xero's prices include GST."""
    services = desk.current()
    basis = field(form, "basis")
    if basis not in ("INC", "EX"):
        visit.tell("problem", "Choose INC or EX.")
    else:
        settings = services.settings_of_org.model_copy(update={"xero_price_basis": basis})
        if save_version(services, visit, form, settings):
            _tell_of_old_marks(services, visit)
    return go_to("/products")


@router.get("/products/deactivate")
def deactivation(request: Request, desk: AtDesk) -> Response:
    """The products that would be deactivated, and those that were."""
    services = desk.current()
    with reading(services.engine) as session:
        books = read_books(session, services.org_id)
        done = deactivated(session, services.org_id)
        asked = asked_for(session, services.org_id)
    chosen = to_deactivate(books, done, asked)
    undecided = sum(p.id in books.matched for p in chosen)
    return show(
        request, "deactivate.html", chosen=chosen, undecided=undecided, done=done, asked=asked, products=books.pooltrackr,
        second=services.settings_of_org.second_person.bulk,
    )  # fmt: skip


@router.post("/products/deactivate")
def deactivate_all(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
    """Export all products, then stage the deactivation of those without a link; the number has to be typed."""
    services = desk.current()
    typed, who = field(form, "number"), person(desk, visit)
    done = "Exported, and to be deactivated by the next push."
    if services.settings_of_org.second_person.bulk:
        done = "Exported. The products are deactivated once a second person has confirmed it."
    attempt(visit, lambda: _deactivate(services, typed, who), done)
    return go_to("/products/deactivate")


@router.post("/products/restore")
def restore_all(desk: AtDesk, visit: Visiting) -> Response:
    """Bring back what was deactivated."""
    services = desk.current()
    attempt(visit, lambda: _restore(services, visit.name), "To be restored by the next push.")
    return go_to("/products/deactivate")


def to_deactivate(books: Books, done: Sequence[PushOperation], asked: Collection[str] = ()) -> list[Product]:
    """The products without a link, those left out whose deactivation is on its way or waits for a second person."""
    under_way = {operation.target_id for operation in done} | set(asked)
    return [p for p in books.unassociated() if p.id not in under_way]


def _deactivate(services: Services, typed: str, by: Person) -> int:
    now = services.clock.now()
    with writing(services.engine) as session:
        books = read_books(session, services.org_id)
        org_id, source = services.org_id, Source(by.name, now, VIA, proven=by.proven, bulk=True)
        chosen = to_deactivate(books, deactivated(session, org_id), asked_for(session, org_id))
        if typed != str(len(chosen)):
            raise BadInput(f"{len(chosen)} products would be deactivated.", remedy="Type that number to confirm.")
        seq = start_run(session, services.org_id, "deactivate", services.new_id(), services.settings_version, now)
        path = services.settings.data_dir / "exports" / services.org_id / f"products_before_{now:%Y%m%d-%H%M%S}.csv"
        write_csv(path, EXPORT_COLUMNS, export_rows(_products(session, services.org_id, "pooltrackr")))
        waits = load_settings(session, org_id)[1].second_person.bulk
        count = (ask_to_deactivate if waits else deactivate)(session, org_id, chosen, source, seq)
        counts = {"waiting" if waits else "deactivated": count, "export": path.name}
        end_run(session, seq, services.clock.now(), counts)
    return count


def _restore(services: Services, by: str) -> int:
    now = services.clock.now()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "restore", services.new_id(), services.settings_version, now)
        count = restore(session, services.org_id, Source(by, now, VIA), seq)
        end_run(session, seq, services.clock.now(), {"restored": count})
    return count


@router.get("/products/pooltrackr-products.csv")
def export(desk: AtDesk) -> Response:
    """Every Pooltrackr product as CSV (A39)."""
    services = desk.current()
    with reading(services.engine) as session:
        found = _products(session, services.org_id, "pooltrackr")
    return download("pooltrackr-products.csv", EXPORT_COLUMNS, export_rows(found))


@router.get("/products/xero-item-import.csv")
def import_file(desk: AtDesk) -> Response:
    """The products that Xero lacks, as its item import takes them (A40)."""
    services = desk.current()
    with reading(services.engine) as session:
        plan = _import(session, services, read_books(session, services.org_id))
    return download("xero-item-import.csv", IMPORT_COLUMNS, plan.rows)


def download(name: str, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> Response:
    """A table as a file that the browser saves."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(csv_text(columns, rows), media_type="text/csv; charset=utf-8", headers=headers)


def read_books(session: Session, org_id: str) -> Books:
    """Both price books as last pulled."""
    live = {s: _live(session, org_id, s) for s in ("pooltrackr", "xero")}
    matched, linked = matched_ids(session, org_id)
    return Books(live["pooltrackr"], live["xero"], matched, linked)


def _tell_of_old_marks(services: Services, visit: Visit) -> None:
    """Say that prices were compared before the answer was given, when that left marks."""
    with reading(services.engine) as session:
        marks = len(standing_flags(session, services.org_id, "products", "price_mismatch"))
    if marks:
        rows = "1 product is" if marks == 1 else f"{marks} products are"
        visit.tell(
            "hint",
            f"{rows} marked as having another price, as compared before this answer. Run reconcile propose before you go "
            "through the matches: it compares the prices anew, and the marks that were only about GST go.",
        )


def _situation(session: Session, org_id: str, books: Books) -> ProductSituation:
    pairs = {product.id for product, _ in books.pairs()}
    flags = [f for f in standing_flags(session, org_id, "products") if f.record_id in pairs]
    prices = sum(f.name == "price_mismatch" and f.group_id not in EXPLAINED_BY_TAX for f in flags)
    codes = sum(f.name == "sku_mismatch" for f in flags)
    return read_products(len(books.pooltrackr), len(books.xero), len(pairs), prices, codes)


def _evidence(books: Books) -> BasisEvidence:
    included = {"true": True, "false": False}
    return detect_basis(
        (left.price, included.get(left.gst_included), right.price)
        for left, right in books.pairs()
        if left.price is not None and right.price is not None
    )


def _doubt(services: Services, books: Books) -> bool:
    """Whether the answer that was given contradicts the data."""
    answer_given, seen = services.settings_of_org.xero_price_basis, _evidence(books).basis
    return bool(answer_given and seen and answer_given != seen)


def _import(session: Session, services: Services, books: Books) -> ItemImport:
    settings = services.settings_of_org
    missing = [p for p in books.unassociated() if p.id not in books.matched]
    return item_import(
        missing, [item.code for item in books.xero.values()], read_accounts(session, services.org_id),
        settings.default_sales_account, settings.category_accounts, settings.xero_price_basis or "EX",
    )  # fmt: skip


def _next_gate(gates: Sequence[Gate]) -> Gate:
    contacts, own = gates[0], gates[1]
    return contacts if not contacts.is_open else own


def _live(session: Session, org_id: str, system: System) -> dict[str, Product]:
    records = live_records(current_records(session, Scope(org_id, system, "products")), system)
    return {r.id: r for r in records.values() if isinstance(r, Product)}


def _products(session: Session, org_id: str, system: System) -> list[Product]:
    return [r for r in current_records(session, Scope(org_id, system, "products")) if isinstance(r, Product)]

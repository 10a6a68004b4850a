"""The reports of invoices and payments, and their states in counts."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlmodel import Session

from reconcile.content import canonical, digest
from reconcile.inspecting import (
    INSPECTOR_COLUMNS,
    inspect_invoices,
    inspector_facts,
    inspector_order,
    inspector_row,
)
from reconcile.invoicing.card_money import read_payouts
from reconcile.invoicing.report import (
    INVOICE_COLUMNS,
    PAYMENT_COLUMNS,
    PAYOUT_COLUMNS,
    Facts,
    Shown,
    StateCount,
    invoice_facts,
    invoice_rows,
    payment_facts,
    payment_rows,
    payout_rows,
    proposals_by_record,
)
from reconcile.invoicing.situation import Ledger
from reconcile.records import Contact, Entity
from reconcile.reports.files import write_csv
from reconcile.stages.kept_files import copy_kept, note_kept
from reconcile.stages.money import is_planned, read_ledger
from reconcile.stages.services import Services
from reconcile.store.decisions import ignored_records
from reconcile.store.engine import reading
from reconcile.store.money_directory import card_payments
from reconcile.store.money_states import read_progress, shown_state
from reconcile.store.planned_cases import plans_state, rows_of
from reconcile.store.proposals import current_proposals
from reconcile.store.snapshots import Scope, current_records

Row = dict[str, str]
States = Mapping[str, Mapping[str, Mapping[str, int]]]


@dataclass(frozen=True)
class Written:
    """How many rows stand in each state for each reason, and how many linked invoices disagree."""

    states: States
    inspected: Mapping[str, int]


class Pages:
    """The four reports row by row; what has passed is counted. ``facts`` gives what the plans say for one of them."""

    def __init__(self, session: Session, services: Services, facts: Callable[[str], Iterable[Facts]]) -> None:
        """Read what the reports say beside the plans: decisions, how far writes have come, names."""
        self._facts, self._short_code = facts, services.org.short_code
        self._payments = card_payments(session, services.org_id)
        self._shown = {entity: _shown(session, services, entity) for entity in ("invoices", "payments")}
        self._states = {name: StateCount() for name in self._shown}
        self._inspected = {"linked invoices": 0, "linked invoices that disagree": 0}

    def invoices(self) -> Iterator[Row]:
        """The rows of the invoice report."""
        return self._states["invoices"].counting(invoice_rows(self._facts("invoices"), self._shown["invoices"]))

    def payments(self) -> Iterator[Row]:
        """The rows of the payment report."""
        return self._states["payments"].counting(payment_rows(self._facts("payments"), self._shown["payments"]))

    def payouts(self) -> Iterator[Row]:
        """The rows of the card payouts."""
        return payout_rows(read_payouts(self._payments))

    def inspector(self) -> Iterator[Row]:
        """The rows of the inspector, what disagrees first; kept as text until their order is known."""
        found = sorted((inspector_order(said), canonical(dict(said))) for said in self._facts("inspector"))
        for order, text in found:
            self._inspected["linked invoices"] += 1
            self._inspected["linked invoices that disagree"] += bool(order[0])
            yield inspector_row(json.loads(text), self._short_code)

    def counted(self) -> Written:
        """The counts of what has passed."""
        return Written({name: count.counts() for name, count in self._states.items()}, dict(self._inspected))


def _shown(session: Session, services: Services, entity: Entity) -> Shown:
    org_id = services.org_id
    ignored = (ignored_records(session, org_id, entity, system) for system in ("pooltrackr", "xero"))
    contacts = current_records(session, Scope(org_id, "pooltrackr", "contacts")) if entity == "invoices" else []
    return Shown(
        proposals=proposals_by_record(current_proposals(session, org_id, entity)),
        progress=read_progress(session, org_id),
        ignored=frozenset(key for keys in ignored for key in keys),
        names={contact.id: contact.name for contact in contacts if isinstance(contact, Contact)},
        short_code=services.org.short_code,
    )


def facts_of(ledger: Ledger) -> Callable[[str], Iterable[Facts]]:
    """What a plan of everything says, report by report."""

    def read(report: str) -> Iterator[Facts]:
        if report == "invoices":
            yield from (invoice_facts(key, ledger) for key in ledger.invoices)
        elif report == "payments":
            yield from (payment_facts(plan, ledger) for plan in ledger.payments)
        else:
            yield from (inspector_facts(one, ledger.books) for one in inspect_invoices(ledger.books))

    return read


def write_money_report(services: Services, folder: Path, run_id: str) -> tuple[Written, tuple[Path, ...]]:
    """Write the reports as CSV into a folder; answers the counts and the paths. Raises OSError.

    They are written row by row from the stored plans; where these are not those of the records as last pulled, everything is planned
    at once.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if is_planned(services):
        return _write_planned(services, folder, run_id)
    facts = facts_of(read_ledger(services))
    with reading(services.engine) as session:
        return _write(Pages(session, services, facts), folder, run_id)


def _write_planned(services: Services, folder: Path, run_id: str) -> tuple[Written, tuple[Path, ...]]:
    """The files of the stored plans: those of an earlier run when they would be the same."""
    with reading(services.engine) as session:
        state = digest(
            [services.org.short_code, plans_state(session, services.org_id), shown_state(session, services.org_id)]
        )
        known = copy_kept(services, "money", state, folder, run_id)
        if known is not None:
            return Written(known["states"], known["inspected"]), tuple(known["paths"])
        written, paths = _write(Pages(session, services, _stored(session, services.org_id)), folder, run_id)
    note_kept(services, "money", state, folder, run_id, paths, asdict(written))
    return written, paths


def _write(pages: Pages, folder: Path, run_id: str) -> tuple[Written, tuple[Path, ...]]:
    paths = tuple(write_csv(folder / f"{stem}_{run_id}.csv", columns, rows(pages)) for stem, columns, rows in _REPORTS)
    return pages.counted(), paths


def _stored(session: Session, org_id: str) -> Callable[[str], Iterable[Facts]]:
    """What the stored plans say, report by report; a case has several payments."""

    def read(report: str) -> Iterator[Facts]:
        for said in rows_of(session, org_id, report):
            yield from said if isinstance(said, list) else (said,)

    return read


_REPORTS: tuple[tuple[str, tuple[str, ...], Callable[[Pages], Iterator[Row]]], ...] = (
    ("invoices", INVOICE_COLUMNS, Pages.invoices),
    ("payments", PAYMENT_COLUMNS, Pages.payments),
    ("payouts", PAYOUT_COLUMNS, Pages.payouts),
    ("inspector", INSPECTOR_COLUMNS, Pages.inspector),
)

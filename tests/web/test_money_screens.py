"""Invoices and payments on the page: what is proposed, what is held back and why, decided like everything else."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from reconcile.content import basis_hash
from reconcile.flagging import Finding
from reconcile.invoicing.suggest import Suggestion
from reconcile.proposals import Candidate, Proposal, basis_of, proposal_id
from reconcile.pushplan import PlannedWrite
from reconcile.records import Entity, Invoice, Payment, System
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags
from reconcile.store.links import open_link, open_links
from reconcile.store.money_plans import KINDS, store_writes
from reconcile.store.proposals import save_proposals
from reconcile.store.runs import start_run
from tests.web.conftest import Visitor, fill, mine, token_of
from tests.web.test_linked_screens import HOSTILE

DAY = dt.date(2026, 11, 2)


def invoice(number: int, **fields: object) -> Invoice:
    known: dict[str, object] = {"number": f"INV-{number}", "contact_id": "C1", "status": "active", "date": DAY}
    return Invoice(id=f"V{number}", total=Decimal("110.00"), total_tax=Decimal("10.00"), **(known | fields))


def copy(number: int, **fields: object) -> Invoice:
    known: dict[str, object] = {"number": f"INV-{number}", "contact_id": "X1", "status": "AUTHORISED", "date": DAY}
    known |= {"total": Decimal("110.00"), "total_tax": Decimal("10.00"), "amount_due": Decimal("110.00")}
    return Invoice(id=f"XV{number}", **(known | fields))


def suggestion(
    org_id: str, record: Invoice | Payment, other: Invoice | Payment | None = None, *, system: System = "pooltrackr",
    kind: str = "match", suggested: str = "create", write: bool = True, confidence: str = "auto",
) -> Suggestion:  # fmt: skip
    """A proposal as planning makes it, with one write."""
    entity: Entity = "invoices" if isinstance(record, Invoice) else "payments"
    basis = basis_of(*(basis_hash(r) for r in (record, other) if r is not None))
    planned = PlannedWrite(
        target="xero" if system == "pooltrackr" else "pooltrackr", entity=entity, verb="create" if kind == "match" else "update",
        subject_id=record.id, target_id=other.id if other and kind != "match" else "", body={"Reference": f"PT-{record.id}"},
        basis=basis_hash(record),
    )  # fmt: skip
    twin = (Candidate(id=other.id, name=getattr(other, "number", ""), score=0.9),) if other and kind == "match" else ()
    proposal = Proposal(
        id=proposal_id(org_id, entity, kind, system, record.id, basis), entity=entity, system=system, record_id=record.id,
        name=getattr(record, "number", "") or record.id, basis=basis, kind=kind, suggested=suggested,
        suggested_id=other.id if other else "", confidence=confidence, reasons=f"What happens with {record.id}.", candidates=twin,
    )  # fmt: skip
    return Suggestion(proposal, (planned,) if write else ())


def save_suggestions(
    session: Session, org_id: str, entity: Entity, suggestions: Sequence[Suggestion], seq: int, now: dt.datetime
) -> None:
    """As planning stores them."""
    save_proposals(session, org_id, entity, KINDS, [one.proposal for one in suggestions], seq, now)
    store_writes(session, suggestions, now)


@pytest.fixture
def books(services: Services) -> dict[str, Proposal]:
    """Four invoices and two payments, each with something else to decide; V5 is held back."""
    ours = [invoice(1), invoice(2), invoice(3, status="voided"), invoice(4), invoice(5)]
    theirs = [copy(2, total=Decimal("99.00")), copy(3), copy(4)]
    paid = [Payment(id="Y1", invoice_id="V3", amount=Decimal("50.00"), date=DAY, method="cash")]
    received = [Payment(id="XY2", invoice_id="XV3", amount=Decimal("60.00"), date=DAY)]
    for system, entity, records in (
        ("pooltrackr", "invoices", ours), ("xero", "invoices", theirs), ("pooltrackr", "payments", paid), ("xero", "payments", received),
    ):  # fmt: skip
        fill(services, system, entity, records)
    org = services.org_id
    made = {
        "create": suggestion(org, ours[0]),
        "update": suggestion(org, ours[1], theirs[0], kind="update", suggested="update", confidence="review"),
        "void": suggestion(org, ours[2], theirs[1], kind="void", suggested="void", confidence="review"),
        "link": suggestion(org, ours[3], theirs[2], suggested="link", write=False, confidence="review"),
    }
    pays = {"pay": suggestion(org, paid[0]), "receive": suggestion(org, received[0], system="xero")}
    why = Finding(
        entity="invoices",
        system="pooltrackr",
        record_id="V5",
        name="contact_not_linked",
        detail="Customer C9 has no link.",
    )
    with writing(services.engine) as session:
        now = services.clock.now()
        seq = start_run(session, org, "money", services.new_id(), 0, now)
        for left, right in (("V2", "XV2"), ("V3", "XV3")):
            open_link(session, org, "invoices", left, right, "", "test", now)
        save_suggestions(session, org, "invoices", list(made.values()), seq, now)
        save_suggestions(session, org, "payments", list(pays.values()), seq, now)
        replace_flags(session, org, "invoices", ["contact_not_linked"], [why], seq, now)
    return {name: one.proposal for name, one in (made | pays).items()}


def post(client: Visitor, proposal: Proposal, choice: str) -> str:
    path = f"/{proposal.entity}"
    data = {"token": token_of(client), "proposal": proposal.id, "basis": proposal.basis, "choice": choice}
    client.post(f"{path}/decide", data=data)
    return client.get(path).text


def staged(services: Services) -> list[tuple[str, str]]:
    with reading(services.engine) as session:
        rows = session.exec(select(tables.PushOperation).where(mine(tables.PushOperation)))
        return sorted((row.subject_id, row.status) for row in rows)


def row_of(page: str, proposal: Proposal) -> str:
    return page.split(f'<li class="row" id="{proposal.id}"')[1].split("</li>", maxsplit=1)[0]


@pytest.mark.usefixtures("books")
def test_an_invoice_shows_amount_customer_date_and_both_numbers(client: Visitor, books: dict[str, Proposal]) -> None:
    shown = row_of(client.get("/invoices").text, books["update"])
    for words in (
        "INV-2, Person 1",
        "110.00",
        "2 Nov 2026",
        "99.00",
        "awaiting payment",
        "InvoiceID=XV2",
        "What happens with INV-2 (V2)",
    ):
        assert words in shown
    assert "Carry it over to Xero" in shown
    assert "Enter it in Xero" in row_of(client.get("/invoices").text, books["create"])


def test_a_payment_shows_its_invoice_and_where_it_goes(client: Visitor, books: dict[str, Proposal]) -> None:
    page = client.get("/payments").text
    assert "50.00 for INV-3, Person 1" in row_of(page, books["pay"])
    assert "Enter it in Xero" in row_of(page, books["pay"])
    assert "Enter it in Pooltrackr" in row_of(page, books["receive"])


@pytest.mark.parametrize(
    ("name", "choice", "subject"),
    [("create", "create", "V1"), ("update", "update", "V2"), ("void", "void", "V3"), ("pay", "create", "Y1"), ("receive", "create", "XY2")],
)  # fmt: skip
def test_what_is_approved_is_staged_as_it_was_planned(
    client: Visitor, services: Services, books: dict[str, Proposal], name: str, choice: str, subject: str
) -> None:
    page = post(client, books[name], choice)
    assert f": {choice}." in page
    assert staged(services) == [(subject, "staged")]


def test_a_refused_invoice_is_not_sent_and_the_refusal_can_be_undone(
    client: Visitor, services: Services, books: dict[str, Proposal]
) -> None:
    post(client, books["create"], "skip")
    assert staged(services) == []
    client.post("/invoices/undo", data={"token": token_of(client), "proposal": books["create"].id, "name": "it"})
    assert books["create"].id in client.get("/invoices").text


def test_an_invoice_that_is_held_can_be_linked_but_not_sent(
    client: Visitor, services: Services, books: dict[str, Proposal]
) -> None:
    shown = row_of(client.get("/invoices").text, books["link"])
    assert "It is the same as INV-4 in Xero" in shown
    assert 'value="create"' not in shown
    post(client, books["link"], "link:XV4")
    with reading(services.engine) as session:
        found = {link.pooltrackr_id: link.xero_id for link in open_links(session, services.org_id, "invoices")}
    assert found["V4"] == "XV4"


def test_the_invoices_are_searched_by_number_and_customer_and_filtered(
    client: Visitor, books: dict[str, Proposal]
) -> None:
    assert books["create"].id in client.get("/invoices?q=INV-1").text
    assert books["update"].id not in client.get("/invoices?q=INV-1").text
    assert books["update"].id in client.get("/invoices?q=person+1").text
    assert books["pay"].id in client.get("/payments?q=person+1").text
    assert books["void"].id not in client.get("/invoices?suggested=update").text
    assert "No row fits this filter" in client.get("/invoices?q=nobody").text


@pytest.mark.usefixtures("books")
def test_many_invoices_are_sent_at_once_but_voided_one_by_one(client: Visitor, services: Services) -> None:
    page = client.get("/bulk/invoices?what=create").text
    assert "<strong>1</strong> row would be accepted" in page
    assert client.get("/bulk/invoices?what=void").status_code == 422
    seal = page.split('name="seal" value="')[1].split('"')[0]
    client.post("/bulk/invoices", data={"token": token_of(client), "what": "create", "deed": "accept", "seal": seal})
    assert staged(services) == [("V1", "staged")]


@pytest.mark.usefixtures("books")
def test_what_is_held_back_is_listed_with_reason_and_remedy(client: Visitor) -> None:
    page = client.get("/invoices/held").text
    assert "The customer is not linked to a Xero contact." in page
    assert "Decide on the customer in the contacts report" in page
    assert "INV-5" in page
    assert "V5" not in client.get("/invoices/held?flag=before_lock_date").text
    assert "V5" in client.get("/invoices/held?q=INV-5").text


def test_an_invoice_with_several_reasons_is_one_row_and_counts_once(client: Visitor, services: Services) -> None:
    reasons = [
        Finding(entity="invoices", system="pooltrackr", record_id="V5", name=name, detail="")
        for name in ("contact_not_linked", "zero_lines")
    ]
    with writing(services.engine) as session:
        now = services.clock.now()
        seq = start_run(session, services.org_id, "money", services.new_id(), 0, now)
        names = [reason.name for reason in reasons]
        replace_flags(session, services.org_id, "invoices", names, reasons, seq, now)
    for path in ("/invoices/held", "/invoices/held?flag=zero_lines"):
        page = client.get(path).text
        assert "<p>1 invoice</p>" in page
        assert page.count('<li class="row"') == 1
        assert "The customer is not linked to a Xero contact." in page
        assert "The invoice has no lines." in page
    held = client.get("/").text.split("Invoices that are held back")[1]
    assert held.startswith('</a></td><td class="n">1</td>')


def test_side_by_side_shows_both_documents_and_what_would_be_sent(client: Visitor, books: dict[str, Proposal]) -> None:
    page = client.get(f"/compare/{books['update'].id}").text
    assert "What would be sent" in page
    assert "Reference PT-V2" in page
    assert "Still owed" in page


def test_hostile_words_in_invoices_and_payments_are_shown_as_text(client: Visitor, services: Services) -> None:
    record = Invoice(id="V9", number=HOSTILE, reference=HOSTILE, contact_id=HOSTILE, total=Decimal(1))
    payment = Payment(id="Y9", invoice_id="V9", amount=Decimal(1), reference=HOSTILE, method=HOSTILE)
    fill(services, "pooltrackr", "invoices", [record])
    fill(services, "pooltrackr", "payments", [payment])
    made = {e: suggestion(services.org_id, r) for e, r in (("invoices", record), ("payments", payment))}
    with writing(services.engine) as session:
        now = services.clock.now()
        seq = start_run(session, services.org_id, "money", services.new_id(), 0, now)
        for entity, one in made.items():
            save_suggestions(session, services.org_id, entity, [one], seq, now)
    compared = [f"/compare/{one.proposal.id}" for one in made.values()]
    for path in ("/invoices", "/payments", "/invoices/held", "/bulk/invoices", "/bulk/payments", *compared):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text, path

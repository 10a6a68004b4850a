"""Held invoices and payments that a person keeps in one system: with a reason, recorded, and taken back."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlmodel import col, select

from reconcile.content import basis_hash
from reconcile.flagging import Finding
from reconcile.proposals import Candidate, Proposal, basis_of, proposal_id
from reconcile.records import Entity, Invoice, Payment
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.audit import broken_seals
from reconcile.store.decisions import ignored_records
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags
from reconcile.store.links import open_link
from reconcile.store.proposals import save_proposals
from reconcile.store.runs import start_run
from tests.web.conftest import Visitor, fill, mine, token_of
from tests.web.test_linked_screens import HOSTILE

DAY = dt.date(2026, 11, 2)
HELD = "/invoices/held"


def invoice(number: int, prefix: str = "V", status: str = "active") -> Invoice:
    return Invoice(id=f"{prefix}{number}", number=f"INV-{number}", status=status, date=DAY, total=Decimal(110))


def twin_proposal(org_id: str, left: Invoice, right: Invoice) -> Proposal:
    basis = basis_of(basis_hash(left), basis_hash(right))
    return Proposal(
        id=proposal_id(org_id, "invoices", "match", "pooltrackr", left.id, basis), entity="invoices", system="pooltrackr",
        record_id=left.id, name=left.number, basis=basis, suggested="link", suggested_id=right.id, confidence="review",
        candidates=(Candidate(id=right.id, name=right.number),),
    )  # fmt: skip


def held(entity: Entity, record_id: str, *names: str) -> list[Finding]:
    return [
        Finding(entity=entity, system="pooltrackr", record_id=record_id, name=name, detail=f"{record_id} {name}.")
        for name in names
    ]


@pytest.fixture(autouse=True)
def _books(services: Services) -> None:
    """V1 and V2 are held, V1 for two reasons and with a payment that waits for it; V3 is held and linked; V4 has a twin."""
    fill(services, "pooltrackr", "invoices", [invoice(1), invoice(2), invoice(3), invoice(4)])
    fill(services, "xero", "invoices", [invoice(3, "XV", "AUTHORISED"), invoice(4, "XV", "AUTHORISED")])
    payments = [Payment(id=f"Y{n}", invoice_id=f"V{n}", amount=Decimal(50), date=DAY) for n in (1, 2)]
    fill(services, "pooltrackr", "payments", payments)
    found = [
        *held("invoices", "V1", "contact_not_linked", "before_lock_date"),
        *held("invoices", "V2", "before_lock_date"),
        *held("invoices", "V3", "total_differs_in_xero"),
        *held("invoices", "V4", "number_taken"),
    ]
    with writing(services.engine) as session:
        now, org = services.clock.now(), services.org_id
        seq = start_run(session, org, "money", services.new_id(), 0, now)
        open_link(session, org, "invoices", "V3", "XV3", "", "test", now)
        twin = twin_proposal(org, invoice(4), invoice(4, "XV", "AUTHORISED"))
        save_proposals(session, org, "invoices", ["match"], [twin], seq, now)
        replace_flags(session, org, "invoices", sorted({f.name for f in found}), found, seq, now)
        waiting = [*held("payments", "Y1", "invoice_held"), *held("payments", "Y2", "invoice_held")]
        replace_flags(session, org, "payments", ["invoice_held"], waiting, seq, now)


def keep(client: Visitor, record_id: str, note: str = "from the old books") -> str:
    data = {"token": token_of(client), "place": f"pooltrackr:{record_id}", "note": note}
    client.post(f"{HELD}/keep", data=data)
    return client.get(HELD).text


def kept(services: Services, entity: Entity = "invoices") -> set[str]:
    """What planning leaves out from then on."""
    with reading(services.engine) as session:
        return ignored_records(session, services.org_id, entity, "pooltrackr")


def standing(services: Services) -> set[tuple[str, str]]:
    with reading(services.engine) as session:
        query = select(tables.Flag).where(mine(tables.Flag), col(tables.Flag.cleared_at).is_(None))
        return {(flag.record_id, flag.name) for flag in session.exec(query)}


def test_a_kept_invoice_leaves_the_list_with_all_its_reasons_and_with_the_payment_that_waits_for_it(
    client: Visitor, services: Services
) -> None:
    page = keep(client, "V1")
    assert "Kept in Pooltrackr only. It is never sent." in page
    assert "INV-1" not in page
    assert "INV-2" in page
    assert "1 kept in one system only" in page
    assert (kept(services), kept(services, "payments")) == ({"V1"}, {"Y1"})
    assert not {record for record, _ in standing(services)} & {"V1", "Y1"}


def test_the_decision_says_who_why_when_through_what_and_on_which_basis(client: Visitor, services: Services) -> None:
    keep(client, "V1")
    with reading(services.engine) as session:
        found = session.exec(select(tables.Decision).where(mine(tables.Decision))).all()
        assert not broken_seals(session, services.org_id)
    assert {(d.verdict, d.by, d.note, d.via) for d in found} == {
        ("ignore", "Anna", "from the old books", "review page")
    }
    assert all(d.basis and d.record_hash and d.at for d in found)
    listed = client.get(f"{HELD}?state=kept").text
    assert "Kept in Pooltrackr only by Anna" in listed
    assert "from the old books" in listed
    assert "INV-1" in listed
    assert "INV-1" in client.get("/invoices?state=decided").text


def test_taken_back_it_is_held_again_with_the_same_reasons_and_its_payment_too(
    client: Visitor, services: Services
) -> None:
    before = standing(services)
    keep(client, "V1")
    client.post(f"{HELD}/take-back", data={"token": token_of(client), "place": "pooltrackr:V1"})
    assert "Taken back" in client.get(HELD).text
    assert standing(services) == before
    assert (kept(services), kept(services, "payments")) == (set(), set())
    keep(client, "V1", "again")
    assert kept(services) == {"V1"}


def test_without_a_reason_nothing_is_kept(client: Visitor, services: Services) -> None:
    assert "Say why it stays where it is" in keep(client, "V1", " ")
    assert kept(services) == set()


def test_what_is_in_both_systems_or_not_held_cannot_be_kept_in_one(client: Visitor, services: Services) -> None:
    page = client.get(HELD).text
    assert 'value="pooltrackr:V1"' in page
    assert 'value="pooltrackr:V3"' not in page
    assert "V3 is in both systems" in keep(client, "V3")
    keep(client, "V1")
    assert "V1 is not held back any more" in keep(client, "V1")
    assert client.post(f"{HELD}/keep", data={"token": token_of(client), "place": "V1"}).status_code == 422
    assert kept(services) == {"V1"}


def test_an_invoice_that_could_be_linked_is_kept_like_any_other_and_its_row_is_answered(
    client: Visitor, services: Services
) -> None:
    assert "INV-4" in client.get("/invoices").text
    keep(client, "V4")
    assert "INV-4" not in client.get("/invoices").text
    assert kept(services) == {"V4"}
    client.post(f"{HELD}/take-back", data={"token": token_of(client), "place": "pooltrackr:V4"})
    assert "INV-4" in client.get("/invoices").text


def bulk(client: Visitor, number: str, query: str = "flag=before_lock_date") -> str:
    page = client.get(f"{HELD}?{query}").text
    seal = page.split('name="seal" value="')[1].split('"')[0]
    data = {"token": token_of(client), "flag": "before_lock_date", "seal": seal, "number": number, "note": "locked"}
    client.post(f"{HELD}/keep-all", data=data)
    return client.get(HELD).text


def test_all_of_a_filtered_list_are_kept_when_their_number_is_typed(client: Visitor, services: Services) -> None:
    assert "keep-all" not in client.get(HELD).text
    assert "2 would be kept where they are." in bulk(client, "3")
    assert kept(services) == set()
    assert "Kept where they are" in bulk(client, "2")
    assert kept(services) == {"V1", "V2"}
    assert kept(services, "payments") == {"Y1", "Y2"}


def test_a_list_that_changed_since_it_was_looked_at_keeps_nothing(client: Visitor, services: Services) -> None:
    assert "The list has changed" in bulk(client, "2", query="q=V")
    assert kept(services) == set()


def test_hostile_reasons_and_numbers_are_shown_as_text(client: Visitor, services: Services) -> None:
    fill(services, "pooltrackr", "invoices", [Invoice(id="V1", number=HOSTILE, contact_id=HOSTILE, total=Decimal(1))])
    keep(client, "V1", HOSTILE)
    page = client.get(f"{HELD}?state=kept").text
    assert "<script>alert" not in page
    assert "script" in page

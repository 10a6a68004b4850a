"""What can be approved about money: each kind puts it into both systems, and the project's own planning makes the write."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from reconcile.decisions import Accepted
from reconcile.invoicing.situation import plan_ledger
from reconcile.organisation_settings import OrganisationSettings
from reconcile.pushplan import stamp_of
from reconcile.records import Entity, Organisation
from reconcile.sandbox import edits
from reconcile.sandbox.xero.defaults import TENANT_ID, account_id
from reconcile.sandbox.xero.records import Invoice, Line, Payment
from reconcile.store.decisions import Source, apply_decisions
from reconcile.store.links import open_link
from reconcile.store.money_books import read_books
from reconcile.store.money_links import note_agreed
from reconcile.store.money_plans import KINDS, MONEY, store_writes
from reconcile.store.proposals import current_proposals, save_proposals
from tests.simulation.kinds import put_pooltrackr, put_xero_contact
from tests.simulation.scene import ORG, Approve, Scene

ISSUED = date(2026, 1, 5)
TOTAL = Decimal(110)
BANK, CLEARING = account_id("090"), account_id("095")


def plan(scene: Scene, session: Session) -> None:
    """Plan all money as the night does, and store the proposals."""
    settings = OrganisationSettings(
        xero_price_basis="EX",
        payment_account="090",
        default_invoice_status="AUTHORISED",
        clearing_account="095",
        fees_account="404",
        reimbursement_account="260",
        stripe_contact=scene.stripe,
    )
    organisation = Organisation(id=TENANT_ID, country="AU", currency="AUD", sales_tax_basis="ACCRUALS")
    ledger = plan_ledger(read_books(session, ORG, settings, organisation), ISSUED)
    for entity in MONEY:
        suggestions = ledger.suggestions(ORG, entity, {"pooltrackr": set(), "xero": set()})
        save_proposals(session, ORG, entity, KINDS, [one.proposal for one in suggestions], 1, scene.hub.now)
        store_writes(session, suggestions, scene.hub.now)


def agree(scene: Scene, session: Session) -> None:
    """Link what belongs together, and note what both sides say."""
    for entity, left, right in scene.links:
        open_link(session, ORG, entity, left, right, "", "ann", scene.hub.now)
    note_agreed(session, ORG)


def _approve(scene: Scene, session: Session, entity: Entity, record_id: str) -> None:
    """Approve what planning proposes for one record."""
    (proposal,) = (p for p in current_proposals(session, ORG, entity) if p.record_id == record_id)
    scene.proposals.append(proposal.id)
    choice = Accepted(proposal=proposal, verdict=proposal.suggested)
    apply_decisions(session, ORG, [choice], Source("ann", scene.hub.now, "csv"), 1)


def _customer(scene: Scene, number: str) -> tuple[str, str]:
    mine = put_pooltrackr(scene, "contacts", name=f"Payer {number}", emails=[f"y{number}@example.com"])
    theirs = put_xero_contact(scene, f"Payer {number}")
    scene.links.append(("contacts", mine, theirs))
    return mine, theirs


def _line(amount: Decimal) -> dict[str, Any]:
    return {
        "description": "Service",
        "quantity": "1",
        "unit_price": f"{amount}",
        "gst_included": True,
        "tax": f"{amount / 11:.2f}",
        "total": f"{amount}",
    }


def _amounts(*lines: Decimal) -> dict[str, Any]:
    total = sum(lines, Decimal())
    return {
        "gst_mode": "inclusive",
        "subtotal": f"{total * 10 / 11:.2f}",
        "gst": f"{total / 11:.2f}",
        "total": f"{total}",
        "lines": [_line(amount) for amount in lines],
    }


def _invoice(scene: Scene, number: str, contact: str) -> str:
    return put_pooltrackr(
        scene,
        "invoices",
        number=f"INV-{number}",
        contact_id=contact,
        issued_date=ISSUED.isoformat(),
        due_date="2026-01-19",
        **_amounts(Decimal(66), Decimal(44)),
    )


def _in_both(scene: Scene, number: str, paid: Decimal = Decimal()) -> tuple[str, str]:
    """An invoice that is in both systems and linked; its ids."""
    mine, theirs = _customer(scene, number)
    invoice, world = _invoice(scene, number, mine), scene.sandbox.world
    parts = [(Decimal(66), Decimal(6)), (Decimal(44), Decimal(4))]
    lines = (
        Line(world.new_id(), "Service", Decimal(1), amount, "", "200", "OUTPUT", tax, amount) for amount, tax in parts
    )
    copy = Invoice(
        id=world.new_id(),
        updated_ms=world.clock.now_ms(),
        type="ACCREC",
        number=f"INV-{number}",
        contact_id=theirs,
        status="PAID" if paid == TOTAL else "AUTHORISED",
        issued=ISSUED,
        due_date=date(2026, 1, 19),
        line_amount_types="Inclusive",
        lines=tuple(lines),
        reference=stamp_of(invoice),
        subtotal=Decimal(100),
        total_tax=Decimal(10),
        total=TOTAL,
        paid=paid,
    )
    world.first_books.invoices.put(copy)
    scene.links.append(("invoices", invoice, copy.id))
    return invoice, copy.id


def _pay(scene: Scene, invoice: str, amount: Decimal, **more: Any) -> str:
    paid = {"invoice_id": invoice, "amount": f"{amount}", "date": ISSUED.isoformat(), "method": "manual", **more}
    return put_pooltrackr(scene, "payments", **paid)


def _paid_in_xero(scene: Scene, copy: str, amount: Decimal, account: str = BANK, reference: str = "") -> str:
    world = scene.sandbox.world
    payment = Payment(world.new_id(), world.clock.now_ms(), copy, account, ISSUED, amount, reference)
    return world.first_books.payments.put(payment).id


def send_invoice(scene: Scene, number: str) -> Approve:
    """An invoice that is to be sent."""
    invoice = _invoice(scene, number, _customer(scene, number)[0])
    return lambda session: _approve(scene, session, "invoices", invoice)


def send_bad_invoice(scene: Scene, number: str) -> Approve:
    """An invoice that Xero will refuse, among others in one request: its contact is archived after the approval."""
    mine, theirs = _customer(scene, number)
    invoice = _invoice(scene, number, mine)
    scene.doomed.add(invoice)
    scene.afterwards.append(
        lambda: edits.edit_xero(scene.sandbox.world, "contacts", theirs, quiet=True, status="ARCHIVED")
    )
    return lambda session: _approve(scene, session, "invoices", invoice)


def void_invoice(scene: Scene, number: str) -> Approve:
    """An invoice that was voided in Pooltrackr after it had been sent."""
    invoice, _ = _in_both(scene, number)
    scene.later.append(lambda: _change(scene, "invoices", invoice, voided=True))
    return lambda session: _approve(scene, session, "invoices", invoice)


def update_invoice(scene: Scene, number: str) -> Approve:
    """An unpaid invoice whose lines were changed in Pooltrackr."""
    invoice, _ = _in_both(scene, number)
    scene.later.append(lambda: _change(scene, "invoices", invoice, **_amounts(Decimal(66), Decimal(88))))
    return lambda session: _approve(scene, session, "invoices", invoice)


def pay_part(scene: Scene, number: str) -> Approve:
    """A part payment: the one thing in Xero that nothing but our own mark keeps from being entered twice."""
    payment = _pay(scene, _in_both(scene, number)[0], Decimal(10))
    return lambda session: _approve(scene, session, "payments", payment)


def pay_twice(scene: Scene, number: str) -> Approve:
    """Two payments of one invoice that nothing but our marks tells apart."""
    invoice, _ = _in_both(scene, number)
    payments = [_pay(scene, invoice, Decimal(55)) for _ in range(2)]

    def approve(session: Session) -> None:
        for payment in payments:
            _approve(scene, session, "payments", payment)

    return approve


def receive_payment(scene: Scene, number: str) -> Approve:
    """A payment that was received in Xero."""
    payment = _paid_in_xero(scene, _in_both(scene, number, Decimal(30))[1], Decimal(30))
    return lambda session: _approve(scene, session, "payments", payment)


def delete_payment(scene: Scene, number: str) -> Approve:
    """A payment in both systems that was deleted in Pooltrackr."""
    invoice, copy = _in_both(scene, number, Decimal(20))
    mine = _pay(scene, invoice, Decimal(20))
    scene.links.append(("payments", mine, _paid_in_xero(scene, copy, Decimal(20), reference=stamp_of(mine))))
    scene.later.append(lambda: _change(scene, "payments", mine, deleted=True))
    return lambda session: _approve(scene, session, "payments", mine)


def post_card_fee(scene: Scene, number: str) -> Approve:
    """A card payment in both systems whose fee and surcharge are to be posted."""
    invoice, copy = _in_both(scene, number, TOTAL)
    card = {
        "method": "stripe",
        "stripe_charge": f"ch_{number}",
        "stripe_gross": "112.00",
        "stripe_fee": "2.10",
        "stripe_surcharge": "2.00",
        "stripe_net": "109.90",
        "stripe_payout": f"po_{number}",
    }
    mine = _pay(scene, invoice, TOTAL, **card)
    scene.links.append(("payments", mine, _paid_in_xero(scene, copy, TOTAL, CLEARING, stamp_of(mine))))
    return lambda session: _approve(scene, session, "payments", mine)


def _change(scene: Scene, entity: str, record_id: str, **changes: Any) -> None:
    edits.edit_pooltrackr(scene.sandbox.world, entity, record_id, **changes)


def pay_by_hand(scene: Scene, copy: Invoice, amount: Decimal) -> None:
    """What Xero does when a person enters a payment there."""
    world = scene.sandbox.world
    _paid_in_xero(scene, copy.id, amount)
    settle_by_hand(scene, copy, copy.paid + amount, world.clock.now_ms())


def settle_by_hand(scene: Scene, copy: Invoice, paid: Decimal, now_ms: int) -> None:
    """An invoice of which so much is paid now."""
    moved = replace(copy, paid=paid, updated_ms=now_ms)
    status = "PAID" if moved.due == 0 else "AUTHORISED"
    scene.sandbox.world.first_books.invoices.put(replace(moved, status=status))


MONEY_KINDS: dict[str, Callable[[Scene, str], Approve]] = {
    "send_invoice": send_invoice,
    "send_bad_invoice": send_bad_invoice,
    "void_invoice": void_invoice,
    "update_invoice": update_invoice,
    "pay_part": pay_part,
    "pay_twice": pay_twice,
    "receive_payment": receive_payment,
    "delete_payment": delete_payment,
    "post_card_fee": post_card_fee,
}

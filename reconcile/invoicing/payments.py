"""Payments between the two systems: carried once, never above what is due, never doubled (A18, A48, A52, B17, B18).

A payment in Pooltrackr becomes a Xero payment on the linked invoice and the other way round. Where the other side has an
unlinked payment of the same amount on the same invoice, a person says whether it is the same one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from reconcile.content import basis_hash
from reconcile.invoicing.books import Books
from reconcile.invoicing.holding import DEAD, cut_off_holds, date_holds, other_currency, stands_no_more
from reconcile.invoicing.paying import account_for, due_of, explain_due, pay_in_xero, payment_stamp
from reconcile.invoicing.plan import InvoicePlan, expectation, iso
from reconcile.invoicing.reasons import REASONS, Hold
from reconcile.invoicing.totals import CENT, NOTHING, dollars
from reconcile.pushplan import PlannedWrite, stamp_of
from reconcile.records import Account, Invoice, Payment, System

Kind = Literal["create", "held", "ignored", "linked", "adopt", "void", "update"]


@dataclass(frozen=True, kw_only=True)
class PaymentPlan:
    """What is to happen with one payment of one system.

    ``copy_id`` is its counterpart, ``twin`` an unlinked payment there that may be the same. ``exact`` says that it settles
    the invoice to the cent, together with the others that are to be entered. ``invoice_id`` is Pooltrackr's.
    """

    payment: Payment
    system: System
    kind: Kind
    invoice_id: str = ""
    holds: tuple[Hold, ...] = ()
    write: PlannedWrite | None = None
    copy_id: str = ""
    twin: str = ""
    exact: bool = False
    words: str = ""


def plan_payments(books: Books, plans: Mapping[str, InvoicePlan], cases: Sequence[str]) -> Iterator[PaymentPlan]:
    """Plan the payments of both systems case by case; ``plans`` are the invoices' plans by Pooltrackr id."""
    for invoice_id in cases:
        yield from _judge_together(invoice_id, list(_from_pooltrackr(invoice_id, books, plans.get(invoice_id))), books)
        for _, copy_id in books.links_of([invoice_id]):
            yield from _from_xero(invoice_id, copy_id, books)


def _judge_together(invoice_id: str, plans: Sequence[PaymentPlan], books: Books) -> Iterator[PaymentPlan]:
    """Part payments that come to what is due settle the invoice together, so that none waits for another's night."""
    copy = books.xero_invoices.get(books.invoice_links.pooltrackr.get(invoice_id, ""))
    entered = [plan for plan in plans if plan.kind == "create"]
    if copy is None or not entered:
        yield from plans
        return
    strangers = _strangers(books.xero_payments_of.get(copy.id, ()), books.payment_links.xero)
    exact = not strangers and sum(plan.payment.amount or NOTHING for plan in entered) == due_of(copy)
    yield from (replace(plan, exact=exact) if plan.kind == "create" else plan for plan in plans)


def _from_pooltrackr(invoice_id: str, books: Books, plan: InvoicePlan | None) -> Iterator[PaymentPlan]:
    copy = books.xero_invoices.get(books.invoice_links.pooltrackr.get(invoice_id, ""))
    left = due_of(copy) if copy else NOTHING
    taken: set[str] = set()
    for payment in books.payments_of.get(invoice_id, ()):
        if payment.id in books.payment_links.pooltrackr:
            yield _follow_payment(payment, plan, books)
        elif payment.status == "DELETED":
            yield PaymentPlan(payment=payment, system="pooltrackr", kind="ignored", invoice_id=invoice_id)
        elif (marked := _marked_copy(payment, copy, books)) is not None:
            yield PaymentPlan(
                payment=payment, system="pooltrackr", kind="adopt", invoice_id=invoice_id, copy_id=marked.id
            )
        elif copy is None:
            holds = (_invoice_hold(payment, plan),)
            yield PaymentPlan(payment=payment, system="pooltrackr", kind="held", invoice_id=invoice_id, holds=holds)
        else:
            planned = _to_xero(payment, copy, left, taken, books)
            left -= payment.amount or NOTHING if planned.kind == "create" else NOTHING
            taken.add(planned.twin)
            yield planned


def _marked_copy(payment: Payment, copy: Invoice | None, books: Books) -> Payment | None:
    """The Xero payment that is this one by our own mark: its id in Pooltrackr, or our stamp in Xero's reference."""
    if copy is None:
        return None
    marked = [
        other
        for other in books.xero_payments_of.get(copy.id, ())
        if other.id not in books.payment_links.xero and other.status != "DELETED"
        if other.id == payment.xero_payment_id or other.reference == payment_stamp(payment, books)
    ]
    return marked[0] if len(marked) == 1 else None


def _invoice_hold(payment: Payment, plan: InvoicePlan | None) -> Hold:
    """Why the payment cannot go: its invoice is held, not sent yet, or never sent (B08)."""
    if plan is None:
        return Hold("invoice_not_carried", f"Invoice {payment.invoice_id or '(none)'} is not in Pooltrackr.")
    name = plan.invoice.number or plan.invoice.id
    if plan.state == "held":
        return Hold("invoice_held", f"Invoice {name} is held: {REASONS[plan.holds[0].reason].meaning}")
    if plan.state == "ignored":
        return Hold("invoice_not_carried", f"Invoice {name}: {' '.join(hold.detail for hold in plan.holds)}".strip())
    return Hold("invoice_not_sent", f"Invoice {name} has no copy in Xero yet.")


def _to_xero(payment: Payment, copy: Invoice, left: Decimal, taken: set[str], books: Books) -> PaymentPlan:
    account = account_for(payment, books)
    holds = list(_xero_holds(payment, copy, left, account, books))
    twin = _twin(payment, books.xero_payments_of.get(copy.id, ()), taken, books)
    if twin is None and payment.method == "xero" and not holds:
        holds.append(
            Hold("came_from_xero", f"No payment of {dollars(payment.amount)} stands on Xero invoice {copy.id}.")
        )
    write = None if holds or account is None else _create_in_xero(payment, copy, account, books)
    if twin is not None:
        holds = [Hold("looks_entered", f"Xero payment {twin.id} of {twin.date} has the same amount.")]
    return PaymentPlan(
        payment=payment,
        system="pooltrackr",
        kind="held" if holds else "create",
        invoice_id=payment.invoice_id,
        holds=tuple(holds),
        write=write,
        twin=twin.id if twin else "",
        words=f"{dollars(payment.amount)} of {dollars(left)} due.",
    )


def _strangers(payments: Sequence[Payment], known: Mapping[str, str]) -> list[Payment]:
    """The live payments of an invoice that are linked to nothing: while there are some, no policy judges what is to be added."""
    return [payment for payment in payments if payment.status != "DELETED" and payment.id not in known]


def _xero_holds(
    payment: Payment, copy: Invoice, left: Decimal, account: Account | None, books: Books
) -> Iterator[Hold]:
    if copy.status in DEAD:
        yield Hold("voided_in_xero", f"Xero invoice {copy.id} is {copy.status}.")
        return
    if copy.status in ("DRAFT", "SUBMITTED"):
        yield Hold("draft_in_xero", f"Xero invoice {copy.id} is {copy.status}.")
        return
    foreign = other_currency(copy, books)
    if foreign is not None:
        yield foreign
        return
    amount = payment.amount
    if amount is None or amount <= 0 or amount != amount.quantize(CENT):
        yield Hold("amount_unusable", f"The amount is {amount}.")
    elif amount > left:
        yield Hold(
            "exceeds_amount_due",
            f"{dollars(amount)} is more than the {dollars(left)} due. {explain_due(copy, books)}".strip(),
        )
    if account is None:
        yield Hold("payment_account_missing", f"Payments by {payment.method or 'hand'} have no account to go to.")
    yield from date_holds(payment.date, books)


def _twin(payment: Payment, others: Sequence[Payment], taken: set[str], books: Books) -> Payment | None:
    """An unlinked live payment of the same amount, the one of the same day first."""
    same = [o for o in others if o.id not in books.payment_links.xero and o.id not in taken and o.status != "DELETED"]
    same = [o for o in same if o.amount == payment.amount]
    return min(same, key=lambda o: (o.date != payment.date, o.date or date.min, o.id), default=None)


def _create_in_xero(payment: Payment, copy: Invoice, account: Account, books: Books) -> PlannedWrite:
    return pay_in_xero(
        payment.id, copy, account, payment.amount or NOTHING, payment.date, payment_stamp(payment, books)
    )


def _follow_payment(payment: Payment, plan: InvoicePlan | None, books: Books) -> PaymentPlan:
    """A payment that is in both systems: deleted, changed or moved on one side, what follows on the other."""
    other = books.xero_payments.get(books.payment_links.pooltrackr[payment.id])
    gone, other_gone = payment.status == "DELETED", other is None or other.status == "DELETED"
    if other is None or (gone and other_gone):
        return _linked(payment, other)
    if gone:
        return _delete_in_xero(payment, other, books, "Deleted in Pooltrackr.")
    if other_gone:
        return _delete_in_pooltrackr(payment, other)
    copy_id = books.invoice_links.pooltrackr.get(payment.invoice_id, "")
    if other.invoice_id not in ("", copy_id):
        return _follow_move(payment, other, copy_id, plan, books)
    if not _says_the_same(payment, other):
        words = (
            f"Pooltrackr has {dollars(payment.amount)} of {payment.date}, Xero {dollars(other.amount)} of {other.date}."
        )
        return _delete_in_xero(payment, other, books, f"{words} It is deleted in Xero and entered anew.")
    return _linked(payment, other)


def _says_the_same(payment: Payment, other: Payment) -> bool:
    """Whether two linked payments agree. What people entered in both systems may well bear two dates, the card's and the bank's."""
    carried = payment.method == "xero" or other.reference.startswith(stamp_of(payment.id))
    return payment.amount == other.amount and (payment.date == other.date or not carried)


def _follow_move(payment: Payment, other: Payment, copy_id: str, plan: InvoicePlan | None, books: Books) -> PaymentPlan:
    """A payment that stands on another invoice in Pooltrackr than in Xero, once that invoice is in Xero."""
    words = f"In Pooltrackr it stands on invoice {payment.invoice_id or '(none)'}, in Xero on another one."
    if copy_id:
        return _delete_in_xero(payment, other, books, f"{words} It is deleted in Xero and entered anew.")
    return PaymentPlan(
        payment=payment,
        system="pooltrackr",
        kind="held",
        invoice_id=payment.invoice_id,
        holds=(_invoice_hold(payment, plan),),
        copy_id=other.id,
        words=words,
    )


def _linked(payment: Payment, other: Payment | None) -> PaymentPlan:
    copy_id = other.id if other else ""
    return PaymentPlan(
        payment=payment, system="pooltrackr", kind="linked", invoice_id=payment.invoice_id, copy_id=copy_id
    )


def _delete_in_xero(payment: Payment, other: Payment, books: Books, words: str) -> PaymentPlan:
    """Xero knows no change of a payment, only its deletion, and not of one that is reconciled with the bank."""
    holds = list(date_holds(other.date, books))
    if other.is_reconciled == "true":
        holds.append(Hold("payment_reconciled", f"Xero payment {other.id} is reconciled."))
    write = PlannedWrite(
        target="xero",
        entity="payments",
        verb="delete",
        subject_id=payment.id,
        target_id=other.id,
        body={"Status": "DELETED"},
        expect={"status": "DELETED"},
        basis=basis_hash(other),
    )
    return PaymentPlan(
        payment=payment,
        system="pooltrackr",
        kind="held" if holds else "void",
        invoice_id=payment.invoice_id,
        holds=tuple(holds),
        write=None if holds else write,
        copy_id=other.id,
        words=words,
    )


def _delete_in_pooltrackr(payment: Payment, other: Payment) -> PaymentPlan:
    write = PlannedWrite(
        target="pooltrackr",
        entity="payments",
        verb="update",
        subject_id=other.id,
        target_id=payment.id,
        body={"deleted": True},
        expect={"status": "DELETED"},
        basis=basis_hash(payment),
    )
    return PaymentPlan(
        payment=other,
        system="xero",
        kind="void",
        invoice_id=payment.invoice_id,
        write=write,
        copy_id=payment.id,
        words="Deleted in Xero.",
    )


def _from_xero(invoice_id: str, copy_id: str, books: Books) -> Iterator[PaymentPlan]:
    """Xero's payments on a linked invoice that Pooltrackr does not have."""
    invoice, copy = books.invoices.get(invoice_id), books.xero_invoices.get(copy_id)
    ours = [p for p in books.payments_of.get(invoice_id, ()) if p.status != "DELETED"]
    if invoice is None or copy is None:
        return
    paid = sum((p.amount or NOTHING for p in ours), NOTHING)
    spoken_for = [p for p in ours if p.id not in books.payment_links.pooltrackr]
    for payment in books.xero_payments_of.get(copy_id, ()):
        if payment.id in books.payment_links.xero or payment.status == "DELETED":
            continue
        rival = next((p for p in spoken_for if p.amount == payment.amount), None)
        if rival is not None:
            spoken_for.remove(rival)
            continue
        planned = _to_pooltrackr(payment, invoice, copy, paid, books)
        paid += payment.amount or NOTHING if planned.kind == "create" else NOTHING
        yield planned


def _to_pooltrackr(payment: Payment, invoice: Invoice, copy: Invoice, paid: Decimal, books: Books) -> PaymentPlan:
    holds = list(_pooltrackr_holds(payment, invoice, copy, paid, books))
    amount = payment.amount or NOTHING
    body = {
        "invoice_id": invoice.id,
        "amount": format(amount, "f"),
        "date": iso(payment.date),
        "method": "xero",
        "xero_payment_id": payment.id,
        "external_reference": payment.id,
    }
    expected = Payment(
        id="", invoice_id=invoice.id, amount=amount, date=payment.date, xero_payment_id=payment.id, method="xero"
    )
    write = PlannedWrite(
        target="pooltrackr",
        entity="payments",
        verb="create",
        subject_id=payment.id,
        stamp=payment.id,
        body=body,
        expect=expectation(expected),
    )
    return PaymentPlan(
        payment=payment,
        system="xero",
        kind="held" if holds else "create",
        invoice_id=invoice.id,
        holds=tuple(holds),
        write=None if holds else write,
        exact=not due_of(copy)
        and not _strangers(books.payments_of.get(invoice.id, ()), books.payment_links.pooltrackr),
        words=f"{dollars(amount)} received in Xero.",
    )


def _pooltrackr_holds(payment: Payment, invoice: Invoice, copy: Invoice, paid: Decimal, books: Books) -> Iterator[Hold]:
    foreign, ended = other_currency(copy, books), stands_no_more(invoice)
    if foreign is not None:
        yield foreign
    elif ended:
        yield Hold("invoice_not_carried", f"Invoice {invoice.id}: {ended}")
    elif payment.amount is None or payment.amount <= 0:
        yield Hold("amount_unusable", f"The amount is {payment.amount}.")
    elif paid + payment.amount > (invoice.total or NOTHING):
        words = f"{dollars(paid)} is paid in Pooltrackr; with {dollars(payment.amount)} more it would be above {dollars(invoice.total)}."
        yield Hold("exceeds_total_in_pooltrackr", words)
    yield from cut_off_holds(payment.date, books)

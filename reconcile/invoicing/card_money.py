"""Card payments through Stripe: what was charged, kept and paid out, to the cent (A19, A20, A49, A50, B19).

Each card payment makes three movements through the clearing account: the invoice's amount comes in as its payment, the
surcharge that the customer bore comes in to the reimbursement account, the fee that Stripe kept goes out to the fees
account. They are never netted. What is left in the clearing account is the payout: gross - fee - refunds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from reconcile.content import to_json
from reconcile.invoicing.books import Books
from reconcile.invoicing.holding import date_holds
from reconcile.invoicing.paying import find_account
from reconcile.invoicing.plan import iso
from reconcile.invoicing.reasons import Hold
from reconcile.invoicing.totals import NOTHING, dollars
from reconcile.pushplan import PlannedWrite, stamp_of
from reconcile.records import Account, BankTransaction, Payment

Part = Literal["fee", "surcharge"]


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One movement that a card payment asks for besides the payment itself; held when something is missing or unexplained."""

    payment: Payment
    part: Part
    amount: Decimal
    account: Account | None = None
    contact_id: str = ""
    holds: tuple[Hold, ...] = ()
    write: PlannedWrite | None = None

    @property
    def id(self) -> str:
        """What names the movement among all: the payment's id and the part."""
        return f"{self.payment.id}-{self.part.upper()}"


@dataclass(frozen=True, kw_only=True)
class Payout:
    """What Stripe paid out at once. ``paid_out`` is what its rows state, ``difference`` what gross - fee - refunds misses of it."""

    id: str
    payments: tuple[Payment, ...]
    gross: Decimal
    surcharges: Decimal
    fees: Decimal
    refunds: Decimal
    paid_out: Decimal

    @property
    def expected(self) -> Decimal:
        """What should have arrived."""
        return self.gross - self.fees - self.refunds

    @property
    def difference(self) -> Decimal:
        """The unexplained cents; zero when everything adds up."""
        return self.paid_out - self.expected


def read_payouts(payments: Mapping[str, Payment]) -> list[Payout]:
    """The payouts that card payments name, oldest first.

    A card payment that was deleted was refunded: the charge was made and its fee kept, and the gross went back.
    """
    groups: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments.values():
        if payment.stripe_payout:
            groups[payment.stripe_payout].append(payment)
    return [_payout(key, sorted(group, key=lambda p: p.id)) for key, group in sorted(groups.items())]


def _payout(key: str, payments: list[Payment]) -> Payout:
    refunds = _sum(p.stripe_gross for p in payments if p.status == "DELETED")
    return Payout(
        id=key,
        payments=tuple(payments),
        gross=_sum(p.stripe_gross for p in payments),
        surcharges=_sum(p.stripe_surcharge for p in payments),
        fees=_sum(p.stripe_fee for p in payments),
        refunds=refunds,
        paid_out=_sum(p.stripe_net for p in payments) - refunds,
    )


def _sum(amounts: "Iterator[Decimal | None]") -> Decimal:
    return sum((amount or NOTHING for amount in amounts), NOTHING)


def plan_card_money(books: Books, cases: Collection[str]) -> list[Movement]:
    """The fee and the surcharge of each card payment on some invoices; one cent unexplained in a payout holds all of its movements."""
    found = []
    for payout in read_payouts(books.payments):
        unexplained = list(payout_holds(payout))
        for payment in (p for p in payout.payments if p.invoice_id in cases):
            wanted = [m for m in _movements(payment, books) if m.id not in books.card_links.pooltrackr]
            found += [_settled(movement, unexplained, books) for movement in wanted]
            found += _changed(payment, books)
    return found


def _changed(payment: Payment, books: Books) -> Iterator[Movement]:
    """Movements that are in Xero with another amount than Pooltrackr shows by now: a refund, or a corrected fee."""
    surcharge = payment.stripe_surcharge if payment.status != "DELETED" else NOTHING
    amounts: tuple[tuple[Part, Decimal | None], ...] = (("fee", payment.stripe_fee), ("surcharge", surcharge))
    for part, said in amounts:
        movement = Movement(payment=payment, part=part, amount=said or NOTHING)
        posted = books.card_posted.get(movement.id)
        if posted is not None and posted != movement.amount:
            words = f"A {part} of {dollars(posted)} is in Xero, Pooltrackr has {dollars(movement.amount)} now."
            yield replace(movement, holds=(Hold("card_money_changed", words),))


def payout_holds(payout: Payout) -> Iterator[Hold]:
    """What does not add up in a payout: as a whole, and charge by charge."""
    if payout.difference:
        words = f"Payout {payout.id}: {dollars(payout.gross)} gross - {dollars(payout.fees)} fees - {dollars(payout.refunds)} refunds is {dollars(payout.expected)}"
        yield Hold(
            "card_money_unexplained",
            f"{words}, {dollars(payout.paid_out)} was paid out: {payout.difference:+.2f} unexplained.",
        )
    for payment in payout.payments:
        charged = (payment.amount or NOTHING) + (payment.stripe_surcharge or NOTHING)
        if payment.stripe_gross != charged:
            words = f"{dollars(payment.amount)} and a surcharge of {dollars(payment.stripe_surcharge)} are not {dollars(payment.stripe_gross)}"
            yield Hold("card_money_unexplained", f"Charge {payment.stripe_charge} of {payment.id}: {words}.")


def _movements(payment: Payment, books: Books) -> Iterator[Movement]:
    """What a charge asks for; a refunded one leaves its fee."""
    invoice = books.invoices.get(payment.invoice_id)
    customer = books.contact_links.pooltrackr.get(invoice.contact_id, "") if invoice else ""
    settings = books.settings
    if payment.stripe_fee:
        account, holds = _account("fees_account", settings.fees_account, books)
        contact = settings.stripe_contact
        holds += (
            () if contact in books.xero_contacts else (Hold("stripe_contact_missing", "stripe_contact names none."),)
        )
        yield Movement(
            payment=payment, part="fee", amount=payment.stripe_fee, account=account, contact_id=contact, holds=holds
        )
    if payment.stripe_surcharge and payment.status != "DELETED":
        account, holds = _account("reimbursement_account", settings.reimbursement_account, books)
        holds += () if customer else (Hold("contact_not_linked", f"The customer of {payment.invoice_id} has no link."),)
        yield Movement(
            payment=payment,
            part="surcharge",
            amount=payment.stripe_surcharge,
            account=account,
            contact_id=customer,
            holds=holds,
        )


def _account(setting: str, code: str, books: Books) -> tuple[Account | None, tuple[Hold, ...]]:
    account = find_account(code, books)
    if account is not None and account.status == "ACTIVE":
        return account, ()
    return None, (Hold(f"{setting}_missing", f"{setting} is {code or 'not set'}."),)


def _settled(movement: Movement, unexplained: list[Hold], books: Books) -> Movement:
    """The movement with everything that speaks against it."""
    clearing = find_account(books.settings.clearing_account, books)
    holds = [*movement.holds, *unexplained, *date_holds(movement.payment.date, books)]
    if clearing is None or clearing.status != "ACTIVE" or clearing.type != "BANK":
        said = books.settings.clearing_account or "not set"
        holds.append(Hold("clearing_account_missing", f"clearing_account is {said}."))
    if movement.amount < 0:
        holds.append(Hold("card_money_returned", f"The {movement.part} of {movement.payment.id} is {movement.amount}."))
    if movement.payment.status != "DELETED":
        holds += _payment_holds(movement.payment, clearing, books)
    ready = not holds and clearing is not None and movement.account is not None
    write = _write(movement, movement.account, clearing) if ready and movement.account and clearing else None
    return replace(movement, holds=tuple(dict.fromkeys(holds)), write=write)


def _payment_holds(payment: Payment, clearing: Account | None, books: Books) -> Iterator[Hold]:
    """Fee and surcharge follow a payment that went through the clearing account, or the account would never come out even."""
    copy_id = books.payment_links.pooltrackr.get(payment.id)
    copy = books.xero_payments.get(copy_id) if copy_id else None
    if copy_id is None:
        yield Hold("payment_not_in_xero", f"Payment {payment.id} is not in Xero yet.")
    elif copy is not None and clearing is not None and copy.account_id not in ("", clearing.id):
        yield Hold(
            "card_payment_elsewhere",
            f"Xero payment {copy.id} stands in account {copy.account_code or copy.account_id}.",
        )


def _write(movement: Movement, account: Account, clearing: Account) -> PlannedWrite:
    """Money spent from, or received into, the clearing account; its tax is that of the account it is for."""
    payment, is_fee = movement.payment, movement.part == "fee"
    stamp = stamp_of(movement.id)
    amount = format(movement.amount, "f")
    what = "Stripe fee" if is_fee else "Card surcharge"
    line = {
        "Description": f"{what}, charge {payment.stripe_charge}, payout {payment.stripe_payout}",
        "Quantity": "1",
        "UnitAmount": amount,
        "AccountCode": account.code,
    }
    body = {
        "Type": "SPEND" if is_fee else "RECEIVE",
        "BankAccount": {"AccountID": clearing.id},
        "Contact": {"ContactID": movement.contact_id},
        "Date": iso(payment.date),
        "Reference": stamp,
        "LineAmountTypes": "Inclusive",
        "LineItems": [line],
    }
    expected = BankTransaction(
        id="",
        type="SPEND" if is_fee else "RECEIVE",
        contact_id=movement.contact_id,
        account_id=clearing.id,
        date=payment.date,
        reference=stamp,
        total=movement.amount,
    )
    return PlannedWrite(
        target="xero",
        entity="bank_transactions",
        verb="create",
        subject_id=movement.id,
        stamp=stamp,
        body=body,
        expect={name: str(value) for name, value in to_json(expected).items() if name != "id"},
    )

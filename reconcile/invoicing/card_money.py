"""Card payments through Stripe: what was charged, kept and paid out, to the cent (A19, A20, A49, A50, B19).

Each card payment makes three movements through the clearing account: the invoice's amount comes in as its payment, the
surcharge that the customer bore comes in to the reimbursement account, the fee that Stripe kept goes out to the fees
account. They are never netted. What is left in the clearing account is the payout: gross - fee - refunds.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reconcile.invoicing.books import Books
from reconcile.invoicing.holding import date_holds
from reconcile.invoicing.payments import find_account
from reconcile.invoicing.reasons import Hold
from reconcile.invoicing.totals import NOTHING
from reconcile.records import Account, Payment

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


def plan_card_money(books: Books) -> list[Movement]:
    """The fee and the surcharge of every card payment; one cent unexplained in a payout holds all of its movements."""
    found = []
    for payout in read_payouts(books.payments):
        unexplained = list(payout_holds(payout))
        for payment in payout.payments:
            found += [_settled(movement, unexplained, books) for movement in _movements(payment, books)]
    return found


def payout_holds(payout: Payout) -> Iterator[Hold]:
    """What does not add up in a payout: as a whole, and charge by charge."""
    if payout.difference:
        words = f"Payout {payout.id}: {payout.gross} gross - {payout.fees} fees - {payout.refunds} refunds is {payout.expected}"
        yield Hold(
            "card_money_unexplained", f"{words}, {payout.paid_out} was paid out: {payout.difference:+} unexplained."
        )
    for payment in payout.payments:
        charged = (payment.amount or NOTHING) + (payment.stripe_surcharge or NOTHING)
        if payment.stripe_gross != charged:
            words = f"{payment.amount} and a surcharge of {payment.stripe_surcharge or NOTHING} are not {payment.stripe_gross}"
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
    if movement.payment.id not in books.payment_links.pooltrackr and movement.payment.status != "DELETED":
        holds.append(Hold("payment_not_in_xero", f"Payment {movement.payment.id} is not in Xero yet."))
    return Movement(
        payment=movement.payment,
        part=movement.part,
        amount=movement.amount,
        account=movement.account,
        contact_id=movement.contact_id,
        holds=tuple(dict.fromkeys(holds)),
    )

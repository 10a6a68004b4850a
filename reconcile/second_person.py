"""Decisions that count only once a second person has confirmed them: which ones, and who may be the second."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from reconcile.decisions import Accepted
from reconcile.errors import BadInput
from reconcile.organisation_settings import SecondPerson
from reconcile.records import Invoice, Payment, Record

Why = Literal["", "bulk", "amount"]
WRITES = frozenset({"link", "create", "update", "void", "unlink"})
MANY_ROWS = 50
WAITS = "waits for a second person"


@dataclass(frozen=True)
class Confirmer:
    """Who answers for the second time; ``proven`` says that they have signed in, so that they are who they say."""

    name: str
    via: str
    proven: bool = False


def amount_at_stake(choice: Accepted, record: Record | None, other: Record | None) -> Decimal | None:
    """The largest amount that a decision is about: of invoices, payments and price updates; None for all else."""
    return max(_amounts(choice, (record, other)), default=None)


def _amounts(choice: Accepted, records: tuple[Record | None, ...]) -> Iterator[Decimal]:
    for record in records:
        amount = record.total if isinstance(record, Invoice) else None
        amount = record.amount if isinstance(record, Payment) else amount
        if amount is not None:
            yield abs(amount)
    for change in choice.proposal.changes:
        if change.field == "price":
            yield from (abs(price) for price in map(_price, (change.old, change.new)) if price is not None)


def _price(text: str) -> Decimal | None:
    try:
        price = Decimal(text)
    except InvalidOperation:
        return None
    return price if price.is_finite() else None


def why_it_waits(choice: Accepted, amount: Decimal | None, rule: SecondPerson, *, bulk: bool) -> Why:
    """Why a decision has to wait, "" when it counts at once. Leaving something alone never waits."""
    if choice.verdict not in WRITES:
        return ""
    if bulk and rule.bulk:
        return "bulk"
    return "amount" if amount is not None and rule.above is not None and amount > rule.above else ""


def is_bulk(accepting: int) -> bool:
    """Whether a file of so many accepting rows counts as accepting many at once."""
    return accepting > MANY_ROWS


def require_second(first: str, second: Confirmer) -> None:
    """Refuse who cannot be told apart from the first person, and the first person. Raises BadInput."""
    if not second.proven:
        raise BadInput(
            "Nobody has signed in here, so a second person cannot be told apart from the first.",
            remedy="Start the review page with --users (or give --users to the command) and sign in.",
        )
    if _same(first, second.name):
        raise BadInput(
            f"{first} made this decision and cannot be the second person as well.",
            remedy="Ask somebody else to confirm it.",
        )


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()

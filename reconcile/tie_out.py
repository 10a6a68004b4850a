"""Month-end tie-out by contact: opening + invoices - payments - credits = closing, in both systems (C25).

Every document of either system is an entry, linked ones in pairs. What a pair or a single entry adds to the difference
of the two balances goes under exactly one reason, so the reasons of a contact add up to its difference to the cent. Pure.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from reconcile.records import System

Kind = Literal["invoice", "payment", "credit"]
Standing = Literal["live", "draft", "voided"]
NOTHING = Decimal("0.00")
ROUNDING = Decimal("0.05")

REASONS = {
    "held_invoice": "The invoice is in Pooltrackr only: held, waiting for a decision, or not sent.",
    "invoice_only_in_xero": "The invoice is in Xero only.",
    "payment_waiting": "The payment is in Pooltrackr only: it waits, or its invoice does.",
    "payment_only_in_xero": "The payment is in Xero only.",
    "credit_only_in_xero": "A credit note, overpayment or prepayment, which Pooltrackr does not have.",
    "paid_mark": "Pooltrackr marks the invoice paid without a payment for it.",
    "another_month": "It is in both, dated in different months.",
    "draft": "In Xero it is a draft still, which does not count.",
    "voided": "It is voided or deleted on one side only.",
    "rounding": "The two amounts differ by at most five cents.",
    "amount": "The two amounts differ.",
    "another_contact": "It stands under another contact in Xero.",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One document: how it moves what the contact owes. ``standing`` is live, draft or voided; only live ones count."""

    system: System
    kind: Kind
    id: str
    contact: str
    date: dt.date | None
    amount: Decimal
    standing: Standing = "live"
    is_mark: bool = False

    @property
    def effect(self) -> Decimal:
        """What it adds to the balance: invoices count up, money and credits count down."""
        return self.amount if self.kind == "invoice" else -self.amount

    def counts_by(self, day: dt.date) -> bool:
        """Whether it is part of the balance at the end of a day; a document without a date always is."""
        return self.standing == "live" and (self.date is None or self.date <= day)


@dataclass(frozen=True)
class Month:
    """A calendar month: its first and last day, and the day before."""

    first: dt.date
    last: dt.date
    before: dt.date


@dataclass(frozen=True)
class Balance:
    """What a contact owes in one system; ``opening + invoices - payments - credits`` is ``closing``."""

    opening: Decimal = NOTHING
    invoices: Decimal = NOTHING
    payments: Decimal = NOTHING
    credits: Decimal = NOTHING

    @property
    def closing(self) -> Decimal:
        """What is owed at the end of the month."""
        return self.opening + self.invoices - self.payments - self.credits


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What one pair or single document adds to the difference (Pooltrackr minus Xero), and why."""

    contact: str
    reason: str
    amount: Decimal
    pooltrackr_id: str = ""
    xero_id: str = ""
    kind: Kind = "invoice"


@dataclass(frozen=True)
class Tied:
    """One contact in one month."""

    contact: str
    pooltrackr: Balance
    xero: Balance
    causes: tuple[Cause, ...] = ()

    @property
    def difference(self) -> Decimal:
        """Pooltrackr's closing balance minus Xero's."""
        return self.pooltrackr.closing - self.xero.closing

    @property
    def reasons(self) -> dict[str, Decimal]:
        """What each reason adds to the difference."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for cause in self.causes:
            sums[cause.reason] += cause.amount
        return dict(sorted(sums.items()))


@dataclass(frozen=True)
class Papers:
    """All entries of both systems, and which of them are linked: (kind, Pooltrackr id) to Xero id."""

    pooltrackr: tuple[Entry, ...] = ()
    xero: tuple[Entry, ...] = ()
    links: Mapping[tuple[str, str], str] = field(default_factory=dict)


def month_of(text: str) -> Month:
    """The month that ``2026-10`` names. Raises ValueError."""
    year, number = (int(part) for part in text.split("-"))
    first = dt.date(year, number, 1)
    following = dt.date(year + number // 12, number % 12 + 1, 1)
    return Month(first, dt.date.fromordinal(following.toordinal() - 1), dt.date.fromordinal(first.toordinal() - 1))


def tie_out(papers: Papers, month: Month) -> list[Tied]:
    """Every contact that owes or moved anything, largest difference first, then by id."""
    balances = {s: _balances(entries, month) for s, entries in (("p", papers.pooltrackr), ("x", papers.xero))}
    causes: dict[str, list[Cause]] = defaultdict(list)
    for cause in explain(papers, month.last):
        causes[cause.contact].append(cause)
    tied = [
        Tied(
            contact,
            balances["p"].get(contact, Balance()),
            balances["x"].get(contact, Balance()),
            tuple(causes[contact]),
        )
        for contact in {*balances["p"], *balances["x"], *causes}
    ]
    return sorted((one for one in tied if _is_shown(one)), key=lambda one: (-abs(one.difference), one.contact))


def _is_shown(one: Tied) -> bool:
    return one.pooltrackr != Balance() or one.xero != Balance() or bool(one.causes)


def _balances(entries: Iterable[Entry], month: Month) -> dict[str, Balance]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    contacts = set()
    for entry in entries:
        if entry.counts_by(month.before):
            sums[entry.contact, "opening"] += entry.effect
        elif entry.counts_by(month.last):
            sums[entry.contact, entry.kind] += entry.amount
        contacts.add(entry.contact)
    return {
        c: Balance(*(sums.get((c, part), NOTHING) for part in ("opening", "invoice", "payment", "credit")))
        for c in contacts
    }


def explain(papers: Papers, day: dt.date) -> Iterator[Cause]:
    """Why the balances differ at the end of a day: one cause for each pair or single document that makes a difference."""
    theirs = {(entry.kind, entry.id): entry for entry in papers.xero}
    paired = set()
    for entry in papers.pooltrackr:
        key = (entry.kind, papers.links.get((entry.kind, entry.id), ""))
        other = None if entry.is_mark else theirs.get(key)
        if other is not None and key not in paired:
            paired.add(key)
            yield from _explain_pair(entry, other, day)
        elif entry.counts_by(day) and entry.effect:
            yield _cause(entry, _reason_here(entry), entry.effect)
    for key, entry in theirs.items():
        if key not in paired and entry.counts_by(day) and entry.effect:
            yield _cause(entry, _reason_there(entry), -entry.effect)


def _explain_pair(ours: Entry, theirs: Entry, day: dt.date) -> Iterator[Cause]:
    here = ours.effect if ours.counts_by(day) else NOTHING
    there = theirs.effect if theirs.counts_by(day) else NOTHING
    if ours.contact != theirs.contact:
        yield from (_cause(e, "another_contact", a, ours, theirs) for e, a in ((ours, here), (theirs, -there)) if a)
    elif here != there:
        yield _cause(ours, _reason_of_pair(ours, theirs, day), here - there, ours, theirs)


def _reason_of_pair(ours: Entry, theirs: Entry, day: dt.date) -> str:
    if "voided" in (ours.standing, theirs.standing):
        return "voided"
    if "draft" in (ours.standing, theirs.standing):
        return "draft"
    if ours.counts_by(day) != theirs.counts_by(day):
        return "another_month"
    return "rounding" if abs(ours.amount - theirs.amount) <= ROUNDING else "amount"


def _reason_here(entry: Entry) -> str:
    if entry.is_mark:
        return "paid_mark"
    return "held_invoice" if entry.kind == "invoice" else "payment_waiting"


def _reason_there(entry: Entry) -> str:
    names = {"invoice": "invoice_only_in_xero", "payment": "payment_only_in_xero", "credit": "credit_only_in_xero"}
    return names[entry.kind]


def _cause(entry: Entry, reason: str, amount: Decimal, ours: Entry | None = None, theirs: Entry | None = None) -> Cause:
    ours = ours or (entry if entry.system == "pooltrackr" else None)
    theirs = theirs or (entry if entry.system == "xero" else None)
    return Cause(
        contact=entry.contact,
        reason=reason,
        amount=amount,
        pooltrackr_id=ours.id if ours else "",
        xero_id=theirs.id if theirs else "",
        kind=entry.kind,
    )

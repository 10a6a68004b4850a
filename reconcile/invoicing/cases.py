"""Cases: a Pooltrackr invoice and everything that planning it looks at, told without reading the documents themselves.

What is known of a document here is its version and the few fields that say which others it belongs to. ``Directory.mark``
is the fingerprint of all that one plan rests on: while it is the same, so is the plan. What all plans have in common
(settings, accounts, tax rates, items) is not part of it; see ``common_mark``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from reconcile.content import content_hash, digest
from reconcile.invoicing.books import Books, all_before
from reconcile.proposing import Linked
from reconcile.pushplan import stamp_of
from reconcile.records import Entity, System

RULES = 2
"""Raise this when planning invoices or payments comes to other results on the same data."""

ITEM_SAYS = ("code", "sales_account", "tax_type", "is_sold")
PARTS = ("FEE", "SURCHARGE")
Ids = tuple[str, ...]
Subject = tuple[Entity, System, str]
"""A record that something is proposed for or flagged on: entity, system, id."""


class Ours(NamedTuple):
    """A Pooltrackr invoice: its version, number without regard to case, customer, the Xero invoice that it names, and the
    Pooltrackr invoice that is owed in its place."""

    version: int
    number: str = ""
    contact_id: str = ""
    named: str = ""
    instead: str = ""


class Theirs(NamedTuple):
    """A sales invoice in Xero: its version, number and reference without regard to case."""

    version: int
    number: str = ""
    reference: str = ""


class Paid(NamedTuple):
    """A payment: its version, its invoice, the mark of its counterpart (an id, or Xero's reference) and its card payout."""

    version: int
    invoice_id: str = ""
    mark: str = ""
    payout: str = ""


class Kept(NamedTuple):
    """What was stored of a plan: what it rested on, the day that it bears if it does, the pools it shows, what it proposed."""

    mark: str
    day: str
    pools: Ids
    proposals: Ids


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Which records there are, in which version, and how they hang together. Mappings are by id.

    ``contacts`` and ``pools`` are the versions of Xero's contacts and Pooltrackr's pools, ``credits`` the credits (id and version) on a
    Xero invoice. ``agreed`` is what was stored with the link of a Pooltrackr invoice. ``ignored`` and ``busy`` are records of
    which somebody decided for good, and of which a write is under way.
    """

    invoices: Mapping[str, Ours] = field(default_factory=dict)
    xero_invoices: Mapping[str, Theirs] = field(default_factory=dict)
    payments: Mapping[str, Paid] = field(default_factory=dict)
    xero_payments: Mapping[str, Paid] = field(default_factory=dict)
    contacts: Mapping[str, int] = field(default_factory=dict)
    pools: Mapping[str, int] = field(default_factory=dict)
    credits: Mapping[str, Ids] = field(default_factory=dict)
    contact_links: Linked = field(default_factory=Linked)
    invoice_links: Linked = field(default_factory=Linked)
    payment_links: Linked = field(default_factory=Linked)
    card_links: Linked = field(default_factory=Linked)
    agreed: Mapping[str, str] = field(default_factory=dict)
    remade: Mapping[str, int] = field(default_factory=dict)
    ignored: Collection[Subject] = frozenset()
    busy: Collection[Subject] = frozenset()

    @cached_property
    def by_number(self) -> dict[str, Ids]:
        """Pooltrackr's invoices by number."""
        return _grouped((entry.number, key) for key, entry in self.invoices.items())

    @cached_property
    def xero_by_number(self) -> dict[str, Ids]:
        """Xero's invoices by number."""
        return _grouped((entry.number, key) for key, entry in self.xero_invoices.items())

    @cached_property
    def xero_by_reference(self) -> dict[str, Ids]:
        """Xero's invoices by reference."""
        return _grouped((entry.reference, key) for key, entry in self.xero_invoices.items())

    @cached_property
    def owed_before(self) -> dict[str, Ids]:
        """The invoices that another one has taken the place of, by that one."""
        return _grouped((entry.instead, key) for key, entry in self.invoices.items())

    @cached_property
    def payments_of(self) -> dict[str, Ids]:
        """Pooltrackr's payments by invoice, those without one under the empty id."""
        return _grouped(((entry.invoice_id, key) for key, entry in self.payments.items()), blank=True)

    @cached_property
    def xero_payments_of(self) -> dict[str, Ids]:
        """Xero's payments by invoice."""
        return _grouped((entry.invoice_id, key) for key, entry in self.xero_payments.items())

    @cached_property
    def payouts(self) -> dict[str, Ids]:
        """Card payments by payout."""
        return _grouped((entry.payout, key) for key, entry in self.payments.items())

    def case_ids(self) -> list[str]:
        """Every case: Pooltrackr's invoices, and ids of invoices that only a link or a payment still names; in order."""
        return sorted({*self.invoices, *self.invoice_links.pooltrackr, *self.payments_of})

    def copies_around(self, case_id: str) -> Iterator[str]:
        """The Xero invoices that planning a case looks at: linked, named, marked, under its number, or before it."""
        entry = self.invoices.get(case_id)
        linked = self.invoice_links.pooltrackr.get(case_id)
        if linked is not None:
            yield linked
        if entry is not None:
            yield from (entry.named,) if entry.named in self.xero_invoices else ()
            yield from self.xero_by_reference.get(stamp_of(case_id).casefold(), ())
            yield from self.xero_by_number.get(entry.number, ())
            yield from self.xero_by_reference.get(entry.number, ())
        before = (self.invoice_links.pooltrackr.get(key) for key in all_before(case_id, self.owed_before))
        yield from (copy_id for copy_id in before if copy_id is not None)

    def ours_around(self, case_id: str) -> Iterator[str]:
        """The Pooltrackr invoices that planning a case looks at: those with its number, and those it took the place of."""
        yield from self.namesakes(case_id)
        yield from all_before(case_id, self.owed_before)

    def namesakes(self, case_id: str) -> Ids:
        """The Pooltrackr invoices with the number of this one, itself among them."""
        entry = self.invoices.get(case_id)
        return self.by_number.get(entry.number, (case_id,)) if entry else ()

    def payments_around(self, case_id: str) -> Iterator[str]:
        """The Pooltrackr payments that planning a case looks at: its own, those of the same card payouts, counterparts on its copy."""
        for key in self.payments_of.get(case_id, ()):
            yield key
            yield from self.payouts.get(self.payments[key].payout, ())
        for key in self.xero_payments_of.get(self.invoice_links.pooltrackr.get(case_id, ""), ()):
            ours = self.payment_links.xero.get(key)
            if ours is not None and ours in self.payments:
                yield ours

    def xero_payments_around(self, case_id: str) -> Iterator[str]:
        """The Xero payments that planning a case looks at: those on its copy, and counterparts of its payments."""
        yield from self.xero_payments_of.get(self.invoice_links.pooltrackr.get(case_id, ""), ())
        for key in self.payments_of.get(case_id, ()):
            other = self.payment_links.pooltrackr.get(key)
            if other is not None:
                yield other

    def subjects(self, case_id: str) -> Iterator[Subject]:
        """The records that proposals and flags of a case are about."""
        yield "invoices", "pooltrackr", case_id
        copy_id = self.invoice_links.pooltrackr.get(case_id)
        if copy_id is not None:
            yield "invoices", "xero", copy_id
        for key in self.payments_of.get(case_id, ()):
            yield "payments", "pooltrackr", key
        for key in self.xero_payments_around(case_id):
            yield "payments", "xero", key

    def case_of(self, subject: Subject) -> str | None:
        """The one case whose plan proposes for a record and flags it, None when there is none."""
        entity, system, record_id = subject
        if entity == "invoices":
            return record_id if system == "pooltrackr" else self.invoice_links.xero.get(record_id)
        ours = record_id if system == "pooltrackr" else self.payment_links.xero.get(record_id)
        if ours is not None:
            return self.payments[ours].invoice_id if ours in self.payments else None
        there = self.xero_payments.get(record_id)
        return self.invoice_links.xero.get(there.invoice_id) if there else None

    def mark(self, case_id: str, pools: Iterable[str]) -> str:
        """The fingerprint of what planning a case rests on, 32 hex digits; ``pools`` are those that its invoice shows."""
        said = "\n".join(self._said(case_id, pools))
        return blake2b(said.encode(), digest_size=16).hexdigest()

    def _said(self, case_id: str, pools: Iterable[str]) -> Iterator[str]:
        entry = self.invoices.get(case_id)
        yield f"case {case_id} {entry.version if entry else 0} {self.agreed.get(case_id, '')}"
        for key in sorted({*self.copies_around(case_id)}):
            copy = self.xero_invoices.get(key)
            yield f"copy {key} {copy.version if copy else 0} {self.invoice_links.xero.get(key, '')} {self.credits.get(key, '')}"
        for key in self.namesakes(case_id):
            yield f"same {key} {self.invoices[key].version}"
        for key in all_before(case_id, self.owed_before):
            yield f"before {key} {self.invoices[key].version} {self.invoice_links.pooltrackr.get(key, '')}"
        if entry is not None:
            contact = self.contact_links.pooltrackr.get(entry.contact_id, "")
            yield f"contact {contact} {self.contacts.get(contact, 0)}"
        for key in pools:
            yield f"pool {key} {self.pools.get(key, 0)}"
        yield from self._said_of_payments(case_id)
        for subject in sorted({*self.subjects(case_id)}):
            if subject in self.ignored:
                yield f"ignored {subject}"
            if subject in self.busy:
                yield f"busy {subject}"

    def _said_of_payments(self, case_id: str) -> Iterator[str]:
        links = self.payment_links
        if case_id in links.pooltrackr or case_id in self.remade:
            yield f"entered {links.pooltrackr.get(case_id, '')} {self.remade.get(case_id, 0)}"
        for key in sorted({*self.payments_around(case_id)}):
            cards = [self.card_links.pooltrackr.get(f"{key}-{part}", "") for part in PARTS]
            linked = links.pooltrackr.get(key, "")
            yield f"payment {key} {self.payments[key].version} {linked} {cards} {self.remade.get(key, 0)}"
        for key in sorted({*self.xero_payments_around(case_id)}):
            other = self.xero_payments.get(key)
            yield f"xero payment {key} {other.version if other else 0} {links.xero.get(key, '')}"

    def marked_invoices(self) -> list[str]:
        """Unlinked Pooltrackr invoices that a mark of an earlier push may have a copy for; in order."""
        return sorted(
            key
            for key, entry in self.invoices.items()
            if key not in self.invoice_links.pooltrackr
            if entry.named in self.xero_invoices or stamp_of(key).casefold() in self.xero_by_reference
        )

    def marked_payments(self) -> list[str]:
        """Cases with an unlinked payment that a mark of an earlier push may have a copy for; in order."""
        found = set()
        for key, entry in self.payments.items():
            copy_id = self.invoice_links.pooltrackr.get(entry.invoice_id)
            if key in self.payment_links.pooltrackr or copy_id is None:
                continue
            for other_id in self.xero_payments_of.get(copy_id, ()):
                mark = self.xero_payments[other_id].mark
                if other_id not in self.payment_links.xero and (
                    other_id == entry.mark or mark.startswith(stamp_of(key))
                ):
                    found.add(entry.invoice_id)
        return sorted(found)


def common_mark(books: Books) -> str:
    """The fingerprint of what all plans rest on: settings, Xero's lock dates, accounts, taxes, items; 64 hex digits.

    ``books`` needs to hold nothing else. When it changes, everything is planned again.
    """
    return digest(
        [
            RULES,
            books.settings.model_dump(mode="json"),
            [str(value) for value in (books.organisation, books.lock_date)],
            [content_hash(books.accounts[key]) for key in sorted(books.accounts)],
            [content_hash(books.tax_rates[key]) for key in sorted(books.tax_rates)],
            {key: [str(getattr(item, name)) for name in ITEM_SAYS] for key, item in books.items.items()},
            {key: product.category for key, product in books.products.items()},
            dict(books.product_links.pooltrackr),
            sorted(books.undecided_products),
            sorted(books.xero_contacts),
        ]
    )


def must_plan(kept: Kept | None, mark: str, standing: Collection[str]) -> bool:
    """Whether a case is to be planned: never planned, rests on something else, or lost a proposal."""
    return kept is None or kept.mark != mark or any(key not in standing for key in kept.proposals)


def _grouped(pairs: Iterable[tuple[str, str]], *, blank: bool = False) -> dict[str, Ids]:
    groups: dict[str, Ids] = defaultdict(tuple)
    for key, value in pairs:
        if key or blank:
            groups[key] += (value,)
    return dict(groups)

"""Letting agencies: one office, many owners and tenants."""

from dataclasses import replace

from reconcile.sandbox.generate import names, spelling
from reconcile.sandbox.generate.book import ContactBook
from reconcile.sandbox.generate.party import Party


def rent_roll(book: ContactBook) -> None:
    """An agency in both systems, with owners billed through it and a tenant who never pays a bill."""
    agency = book.population.business(
        f"{book.dice.pick(names.AGENCY_WORDS)} {book.dice.pick(names.AGENCY_KINDS)}", "Real estate"
    )
    agency_left, agency_right = book.pair("agency", agency, keep=3, pooltrackr={"is_batch": "true"})
    for _ in range(3):
        owner_left, owner_right = _owner(book, agency, agency_left)
        book.look_alike("agency_owner", owner_left, agency_right)
        book.look_alike("agency_owner", agency_left, owner_right)
    _wrong_abn(book, agency, agency_right)


def _owner(book: ContactBook, agency: Party, agency_left: str) -> tuple[str, str]:
    """An owner whose bills go care of the agency."""
    owner = book.population.person()
    through = replace(owner, email=agency.email, phone=agency.phone, mobile="", postal=agency.home)
    name = book.dice.pick((
        f"{agency.company} (Owner: {owner.first[0]} {owner.last})",
        f"{owner.full_name} c/- {agency.company}",
        f"{owner.last}, {owner.first} ({agency.company})",
    ))  # fmt: skip
    left, right = book.pair(
        "agency_owner", replace(owner, email=agency.email, phone=agency.phone), name, right=through, keep=3
    )
    pool = book.pools[-1]["id"]
    book.share_pool(pool, agency_left, "agent")
    tenant = book.population.person(home=owner.home)
    book.share_pool(pool, book.in_pooltrackr(tenant, {"category": "Tenant"}, pool=False), "tenant")
    return left, right


def _wrong_abn(book: ContactBook, agency: Party, agency_right: str) -> None:
    """An owner on whose record somebody typed the agency's ABN, in both systems."""
    owner = replace(book.population.person(), abn=agency.abn)
    left, _ = book.pair("agents_abn", owner, keep=3, pooltrackr={"abn": spelling.abn(agency.abn, book.dice)})
    book.look_alike("agents_abn", left, agency_right)

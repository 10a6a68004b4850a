"""Which customers a sample organisation has, and how many of each kind."""

from collections.abc import Callable

from reconcile.sandbox.generate import agencies, bystanders, cells, companies, households, people, strata
from reconcile.sandbox.generate.book import ContactBook, Truth
from reconcile.sandbox.generate.dice import Dice
from reconcile.sandbox.generate.party import Population

Recipe = Callable[[ContactBook], None]

MIX: dict[Recipe, float] = {
    people.plain: 24, people.nickname: 5, people.surname_first: 6, people.titled: 3, people.initial: 2,
    people.mistyped: 3, people.shouted: 3, people.hyphenated: 2, people.accented: 1.5, people.spaced: 1.5,
    people.family_name_first: 1.5, people.transliterated: 1, people.moved: 3, people.gmail_dots: 1.5, people.email_slip: 1.5,
    people.from_the_territory: 1, people.estate: 0.7, people.unit_dweller: 2, people.mountaineer: 1,
    people.stamped: 1.5, people.worn: 5, people.bare_in_xero: 3, people.new_owner: 1.5,
    people.namesakes: 1.5, people.reissued_number: 0.7,
    households.couple_in_xero: 7, households.couple_both_sides: 2, households.partners_apart: 2,
    households.shared_mailbox: 1.5, households.father_and_son: 1, households.neighbours: 1, households.shop_mailbox: 0.3,
    households.shared_initial: 1,
    companies.proprietary: 4, companies.venue: 3, companies.trading_as: 2, companies.renamed_sign: 0.7, companies.family_trust: 2,
    companies.trust_and_company: 0.7, companies.super_fund: 0.5, companies.club: 1.5, companies.sister_venues: 0.8,
    companies.state_branches: 0.5,
    companies.owner_pays: 1, strata.managed_schemes: 0.7,
    cells.two_numbers: 1, cells.two_mailboxes: 1, cells.pasted_mailbox: 0.5, cells.exponent: 0.7, cells.extension: 0.7,
    cells.remark: 1.5, agencies.rent_roll: 0.7,
    bystanders.only_in_pooltrackr: 9, bystanders.only_in_xero: 10, bystanders.supplier: 5, bystanders.placeholder: 0.3,
    bystanders.twice_in_pooltrackr: 2, bystanders.twice_in_xero: 1.5, bystanders.company_twice_in_xero: 0.7,
    bystanders.archived_in_xero: 1.2, bystanders.archived_in_pooltrackr: 1, bystanders.merged: 0.8,
    bystanders.careless: 0.3,
}  # fmt: skip


def fill_book(dice: Dice, wanted: int, truth: Truth) -> ContactBook:
    """Write about `wanted` Pooltrackr contacts and their like in Xero; every kind occurs at least once."""
    book = ContactBook(dice.of("writing"), Population(dice.of("population")), truth)
    for recipe in MIX:
        recipe(book)
    while len(book.pooltrackr) < wanted:
        dice.weighted(MIX)(book)
    book.xero.sort(key=lambda row: row["id"])
    return book

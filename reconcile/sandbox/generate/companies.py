"""Businesses: legal forms, trading names, trusts, sister venues."""

from dataclasses import replace

from reconcile.sandbox.generate import names, spelling
from reconcile.sandbox.generate.book import ContactBook


def proprietary(book: ContactBook) -> None:
    """Pty Ltd, P/L, Pty Limited."""
    business = book.population.business(f"{book.population.trade()} Pty Ltd")
    book.pair("company", business, spelling.company(business.company, book.dice))


def venue(book: ContactBook) -> None:
    """A motel or park under its own name, billed in monthly batches now and then."""
    business = book.population.business(book.population.venue())
    batch = "true" if book.dice.chance(0.5) else "false"
    book.pair("venue", business, business.company, pooltrackr={"is_batch": batch})


def renamed_sign(book: ContactBook) -> None:
    """The sign over the door changed; ABN, office line and place did not."""
    word = book.dice.pick(names.VENUE_WORDS)
    before, after = book.dice.sample(names.VENUE_KINDS, 2)
    business = book.population.business(f"{word} {before}")
    number = {"abn": spelling.abn(business.abn, book.dice)}
    book.pair("renamed", business, f"{word} {after}", keep=3, pooltrackr=number)


def trading_as(book: ContactBook) -> None:
    """The books know the company, the field crew knows the sign over the door."""
    sign = book.population.venue()
    business = book.population.business(sign)
    owner = f"{book.population.trade()} Pty Ltd"
    name = f"{owner} {book.dice.pick(('t/as', 'T/A', 'trading as'))} {sign}"
    book.pair("trading_as", business, name, right=replace(business, company=name))


def family_trust(book: ContactBook) -> None:
    """A person in the field is a trust in the books."""
    family = book.dice.pick(names.SURNAMES)
    trust = book.population.business(f"{family} Family Trust", last=family)
    trustee = book.dice.pick((
        f"The Trustee for the {family} Family Trust",
        f"{trust.full_name} ATF {family} Family Trust",
        f"{family} Family Trust",
    ))  # fmt: skip
    book.pair("trust", trust, trustee)


def club(book: ContactBook) -> None:
    """Incorporated and Inc, Limited and Ltd."""
    long, short = book.dice.pick((("Incorporated", "Inc"), ("Limited", "Ltd"), ("Co-operative Limited", "Co-op Ltd")))
    name = f"{book.dice.pick(names.VENUE_WORDS)} {book.dice.pick(('Bowls Club', 'Tennis Club', 'Swimming Club', 'Golf Club'))}"
    business = book.population.business(f"{name} {long}")
    book.pair("club", business, f"{name} {short}")


def super_fund(book: ContactBook) -> None:
    """A family's trust here, its superannuation fund there: two taxpayers with one mailbox."""
    family = book.dice.pick(names.SURNAMES)
    trust = book.population.business(f"{family} Family Trust", last=family)
    fund = replace(trust, company=f"{family} Superannuation Fund", abn=book.population.numbers.abn())
    left = book.in_pooltrackr(trust, {"abn": spelling.abn(trust.abn, book.dice)})
    book.look_alike("super_fund", left, book.in_xero(fund, fund.company))


def trust_and_company(book: ContactBook) -> None:
    """A trust and its trustee company share everything but the name and the ABN."""
    family = book.dice.pick(names.SURNAMES)
    company = book.population.business(f"{family} Holdings Pty Ltd", last=family)
    trust = replace(company, company=f"{family} Family Trust", abn=book.population.numbers.abn())
    fund_number = spelling.abn(trust.abn, book.dice)
    left_company, right_company = book.pair("trust_and_company", company, keep=3)
    left_trust, right_trust = book.pair(
        "trust_and_company", trust, f"The Trustee for the {trust.company}", keep=3, pooltrackr={"abn": fund_number}
    )
    book.look_alike("trust_and_company", left_company, right_trust)
    book.look_alike("trust_and_company", left_trust, right_company)


def sister_venues(book: ContactBook) -> None:
    """One owner, one office, one ABN, two houses."""
    sign = book.population.venue()
    first = book.population.business(f"{sign} North")
    second = replace(first, company=f"{sign} South", home=book.population.address(), mobile="")
    left_first, right_first = book.pair("sister_venues", first, keep=3)
    left_second, right_second = book.pair("sister_venues", second, keep=3)
    book.look_alike("sister_venues", left_first, right_second)
    book.look_alike("sister_venues", left_second, right_first)


def state_branches(book: ContactBook) -> None:
    """(QLD) and (NSW) are two companies; each system knows one of them."""
    trade = book.population.trade()
    north = book.population.business(f"{trade} (QLD) Pty Ltd")
    south = book.population.business(f"{trade} (NSW) Pty Ltd")
    left = book.in_pooltrackr(north)
    right = book.in_xero(south, south.company)
    book.look_alike("state_branches", left, right)


def owner_pays(book: ContactBook) -> None:
    """Pooltrackr has the person, Xero the company with the person beside it."""
    business = book.population.business(f"{book.population.trade()} Pty Ltd")
    person = replace(business, company="")
    book.pair("company_person", person, f"{business.company} ({person.full_name})", right=business, keep=3)

"""Records without a partner, records entered twice, and records put away."""

from dataclasses import replace

from reconcile.sandbox.generate import names, spelling
from reconcile.sandbox.generate.book import ContactBook, Known
from reconcile.sandbox.generate.party import Party


def only_in_pooltrackr(book: ContactBook) -> None:
    """A customer who was never billed through Xero."""
    book.in_pooltrackr(book.population.person())


def only_in_xero(book: ContactBook) -> None:
    """A customer of the shop, or from before Pooltrackr."""
    person = book.population.person()
    if book.dice.chance(0.4):
        person = book.population.business(f"{book.population.trade()} Pty Ltd")
    book.in_xero(person, person.company or person.full_name)


def supplier(book: ContactBook) -> None:
    """Somebody the business buys from."""
    firm = book.population.business(f"{book.dice.pick(names.SUPPLIERS)} Pty Ltd")
    book.in_xero(firm, firm.company, {"is_customer": "false", "is_supplier": "true"})


def placeholder(book: ContactBook) -> None:
    """Cash sales and test records, which stand for nobody."""
    left_name, right_name = book.dice.pick(
        (("Cash Sale", "Cash Sales"), ("Walk-in Customer", "Walk In"), ("TEST", "Test Do Not Use"))
    )
    left = book.in_pooltrackr(Party(first=left_name, email="noemail@example.com"), pool=False)
    right = book.in_xero(Party(), right_name)
    book.look_alike("placeholder", left, right)


def twice_in_pooltrackr(book: ContactBook) -> None:
    """One customer entered again by the next technician."""
    person = book.population.person()
    left, _ = book.pair("duplicate_in_pooltrackr", person, keep=3)
    again = replace(person, first=person.first[0] if book.dice.chance(0.3) else person.first, email="")
    if book.dice.chance(0.4):
        again = replace(again, last=spelling.typo(person.last, book.dice))
    copy = book.in_pooltrackr(again, pool=False)
    book.truth.duplicates_pooltrackr.append(Known("contacts", left, copy, "entered_twice"))


def twice_in_xero(book: ContactBook) -> None:
    """One customer under two spellings in Xero."""
    person = book.population.person()
    _, right = book.pair("duplicate_in_xero", person, keep=3)
    copy = book.in_xero(replace(person, email=""), f"{person.last}, {person.first}")
    book.truth.duplicates_xero.append(Known("contacts", right, copy, "two_spellings"))


def company_twice_in_xero(book: ContactBook) -> None:
    """Pty Ltd and P/L as two contacts."""
    firm = book.population.business(f"{book.population.trade()} Pty Ltd")
    _, right = book.pair("duplicate_in_xero", firm, keep=3)
    copy = book.in_xero(replace(firm, mobile=""), firm.company.replace("Pty Ltd", "P/L"))
    book.truth.duplicates_xero.append(Known("contacts", right, copy, "two_spellings"))


def archived_in_xero(book: ContactBook) -> None:
    """Put away in Xero while the field still serves the pool."""
    book.pair("archived_in_xero", book.population.person(), keep=3, xero={"status": "ARCHIVED"})


def archived_in_pooltrackr(book: ContactBook) -> None:
    """Put away in Pooltrackr, still in the books."""
    book.pair("archived_in_pooltrackr", book.population.person(), keep=3, pooltrackr={"archived": "true"})


def merged(book: ContactBook) -> None:
    """Two Xero contacts that became one; the old one points to the one that stayed."""
    person = book.population.person()
    _, right = book.pair("merged", person, keep=3)
    gone = book.in_xero(person, f"{person.first[0]} {person.last}", {"status": "ARCHIVED", "merged_to": right})
    book.truth.duplicates_xero.append(Known("contacts", right, gone, "merged"))


def careless(book: ContactBook) -> None:
    """Customers whose records break a rule on each side: ABN, mailbox, postcode, state, and spaces or brackets in names."""
    for slip in ({"abn": "12 345 678 901"}, {"email": "noemail@"}, {"postcode": "9999"}, {"state": "NZ"}):
        person = book.population.person()
        name = book.dice.pick((f"{person.first}  {person.last}", f"{person.full_name} <{person.home.suburb}>"))
        book.pair("careless", person, name, keep=3, pooltrackr=slip)

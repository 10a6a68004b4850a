"""Strata schemes under one manager: the scheme's number is the identity, all else is the manager's."""

from dataclasses import replace
from itertools import pairwise

from reconcile.sandbox.generate import names
from reconcile.sandbox.generate.book import ContactBook
from reconcile.sandbox.generate.party import Party


def managed_schemes(book: ContactBook) -> None:
    """A manager with schemes in both systems, and one more in each that the other does not know."""
    manager = book.population.business(f"{book.dice.pick(names.MANAGER_WORDS)} Strata Management", "Strata")
    book.pair("strata_manager", manager, keep=3)
    first = book.dice.randrange(1_000, 98_000)
    numbers = [first, first + 1, first + 10, *(book.dice.randrange(1_000, 99_999) for _ in range(3))]
    written = [_scheme(book, manager, number) for number in numbers[:4]]
    for (left, _), (_, right) in pairwise(written):
        book.look_alike("other_strata_number", left, right)
    left_only, _ = _names(book, numbers[4])
    lonely = book.in_pooltrackr(_seat(book, manager, left_only))
    book.look_alike("other_strata_number", lonely, written[0][1])
    _, right_only = _names(book, numbers[5])
    book.in_xero(_seat(book, manager, right_only), right_only)


def _scheme(book: ContactBook, manager: Party, number: int) -> tuple[str, str]:
    left, right = _names(book, number)
    return book.pair("strata_plan", _seat(book, manager, left), right, keep=3)


def _seat(book: ContactBook, manager: Party, name: str) -> Party:
    """The scheme as a customer: its own site, the manager's mailbox, line and PO Box."""
    postal = manager.postal if manager.postal.street else manager.home
    return replace(
        manager,
        company=name,
        first="Strata",
        last="Manager",
        home=book.population.address(),
        postal=postal,
        abn="",
        mobile="",
    )


def _names(book: ContactBook, number: int) -> tuple[str, str]:
    """The scheme's name in Pooltrackr and in Xero, as the states call such things."""
    building = book.dice.pick(names.SCHEME_WORDS)
    return book.dice.pick((
        (f"SP {number}", f"The Owners - Strata Plan {number}"),
        (f"{building} Body Corporate CTS {number}", f"Body Corporate for {building} CTS {number}"),
        (f"Owners Corporation PS{number}K", f"Owners Corporation 1 PS {number}K"),
        (f"Strata Plan {number} {building}", f"The Owners of {building}, Strata Plan {number}"),
        (f"Strata Corporation {number}", f"Strata Corporation {number} Inc"),
    ))  # fmt: skip

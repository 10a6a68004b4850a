"""Cells into which somebody typed more than one thing, or which a spreadsheet changed."""

from dataclasses import replace

from reconcile.sandbox.generate import names, spelling
from reconcile.sandbox.generate.book import ContactBook


def two_numbers(book: ContactBook) -> None:
    """One cell with the mobiles of both partners, and whose is whose."""
    person = book.population.person()
    partner = book.dice.pick(names.FORENAMES)
    other = spelling.phone(book.population.numbers.mobile(), book.dice)
    cell = f"{spelling.phone(person.mobile, book.dice)} ({person.first}) / {other} ({partner})"
    book.pair("two_numbers", person, keep=3, xero={"phone": "", "mobile": cell})


def two_mailboxes(book: ContactBook) -> None:
    """One cell with two addresses, one of them the right one."""
    person = book.population.person()
    cell = f"{book.population.email(person.first, person.last)}; {person.email}"
    book.pair("two_mailboxes", person, keep=3, pooltrackr={"email": cell})


def pasted_mailbox(book: ContactBook) -> None:
    """An address that was pasted from a web page."""
    person = book.population.person()
    book.pair("pasted_mailbox", person, keep=3, pooltrackr={"email": f"mailto:{person.email};"})


def exponent(book: ContactBook) -> None:
    """A mobile number that a spreadsheet made into a number, and rounded."""
    person = replace(book.population.person(), phone="")
    book.pair("exponent", person, keep=3, pooltrackr={"mobile": "4.91E+08"})


def extension(book: ContactBook) -> None:
    """An office line with an extension, and a 1300 number in the other system."""
    firm = book.population.business(f"{book.population.trade()} Pty Ltd")
    cells = {"phone": f"{spelling.phone(firm.phone, book.dice)} ext {book.dice.randint(2, 60)}", "mobile": ""}
    national = replace(firm, phone=book.population.numbers.business_line())
    book.pair("extension", firm, keep=3, right=national, pooltrackr=cells)


def remark(book: ContactBook) -> None:
    """A remark that was typed into the name."""
    person = book.population.person()
    note = book.dice.pick(
        (" (old)", " - DECEASED", " - Unit 4", " ** key under mat **", " (weekly)", " DO NOT SERVICE")
    )
    book.pair("remark", person, f"{person.full_name}{note}", keep=3)

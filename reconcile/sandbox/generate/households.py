"""People who share a roof: couples, families, fathers and sons, neighbours."""

from dataclasses import replace

from reconcile.sandbox.generate import names
from reconcile.sandbox.generate.book import ContactBook
from reconcile.sandbox.generate.people import household_email


def couple_in_xero(book: ContactBook) -> None:
    """One partner in Pooltrackr, both in Xero's name; the household has no other contact."""
    person = book.population.person()
    partner = book.dice.pick(names.FORENAMES)
    name = book.dice.pick((
        f"{person.first} & {partner} {person.last}",
        f"{person.last}, {person.first[0]} & {partner[0]}",
        f"Mr & Mrs {person.first[0]} {person.last}",
        f"{person.first} and {partner} {person.last}",
        f"The {person.last} Family",
    ))  # fmt: skip
    book.pair("couple", person, name)


def couple_both_sides(book: ContactBook) -> None:
    """Both partners in both names."""
    person = book.population.person()
    partner = book.dice.pick(names.FORENAMES)
    together = replace(person, first=f"{person.first} & {partner}")
    book.pair("couple", together, f"{person.last}, {person.first} & {partner}", right=together)


def partners_apart(book: ContactBook) -> None:
    """Both partners in Pooltrackr, the couple once in Xero; telephone and e-mail are those of one of them."""
    payer = book.population.person()
    partner = replace(book.population.person(last=payer.last, home=payer.home), phone="")
    _, right = book.pair("couple_payer", payer, f"{payer.first} & {partner.first} {payer.last}", keep=3)
    left = book.in_pooltrackr(partner, pool=False)
    book.look_alike("couple_partner", left, right)


def shared_initial(book: ContactBook) -> None:
    """Two of a house begin with one letter; Xero's "J Smith" has the mobile and the mailbox of one of them."""
    payer = book.population.person()
    alike = [name for name in names.FORENAMES if name[0] == payer.first[0] and name != payer.first]
    other = book.population.person(first=book.dice.pick(alike or [payer.first]), last=payer.last, home=payer.home)
    short = replace(payer, first=payer.first[0])
    _, right = book.pair("shared_initial", payer, short.full_name, keep=3, right=short)
    book.look_alike("shared_initial", book.in_pooltrackr(other, pool=False), right)


def shared_mailbox(book: ContactBook) -> None:
    """A family with one e-mail and one house; first names and mobiles tell them apart."""
    one = book.population.person()
    other = book.population.person(last=one.last, home=one.home)
    email = household_email(one, book.dice)
    one, other = (replace(person, email=email, phone="") for person in (one, other))
    left_one, right_one = book.pair("shared_email", one, keep=3)
    left_other, right_other = book.pair("shared_email", other, keep=3)
    book.look_alike("shared_email", left_one, right_other)
    book.look_alike("shared_email", left_other, right_one)


def father_and_son(book: ContactBook) -> None:
    """Senior and junior at one address; Xero knows one of them."""
    senior = book.population.person()
    junior = book.population.person(first=senior.first, last=senior.last, home=senior.home)
    elder, younger = (replace(senior, last=f"{senior.last} Snr"), replace(junior, last=f"{junior.last} Jnr"))
    _, right = book.pair("father_son", elder, elder.full_name, keep=3)
    left = book.in_pooltrackr(younger)
    book.look_alike("father_son", left, right)


def neighbours(book: ContactBook) -> None:
    """One surname, one street, two families; Xero knows the one, Pooltrackr the other."""
    here = book.population.person()
    first = book.dice.pick([name for name in names.FORENAMES if name[0] != here.first[0]])
    number, street = book.dice.randint(2, 80), book.population.street()
    there = book.population.person(
        first=first, last=here.last, home=replace(here.home, street=f"{number + 2} {street}")
    )
    here = replace(here, home=replace(here.home, street=f"{number} {street}"))
    left, right = book.in_pooltrackr(here), book.in_xero(there, there.full_name)
    book.look_alike("neighbours", left, right)


def shop_mailbox(book: ContactBook) -> None:
    """Staff typed the shop's own e-mail where the customer had none."""
    people = [replace(book.population.person(), email="shop@clearwater.example.com.au") for _ in range(3)]
    written = [book.pair("shop_email", person, keep=3) for person in people]
    book.look_alike("shop_email", written[0][0], written[1][1])

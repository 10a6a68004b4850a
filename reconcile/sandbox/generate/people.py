"""Single people: the same customer, whose name the two offices wrote differently."""

from dataclasses import replace

from reconcile.sandbox.generate import names, places, spelling
from reconcile.sandbox.generate.book import ContactBook
from reconcile.sandbox.generate.dice import Dice
from reconcile.sandbox.generate.party import Party, mailbox


def plain(book: ContactBook) -> None:
    """The same name on both sides; mostly one further thing must do."""
    book.pair("plain", book.population.person(), keep=1 if book.dice.chance(0.6) else 2)


def nickname(book: ContactBook) -> None:
    """Robert here, Bob there."""
    formal = book.dice.pick(list(names.NICKNAMES))
    person = book.population.person(first=formal)
    called = replace(person, first=book.dice.pick(names.NICKNAMES[formal]))
    if book.dice.chance(0.5):
        book.pair("nickname", person, called.full_name, right=called)
    else:
        book.pair("nickname", called, person.full_name, right=person)


def surname_first(book: ContactBook) -> None:
    """Smith, John."""
    person = book.population.person()
    book.pair("surname_first", person, f"{person.last}, {person.first}", keep=book.dice.pick((1, 2)))


def titled(book: ContactBook) -> None:
    """Titles and honours in Xero's name."""
    person = book.population.person()
    honour = f" {book.dice.pick(names.HONOURS)}" if book.dice.chance(0.3) else ""
    book.pair(
        "title", person, f"{book.dice.pick(names.TITLES)} {person.full_name}{honour}", keep=book.dice.pick((1, 2))
    )


def initial(book: ContactBook) -> None:
    """J Smith, with two things that agree."""
    person = book.population.person()
    short = replace(person, first=person.first[0])
    book.pair("initial", person, short.full_name, right=short)


def mistyped(book: ContactBook) -> None:
    """One slip in the surname."""
    person = book.population.person()
    slip = replace(person, last=spelling.typo(person.last, book.dice))
    book.pair("typo", person, slip.full_name, right=slip)


def shouted(book: ContactBook) -> None:
    """Xero's name in capitals, with a house or town behind it."""
    person = book.population.person()
    remark = f" ({person.home.suburb} house)" if book.dice.chance(0.5) else ""
    book.pair("capitals", person, f"{person.last.upper()} {person.first}{remark}")


def hyphenated(book: ContactBook) -> None:
    """A double surname of which one side uses a part."""
    person = book.population.person()
    other = book.dice.pick(names.SURNAMES)
    double = replace(person, last=f"{person.last}-{other}")
    single = replace(person, last=book.dice.pick((person.last, other, f"{person.last} {other}")))
    book.pair("hyphen", double, single.full_name, right=single)


def accented(book: ContactBook) -> None:
    """Letters that one keyboard has and the other has not."""
    first, plain_first = book.dice.pick(names.ACCENTED_FORENAMES)
    last, plain_last = book.dice.pick(names.ACCENTED_SURNAMES)
    person = book.population.person(first, last)
    typed = replace(person, first=plain_first, last=plain_last)
    book.pair("diacritics", person, typed.full_name, right=typed)


def spaced(book: ContactBook) -> None:
    """McDonald and Mc Donald."""
    left, right = book.dice.pick(names.SPACED)
    person = book.population.person(last=left)
    book.pair("surname_spacing", person, f"{person.first} {right}", right=replace(person, last=right))


def family_name_first(book: ContactBook) -> None:
    """Names whose family name comes first at home."""
    first, last = book.dice.pick(names.GIVEN_NAMES_LAST), book.dice.pick(names.FAMILY_NAMES_FIRST)
    person = book.population.person(first, last)
    book.pair("family_name_first", person, f"{last} {first}", right=replace(person, first=last, last=first))


def transliterated(book: ContactBook) -> None:
    """One name out of another alphabet, in two spellings."""
    left, right = book.dice.pick(names.TRANSLITERATED)
    person = book.population.person(first=left)
    book.pair("transliterated", person, f"{right} {person.last}", right=replace(person, first=right))


def moved(book: ContactBook) -> None:
    """Another address, the same telephone and e-mail."""
    person = book.population.person()
    moved_on = replace(person, home=book.population.address())
    book.pair("moved", person, keep=3, right=moved_on)


def gmail_dots(book: ContactBook) -> None:
    """A gmail address without its dots is the same mailbox."""
    person = book.population.person()
    local = f"pooldemo.{mailbox(person.first)}.{mailbox(person.last)}.{book.dice.randint(100, 999)}"
    dotted = replace(person, email=f"{local}@gmail.com")
    plain_form = replace(person, email=f"{local.replace('.', '')}+pool@gmail.com")
    book.pair("gmail_dots", dotted, right=plain_form, keep=3)


def email_slip(book: ContactBook) -> None:
    """A mailbox whose domain was mistyped in one system."""
    person = book.population.person()
    wrong = replace(person, email=spelling.mistyped_domain(person.email))
    book.pair("email_typo", person, right=wrong, keep=3)


def from_the_territory(book: ContactBook) -> None:
    """A postcode whose leading zero a spreadsheet ate."""
    home = book.population.address(book.dice.pick(places.NORTHERN_TERRITORY))
    person = book.population.person(home=home)
    short = {"postcode": home.postcode.lstrip("0")}
    book.pair("leading_zero_postcode", person, keep=3, xero=short)


def estate(book: ContactBook) -> None:
    """The books go on under the estate's name."""
    person = book.population.person()
    book.pair("estate", person, f"Est. Late {person.first[0]} {person.last}", keep=3)


def unit_dweller(book: ContactBook) -> None:
    """One flat, written in two of the usual ways."""
    person = book.population.person()
    unit, number, street = book.dice.randint(1, 30), book.dice.randint(1, 99), f"{book.dice.pick(places.STREETS)}"
    home = replace(person.home, street=f"Unit {unit}, {number} {street} Street")
    spelled = {"street": f"{unit}/{number} {street} St"}
    book.pair("unit_spelling", replace(person, home=home), keep=3, xero=spelled)


def mountaineer(book: ContactBook) -> None:
    """Mt and Mount, St and Street."""
    person = book.population.person(home=book.population.address(("Mount Coolum", "QLD", "4573")))
    book.pair("mount_spelling", person, keep=3, xero={"suburb": "Mt Coolum"})


def stamped(book: ContactBook) -> None:
    """Xero's contact number holds the Pooltrackr id already."""
    person = book.population.person()
    number = f"C{10_001 + len(book.pooltrackr)}"
    _, right = book.pair("stamped", person, keep=1, xero={"contact_number": number})
    if book.dice.chance(0.5):
        book.pooltrackr[-1]["xero_contact_id"] = right


def worn(book: ContactBook) -> None:
    """Years of retyping: several differences in one name, two other things that hold."""
    person = book.population.person(first=book.dice.pick(list(names.NICKNAMES)))
    slip = replace(
        person, last=spelling.typo(person.last, book.dice), first=book.dice.pick(names.NICKNAMES[person.first])
    )
    partner = book.dice.pick(names.FORENAMES)
    name = book.dice.pick((
        f"{slip.last}, {slip.first}",
        f"{slip.last.upper()} {person.first[0]} & {partner[0]}",
        f"{book.dice.pick(names.TITLES[:4])} {slip.full_name}",
        f"{slip.first} & {partner} {slip.last}",
    ))  # fmt: skip
    book.pair("worn", person, name, right=slip)


def bare_in_xero(book: ContactBook) -> None:
    """Xero has a rare name and the town, nothing else."""
    person = book.population.person(last=book.dice.pick(names.SURNAMES[-100:]))
    bare = replace(person, email="", phone="", mobile="", home=replace(person.home, street=""))
    book.pair("bare_in_xero", person, keep=3, right=bare)


def new_owner(book: ContactBook) -> None:
    """The house was sold: Xero still has the people before, the pool is the same."""
    before = book.population.person()
    after = book.population.person(home=before.home)
    left, right = book.in_pooltrackr(after), book.in_xero(before, before.full_name)
    book.look_alike("new_owner", left, right)


def namesakes(book: ContactBook) -> None:
    """Two customers of one name; suburb, telephone and e-mail tell them apart."""
    first, last = book.dice.pick(names.FORENAMES), book.dice.pick(names.SURNAMES[:60])
    one = book.population.person(first, last)
    other = book.population.person(first, last)
    left_one, right_one = book.pair("namesakes", one, keep=3)
    left_other, right_other = book.pair("namesakes", other, keep=3)
    book.look_alike("namesakes", left_one, right_other)
    book.look_alike("namesakes", left_other, right_one)


def reissued_number(book: ContactBook) -> None:
    """A mobile number that belonged to somebody else before."""
    left_person = book.population.person()
    stranger = replace(book.population.person(), mobile=left_person.mobile)
    left = book.in_pooltrackr(left_person)
    right = book.in_xero(stranger, stranger.full_name)
    book.look_alike("reissued_number", left, right)


def household_email(person: Party, dice: Dice) -> str:
    """A mailbox that a whole family uses."""
    return f"{mailbox(person.last)}family{dice.randint(100, 999)}@inbox.example.com"

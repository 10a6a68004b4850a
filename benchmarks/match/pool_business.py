"""A made-up pool-service business in two systems, with known truth: seeded, and nothing like it is used to set weights.

Left is the service system (first and last name, pool addresses), right the books (one name, postal address). Customers
are persons, couples, companies, strata schemes under one manager, owners under one agent, families with several
accounts, namesakes; the books write them differently, miss details, hold old ones, and both sides have records that
the other lacks.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace


def listed(text: str, mark: str | None = None) -> list[str]:
    """The words of a list written as text."""
    return text.split(mark)


GIVEN = listed(
    "James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Mark Steven Paul "
    "Andrew Joshua Kenneth Kevin Brian George Timothy Ronald Jason Edward Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen "
    "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Margaret Ashley Kimberly "
    "Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia Kathleen Amy Angela Shirley Anna "
    "Giuseppe Nikolaos Wei Mei Nguyet Minh Ahmed Fatima Raj Priya Siobhan Declan Kirra Lachlan Zara Hamish Tahlia Bronte"
)
FAMILY = listed(
    "Smith Jones Williams Brown Wilson Taylor Johnson White Martin Anderson Thompson Nguyen Thomas Walker Harris Lee Ryan Robinson "
    "Kelly King Davis Wright Evans Roberts Green Hall Wood Jackson Clarke Patel Khan Scott Hughes Murphy Edwards Turner Hill Cooper "
    "Ward Morris Moore Clark Bailey Phillips Allen Young Mitchell Campbell Stewart Morrison MacDonald McKenzie O'Brien O'Connor "
    "Papadopoulos Rossi Romano Kowalski Novak Schmidt VanDyk Tran Pham Chen Wang Singh Kaur Haddad Costa Ferraro Baxter Quigley "
    "Llewellyn Fairweather Oakeshott Birtwistle Zammit Vella Petrakis Kovac Horvat Lindqvist Abernethy Cholmondeley Drysdale Eames"
)
NICKNAMES = {
    "Robert": "Bob",
    "William": "Bill",
    "Elizabeth": "Liz",
    "Michael": "Mick",
    "Anthony": "Tony",
    "Margaret": "Marg",
    "Deborah": "Deb",
    "Christopher": "Chris",
    "Giuseppe": "Joe",
    "Nikolaos": "Nick",
    "Susan": "Sue",
    "Kenneth": "Ken",
    "Patricia": "Trish",
    "Matthew": "Matt",
    "Joshua": "Josh",
    "Rebecca": "Bec",
    "Steven": "Steve",
}
PLACES = (
    ("Noosa Heads", "QLD", "4567"),
    ("Noosaville", "QLD", "4566"),
    ("Tewantin", "QLD", "4565"),
    ("Coolum Beach", "QLD", "4573"),
    ("Peregian Beach", "QLD", "4573"),
    ("Mount Coolum", "QLD", "4573"),
    ("Maroochydore", "QLD", "4558"),
    ("Buderim", "QLD", "4556"),
    ("Mooloolaba", "QLD", "4557"),
    ("Caloundra", "QLD", "4551"),
    ("Sunshine Beach", "QLD", "4567"),
    ("Cooroy", "QLD", "4563"),
    ("Nambour", "QLD", "4560"),
    ("Twin Waters", "QLD", "4564"),
    ("Point Arkwright", "QLD", "4573"),
    ("Tweed Heads", "NSW", "2485"),
    ("North Arm", "QLD", "4561"),
)
STREETS = listed(
    "Ocean Banksia Hilton Gympie Hastings David Low Seaview Acacia Wattle Kookaburra Pelican Mahogany Eumundi Duke Alfred Victoria "
    "Lakeside Grandview Sunrise Coral Bottlebrush Pandanus Heron Osprey Emperor Royal Yandina Mill School Station Church River"
)
KINDS = (
    ("Street", "St"),
    ("Road", "Rd"),
    ("Avenue", "Ave"),
    ("Drive", "Dr"),
    ("Court", "Ct"),
    ("Parade", "Pde"),
    ("Crescent", "Cres"),
)
TRADES = [
    "Motel",
    "Resort",
    "Surf Club",
    "Holiday Park",
    "Apartments",
    "Swim School",
    "Constructions",
    "Landscapes",
    "Gym",
    "State School",
    "Body Shop",
    "Retirement Village",
]
MAIL = ("gmail.com", "bigpond.com", "hotmail.com", "outlook.com", "icloud.com", "optusnet.com.au")
AGENTS = ("Ray White Noosa", "LJ Hooker Coolum", "Century 21 Buderim")
MANAGERS = (("Archers Strata", "archersstrata"), ("SSKB", "sskb"), ("Capitol BCA", "capitolbca"))
Row = dict[str, str]


@dataclass(frozen=True)
class Customer:
    """One customer as it really is."""

    first: str = ""
    last: str = ""
    partner: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    abn: str = ""
    street: tuple[str, str, str] = ("", "", "0")
    place: tuple[str, str, str] = ("", "", "")
    site: tuple[str, str, str] | None = None
    site_place: tuple[str, str, str] = ("", "", "")
    note: str = ""
    kin: str = field(default="")


class Business:
    """Rolls the dice for one business."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.mailboxes: set[str] = set()
        self.companies: set[str] = set()

    def phone(self) -> str:
        return (
            "04" + "".join(self.dice.choices("0123456789", k=8))
            if self.dice.random() < 0.8
            else "0754" + "".join(self.dice.choices("0123456789", k=6))
        )

    def abn(self) -> str:
        """A number that passes the check of an ABN."""
        body = [self.dice.randrange(10) for _ in range(9)]
        weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
        rest = sum(w * d for w, d in zip(weights[2:], body, strict=True))
        for first in range(10, 100):
            digits = [first // 10 - 1, first % 10]
            if (rest + weights[0] * digits[0] + weights[1] * digits[1]) % 89 == 0:
                return f"{first}{''.join(map(str, body))}"
        return self.abn()

    def street(self) -> tuple[str, str, str]:
        unit = f"{self.dice.randint(1, 30)}/" if self.dice.random() < 0.15 else ""
        return f"{unit}{self.dice.randint(1, 180)}", self.dice.choice(STREETS), str(self.dice.randrange(len(KINDS)))

    def person(self, last: str = "") -> Customer:
        first, last = (
            self.dice.choice(GIVEN),
            last or self.dice.choices(FAMILY, weights=[60 / (n + 3) for n in range(len(FAMILY))])[0],
        )
        style = self.dice.randrange(4)
        mailbox = (
            f"{first}.{last}",
            f"{first[0]}{last}",
            f"{last}{self.dice.randint(1, 99)}",
            f"{first}{self.dice.randint(50, 99)}",
        )[style]
        email = (
            self.own(f"{mailbox}@{self.dice.choice(MAIL)}".lower().replace("'", "")) if self.dice.random() < 0.8 else ""
        )
        partner = self.dice.choice(GIVEN) if self.dice.random() < 0.25 else ""
        return Customer(
            first,
            last,
            partner,
            "",
            email,
            self.phone() if self.dice.random() < 0.93 else "",
            "",
            self.street(),
            self.dice.choice(PLACES),
        )

    def own(self, email: str) -> str:
        """An address that nobody else has."""
        while email in self.mailboxes:
            email = f"{self.dice.randint(1, 99)}{email}"
        self.mailboxes.add(email)
        return email

    def company(self) -> Customer:
        place, trade = self.dice.choice(PLACES), self.dice.choice(TRADES)
        head = self.dice.choice(
            (
                place[0],
                self.dice.choice(STREETS),
                self.dice.choice(FAMILY),
                f"{self.dice.choice(STREETS)} {self.dice.choice(FAMILY)}",
            )
        )
        name = f"{head} {trade}"
        if name in self.companies:
            return self.company()
        self.companies.add(name)
        domain = name.lower().replace(" ", "").replace("'", "") + ".com.au"
        contact = self.person()
        box = self.dice.choice(("info", "accounts", "admin", contact.first.lower()))
        return replace(
            contact,
            partner="",
            company=name,
            email=f"{box}@{domain}",
            abn=self.abn() if self.dice.random() < 0.7 else "",
            place=place,
        )

    def families(self, count: int) -> list[Customer]:
        """Relatives with accounts of their own at one address, some sharing phone or e-mail."""
        out = []
        for _ in range(count):
            one = self.person()
            two = replace(self.person(one.last), partner="", street=one.street, place=one.place)
            two = replace(two, phone=one.phone) if self.dice.random() < 0.4 else two
            two = replace(two, email=one.email) if self.dice.random() < 0.3 else two
            if two.first != one.first:
                out += [replace(one, partner=""), two]
        return out

    def schemes(self, count: int) -> list[Customer]:
        out = []
        for _ in range(count):
            manager, domain = self.dice.choice(MANAGERS)
            place = PLACES[MANAGERS.index((manager, domain))]
            number = self.dice.randint(1000, 99999)
            building = f"{self.dice.choice(STREETS)} {self.dice.choice(('Waters', 'Court', 'Gardens', 'on the Park'))}"
            out.append(
                Customer(
                    company=f"Body Corporate for {building} CTS {number}",
                    email=f"accounts@{domain}.com.au",
                    phone={"archersstrata": "0754412020", "sskb": "0754496611", "capitolbca": "0754437385"}[domain],
                    street=("12", "Hastings", "0"),
                    place=place,
                    site=self.street(),
                    site_place=place,
                    note=f"CTS {number}",
                )
            )
        return out

    def owners(self, count: int) -> list[Customer]:
        """Owners behind an agent: office e-mail and phone, their own pool."""
        out = []
        for _ in range(count):
            agent = self.dice.randrange(len(AGENTS))
            owner = self.person()
            email = f"rentals@{AGENTS[agent].lower().replace(' ', '')}.com.au"
            out.append(
                replace(
                    owner,
                    partner="",
                    note=AGENTS[agent],
                    email=email,
                    phone=("0754711234", "0754735602", "0754768890")[agent],
                    street=(str(agent + 1), "Sunrise", "1"),
                    place=PLACES[agent],
                    site=owner.street,
                    site_place=owner.place,
                )
            )
        return out

    def customers(self, size: int) -> list[Customer]:
        people = [self.person() for _ in range(int(size * 0.62))]
        others = [self.company() for _ in range(int(size * 0.16))]
        return [
            *people,
            *others,
            *self.families(int(size * 0.06)),
            *self.schemes(int(size * 0.04)),
            *self.owners(int(size * 0.06)),
        ]

    def slip(self, text: str) -> str:
        """One typing error."""
        if len(text) < 4:
            return text
        at = self.dice.randrange(1, len(text) - 1)
        return self.dice.choice(
            (
                text[:at] + text[at + 1 :],
                text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                text[:at] + self.dice.choice("aeiourstln") + text[at:],
                text[:at] + self.dice.choice("aeiourstln") + text[at + 1 :],
            )
        )

    def dialled(self, number: str) -> str:
        """One of the spellings of a number."""
        if not number:
            return ""
        grouped = (
            f"{number[:4]} {number[4:7]} {number[7:]}"
            if number.startswith("04")
            else f"({number[:2]}) {number[2:6]} {number[6:]}"
        )
        return self.dice.choice(
            (number, grouped, "+61" + number[1:], "+61 " + grouped.lstrip("(0").replace(")", ""), number[1:])
        )

    def written(self, street: tuple[str, str, str]) -> str:
        number, name, kind = street
        long, short = KINDS[int(kind)]
        if "/" in number and self.dice.random() < 0.4:
            unit, _, house = number.partition("/")
            number = f"Unit {unit}, {house}"
        return f"{number} {name} {long if self.dice.random() < 0.5 else short}" if name else ""


def left_row(business: Business, number: int, c: Customer) -> Row:
    """A customer as the service system holds it."""
    del business
    site, site_place = c.site or c.street, c.site_place if c.site else c.place
    person = f"{c.first} {c.last}".strip()
    row = {
        "id": str(10000 + number),
        "name": c.company or person,
        "first_name": c.first,
        "last_name": c.last,
        "company": c.company,
    }
    row |= {
        "email": c.email,
        "phone": "" if c.phone.startswith("04") else c.phone,
        "mobile": c.phone if c.phone.startswith("04") else "",
    }
    row |= {"abn": "", "street": plain(c.street), "suburb": c.place[0], "state": c.place[1], "postcode": c.place[2]}
    row |= {
        "site_street": plain(site),
        "site_suburb": site_place[0],
        "site_state": site_place[1],
        "site_postcode": site_place[2],
    }
    return row


def plain(street: tuple[str, str, str]) -> str:
    return f"{street[0]} {street[1]} {KINDS[int(street[2])][0]}"


def right_row(b: Business, number: int, c: Customer) -> Row:
    """The same customer as the bookkeeper typed it."""
    roll = b.dice.random
    c = aged(b, c)
    first = NICKNAMES.get(c.first, c.first) if roll() < 0.3 else c.first
    last = b.slip(c.last) if roll() < 0.06 else c.last
    row = {"id": f"{b.dice.getrandbits(64):016x}-{number}", **named(b, c, first, last)}
    both = f"{b.dialled(c.phone)} / {b.dialled(b.phone())}" if c.phone and roll() < 0.04 else b.dialled(c.phone)
    row |= {"email": c.email.upper() if roll() < 0.1 else b.slip(c.email) if roll() < 0.03 else c.email}
    row |= {"phone": both, "mobile": "", "abn": f"{c.abn[:2]} {c.abn[2:5]} {c.abn[5:8]} {c.abn[8:]}" if c.abn else ""}
    suburb = (
        c.place[0].replace("Mount", "Mt").replace("Beach", "Bch").replace("Heads", "Hds")
        if roll() < 0.2
        else c.place[0]
    )
    row |= {
        "street": b.written(c.street),
        "suburb": suburb.upper() if roll() < 0.2 else suburb,
        "state": c.place[1],
        "postcode": c.place[2],
    }
    row |= {
        "site_street": b.written(c.site) if c.site else "",
        "site_suburb": c.site_place[0],
        "site_state": "",
        "site_postcode": c.site_place[2],
    }
    return row


def aged(b: Business, c: Customer) -> Customer:
    """Details that the books miss or hold in an older state."""
    roll = b.dice.random
    if roll() < 0.22:
        c = replace(c, email="")
    elif roll() < 0.08 and not c.company:
        c = replace(c, email=b.person(c.last).email)
    if roll() < 0.18:
        c = replace(c, phone="")
    elif roll() < 0.08 and not c.site:
        c = replace(c, phone=b.phone())
    if roll() < 0.20:
        c = replace(c, street=("", "", "0"), place=c.place if roll() < 0.5 else ("", "", ""))
    elif roll() < 0.10 and not c.site:
        c = replace(c, street=b.street(), place=b.dice.choice(PLACES))
    if roll() < 0.5:
        c = replace(c, abn="")
    return c


def named(b: Business, c: Customer, first: str, last: str) -> Row:
    """The one name of the books, with or without the parts beside it."""
    if c.company and c.note.startswith("CTS"):
        return {
            "name": b.dice.choice(
                (c.company, c.company.replace("Body Corporate for ", "B/C "), c.note + " " + c.company[19:-10])
            )
        }
    if c.company:
        name = b.dice.choice(
            (
                c.company,
                c.company + " Pty Ltd",
                c.company + " P/L",
                f"{c.last} Holdings Pty Ltd t/as {c.company}",
                c.company.upper(),
            )
        )
        return {"name": name} | ({"first_name": first, "last_name": last} if b.dice.random() < 0.5 else {})
    forms: list[Callable[[], str]] = [
        lambda: f"{first} {last}",
        lambda: f"{first} {last}",
        lambda: f"{last}, {first}",
        lambda: f"{last.upper()} {first}" if b.dice.random() < 0.2 else f"{first} {last}",
        lambda: f"{first[0]} {last}" if b.dice.random() < 0.3 else f"{first} {last}",
        lambda: f"Mr {first} {last}" if b.dice.random() < 0.3 else f"{first} {last}",
    ]
    name = b.dice.choice(forms)()
    if c.partner:
        name = b.dice.choice(
            (
                name,
                f"{c.first} & {c.partner} {c.last}",
                f"{c.last}, {c.first[0]} & {c.partner[0]}",
                f"{c.partner} & {c.first} {c.last}",
            )
        )
    if c.note:
        name = b.dice.choice((f"{c.note} (Owner: {first} {last})", f"{first} {last} c/- {c.note}", f"{first} {last}"))
    return {"name": name} | (
        {"first_name": first, "last_name": last} if b.dice.random() < 0.4 and "&" not in name else {}
    )


def pool_business(
    seed: int, size: int = 2000, overlap: float = 0.8
) -> tuple[list[Row], list[Row], set[tuple[str, str]]]:
    """Rows of both systems and the true pairs; ``overlap`` is the share of customers that both systems know."""
    b = Business(seed)
    customers = list(dict.fromkeys(b.customers(size)))
    b.dice.shuffle(customers)
    left, right, truth = [], [], set()
    for number, customer in enumerate(customers):
        where = b.dice.random()
        if where < overlap + (1 - overlap) / 2:
            left.append(left_row(b, number, customer))
        if where < overlap or where >= overlap + (1 - overlap) / 2:
            right.append(right_row(b, number, customer))
        if where < overlap:
            truth.add((left[-1]["id"], right[-1]["id"]))
    b.dice.shuffle(left)
    b.dice.shuffle(right)
    return left, right, truth

"""Who a customer really is, before either system writes it down."""

from dataclasses import dataclass, field, replace

from reconcile.sandbox.generate import names, places
from reconcile.sandbox.generate.dice import Dice
from reconcile.sandbox.generate.numbers import Numbers


@dataclass(frozen=True)
class Address:
    """One place; `street` holds unit, number and street in their full spelling."""

    street: str
    suburb: str
    state: str
    postcode: str


NOWHERE = Address("", "", "", "")


@dataclass(frozen=True)
class Party:
    """A person or business; telephone numbers are ten digits, the ABN eleven."""

    first: str = ""
    last: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    abn: str = ""
    home: Address = NOWHERE
    postal: Address = NOWHERE
    category: str = "Residential"

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}".strip()

    @property
    def letters_to(self) -> Address:
        """Where post goes: the postal address, or else the home."""
        return self.postal if self.postal.street else self.home


def mailbox(text: str) -> str:
    """Text as it can stand before or after the @ of an address."""
    plain = text.lower().replace("ü", "ue").replace("ß", "ss")
    return "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter == "."))


@dataclass
class Population:
    """Draws new people, businesses and addresses for one world."""

    dice: Dice
    numbers: Numbers = field(init=False)
    domains: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Numbers come from dice of their own."""
        self.numbers = Numbers(self.dice.of("numbers"))

    def address(self, place: tuple[str, str, str] | None = None) -> Address:
        """A house, unit, range or rural lot in one suburb."""
        suburb, state, postcode = place or self.dice.pick(places.SUBURBS)
        number = self.dice.randint(1, 240)
        form = self.dice.weighted(
            {"house": 68, "unit": 15, "range": 6, "letter": 4, "lot": 4, "named": 2, "roadside": 1}
        )
        numbered = {
            "house": f"{number}",
            "unit": f"Unit {self.dice.randint(1, 40)}, {number}",
            "range": f"{number}-{number + 2}",
            "letter": f"{number}{self.dice.pick('ABC')}",
            "lot": f"Lot {number}",
            "named": f"{self.dice.pick(('Villa', 'Shop', 'Site', 'Apt'))} {self.dice.randint(1, 60)}, {number}",
            "roadside": f"RMB {self.dice.randint(100, 4000)}",
        }[form]
        return Address(f"{numbered} {self.street()}", suburb, state, postcode)

    def street(self) -> str:
        """The name of a street, mostly with its type."""
        if self.dice.chance(0.04):
            return self.dice.pick(places.BARE_STREETS)
        side = f" {self.dice.pick(('North', 'South', 'East', 'West'))}" if self.dice.chance(0.02) else ""
        return f"{self.dice.pick(places.STREETS)} {self.dice.pick(list(places.STREET_TYPES))}{side}"

    def post_box(self) -> Address:
        """A PO Box."""
        suburb, state, postcode = self.dice.pick(places.SUBURBS)
        box = self.dice.weighted({"PO Box": 90, "GPO Box": 6, "Locked Bag": 4})
        return Address(f"{box} {self.dice.randint(10, 4900)}", suburb, state, postcode)

    def person(self, first: str = "", last: str = "", home: Address | None = None) -> Party:
        """A householder with an e-mail, a mobile and sometimes a landline."""
        first = first or self.dice.pick(names.FORENAMES)
        last = last or self.dice.pick(names.SURNAMES)
        home = home or self.address()
        landline = self.numbers.landline(places.AREA_CODES[home.state]) if self.dice.chance(0.25) else ""
        return Party(first, last, "", self.email(first, last), landline, self.numbers.mobile(), home=home)

    def email(self, first: str, last: str) -> str:
        """A mailbox in domains set aside for examples, or one at gmail.com that is plainly made up."""
        number = self.dice.randint(1, 99)
        first, last = mailbox(first), mailbox(last)
        local = self.dice.pick((f"{first}.{last}", f"{first[0]}{last}{number}", f"{first}{number}", f"{last}.{first}"))
        if self.dice.chance(0.25):
            return f"pooldemo.{local}.{self.dice.randint(1000, 9999)}@gmail.com"
        domain = self.dice.pick(("bigpond.example.net", "inbox.example.com", "post.example.com.au", "mail.example.org"))
        return f"{local}{self.dice.randint(100, 999)}@{domain}"

    def business(self, company: str, category: str = "Commercial", last: str = "") -> Party:
        """A company with an ABN, an office line and a person to ask for."""
        contact = self.person(last=last)
        home, domain = contact.home, self.domain(company)
        return replace(
            contact,
            company=company,
            email=f"{self.dice.pick(('accounts', 'admin', 'office', 'reception'))}@{domain}",
            phone=self.numbers.landline(places.AREA_CODES[home.state]),
            mobile=contact.mobile if self.dice.chance(0.4) else "",
            abn=self.numbers.abn(),
            postal=self.post_box() if self.dice.chance(0.3) else NOWHERE,
            category=category,
        )

    def domain(self, company: str) -> str:
        """A domain of the company's own: two motels of one name do not share a mailbox."""
        stem = mailbox(company.removesuffix(" Pty Ltd"))[:28]
        wanted, number = stem, 2
        while wanted in self.domains:
            wanted, number = f"{stem}{number}", number + 1
        self.domains.add(wanted)
        return f"{wanted}.example.com.au"

    def venue(self) -> str:
        """The name of a motel, park, club or the like."""
        return f"{self.dice.pick(names.VENUE_WORDS)} {self.dice.pick(names.VENUE_KINDS)}"

    def trade(self) -> str:
        """The name of a family business."""
        return f"{self.dice.pick(names.SURNAMES)} {self.dice.pick(names.TRADE_KINDS)}"

"""The contacts of both systems as they are written, with the truth about them kept beside."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from reconcile.sandbox.generate import spelling
from reconcile.sandbox.generate.dice import Dice
from reconcile.sandbox.generate.party import NOWHERE, Address, Party, Population

Row = dict[str, str]

FOUNDED = datetime(2019, 2, 4, tzinfo=UTC)
AS_OF = datetime(2026, 10, 31, tzinfo=UTC)
EVIDENCE = ("email", "phones", "home")


@dataclass(frozen=True)
class Known:
    """What the generator knows about two records; `case` names the reason they are in the sample."""

    entity: str
    left_id: str
    right_id: str
    case: str
    price_class: str = ""


@dataclass
class Truth:
    """Pairs that are the same, pairs that only look so, and duplicates inside each system."""

    contacts: list[Known] = field(default_factory=list)
    products: list[Known] = field(default_factory=list)
    look_alikes: list[Known] = field(default_factory=list)
    duplicates_pooltrackr: list[Known] = field(default_factory=list)
    duplicates_xero: list[Known] = field(default_factory=list)
    invoices: list[Known] = field(default_factory=list)


@dataclass
class ContactBook:
    """Writes parties down in either system."""

    dice: Dice
    population: Population
    truth: Truth
    pooltrackr: list[Row] = field(default_factory=list)
    xero: list[Row] = field(default_factory=list)
    pools: list[Row] = field(default_factory=list)
    active_names: set[str] = field(default_factory=set)

    def moment(self) -> datetime:
        """Some time in the life of the business."""
        return FOUNDED + timedelta(seconds=self.dice.randrange(int((AS_OF - FOUNDED).total_seconds())))

    def in_pooltrackr(self, party: Party, fields: Mapping[str, str] | None = None, pool: bool = True) -> str:
        """Write a party into Pooltrackr as its office would; returns the id."""
        created = self.moment()
        row = {
            "id": f"C{10_001 + len(self.pooltrackr)}",
            "name": party.company or party.full_name,
            "first_name": party.first,
            "last_name": party.last,
            "company": party.company,
            "email": party.email,
            "phone": spelling.phone(party.phone, self.dice),
            "mobile": spelling.phone(party.mobile, self.dice),
            "abn": spelling.abn(party.abn, self.dice) if self.dice.chance(0.6) else "",
            **self._place(party.home),
            "type": "Company" if party.company else "Individual",
            "category": party.category,
            "is_batch": "false",
            "archived": "false",
            "xero_contact_id": "",
            "created_at": stamp(created),
            "updated_at": stamp(created + (AS_OF - created) * self.dice.random()),
        } | dict(fields or {})
        self.pooltrackr.append(row)
        if pool and party.home.street:
            self.pool(row["id"], "owner", party.home, "Pool")
        return row["id"]

    def in_xero(self, party: Party, name: str, fields: Mapping[str, str] | None = None) -> str:
        """Write a party into Xero under a name, which becomes unique among active contacts; returns the id."""
        fields = dict(fields or {})
        if fields.get("status", "ACTIVE") == "ACTIVE":
            name = self._unused(name, party)
        number = len(self.xero) + 1
        mobile_as_phone = bool(party.mobile) and not party.phone and self.dice.chance(0.3)
        row = {
            "id": self.dice.guid("contact", number),
            "name": name,
            "first_name": party.first if not party.company or self.dice.chance(0.4) else "",
            "last_name": party.last if not party.company or self.dice.chance(0.4) else "",
            "company": "",
            "email": spelling.email(party.email, self.dice),
            "phone": spelling.phone(party.mobile if mobile_as_phone else party.phone, self.dice),
            "mobile": "" if mobile_as_phone else spelling.phone(party.mobile, self.dice),
            "abn": spelling.abn(party.abn, self.dice),
            **self._place(party.letters_to),
            "contact_number": "",
            "account_number": f"CUST-{number:05d}" if self.dice.chance(0.15) else "",
            "status": "ACTIVE",
            "merged_to": "",
            "is_customer": "true",
            "is_supplier": "false",
            **self._site(party),
            "updated_at": stamp(self.moment()),
        } | fields
        self.xero.append(row)
        return row["id"]

    def pair(  # one keyword for each way in which a recipe steers its pair
        self,
        case: str,
        party: Party,
        name: str = "",
        *,
        keep: int = 2,
        left: Party | None = None,
        right: Party | None = None,
        pooltrackr: Mapping[str, str] | None = None,
        xero: Mapping[str, str] | None = None,
    ) -> tuple[str, str]:
        """Write one party into both systems, `keep` kinds of evidence agreeing; returns both ids."""
        held, told = self._diverge(left or party, right or party, keep)
        left_id = self.in_pooltrackr(held, pooltrackr)
        right_id = self.in_xero(told, name or party.company or party.full_name, xero)
        self.truth.contacts.append(Known("contacts", left_id, right_id, case))
        return left_id, right_id

    def look_alike(self, case: str, left_id: str, right_id: str) -> None:
        """Remember two records that are not the same, though they look so."""
        self.truth.look_alikes.append(Known("contacts", left_id, right_id, case))

    def pool(self, contact_id: str, relationship: str, place: Address, name: str) -> str:
        """Link a contact to a new pool; returns the pool's id."""
        row = {
            "id": f"P{201 + len(self.pools)}",
            "contact_id": contact_id,
            "relationship": relationship,
            "name": name,
            "street": spelling.street(place.street, self.dice),
            "suburb": place.suburb,
            "state": place.state,
            "postcode": place.postcode,
        }
        self.pools.append(row)
        return row["id"]

    def share_pool(self, pool_id: str, contact_id: str, relationship: str) -> None:
        """Link a further contact to a pool that exists."""
        first = next(row for row in reversed(self.pools) if row["id"] == pool_id)
        self.pools.append({**first, "contact_id": contact_id, "relationship": relationship})

    def _diverge(self, left: Party, right: Party, keep: int) -> tuple[Party, Party]:
        """Let the evidence that a pair does not need go missing, or grow old, on one side."""
        steady = set(self.dice.sample(EVIDENCE, keep))
        for kind in EVIDENCE:
            if kind in steady:
                continue
            fate = self.dice.weighted({"same": 22, "left_missing": 18, "right_missing": 38, "old": 22})
            if fate == "left_missing":
                left = without(left, kind)
            elif fate == "right_missing":
                right = without(right, kind)
            elif fate == "old":
                right = self._aged(right, kind)
        return left, right

    def _aged(self, party: Party, kind: str) -> Party:
        if kind == "email":
            return replace(party, email=self.population.email(party.first or "office", party.last or "desk"))
        if kind == "phones":
            return replace(party, mobile=self.population.numbers.mobile(), phone="")
        return replace(party, home=self.population.address(), postal=NOWHERE)

    def _place(self, place: Address) -> Row:
        return {
            "street": spelling.street(place.street, self.dice),
            "suburb": spelling.suburb(place.suburb, self.dice),
            "state": place.state,
            "postcode": spelling.postcode(place.postcode, self.dice),
        }

    def _site(self, party: Party) -> Row:
        shown = bool(party.postal.street) or self.dice.chance(0.3)
        return {f"site_{key}": value for key, value in self._place(party.home if shown else NOWHERE).items()}

    def _unused(self, name: str, party: Party) -> str:
        """Xero refuses a second active contact of the same name; offices then add a suburb or a number."""
        wanted, number = name, 2
        while wanted.casefold() in self.active_names:
            suburb = party.home.suburb
            wanted = f"{name} ({suburb})" if suburb and number == 2 else f"{name} {number}"
            number += 1
        self.active_names.add(wanted.casefold())
        return wanted


def without(party: Party, kind: str) -> Party:
    """The party with one kind of evidence left out."""
    if kind == "email":
        return replace(party, email="")
    if kind == "phones":
        return replace(party, phone="", mobile="")
    return replace(party, home=NOWHERE, postal=NOWHERE)


def stamp(moment: datetime) -> str:
    """A moment in UTC as ISO 8601 with whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

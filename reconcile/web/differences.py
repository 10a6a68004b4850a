"""What an update or a conflict is about, field by field: what was agreed, what each system says, what would become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconcile.ownership import PART_OF_FIELD, Face, Part
from reconcile.proposals import Change, Proposal
from reconcile.records import Contact, Product, Record
from reconcile.reports.wording import money
from reconcile.syncing.fields import Agreed, Compared, Pair, compare_pair

FIELD_WORDS = {"code": "code", "price": "price", "name": "name", "description": "description"}


@dataclass(frozen=True)
class Difference:
    """One part: its name and title, the three values, the system that would change, and what it would then say."""

    part: str
    title: str
    agreed: str
    pooltrackr: str
    xero: str
    target: str
    becomes: str


def differences(
    proposal: Proposal, record: Record | None, other: Record | None, agreed: Agreed, opposite: Proposal | None = None
) -> tuple[Difference, ...]:
    """The parts that a proposal changes; of a conflict those of both directions, with no target: a person chooses."""
    if proposal.kind not in ("update", "conflict"):
        return ()
    left, right = (record, other) if proposal.system == "pooltrackr" else (other, record)
    if isinstance(left, Contact) and isinstance(right, Contact):
        return _contact(proposal, opposite, Pair("", left, right, agreed))
    if isinstance(left, Product) and isinstance(right, Product):
        return tuple(_product(change, right, agreed) for change in proposal.changes)
    return ()


def parts_of(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Changes by the part that they belong to: an address is one part."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        part = PART_OF_FIELD.get(change.field)
        found.setdefault(part.name if part else change.field, []).append(change)
    return found


def _contact(proposal: Proposal, opposite: Proposal | None, pair: Pair) -> tuple[Difference, ...]:
    compared = {one.part.name: one for one in compare_pair(pair)}
    changes = parts_of(proposal.changes)
    mirrored = parts_of(opposite.changes) if opposite else {}
    return tuple(
        _part(compared[name], changes.get(name, []), proposal)
        for name in dict.fromkeys([*changes, *mirrored])
        if name in compared
    )


def _part(one: Compared, changes: Sequence[Change], proposal: Proposal) -> Difference:
    left, right = _said(one.left), _said(one.right)
    if one.part.name == "site_address" and changes:
        left, right = _joined(changes, "new"), _joined(changes, "old")
    chooses = proposal.kind == "conflict"
    return Difference(
        part=one.part.name,
        title=_capital(one.part.title),
        agreed=_agreed(one.part, one.agreed_left, one.agreed_right),
        pooltrackr=left,
        xero=right,
        target="" if chooses else ("Xero" if proposal.system == "pooltrackr" else "Pooltrackr"),
        becomes="" if chooses else _joined(changes, "new"),
    )


def _product(change: Change, item: Product, agreed: Agreed) -> Difference:
    before: Mapping[str, Face] = agreed.pooltrackr
    price = money(item.price) if change.field == "price" else str(getattr(item, change.field, ""))
    return Difference(
        part=change.field,
        title=_capital(FIELD_WORDS.get(change.field, change.field)),
        agreed=_said(before.get(change.field, ())),
        pooltrackr=change.old,
        xero=price,
        target="Pooltrackr",
        becomes=change.new,
    )


def _agreed(part: Part, left: Face, right: Face) -> str:
    if part.normal(left) == part.normal(right):
        return _said(left)
    return f"Pooltrackr: {_said(left) or 'nothing'}; Xero: {_said(right) or 'nothing'}"


def _said(face: Face) -> str:
    return ", ".join(text for text in face if text)


def _joined(changes: Sequence[Change], side: str) -> str:
    return ", ".join(text for change in changes if (text := str(getattr(change, side))))


def _capital(title: str) -> str:
    return title if title.isupper() else title[:1].upper() + title[1:]

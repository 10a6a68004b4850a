"""The links of some records in memory: opened and closed one after the other, stored together.

The unique indexes of the database stay the guard: what another transaction linked meanwhile is refused as a whole.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select

from reconcile.errors import TargetTaken
from reconcile.records import Entity
from reconcile.store.audit import Event
from reconcile.store.snapshots import CHUNK
from reconcile.store.tables import Link

Wanted = tuple[Entity, str, str]
"""Records of which links are asked for: their entity, a Pooltrackr id and a Xero id; either may be ""."""


@dataclass
class LinkBook:
    """What stands between some records. ``events`` tells in order what was opened and closed, for the trail."""

    org_id: str
    at: datetime
    events: list[Event] = field(default_factory=list)
    _by_left: dict[tuple[str, str], Link] = field(default_factory=dict)
    _by_right: dict[tuple[str, str], Link] = field(default_factory=dict)
    _by_decision: dict[str, list[Link]] = field(default_factory=dict)
    _ever: Counter[tuple[str, str]] = field(default_factory=Counter)
    _fresh: list[Link] = field(default_factory=list)

    def read(self, session: Session, wanted: Iterable[Wanted]) -> None:
        """Take in every link that the wanted Pooltrackr records ever had, and those that hold the wanted Xero records."""
        known: dict[str, Link] = {}
        for entity, pairs in _by_entity(wanted).items():
            for start in range(0, len(pairs), CHUNK):
                lefts, rights = (sorted(set(ids) - {""}) for ids in zip(*pairs[start : start + CHUNK], strict=True))
                concerned = or_(
                    col(Link.pooltrackr_id).in_(lefts), col(Link.closed_at).is_(None) & col(Link.xero_id).in_(rights)
                )
                query = select(Link).where(Link.org_id == self.org_id, Link.entity == entity, concerned)
                known |= {link.id: link for link in session.exec(query.execution_options(populate_existing=True))}
        for link in known.values():
            self._take_in(link)

    def read_decided(self, session: Session, decision_ids: Sequence[str]) -> None:
        """Take in the links that stand because of some decisions."""
        for start in range(0, len(decision_ids), CHUNK):
            chunk = decision_ids[start : start + CHUNK]
            for link in session.exec(
                select(Link).where(col(Link.decision_id).in_(chunk), col(Link.closed_at).is_(None))
            ):
                self._by_decision.setdefault(link.decision_id, []).append(link)

    def of(self, entity: Entity, pooltrackr_id: str) -> Link | None:
        """The link that stands for a Pooltrackr record."""
        return self._by_left.get((entity, pooltrackr_id))

    def around(self, link: Link) -> tuple[Link | None, Link | None]:
        """The links that stand for the Pooltrackr and for the Xero record of a link."""
        left, right = (link.entity, link.pooltrackr_id), (link.entity, link.xero_id)
        return self._by_left.get(left), self._by_right.get(right)

    def decided_by(self, decision_id: str) -> list[Link]:
        """The links that stand because of a decision."""
        return [link for link in self._by_decision.get(decision_id, []) if link.closed_at is None]

    def open(self, entity: Entity, pooltrackr_id: str, xero_id: str, decision_id: str) -> Link:
        """Link two records, or return the link that already says so. Raises TargetTaken when either is held by another."""
        present = self.of(entity, pooltrackr_id)
        if present is not None and present.xero_id == xero_id:
            return present
        holder = self._by_right.get((entity, xero_id))
        if present is not None or holder is not None:
            raise _taken(pooltrackr_id, xero_id, present, holder)
        version = 1 + self._ever[entity, pooltrackr_id]
        link = Link(
            id="L"
            + uuid5(NAMESPACE_URL, f"{self.org_id}/{entity}/{pooltrackr_id}/{xero_id}/{version}").hex[:16].upper(),
            org_id=self.org_id,
            entity=entity,
            pooltrackr_id=pooltrackr_id,
            xero_id=xero_id,
            version=version,
            decision_id=decision_id,
            created_at=self.at,
        )
        self._fresh.append(link)
        self._take_in(link)
        self.events.append(Event("linked", link.id, {"pooltrackr": pooltrackr_id, "xero": xero_id}))
        return link

    def close(self, link: Link, because: str) -> None:
        """Close a link and keep it as history; both records are free from then on."""
        link.closed_at, link.closed_because = self.at, because
        self._by_left.pop((link.entity, link.pooltrackr_id), None)
        self._by_right.pop((link.entity, link.xero_id), None)
        self.events.append(Event("unlinked", link.id, {"because": because}))

    def store(self, session: Session) -> None:
        """Store what changed and what is new, in the caller's transaction, which stays usable when this is refused.

        Raises TargetTaken, naming the holder, when another transaction has linked one of the records meanwhile.
        """
        session.flush()
        if not self._fresh:
            return
        try:
            with session.begin_nested():
                session.add_all(self._fresh)
                session.flush()
        except IntegrityError:
            raise self._overtaken(session) from None

    def _take_in(self, link: Link) -> None:
        self._ever[link.entity, link.pooltrackr_id] += 1
        if link.closed_at is None:
            self._by_left[link.entity, link.pooltrackr_id] = self._by_right[link.entity, link.xero_id] = link

    def _overtaken(self, session: Session) -> TargetTaken:
        now = LinkBook(self.org_id, self.at)
        now.read(session, [(cast("Entity", link.entity), link.pooltrackr_id, link.xero_id) for link in self._fresh])
        for link in self._fresh:
            present, holder = now.around(link)
            if present is not None or holder is not None:
                return _taken(link.pooltrackr_id, link.xero_id, present, holder)
        return _taken(self._fresh[0].pooltrackr_id, self._fresh[0].xero_id, None, None)


def _taken(pooltrackr_id: str, xero_id: str, present: Link | None, holder: Link | None) -> TargetTaken:
    if present is not None:
        return TargetTaken(f"{pooltrackr_id} is already linked to {present.xero_id}.", remedy="Unlink it first.")
    held_by = holder.pooltrackr_id if holder else "another record"
    return TargetTaken(
        f"{xero_id} is already linked to {held_by}.", remedy="Choose another record, or unlink that one first."
    )


def _by_entity(wanted: Iterable[Wanted]) -> dict[Entity, list[tuple[str, str]]]:
    found: dict[Entity, list[tuple[str, str]]] = {}
    for entity, left, right in dict.fromkeys(wanted):
        found.setdefault(entity, []).append((left, right))
    return found

"""The records that a batch is about, as last pulled: read in chunks, each once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlmodel import Session

from reconcile.content import basis_hash
from reconcile.decisions import Accepted
from reconcile.errors import BadInput
from reconcile.records import Entity, Record, System
from reconcile.store.snapshots import Scope, current_records

OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}
Place = tuple[System, Entity, str]
"""Where a record is: its system, its entity and its id there."""


class KnownRecords:
    """Some records of both systems of one organisation; one that was not read yet is read when it is asked for."""

    def __init__(self, session: Session, org_id: str) -> None:
        self._session = session
        self._org_id = org_id
        self._records: dict[Place, Record | None] = {}
        self._hashes: dict[Place, str] = {}

    def read(self, places: Iterable[Place]) -> None:
        """Read the records at some places together; those known already are not read again."""
        asked: dict[tuple[System, Entity], list[str]] = defaultdict(list)
        for place in dict.fromkeys(places):
            if place not in self._records:
                asked[place[0], place[1]].append(place[2])
        for (system, entity), ids in asked.items():
            found = {r.id: r for r in current_records(self._session, Scope(self._org_id, system, entity), ids)}
            self._records |= {(system, entity, record_id): found.get(record_id) for record_id in ids}

    def find(self, place: Place) -> Record | None:
        """A record, None when the last pull does not show it."""
        if place not in self._records:
            self.read([place])
        return self._records[place]

    def require(self, place: Place) -> Record:
        """A record. Raises BadInput when the last pull does not show it."""
        found = self.find(place)
        if found is None:
            system, entity, record_id = place
            raise BadInput(f"{entity} {record_id} is no longer in {system}.", remedy="Run the reconciliation again.")
        return found

    def hash_of(self, place: Place) -> str:
        """The basis hash of a record, "" when the last pull does not show it."""
        if place not in self._hashes:
            record = self.find(place)
            self._hashes[place] = basis_hash(record) if record else ""
        return self._hashes[place]


def own_place(choice: Accepted) -> Place:
    """Where the record is that a decision is about."""
    return choice.proposal.system, choice.proposal.entity, choice.proposal.record_id


def other_place(choice: Accepted) -> Place | None:
    """Where the record is that it is to be the same as, or is linked to; None where a decision concerns one record."""
    proposal = choice.proposal
    place = OTHER[proposal.system], proposal.entity
    if choice.verdict == "link":
        return (*place, choice.target_id)
    if choice.verdict in ("unlink", "update") or proposal.kind in ("update", "conflict"):
        return (*place, proposal.suggested_id)
    return None


def read_concerned(session: Session, org_id: str, accepted: Sequence[Accepted]) -> KnownRecords:
    """The records that some decisions are about."""
    known = KnownRecords(session, org_id)
    known.read(place for choice in accepted for place in (own_place(choice), other_place(choice)) if place)
    return known


def concerned_records(known: KnownRecords, choice: Accepted) -> tuple[Record | None, Record | None]:
    """The records that a decision is about; only a link may be taken apart when one of them is gone.

    Raises BadInput when a record is gone that the decision needs.
    """
    place, other = own_place(choice), other_place(choice)
    record = known.find(place) if choice.verdict == "unlink" else known.require(place)
    if other is None:
        return record, None
    return record, known.require(other) if choice.verdict in ("link", "update") else known.find(other)

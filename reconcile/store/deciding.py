"""Storing many decisions: each is worked out in memory, in order, on what the ones before it left; all is stored together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import insert
from sqlmodel import Session, col, select

from reconcile.decisions import Accepted
from reconcile.pushplan import PlannedWrite, plan_writes, unmark
from reconcile.records import Entity, Record, System
from reconcile.store import tables
from reconcile.store.audit import Event, await_turn, record_events
from reconcile.store.known_records import OTHER, Place, concerned_records, other_place, own_place, read_concerned
from reconcile.store.link_book import LinkBook, Wanted
from reconcile.store.money_plans import MONEY, WRITING, planned_writes, read_plans
from reconcile.store.proposals import close_proposals
from reconcile.store.snapshots import CHUNK
from reconcile.store.staging import Staging, stage_all
from reconcile.store.sync_bases import accept_difference, agree_on_link
from reconcile.store.taking_back import ANSWERED, TakingBack, reopen_proposals


@dataclass(frozen=True)
class Source:
    """Who decided, when and through what; ``sha256`` and ``name`` are those of a decision file.

    ``proven`` says that the person had signed in, ``bulk`` that all of it was accepted at once.
    """

    by: str
    at: datetime
    via: str
    sha256: str = ""
    name: str = ""
    proven: bool = False
    bulk: bool = False


class Deciding:
    """A batch of decisions, no two on the same proposal, in one transaction.

    Everything that it needs is read when it begins. Until ``store``, nothing is written but the withdrawal of what
    earlier decisions on these proposals had staged.
    """

    def __init__(self, session: Session, org_id: str, accepted: Sequence[Accepted], source: Source) -> None:
        await_turn(session, org_id)
        self._session, self._org_id, self._source = session, org_id, source
        self._choices = [choice.narrowed() for choice in accepted]
        self._records = read_concerned(session, org_id, self._choices)
        self._links = LinkBook(org_id, source.at)
        self._links.read(session, [pair for choice in self._choices for pair in _links_of(choice)])
        self._earlier = TakingBack(self._links, source.by)
        self._earlier.read(session, [choice.proposal.id for choice in self._choices])
        self._open_matches = _open_counterparts(session, org_id, self._choices)
        self._plans = read_plans(session, [c.proposal.id for c in self._choices if _is_planned(c)])
        self._decisions: list[dict[str, Any]] = []
        self._stagings: list[Staging] = []
        self._closed: dict[str, str] = {}
        self._reopened: set[str] = set()

    def work_out(self) -> None:
        """Work out every decision in order. Raises TargetTaken, Conflict, BadInput, BadData like the first that cannot be."""
        for choice in self._choices:
            self._work_out(choice)

    def store(self, run_seq: int) -> int:
        """Store all of it; returns how many writes were staged. Raises TargetTaken when another transaction was faster."""
        session, at = self._session, self._source.at
        self._earlier.store(session)
        for start in range(0, len(self._decisions), CHUNK):
            session.connection().execute(insert(tables.Decision), self._decisions[start : start + CHUNK])
        self._links.store(session)
        for because, ids in _grouped(self._closed).items():
            close_proposals(session, ids, at, because)
        reopen_proposals(session, self._reopened)
        staged = stage_all(session, self._org_id, self._stagings, run_seq, at, self._records)
        record_events(session, self._org_id, at, self._source.by, self._links.events)
        return len(staged)

    def _work_out(self, choice: Accepted) -> None:
        record, other = concerned_records(self._records, choice)
        self._take_back(choice)
        decision_id = self._note(choice)
        link = self._follow(choice, decision_id, record, other)
        writes = self._writes(choice, record, other)
        self._stagings += [Staging(decision_id, link.id if link else "", write) for write in writes]
        if choice.verdict == "link" and link is not None and not writes:
            link.stamped_at = self._source.at

    def _take_back(self, choice: Accepted) -> None:
        """Take back what stands on the proposal; if that had closed it, it is open until the new decision closes it."""
        proposal = choice.proposal
        stood = self._earlier.take_back(proposal.id)
        if stood is None or self._closed.get(proposal.id, stood.closed_because) not in ANSWERED:
            return
        self._closed.pop(proposal.id, None)
        self._reopened.add(proposal.id)
        if proposal.kind == "match":
            self._open_matches[own_place(choice)] = proposal.id

    def _note(self, choice: Accepted) -> str:
        proposal, source, other = choice.proposal, self._source, other_place(choice)
        number = self._earlier.ever[proposal.id]
        decision = {
            "id": "D" + uuid5(NAMESPACE_URL, f"{self._org_id}/{proposal.id}/{number}").hex[:20].upper(),
            "org_id": self._org_id,
            "proposal_id": proposal.id,
            "verdict": choice.verdict,
            "target_id": choice.target_id,
            "fields": ",".join(choice.fields),
            "note": choice.note,
            "by": source.by,
            "at": source.at,
            "via": source.via,
            "source_sha256": source.sha256,
            "basis": proposal.basis,
            "record_hash": self._records.hash_of(own_place(choice)),
            "target_hash": self._records.hash_of(other) if other else "",
            "withdrawn_at": None,
            "withdrawn_by": "",
        }
        self._decisions.append(decision)
        detail = {"verdict": choice.verdict, "target": choice.target_id, "via": source.via, "basis": proposal.basis}
        detail |= {"fields": ",".join(choice.fields)} if choice.fields else {}
        self._links.events.append(Event("decided", proposal.id, detail))
        return str(decision["id"])

    def _follow(
        self, choice: Accepted, decision_id: str, record: Record | None, other: Record | None
    ) -> tables.Link | None:
        """What a verdict changes at once: a link opens or closes, a proposal that is answered for good is closed.

        Returns the link that the writes to come belong to.
        """
        proposal = choice.proposal
        if choice.verdict == "link":
            if proposal.kind == "unlink":
                self._take_apart(choice, f"moved to {choice.target_id}")
            return self._open(choice, decision_id, record, other)
        if choice.verdict == "ignore":
            if proposal.kind in ("update", "conflict") and record is not None:
                accept_difference(self._session, proposal, self._org_id, record, other)
            self._close(own_place(choice), proposal.id, "ignored")
        if choice.verdict == "unlink":
            self._take_apart(choice, "decided")
            self._close(own_place(choice), proposal.id, "unlinked")
        if choice.verdict == "update" and proposal.entity == "contacts":
            return self._links.of("contacts", _left_of(choice, proposal.suggested_id))
        return None

    def _open(self, choice: Accepted, decision_id: str, record: Record | None, other: Record | None) -> tables.Link:
        proposal, target_id = choice.proposal, choice.target_id
        straight = proposal.system == "pooltrackr"
        pair = (proposal.record_id, target_id) if straight else (target_id, proposal.record_id)
        link = self._links.open(proposal.entity, *pair, decision_id)
        if record is not None and other is not None:
            agree_on_link(link, *((record, other) if straight else (other, record)))
        self._close(own_place(choice), proposal.id, "linked")
        self._close_counterpart((OTHER[proposal.system], proposal.entity, target_id))
        return link

    def _take_apart(self, choice: Accepted, because: str) -> None:
        link = self._links.of(choice.proposal.entity, choice.proposal.record_id)
        if link is not None:
            self._links.close(link, because)

    def _close_counterpart(self, place: Place) -> None:
        """The other side's own proposal, if it had one, is answered by the link."""
        counterpart = self._open_matches.get(place)
        if counterpart is not None:
            self._close(place, counterpart, "linked")

    def _close(self, place: Place, proposal_id: str, because: str) -> None:
        self._closed[proposal_id] = because
        self._reopened.discard(proposal_id)
        if self._open_matches.get(place) == proposal_id:
            del self._open_matches[place]

    def _writes(self, choice: Accepted, record: Record | None, other: Record | None) -> Sequence[PlannedWrite]:
        proposal = choice.proposal
        if proposal.entity in MONEY:
            return planned_writes(self._plans.get(proposal.id), proposal, choice.verdict)
        if choice.verdict == "unlink":
            return unmark(proposal.record_id, record, other)
        return plan_writes(choice, record, other) if record is not None else ()


def _is_planned(choice: Accepted) -> bool:
    return choice.proposal.entity in MONEY and choice.verdict in WRITING


def _left_of(choice: Accepted, other_id: str) -> str:
    return choice.proposal.record_id if choice.proposal.system == "pooltrackr" else other_id


def _links_of(choice: Accepted) -> Iterator[Wanted]:
    """The links that a verdict may open, close or need."""
    proposal, verdict = choice.proposal, choice.verdict
    if verdict == "link":
        straight = proposal.system == "pooltrackr"
        pair = (proposal.record_id, choice.target_id) if straight else (choice.target_id, proposal.record_id)
        yield (proposal.entity, *pair)
    if verdict == "unlink" or (verdict == "link" and proposal.kind == "unlink"):
        yield (proposal.entity, proposal.record_id, "")
    if verdict == "update" and proposal.entity == "contacts":
        yield ("contacts", _left_of(choice, proposal.suggested_id), "")


def _open_counterparts(session: Session, org_id: str, choices: Sequence[Accepted]) -> dict[Place, str]:
    """The open proposals that the other records of some links have of their own."""
    wanted: dict[tuple[System, Entity], list[str]] = defaultdict(list)
    for choice in choices:
        if choice.verdict == "link":
            wanted[OTHER[choice.proposal.system], choice.proposal.entity].append(choice.target_id)
    found: dict[Place, str] = {}
    table = tables.Proposal
    for (system, entity), ids in wanted.items():
        for start in range(0, len(ids), CHUNK):
            query = select(table.record_id, table.id).where(
                table.org_id == org_id,
                table.entity == entity,
                table.kind == "match",
                table.system == system,
                col(table.record_id).in_(ids[start : start + CHUNK]),
                col(table.closed_at).is_(None),
            )
            found |= {(system, entity, record_id): proposal_id for record_id, proposal_id in session.exec(query)}
    return found


def _grouped(closed: dict[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for proposal_id, because in closed.items():
        groups[because].append(proposal_id)
    return groups

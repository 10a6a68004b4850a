"""The second person: confirming, refusing or taking back what waits, under the same rules as any decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from reconcile.decisions import Accepted, Judgement, judge
from reconcile.errors import Conflict, DecisionsRejected
from reconcile.records import Entity
from reconcile.second_person import Confirmer, require_second
from reconcile.stages.collisions import refresh_collisions
from reconcile.stages.services import Services
from reconcile.store.decisions import ENTITIES, Source, apply_decisions
from reconcile.store.engine import writing
from reconcile.store.review_deactivation import KIND, carry_out_wishes, unfit_wishes
from reconcile.store.review_situation import others_of, refresh_around, situation_of
from reconcile.store.review_waits import as_row, list_waiting, settle_looks
from reconcile.store.runs import end_run, start_run
from reconcile.store.tables_review import SecondLook

FEW = 20
STALE = ("basis", "proposal_id")


@dataclass(frozen=True)
class Answered:
    """What an answer did: how many decisions count now, what they staged, how many can count no more and why."""

    settled: int = 0
    staged: int = 0
    void: int = 0
    problems: tuple[str, ...] = ()


def confirm_waiting(services: Services, ids: Sequence[str], second: Confirmer, note: str = "") -> Answered:
    """Confirm decisions that wait (ids of waits or proposals): all of them, or none.

    What no longer rests on what the first person saw becomes void, and nothing else is confirmed then. Raises BadInput
    when the second person cannot be told apart or is the first, Conflict when one does not wait any more,
    DecisionsRejected when the rules refuse one now.
    """
    now = services.clock.now()
    with writing(services.engine) as session:
        looks = _find(session, services.org_id, ids)
        for look in looks:
            require_second(look.by, second)
        wishes = [look for look in looks if look.verdict == KIND]
        rows = [as_row(look, number) for number, look in enumerate(looks, start=1) if look.verdict != KIND]
        judgement = judge(rows, situation_of(session, services.org_id, rows))
        stale = {p.row for p in judgement.problems if p.column in STALE}
        gone = [look for number, look in enumerate(looks, start=1) if number in stale]
        gone += unfit_wishes(session, services.org_id, wishes)
        if gone:
            settle_looks(session, services.org_id, gone, "void", second, now, "the records changed")
            return Answered(void=len(gone), problems=tuple(f"{p.message} {p.remedy}" for p in judgement.problems))
        if judgement.problems:
            raise DecisionsRejected(
                "Nothing was confirmed.", problems=tuple(f"{p.message} {p.remedy}" for p in judgement.problems)
            )
        settle_looks(session, services.org_id, looks, "confirmed", second, now, note)
        seq = start_run(session, services.org_id, "decide", services.new_id(), services.settings_version, now)
        staged = _apply(session, services.org_id, looks, judgement, second, seq, now)
        confirmed = {look.proposal_id: _source(look.by, look.via, second, now) for look in wishes}
        staged += carry_out_wishes(session, services.org_id, wishes, confirmed, seq)
        refresh_after(session, services.org_id, judgement.accepted, seq, now)
        counts = {"confirmed": len(looks), "staged": staged, "via": second.via}
        end_run(session, seq, services.clock.now(), counts)
    return Answered(settled=len(looks), staged=staged)


def refuse_waiting(services: Services, ids: Sequence[str], second: Confirmer, note: str = "") -> Answered:
    """Refuse decisions that wait: they never count, and the rows are to be decided again. Raises BadInput, Conflict."""
    now = services.clock.now()
    with writing(services.engine) as session:
        looks = _find(session, services.org_id, ids)
        for look in looks:
            require_second(look.by, second)
        return Answered(settle_looks(session, services.org_id, looks, "refused", second, now, note))


def take_back_waiting(services: Services, ids: Sequence[str], by: Confirmer) -> Answered:
    """Take back decisions before a second person has answered. Raises Conflict when one does not wait any more."""
    now = services.clock.now()
    with writing(services.engine) as session:
        looks = _find(session, services.org_id, ids)
        return Answered(settle_looks(session, services.org_id, looks, "taken_back", by, now))


def refresh_after(session: Session, org_id: str, accepted: Sequence[Accepted], seq: int, at: datetime) -> None:
    """Make the flags "already selected" true; few decisions touch few groups, many are cheaper to look at as a whole."""
    if len(accepted) > FEW:
        for entity in ENTITIES:
            refresh_collisions(session, org_id, entity, seq, at)
        return
    targets: dict[Entity, set[str]] = {}
    for choice in accepted:
        if choice.proposal.system == "pooltrackr":
            targets.setdefault(choice.proposal.entity, set()).update({*others_of(choice.proposal), choice.target_id})
    for entity, wanted in targets.items():
        refresh_around(session, org_id, entity, wanted, seq, at)


def _find(session: Session, org_id: str, ids: Sequence[str]) -> list[SecondLook]:
    wanted = set(ids)
    found = [look for look, _ in list_waiting(session, org_id) if {look.id, look.proposal_id, look.batch} & wanted]
    known = {name for look in found for name in (look.id, look.proposal_id, look.batch)}
    missing = sorted(wanted - known)
    if missing or not found:
        raise Conflict(
            f"{', '.join(missing[:5]) or 'Nothing'} waits no more for a second person.",
            remedy="Look at the list again.",
        )
    return found


def _apply(
    session: Session,
    org_id: str,
    looks: Sequence[SecondLook],
    judgement: Judgement,
    second: Confirmer,
    seq: int,
    now: datetime,
) -> int:
    """Each first person stays the decider; how it was confirmed, and by whom, is part of what it came through."""
    first = {look.proposal_id: (look.by, look.via) for look in looks}

    def origin(choice: Accepted) -> tuple[str, str]:
        return first.get(choice.proposal.id, ("", ""))

    staged = 0
    for (by, via), group in groupby(sorted(judgement.accepted, key=origin), key=origin):
        staged += apply_decisions(session, org_id, list(group), _source(by, via, second, now), seq)
    return staged


def _source(by: str, via: str, second: Confirmer, now: datetime) -> Source:
    return Source(by, now, f"{via}, confirmed by {second.name} ({second.via})")

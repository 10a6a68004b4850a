"""Decide: rows that a person filled in, judged together, stored with their links and staged writes, or refused as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.decisions import DecisionRow, judge
from reconcile.errors import DecisionsRejected
from reconcile.reports.decision_file import file_sha256, read_decisions
from reconcile.stages.collisions import refresh_collisions
from reconcile.stages.services import Services
from reconcile.store.decisions import ENTITIES, Source, apply_decisions, read_situation, was_applied
from reconcile.store.engine import reading, writing
from reconcile.store.runs import end_run, start_run


@dataclass(frozen=True)
class Decided:
    """What deciding did; ``already`` is True when the same file had been applied before."""

    accepted: int = 0
    unchanged: int = 0
    undecided: int = 0
    staged: int = 0
    collisions: int = 0
    already: bool = False


def decide_file(services: Services, path: Path, by: str) -> Decided:
    """Apply an analyst's file: all rows or none; the same file a second time is a no-op.

    Raises DecisionsRejected with every problem: row, column, what was found, what to do.
    """
    rows = read_decisions(path)
    sha256 = file_sha256(path)
    with reading(services.engine) as session:
        if was_applied(session, services.org_id, sha256):
            return Decided(already=True, unchanged=len(rows))
    return decide_rows(services, rows, Source(by, services.clock.now(), "csv", sha256, path.name))


def decide_rows(services: Services, rows: Sequence[DecisionRow], source: Source) -> Decided:
    """Judge and store some rows in one transaction. Raises DecisionsRejected."""
    with writing(services.engine) as session:
        judgement = judge(rows, read_situation(session, services.org_id, rows))
        if judgement.problems:
            problems = tuple(str(problem) for problem in judgement.problems)
            raise DecisionsRejected(
                f"{source.name or 'The decisions'}: {len(problems)} problem(s); nothing was applied.",
                problems=problems,
                remedy="Correct these rows and hand the file in again.",
            )
        seq = start_run(session, services.org_id, "decide", services.new_id(), services.settings_version, source.at)
        staged = apply_decisions(session, services.org_id, judgement.accepted, source, seq)
        collisions = refresh_collisions(session, services.org_id, "contacts", seq, source.at)
        for entity in ENTITIES[1:]:
            refresh_collisions(session, services.org_id, entity, seq, source.at)
        decided = Decided(
            accepted=len(judgement.accepted),
            unchanged=len(judgement.unchanged),
            undecided=sum(not row.decision.strip() for row in rows),
            staged=staged,
            collisions=collisions,
        )
        end_run(session, seq, services.clock.now(), {"accepted": decided.accepted, "staged": staged, "via": source.via})
    return decided

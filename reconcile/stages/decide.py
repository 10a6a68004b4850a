"""Decide: rows that a person filled in, judged together, stored with their links and staged writes, or refused as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.decisions import DecisionRow, Judgement, judge
from reconcile.errors import DecisionsRejected
from reconcile.reports.decision_file import file_sha256, read_decisions
from reconcile.reports.files import write_outcome
from reconcile.stages.collisions import refresh_collisions
from reconcile.stages.services import Services
from reconcile.store.decisions import ENTITIES, Source, was_applied
from reconcile.store.engine import reading, writing
from reconcile.store.review_situation import situation_of
from reconcile.store.review_waits import apply_or_wait
from reconcile.store.runs import end_run, start_run

UNTOLD = "The file that says what became of each row could not be written: look at the disk of the data folder."


@dataclass(frozen=True)
class Decided:
    """What deciding did; ``already`` is True when the same file had been applied before.

    ``waiting`` rows are stored and count once a second person has confirmed them. ``untold`` is True when what became of
    the rows could not be written into a file beside the reports.
    """

    accepted: int = 0
    unchanged: int = 0
    undecided: int = 0
    staged: int = 0
    collisions: int = 0
    already: bool = False
    waiting: int = 0
    untold: bool = False


def decide_file(services: Services, path: Path, by: str, *, proven: bool = False) -> Decided:
    """Apply an analyst's file: all rows or none; the same file a second time is a no-op.

    What became of each row is written into an outcome file beside the reports. Raises DecisionsRejected with every
    problem: row, column, what was found, what to do.
    """
    rows = read_decisions(path)
    sha256 = file_sha256(path)
    with reading(services.engine) as session:
        if was_applied(session, services.org_id, sha256):
            return Decided(already=True, unchanged=len(rows))
    return decide_rows(services, rows, Source(by, services.clock.now(), "csv", sha256, path.name, proven))


def decide_rows(
    services: Services, rows: Sequence[DecisionRow], source: Source, *, leave_refused: bool = False
) -> Decided:
    """Judge and store some rows in one transaction: all of them, or none.

    ``leave_refused`` leaves out the rows that the rules refuse instead of refusing all. Raises DecisionsRejected.
    """
    with writing(services.engine) as session:
        situation = situation_of(session, services.org_id, rows)
        judgement = judge(rows, situation)
        if leave_refused and judgement.problems:
            refused = {problem.row for problem in judgement.problems}
            rows = [row for row in rows if row.row not in refused]
            judgement = judge(rows, situation)
        if leave_refused and not rows:
            return Decided()
        if judgement.problems:
            _tell_outcome(services, rows, judgement, source)
            problems = tuple(str(problem) for problem in judgement.problems)
            raise DecisionsRejected(
                f"{source.name or 'The decisions'}: {len(problems)} problem(s); nothing was applied.",
                problems=problems,
                remedy="Correct these rows and hand the file in again.",
            )
        seq = start_run(session, services.org_id, "decide", services.new_id(), services.settings_version, source.at)
        applied = apply_or_wait(session, services.org_id, judgement.accepted, source, seq)
        collisions = {e: refresh_collisions(session, services.org_id, e, seq, source.at) for e in ENTITIES}
        decided = Decided(
            accepted=applied.counted,
            waiting=len(applied.waiting),
            unchanged=len(judgement.unchanged),
            undecided=sum(not row.decision.strip() for row in rows),
            staged=applied.staged,
            collisions=collisions["contacts"],
        )
        counts = {"accepted": decided.accepted, "staged": decided.staged, "waiting": decided.waiting, "via": source.via}
        end_run(session, seq, services.clock.now(), counts)
    return replace(decided, untold=not _tell_outcome(services, rows, judgement, source, applied.waiting))


def _tell_outcome(
    services: Services,
    rows: Sequence[DecisionRow],
    judgement: Judgement,
    source: Source,
    waiting: frozenset[str] = frozenset(),
) -> bool:
    """Write beside the reports what became of each row of a file; false when there is no room for it.

    The rows are decided by then, so that a full disk must not look as if they were not.
    """
    if not source.name:
        return True
    folder = services.settings.reports_dir / services.org_id
    name = f"outcome_{source.at:%Y%m%d-%H%M%S}_{source.sha256[:8]}.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_outcome(folder / name, rows, judgement, waiting)
    except OSError:
        return False
    return True

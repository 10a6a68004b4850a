"""What stands after a run, for the next morning: counts, gates, troubles, and how the last nights went."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from reconcile.reports.morning import Morning
from reconcile.reports.trend import Night
from reconcile.stages.gates import read_gates
from reconcile.stages.report import ENTITIES
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading
from reconcile.store.flags import count_flags, standing_flags
from reconcile.store.links import count_links
from reconcile.store.money_plans import decided_proposals
from reconcile.store.outbox import count_by_status, troubled
from reconcile.store.proposals import scores_of
from reconcile.store.runs import past_runs
from reconcile.store.sync_quiet import count_proposals

NIGHTS = 30
TREND = ("suggestions waiting", "flags", "pushes that need a person")


def count_standing(session: Session, org_id: str) -> dict[str, int]:
    """The figures that are compared with yesterday's."""
    decided = len(decided_proposals(session, org_id))
    pushes = count_by_status(session, org_id)
    counts = {f"{entity} linked": count_links(session, org_id, entity) for entity in ENTITIES}
    return {
        **counts,
        "suggestions waiting": count_proposals(session, org_id) - decided,
        "decided, not finished": decided,
        "flags": count_flags(session, org_id),
        "pushes done": pushes.get("done", 0),
        "pushes waiting": pushes.get("staged", 0) + pushes.get("sending", 0),
        "pushes that need a person": sum(
            pushes.get(state, 0) for state in ("conflict", "raced", "failed", "reconnect")
        ),
    }


def read_morning(services: Services, run_id: str, today: Mapping[str, int], reports: str) -> Morning:
    """The morning summary after a run."""
    with reading(services.engine) as session:
        org_id = services.org_id
        nights = past_nights(session, org_id)
        classes = Counter(f.group_id for f in standing_flags(session, org_id, "products", "price_mismatch"))
        return Morning(
            organisation=services.org.name,
            run_id=run_id,
            today=today,
            yesterday=nights[-1].counts if nights else None,
            prices=dict(classes.most_common()),
            shut={g.name: g.blockers for g in read_gates(session, org_id, services.settings_of_org) if not g.is_open},
            troubles=[
                f"{op.verb} {op.entity} `{op.subject_id}` in {op.target}: {op.status}. {op.remedy}".strip()
                for op in troubled(session, org_id)
            ],
            reports=reports,
        )


def past_nights(session: Session, org_id: str) -> list[Night]:
    """What stood after each of the last nights that ended well, oldest first."""
    runs = past_runs(session, org_id, "nightly", NIGHTS)
    return [_night(run) for run in runs if "standing" in json.loads(run.counts)]


def _night(run: tables.Run) -> Night:
    return Night(run.started_at.strftime("%d %b"), json.loads(run.counts)["standing"])


def read_scores(session: Session, org_id: str) -> Sequence[float]:
    """The match scores of the current suggestions to link."""
    return scores_of(session, org_id, suggested="link")

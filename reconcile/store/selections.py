"""What the current proposals select: read as far as a selection goes, since every deciding looks at all of them."""

import json
from typing import cast

from sqlalchemy import and_, select
from sqlmodel import Session, col

from reconcile.flagging import Selection, current_selection
from reconcile.proposals import Candidate, Proposal, Suggested
from reconcile.records import Entity
from reconcile.store import tables

_P, _D = tables.Proposal, tables.Decision
_READ = (_P.id, _P.record_id, _P.suggested, _P.suggested_id, _P.candidates, _D.verdict, _D.target_id)


def current_selections(session: Session, org_id: str, entity: Entity) -> list[Selection]:
    """The selection of every open proposal for a Pooltrackr record, decided or suggested, ordered by proposal id.

    Their proposals say what is selected, and nothing of why.
    """
    stands = and_(col(_D.proposal_id) == col(_P.id), col(_D.withdrawn_at).is_(None))
    query = select(*(col(column) for column in _READ)).outerjoin(_D, stands)
    ours = (col(_P.org_id) == org_id, col(_P.entity) == entity, col(_P.closed_at).is_(None))
    matches = (col(_P.kind) == "match", col(_P.system) == "pooltrackr")
    session.flush()
    rows = session.connection().execute(query.where(*ours, *matches).order_by(col(_P.id)))
    return [_selection(entity, *row) for row in rows]


def _selection(
    entity: Entity,
    proposal_id: str,
    record_id: str,
    suggested: str,
    suggested_id: str,
    candidates: str,
    verdict: str | None,
    target_id: str | None,
) -> Selection:
    proposal = Proposal(
        id=proposal_id,
        entity=entity,
        system="pooltrackr",
        record_id=record_id,
        name="",
        basis="",
        suggested=cast("Suggested", suggested),
        suggested_id=suggested_id,
        candidates=() if suggested_id else tuple(Candidate(**one) for one in json.loads(candidates)),
    )
    return Selection(proposal=proposal, target_id=current_selection(proposal, verdict or "", target_id or ""))

"""What a person chose in a row's form, as the rules take it; a conflict is answered in both of its directions."""

from sqlmodel import Session

from reconcile.decisions import DecisionRow
from reconcile.proposals import Proposal
from reconcile.store.review_list import load_listed
from reconcile.store.review_situation import opposites
from reconcile.web.differences import parts_of
from reconcile.web.guard import Form, field
from reconcile.web.rows import decision_row


def posted_rows(session: Session, org_id: str, form: Form) -> list[DecisionRow]:
    """The decisions that a form asks for; one row, or two for a conflict with both of its directions."""
    row = decision_row(field(form, "proposal"), field(form, "basis"), field(form, "choice"), field(form, "note"))
    found = load_listed(session, org_id, [row.proposal_id])
    if not found or found[0].proposal.kind not in ("update", "conflict"):
        return [row]
    proposal = found[0].proposal
    opposite = opposites(session, org_id, [proposal]).get(proposal.id)
    if proposal.kind == "update":
        return [_update(row, proposal, form)]
    return _conflict(row, proposal, opposite, form)


def _update(row: DecisionRow, proposal: Proposal, form: Form) -> DecisionRow:
    """An update takes over all of its parts, or those that are ticked."""
    if row.decision != "update" or "some" not in form:
        return row
    return _with(row, proposal, set(form.get("part", [])))


def _conflict(row: DecisionRow, proposal: Proposal, opposite: Proposal | None, form: Form) -> list[DecisionRow]:
    """One side's values as a whole, or part by part; the direction that nothing is taken from is skipped."""
    sides = {p.system: p for p in (proposal, opposite) if p is not None}
    if row.decision not in ("update", "parts"):
        return [_for(row, side, row.decision) for side in sides.values()]
    wanted = row.decision_xero_id
    rows = []
    for system, side in sides.items():
        if row.decision == "update":
            rows.append(_for(row, side, "update" if wanted == system else "skip"))
            continue
        parts = {
            name.removeprefix("side:")
            for name, chosen in form.items()
            if name.startswith("side:") and chosen[0] == system
        }
        rows.append(_with(_for(row, side, "update" if parts else "skip"), side, parts))
    return rows


def _for(row: DecisionRow, side: Proposal, decision: str) -> DecisionRow:
    """The same for one direction; what the person saw counts for both, as both rest on the same two records."""
    basis = row.basis if side.id == row.proposal_id else side.basis
    return DecisionRow(row=row.row, proposal_id=side.id, basis=basis, decision=decision, note=row.note)


def _with(row: DecisionRow, side: Proposal, parts: set[str]) -> DecisionRow:
    """The row limited to some parts; without a limit when these are all there are."""
    by_part = parts_of(side.changes)
    chosen = tuple(change.field for part, changes in by_part.items() if part in parts for change in changes)
    everything = set(by_part) <= parts
    decision = row.decision if chosen else "skip"
    return DecisionRow(
        row=row.row, proposal_id=row.proposal_id, basis=row.basis, decision=decision, note=row.note,
        fields=() if everything or not chosen else chosen,
    )  # fmt: skip

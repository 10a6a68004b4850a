"""Apply the policies that an operator has turned on."""

from reconcile.decisions import judge
from reconcile.policies import POLICY, approved_by_policy
from reconcile.proposals import Proposal
from reconcile.records import Entity
from reconcile.stages.decide import Decided, decide_rows
from reconcile.stages.services import Services
from reconcile.store.decisions import Source, read_situation
from reconcile.store.engine import reading
from reconcile.store.money_plans import undone_subjects
from reconcile.store.review import review_rows


def approve_by_policy(services: Services, entity: Entity) -> Decided:
    """Decide what the policy of this entity covers; what was taken back and what the rules refuse is left to a person."""
    if not getattr(services.settings_of_org.policies, POLICY[entity]):
        return Decided()
    with reading(services.engine) as session:
        undone = undone_subjects(session, services.org_id, [entity])
        review = [r for r in review_rows(session, services.org, entity) if undone.isdisjoint(_records(r.proposal))]
        rows = approved_by_policy(entity, review, services.settings_of_org.policies)
        refused = {p.row for p in judge(rows, read_situation(session, services.org_id, rows)).problems}
    clear = [row for row in rows if row.row not in refused]
    if not clear:
        return Decided()
    return decide_rows(services, clear, Source(f"policy {POLICY[entity]}", services.clock.now(), "policy"))


def _records(proposal: Proposal) -> set[str]:
    return {proposal.record_id, proposal.suggested_id}

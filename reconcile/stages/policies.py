"""Apply the policies that an operator has turned on."""

from reconcile.policies import POLICY, approved_by_policy
from reconcile.proposals import Proposal
from reconcile.records import Entity
from reconcile.stages.decide import Decided, decide_rows
from reconcile.stages.services import Services
from reconcile.store.decisions import Source
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
    if not rows:
        return Decided()
    source = Source(f"policy {POLICY[entity]}", services.clock.now(), "policy")
    return decide_rows(services, rows, source, leave_refused=True)


def _records(proposal: Proposal) -> set[str]:
    return {proposal.record_id, proposal.suggested_id}

"""What somebody took back is not linked again by a policy: from then on a person decides about these records."""

from typing import Any

from reconcile.stages.policies import approve_by_policy
from reconcile.stages.undo import approve_undo, plan_undo
from reconcile.store import tables
from reconcile.store.engine import reading


def approved_by_policy(business: Any) -> int:
    business.configure(policies={"exact_contact": True})
    with business.open() as services:
        return approve_by_policy(services, "contacts").accepted


def take_back(business: Any, run_seq: int) -> None:
    with business.open() as services:
        with reading(services.engine) as session:
            run_id = session.get_one(tables.Run, run_seq).id
        approve_undo(services, run_id, plan_undo(services, run_id).mark, "Ana")
    business.push()


def links_to_judge(business: Any) -> list[Any]:
    business.night()
    return [p for p in business.proposals("match") if p.suggested == "link" and p.system == "pooltrackr"]


def test_a_link_that_was_taken_back_is_suggested_and_left_to_a_person(make_business: Any) -> None:
    business = make_business()
    ann, *others = links_to_judge(business)
    business.decide([(ann, "link", ann.suggested_id)])
    with business.run("push") as (_, run_seq):
        business.push()
    take_back(business, run_seq)
    assert business.links() == {}
    business.edit_pooltrackr(ann.record_id, category="Commercial")  # what was decided then is about another record now
    assert {p.record_id for p in links_to_judge(business)} == {p.record_id for p in (ann, *others)}
    certain = [p for p in others if p.confidence == "auto"]
    assert approved_by_policy(business) == len(certain) > 0
    assert ann.record_id not in business.links()

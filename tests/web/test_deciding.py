"""Decisions made on the page: one click reads little and means the same as a whole file."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from reconcile.decisions import DecisionRow, judge
from reconcile.errors import Conflict, DecisionsRejected
from reconcile.records import Entity
from reconcile.stages.collisions import refresh_collisions
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.decisions import read_situation
from reconcile.store.engine import reading, writing
from reconcile.store.flags import standing_flags
from reconcile.store.proposals import current_proposals
from reconcile.store.review_filter import Filter
from reconcile.store.review_list import list_page, matching_ids
from reconcile.store.review_situation import narrow_situation
from reconcile.store.runs import start_run
from reconcile.web.verdicts import decide_on_page, undo_on_page
from tests.web.conftest import Visitor, fill, mine, open_organisation, people, propose, suggest, token_of

LEFT = [f"C{i}" for i in range(1, 7)]
RIGHT = [f"X{i}" for i in range(1, 7)]


def row_for(services: Services, record_id: str, decision: str, target: str = "") -> DecisionRow:
    with reading(services.engine) as session:
        rows = session.exec(
            select(tables.Proposal).where(mine(tables.Proposal), tables.Proposal.record_id == record_id)
        ).all()
    newest = rows[-1]
    return DecisionRow(row=2, proposal_id=newest.id, basis=newest.basis, decision=decision, decision_xero_id=target)


def decide(services: Services, record_id: str, decision: str, target: str = "") -> int:
    return decide_on_page(services, [row_for(services, record_id, decision, target)], "Anna")


def flags(services: Services) -> set[tuple[str, str, str]]:
    with reading(services.engine) as session:
        found = standing_flags(session, services.org_id, "contacts")
        return {(f.record_id, f.name, f.detail) for f in found}


def flagged(services: Services) -> set[str]:
    return {record_id for record_id, _, _ in flags(services)}


def test_both_rows_of_a_pair_are_flagged_and_one_decision_clears_both(services: Services) -> None:
    assert flagged(services) == {"C4", "C5"}
    decide(services, "C5", "link", "X5")
    assert flagged(services) == set()


def test_linking_one_leaves_the_other_flagged_until_it_is_decided(services: Services) -> None:
    decide(services, "C4", "link")
    assert flagged(services) == {"C5"}
    decide(services, "C5", "create")
    assert flagged(services) == set()


def test_taking_a_decision_back_brings_the_flags_back(services: Services) -> None:
    decide(services, "C5", "create")
    assert flagged(services) == set()
    assert undo_on_page(services, row_for(services, "C5", "").proposal_id, "Ben")
    assert flagged(services) == {"C4", "C5"}


def test_what_another_holds_is_refused_with_its_name(services: Services) -> None:
    decide(services, "C4", "link")
    with pytest.raises(DecisionsRejected) as refusal:
        decide(services, "C5", "link", "X4")
    assert "already linked to C4" in refusal.value.problems[0]


def test_who_decided_when_through_what_and_on_which_basis_is_recorded(services: Services) -> None:
    row = row_for(services, "C1", "link")
    decide_on_page(services, [row], "Anna")
    with reading(services.engine) as session:
        (decision,) = session.exec(select(tables.Decision).where(mine(tables.Decision))).all()
    assert (decision.by, decision.via, decision.basis) == ("Anna", "review page", row.basis)
    assert decision.record_hash
    assert decision.target_hash


def test_a_record_that_changed_since_the_page_was_shown_is_refused(services: Services) -> None:
    row = row_for(services, "C1", "link")
    changed = people("C", 1, "Someone else")
    fill(services, "pooltrackr", "contacts", changed)
    with pytest.raises(DecisionsRejected) as refusal:
        decide_on_page(services, [row], "Anna")
    assert "changed after" in refusal.value.problems[0]


def test_a_pushed_decision_cannot_be_undone(services: Services) -> None:
    decide(services, "C1", "link")
    with writing(services.engine) as session:
        for operation in session.exec(select(tables.PushOperation).where(mine(tables.PushOperation))):
            operation.status = "done"
            session.add(operation)
    with pytest.raises(Conflict):
        undo_on_page(services, row_for(services, "C1", "").proposal_id, "Anna")


def test_undoing_what_nobody_decided_does_nothing(services: Services) -> None:
    assert not undo_on_page(services, row_for(services, "C1", "").proposal_id, "Anna")
    assert not undo_on_page(services, "P-unknown", "Anna")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(LEFT), st.sampled_from(["link", "create", "skip", "ignore", "undo"]), st.sampled_from(RIGHT)
    ),
    max_size=8,
)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_one_click_means_what_a_whole_file_would_mean(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[tuple[str, str, str]]
) -> None:
    """After any clicks the narrow reading gives the same judgement and the same flags as reading everything."""
    services = open_organisation(tmp_path_factory.mktemp("org"))
    left, right = people("C", 6), people("X", 6)
    fill(services, "pooltrackr", "contacts", left)
    fill(services, "xero", "contacts", right)
    org = services.org_id
    pairs = [(left[i], [(right[i], 0.9), (right[(i + 1) % 6], 0.6)]) for i in range(3)]
    pairs += [(left[3], [(right[0], 0.7)]), (left[4], [(right[0], 0.8), (right[4], 0.3)]), (left[5], [])]
    propose(services, "contacts", [suggest(org, "contacts", record, others) for record, others in pairs])
    for record_id, verdict, target in steps:
        row = row_for(services, record_id, verdict, target if verdict == "link" else "")
        if verdict == "undo":
            undo_on_page(services, row.proposal_id, "Anna")
        else:
            with reading(services.engine) as session:
                wide = judge([row], read_situation(session, org, [row]))
                narrow = judge([row], narrow_situation(session, org, [row]))
            assert [str(p) for p in narrow.problems] == [str(p) for p in wide.problems]
            assert narrow.accepted == wide.accepted
            if not wide.problems:
                decide_on_page(services, [row], "Anna")
        seen = flags(services)
        with writing(services.engine) as session:
            seq = start_run(session, org, "check", services.new_id(), 0, services.clock.now())
            refresh_collisions(session, org, "contacts", seq, services.clock.now())
        assert flags(services) == seen
    services.close()


def listed(services: Services, entity: Entity = "contacts", **wanted: object) -> list[str]:
    with reading(services.engine) as session:
        page = list_page(session, services.org_id, Filter(entity=entity, **wanted))
        assert [row.proposal.id for row in page.rows] == matching_ids(
            session, services.org_id, Filter(entity=entity, **wanted)
        )
        return [row.proposal.record_id for row in page.rows]


def test_what_needs_a_person_comes_first(services: Services) -> None:
    assert listed(services) == ["C4", "C5", "C6", "C1", "C2", "C3"]


def test_lists_are_filtered_by_flag_score_text_and_state(services: Services) -> None:
    assert listed(services, flag="contact_already_selected") == ["C4", "C5"]
    assert listed(services, least=0.975) == ["C1", "C2"]
    assert listed(services, text="person 3") == ["C3"]
    assert listed(services, text="X5") == ["C5"]
    assert listed(services, suggested="create") == ["C6"]
    decide(services, "C1", "link")
    decide(services, "C2", "skip")
    assert listed(services, state="decided") == ["C1", "C2"]
    assert listed(services) == ["C4", "C5", "C6", "C3"]
    assert len(listed(services, state="all")) == 6


def test_a_search_for_a_wildcard_finds_only_the_sign_itself(services: Services) -> None:
    assert listed(services, text="%") == []
    assert listed(services, text="_") == []


def test_every_current_proposal_is_on_exactly_one_list(services: Services) -> None:
    decide(services, "C2", "skip")
    with reading(services.engine) as session:
        everything = {p.record_id for p in current_proposals(session, services.org_id, "contacts", ["match"])}
    assert set(listed(services)) | set(listed(services, state="decided")) == everything
    assert not set(listed(services)) & set(listed(services, state="decided"))


def test_a_page_beyond_the_end_shows_the_last_one(client: Visitor) -> None:
    assert "Person 1" in client.get("/contacts?page=99").text


def test_the_page_stores_a_decision_and_says_so(client: Visitor, services: Services) -> None:
    row = row_for(services, "C1", "link")
    data = {
        "token": token_of(client),
        "proposal": row.proposal_id,
        "basis": row.basis,
        "choice": "link:X1",
        "back": "/contacts",
    }
    assert client.post("/contacts/decide", data=data | {"name": "Person 1"}).status_code == 303
    assert "Person 1: link." in client.get("/contacts").text
    assert re.search(r"<strong>link</strong> with Person 1 by Anna", client.get("/contacts?state=decided").text)


def form_of(client: Visitor, record_id: str, state: str = "open") -> dict[str, str]:
    """The hidden fields of a row's form as the page shows it now."""
    page = client.get(f"/contacts?state={state}&q={record_id}").text
    row = page[page.index(f'data-record="{record_id}"') :]
    form = row[row.index('action="/contacts/decide"') : row.index("<select")]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


@pytest.mark.parametrize(("first", "second"), [("create", "skip"), ("skip", "ignore"), ("link:X6", "create")])
def test_whoever_is_second_on_a_row_is_told_who_was_faster_and_replaces_nothing(
    client: Visitor, services: Services, first: str, second: str
) -> None:
    seen_by_both = form_of(client, "C6")
    client.post("/contacts/decide", data=seen_by_both | {"choice": first})
    client.get("/contacts")
    client.post("/contacts/decide", data=seen_by_both | {"choice": second})
    assert "Anna was faster and has decided Person 6" in client.get("/contacts").text
    assert f"<strong>{first.partition(':')[0]}</strong>" in client.get("/contacts?state=decided").text


def test_a_decision_that_one_sees_can_be_changed(client: Visitor) -> None:
    client.post("/contacts/decide", data=form_of(client, "C6") | {"choice": "create"})
    client.post("/contacts/decide", data=form_of(client, "C6", "decided") | {"choice": "skip"})
    assert "<strong>skip</strong> by Anna" in client.get("/contacts?state=decided").text


def test_the_same_decision_twice_is_no_quarrel(client: Visitor) -> None:
    twice = form_of(client, "C6") | {"choice": "skip"}
    client.post("/contacts/decide", data=twice)
    client.post("/contacts/decide", data=twice)
    shown = client.get("/contacts").text
    assert "Person 6: skip." in shown
    assert "faster" not in shown


def test_a_decision_that_was_replaced_meanwhile_is_not_undone_by_an_old_page(client: Visitor) -> None:
    client.post("/contacts/decide", data=form_of(client, "C6") | {"choice": "create"})
    old = form_of(client, "C6", "decided")
    client.post("/contacts/decide", data=old | {"choice": "skip"})
    client.post("/contacts/undo", data=old)
    assert "was faster" in client.get("/contacts?state=decided").text
    assert "<strong>skip</strong> by Anna" in client.get("/contacts?state=decided").text


def test_a_run_that_had_begun_before_a_link_brings_no_quarrel_and_no_second_decision(
    client: Visitor, services: Services
) -> None:
    with reading(services.engine) as session:
        read_before = current_proposals(session, services.org_id, "contacts")
    decide(services, "C1", "link")
    propose(services, "contacts", read_before)
    assert "C1" not in flagged(services)
    for verdict in ("create", "skip"):
        with pytest.raises(DecisionsRejected) as refused:
            decide(services, "C1", verdict)
        assert "linked this record meanwhile" in refused.value.problems[0]
    decided = client.get("/contacts?state=decided").text
    assert 'action="/contacts/decide"' not in decided
    assert "<strong>link</strong> with Person 1 by Anna" in decided

"""What becomes of a link when one of its records goes away (C14, faults 22 to 25)."""

from itertools import pairwise

import pytest

from reconcile.records import Contact, Product, Record
from reconcile.syncing import LinkState, Records, Separated, separate, survivor_of


def merged(*chain: str) -> dict[str, Contact]:
    """Contacts merged one into the next; the last one is live."""
    ids = list(chain)
    gone = {a: Contact(id=a, status="archived", merged_to=b) for a, b in pairwise(ids)}
    return gone | {ids[-1]: gone.get(ids[-1], Contact(id=ids[-1], name="Survivor"))}


def judge(left: Record | None, right: Record | None, missed: tuple[int, int] = (0, 0), *others: Contact) -> Separated:
    xero: dict[str, Record] = {c.id: c for c in (right, *others) if c is not None}
    live_left = {left.id: left} if left is not None and left.status == "active" else {}
    live_right = {key: c for key, c in xero.items() if c.status == "active"}
    entity = "products" if isinstance(left or right, Product) else "contacts"
    state = LinkState("C1", "X1", left, right, *missed)
    return separate("org", entity, state, Records(xero, live_left, live_right, {"X1": "C1"}))


def test_a_merge_is_followed_to_the_end_of_the_chain() -> None:
    known = merged("X1", "X2", "X3")
    assert survivor_of(known["X1"], known) == known["X3"]


@pytest.mark.parametrize("chain", [("X1", "X2", "X1"), ("X1", "X1"), tuple(f"X{n}" for n in range(1, 14))])
def test_a_circle_and_an_endless_chain_lead_nowhere(chain: tuple[str, ...]) -> None:
    known = merged(*chain)
    assert survivor_of(known["X1"], known) is None


def test_a_contact_that_was_not_merged_has_no_survivor() -> None:
    assert survivor_of(Contact(id="X1"), {}) is None
    assert survivor_of(None, {}) is None


def test_nothing_happens_while_both_are_there_or_both_are_archived() -> None:
    assert judge(Contact(id="C1"), Contact(id="X1")) == Separated()
    assert judge(Contact(id="C1", status="archived"), Contact(id="X1", status="archived")) == Separated()


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        (Contact(id="C1"), Contact(id="X1", status="archived"), "archived in Xero"),
        (Contact(id="C1", status="archived"), Contact(id="X1"), "archived in Pooltrackr"),
        (Contact(id="C1"), Contact(id="X1", status="gdpr"), "erased"),
        (Contact(id="C1"), Contact(id="X1", status="archived", merged_to="X1"), "archived in Xero"),
    ],
)
def test_an_unlink_is_proposed_with_its_reason(left: Contact, right: Contact, says: str) -> None:
    proposal = judge(left, right).proposal
    assert proposal is not None
    assert (proposal.kind, proposal.suggested, proposal.confidence) == ("unlink", "unlink", "review")
    assert says in proposal.reasons


def test_a_merge_is_proposed_as_a_link_to_the_survivor() -> None:
    gone = Contact(id="X1", status="archived", merged_to="X2")
    proposal = judge(Contact(id="C1"), gone, (0, 0), Contact(id="X2", name="Ann")).proposal
    assert proposal is not None
    assert (proposal.suggested, proposal.suggested_id, [c.id for c in proposal.candidates]) == ("link", "X2", ["X2"])


@pytest.mark.parametrize(("missed", "is_proposed"), [(1, False), (2, False), (3, True), (9, True)])
def test_a_missing_record_is_flagged_at_once_and_unlinked_after_three_listings(missed: int, is_proposed: bool) -> None:
    found = judge(Product(id="C1"), None, (0, missed))
    assert found.finding is not None
    assert (found.finding.name, found.finding.system, found.finding.record_id) == ("missing", "xero", "X1")
    assert (found.proposal is not None) is is_proposed

"""The writes that carry out a decision."""

from decimal import Decimal

import pytest

from reconcile.decisions import Accepted
from reconcile.errors import BadData
from reconcile.proposals import Change, Proposal
from reconcile.pushplan import plan_writes, stamp_of, xero_name
from reconcile.records import Contact, Product

ANN = Contact(
    id="C1", name="Ann Lee", first_name="Ann", last_name="Lee", email="ann@example.com; a@example.com", phone="02 5550 0001",
    mobile="0491 570 006", street="1 Low St", suburb="Nowra", state="NSW", postcode="2541", site_street="9 High St | 2 B Rd",
)  # fmt: skip
XERO_ANN = Contact(id="X1", name="Lee, Ann")


def choice(
    verdict: str, entity: str = "contacts", system: str = "pooltrackr", changes: tuple[Change, ...] = ()
) -> Accepted:
    proposal = Proposal(id="P", entity=entity, system=system, record_id="r", name="", basis="b", changes=changes)
    return Accepted(proposal=proposal, verdict=verdict, target_id="X1")


def test_linking_contacts_stamps_both_sides_and_nothing_else() -> None:
    xero, pooltrackr = plan_writes(choice("link"), ANN, XERO_ANN)
    assert (xero.target, xero.verb, xero.target_id, dict(xero.body)) == (
        "xero",
        "update",
        "X1",
        {"ContactNumber": "PT-C1"},
    )
    assert (pooltrackr.target, pooltrackr.target_id, dict(pooltrackr.body)) == (
        "pooltrackr",
        "C1",
        {"xero_contact_id": "X1"},
    )


def test_a_contact_number_that_somebody_else_filled_is_left_alone() -> None:
    writes = plan_writes(choice("link"), ANN, Contact(id="X1", contact_number="OLD-7"))
    assert [write.target for write in writes] == ["pooltrackr"]


def test_a_new_xero_contact_carries_the_stamp_and_the_postal_address() -> None:
    (write,) = plan_writes(choice("create"), ANN, None)
    assert write.stamp == write.body["ContactNumber"] == stamp_of("C1")
    assert write.body["EmailAddress"] == "ann@example.com"
    addresses = {a["AddressType"]: a["AddressLine1"] for a in write.body["Addresses"]}
    assert addresses == {"POBOX": "1 Low St", "STREET": "9 High St"}


def test_names_are_made_fit_for_xero() -> None:
    assert xero_name(Contact(id="C1", name="  Ann   <Lee>  ")) == "Ann (Lee)"
    assert len(xero_name(Contact(id="C1", name="x" * 400))) == 255
    with pytest.raises(BadData, match="has no name"):
        xero_name(Contact(id="C1"))


def test_a_new_pooltrackr_contact_can_be_found_again_by_its_xero_id() -> None:
    (write,) = plan_writes(choice("create", system="xero"), XERO_ANN, None)
    assert write.target == "pooltrackr"
    assert write.stamp == write.body["external_reference"] == "X1"


def test_products_are_linked_and_created_in_pooltrackr_only() -> None:
    (link,) = plan_writes(choice("link", "products"), Product(id="R1"), Product(id="T1"))
    assert (link.target, dict(link.body)) == ("pooltrackr", {"xero_item_id": "T1"})
    (create,) = plan_writes(
        choice("create", "products", "xero"), Product(id="T1", name="Salt", price=Decimal("9.90")), None
    )
    assert (create.target, create.body["price"], create.body["title"]) == ("pooltrackr", "9.90", "Salt")


def test_no_product_is_ever_written_to_xero() -> None:
    with pytest.raises(BadData, match="cannot be created"):
        plan_writes(choice("create", "products"), Product(id="R1", name="Salt"), None)


def test_an_update_sends_the_approved_fields_only() -> None:
    changes = (Change(field="price", old="9", new="9.9"),)
    (write,) = plan_writes(
        choice("update", "products", "xero", changes), Product(id="T1"), Product(id="R1", name="Salt")
    )
    assert dict(write.body) == dict(write.expect) == {"price": "9.9"}


def test_skip_and_ignore_write_nothing() -> None:
    assert plan_writes(choice("skip"), ANN, None) == plan_writes(choice("ignore"), ANN, None) == ()

"""Linked products: Xero's edits are proposed, Pooltrackr's are drift."""

from dataclasses import replace
from decimal import Decimal

from reconcile.organisation_settings import OrganisationSettings
from reconcile.price_review import propose_updates
from reconcile.records import Product
from reconcile.syncing import Agreed, ProductPair, product_drift

SALT = Product(id="R1", code="SALT", name="Salt 20 kg", price=Decimal("9.90"), gst_included="true")
ITEM = Product(id="T1", code="SALT", name="Salt 20kg", price=Decimal("9.00"))


def first() -> Agreed:
    finding, agreed = product_drift(ProductPair("L1", SALT, ITEM, Agreed()))
    assert finding is None
    return agreed


def test_a_difference_that_was_there_when_they_were_linked_is_no_drift() -> None:
    assert product_drift(ProductPair("L1", SALT, ITEM, first())) == (None, first())


def test_an_edit_in_pooltrackr_is_drift_with_the_remedy_until_it_is_put_back() -> None:
    edited = replace(SALT, price=Decimal("12.00"))
    finding, agreed = product_drift(ProductPair("L1", edited, ITEM, first(), {"price"}))
    assert finding is not None
    assert "edit it in Xero" in finding.detail
    assert agreed == first()
    assert product_drift(ProductPair("L1", SALT, ITEM, agreed))[0] is None


def test_an_edit_in_xero_is_no_drift_and_taking_it_over_is_agreed() -> None:
    dearer = replace(ITEM, price=Decimal("10.00"))
    finding, agreed = product_drift(ProductPair("L1", SALT, dearer, first(), {"price"}))
    assert finding is None
    taken = replace(SALT, price=Decimal("11.00"))
    finding, agreed = product_drift(ProductPair("L1", taken, dearer, agreed))
    assert finding is None
    assert agreed.pooltrackr["price"] == ("11.00",)


def test_renaming_a_product_in_pooltrackr_is_drift() -> None:
    finding, _ = product_drift(ProductPair("L1", replace(SALT, name="Sugar"), ITEM, first()))
    assert finding is not None
    assert '"Salt 20 kg"' in finding.detail


def changes(product: Product, item: Product) -> list[tuple[str, str, str]]:
    """What is proposed for a product, seen from what was agreed first."""
    found = propose_updates("org", [(product, item)], OrganisationSettings(), {"R1": first().xero})
    return [(change.field, change.old, change.new) for draft in found for change in draft.changes]


def test_words_that_changed_in_xero_are_proposed() -> None:
    renamed = replace(ITEM, name="Pool salt 20 kg", description="Coarse")
    assert changes(SALT, renamed) == [
        ("name", "Salt 20 kg", "Pool salt 20 kg"),
        ("description", "", "Coarse"),
    ]


def test_words_that_always_differed_or_were_emptied_in_xero_are_left_alone() -> None:
    assert changes(SALT, ITEM) == []
    assert changes(SALT, replace(ITEM, name="SALT  20KG")) == []
    assert changes(SALT, replace(ITEM, name="")) == []


def test_words_that_were_taken_over_are_not_proposed_again() -> None:
    renamed = replace(ITEM, name="Pool salt 20 kg")
    taken = replace(SALT, name="Pool salt 20 kg")
    _, agreed = product_drift(ProductPair("L1", taken, renamed, first()))
    assert agreed.xero["name"] == ("Pool salt 20 kg",)
    assert propose_updates("org", [(taken, renamed)], OrganisationSettings(), {"R1": agreed.xero}) == []

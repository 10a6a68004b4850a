"""Gates: shut until the named rows are settled."""

import pytest

from reconcile.errors import GateClosed
from reconcile.gates import contact_gate, product_gate, require_open, settings_gate
from reconcile.organisation_settings import OrganisationSettings
from reconcile.records import Account

SALES = Account(id="a", code="200", name="Sales", type="REVENUE", account_class="REVENUE", status="ACTIVE")
BANK = Account(id="b", code="090", name="Bank", type="BANK", account_class="ASSET", status="ACTIVE")


def test_one_collision_shuts_the_contact_gate_and_is_named() -> None:
    with pytest.raises(GateClosed) as refusal:
        require_open(contact_gate(["C1: X1 is also selected by C2."]))
    assert refusal.value.rows == ("C1: X1 is also selected by C2.",)


def test_the_price_basis_is_required_once_xero_has_items() -> None:
    assert product_gate(OrganisationSettings(), 0).is_open
    assert not product_gate(OrganisationSettings(), 1).is_open
    assert product_gate(OrganisationSettings(xero_price_basis="INC"), 1).is_open


def test_the_settings_gate_wants_a_revenue_account_and_one_that_takes_payments() -> None:
    complete = OrganisationSettings(payment_account="090")
    assert settings_gate(complete, [SALES, BANK]).is_open
    assert not settings_gate(complete, [BANK]).is_open
    assert not settings_gate(OrganisationSettings(payment_account="200"), [SALES, BANK]).is_open
    assert not settings_gate(OrganisationSettings(), [SALES, BANK]).is_open


def test_an_optional_account_must_exist_once_it_is_named() -> None:
    gate = settings_gate(OrganisationSettings(payment_account="090", fees_account="404"), [SALES, BANK])
    assert gate.blockers == ("The fees account 404 is not an active account in Xero.",)


def test_surcharges_want_a_reimbursement_account_since_they_are_somebodys_money() -> None:
    settings = OrganisationSettings(payment_account="090")
    gate = settings_gate(settings, [SALES, BANK], surcharged=3)
    assert gate.blockers == ("3 payments carry a card surcharge, and no reimbursement account is set.",)
    assert settings_gate(settings.model_copy(update={"reimbursement_account": "200"}), [SALES, BANK], 3).is_open


def test_before_any_account_was_read_that_is_all_there_is_to_say() -> None:
    (blocker,) = settings_gate(OrganisationSettings(fees_account="404"), []).blockers
    assert blocker.startswith("No chart of accounts has been read from Xero yet")

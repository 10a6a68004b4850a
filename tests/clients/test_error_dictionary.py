"""Every sentence of Xero that is known has one meaning, and the page says the same as the table."""

from pathlib import Path

import pytest

from reconcile import errors
from reconcile.clients import dictionary
from reconcile.clients.xero.refusals import refusal
from reconcile.clients.xero.sentences import REFUSALS

PAGE = Path(__file__).parents[2] / dictionary.PAGE
SENTENCES = {
    "The contact name Buzz Lightyear is already assigned to another contact. The contact name must be unique across all active contacts.": errors.TargetTaken,
    "The contact number PT-1 is already assigned to another contact. The contact number must be unique across all contacts.": errors.TargetTaken,
    "The Account Number already exists. Please enter a different Account Number.": errors.TargetTaken,
    "The contact with the specified contact details has been archived. The contact must be un-archived before creating new invoices or credit notes.": errors.TargetGone,
    "Email address must be valid": errors.BadData,
    "Invoice # must be unique.": errors.TargetTaken,
    "Invoice not of valid status for modification": errors.Conflict,
    "This document cannot be edited as it has a payment or credit note allocated to it.": errors.Conflict,
    "The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it.": errors.Conflict,
    "The document date cannot be before the period lock date, currently set at 31 Dec 2025": errors.Conflict,
    "Payment amount exceeds the amount outstanding on this document": errors.Conflict,
    "Payments can only be made against Authorised documents": errors.Conflict,
    "Payments within a batch cannot be deleted.": errors.Conflict,
    "Account could not be found": errors.BadData,
    "Account code '476' has been removed as it does not match a recognised account.": errors.BadData,
    "Account code must be specified": errors.BadData,
    "The TaxType code 'OUTPUT2' cannot be used with account code '090'": errors.BadData,
    "The line total 10 does not match the expected line total 11": errors.BadData,
    "Organisation is not subscribed to currency EUR": errors.BadData,
    "You have reached the limit of invoices you can approve": errors.Conflict,
    "Price List Item with Code 'abc' already exists": errors.TargetTaken,
    "Idempotency Key: KEY_VALUE is used with a different request.": errors.Conflict,
    "The contact name cannot begin or end with a space or contain double spaces.": errors.BadData,
    "The ContactNumber field must not be longer than 50 characters.": errors.BadData,
    "The DueDate must be specified for an approved document": errors.BadData,
    "A Contact must be specified for this type of transaction": errors.BadData,
    "Input string was not in a correct format": errors.BadData,
}


@pytest.mark.parametrize(("sentence", "kind"), SENTENCES.items())
def test_a_known_sentence_is_sorted_and_replaced(sentence, kind):
    error = refusal([{"Message": sentence}], {})

    assert type(error) is kind
    assert error.remedy
    assert "Buzz" not in str(error)


@pytest.mark.parametrize("known", REFUSALS, ids=lambda known: known.cause)
def test_every_entry_has_an_example_that_it_matches_first(known):
    assert next(entry for entry in REFUSALS if entry.matches(known.example)) is known


@pytest.mark.parametrize("known", REFUSALS, ids=lambda known: known.cause)
def test_causes_and_remedies_are_whole_sentences(known):
    assert known.cause.endswith(".")
    assert known.remedy.endswith(".")
    assert known.cause[0].isupper()


def test_every_kind_of_error_that_a_client_can_raise_is_explained():
    raised = {entry.error for entry in REFUSALS} | set(dictionary.WHAT_HAPPENS)

    assert raised == set(dictionary.WHAT_HAPPENS)
    assert {entry.error for entry in REFUSALS} == set(dictionary.KINDS_IN_ORDER)


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == dictionary.render(), "run: python -m reconcile.clients.dictionary"

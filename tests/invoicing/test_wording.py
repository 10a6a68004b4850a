"""The words above the lines: the operator's template, the technician only when wanted, nothing longer than Xero takes."""

import pytest

from reconcile.errors import BadInput
from reconcile.invoicing.plan import plan_invoice
from reconcile.invoicing.wording import header_text


def test_a_row_whose_fields_are_all_empty_is_left_out(invoice, books):
    assert header_text(invoice(notes=""), books()) == "Pool: 12 Palm St, Noosa QLD 4567\nDate of service: 2 Nov 2026"


def test_the_technician_is_shown_only_when_switched_on(invoice, books):
    job = invoice(technician="Sam Lee", notes="Sam Lee left the gate open, call Sam Leeson")

    assert "Technician: Sam Lee" in header_text(job, books({"show_technician": True}))
    assert "Sam Lee " not in header_text(job, books()) + " "
    assert "Sam Leeson" in header_text(job, books())


def test_an_operator_can_change_the_words(invoice, books):
    template = {"invoice_template": "Job {job} at {pool_address}\\nInvoice {number} of {issued_date}"}

    assert header_text(invoice(job_id="J7"), books(template)) == (
        "Job J7 at 12 Palm St, Noosa QLD 4567\nInvoice INV-1 of 5 Nov 2026"
    )


@pytest.mark.parametrize("template", ["{phone}", "{notes.__class__}", "{notes!r}", "{notes", "{}"])
def test_a_template_that_cannot_be_used_is_refused_with_the_fields_that_can(invoice, books, template):
    with pytest.raises(BadInput, match="pool_address"):
        header_text(invoice(), books({"invoice_template": template}))


def test_braces_in_the_notes_are_words_and_no_fields(invoice, books):
    assert "{contact}" in header_text(invoice(notes="{contact}"), books())


def test_notes_longer_than_xero_takes_are_shortened_with_a_warning(invoice, books):
    plan = plan_invoice(invoice(notes="x" * 4500), books())

    assert len(plan.write.body["LineItems"][0]["Description"]) == 4000
    assert plan.warnings


def test_another_pool_on_a_line_is_named_there(invoice, line, books):
    plan = plan_invoice(invoice(pool_id="", lines=(line(pool_id="P1"),)), books())

    assert plan.write.body["LineItems"][1]["Description"] == "Pool clean (12 Palm St, Noosa QLD 4567)"


def test_no_address_with_xeros_name_in_it_is_sent(invoice, books):
    assert "Url" in plan_invoice(invoice(), books()).write.body
    url = {"pooltrackr_invoice_url": "https://xero.example.com/{id}"}
    assert "Url" not in plan_invoice(invoice(), books(url)).write.body

"""Rules for invoices, their lines and payments."""

import pandas as pd

from reconcile.quality.rule import (
    Between,
    Filled,
    Holds,
    Matches,
    NoLongerThan,
    Rule,
    amount,
    identity,
    known_tax_type,
    required,
)

MOST_CENTS = 1_000_000 * 100
LOOK = "Open it in the system it came from and correct it"


def invoice_rules() -> tuple[Rule, ...]:
    """What invoices must keep; sums are in cents."""
    return (
        *identity(),
        *amount("total_cents"),
        Rule("number_missing", "soft", "number", Filled(), "there is no invoice number", f"{LOOK}; it cannot be found again without one."),
        Rule("contact_missing", "soft", "contact_id", Filled(), "there is no contact", f"{LOOK}; it cannot be pushed without one."),
        Rule(
            "total_range", "soft", "total_cents", Between(0, MOST_CENTS), "the total is negative or above $1,000,000",
            f"{LOOK}, or confirm that it is meant.",
        ),
        Rule(
            "totals_disagree", "soft", "total_cents", Holds(sums_agree, ("subtotal_cents", "total_tax_cents")),
            "subtotal and GST do not add up to the total", f"{LOOK}; it is held until they do.",
        ),
        Rule(
            "due_before_issue", "soft", "due_date", Holds(due_later, ("date",)), "the due date lies before the invoice's date", f"{LOOK}.",
        ),
    )  # fmt: skip


def line_rules(tax_types: tuple[str, ...]) -> tuple[Rule, ...]:
    """What the lines of invoices must keep."""
    return (
        required("invoice_id"),
        Rule("invoice_missing", "hard", "invoice_id", Filled(), "the line belongs to no invoice", "Export or pull the data again."),
        Rule(
            "description_too_long", "soft", "description", NoLongerThan(4000), "the description is longer than Xero's 4,000 characters",
            f"{LOOK}.",
        ),
        Rule("description_missing", "soft", "description", Filled(), "the line has no words", f"{LOOK}; Xero needs a description."),
        *known_tax_type("tax_type", tax_types),
    )  # fmt: skip


def payment_rules() -> tuple[Rule, ...]:
    """What payments must keep; sums are in cents."""
    return (
        *identity(),
        *amount("amount_cents"),
        Rule("invoice_missing", "soft", "invoice_id", Filled(), "the payment belongs to no invoice", f"{LOOK}."),
        Rule(
            "amount_range", "soft", "amount_cents", Between(1, MOST_CENTS), "the amount is nothing, negative or above $1,000,000",
            f"{LOOK}, or confirm that it is meant.",
        ),
        Rule("date_shape", "soft", "date", Matches(r"^\d{4}-\d{2}-\d{2}$"), "the date cannot be read", f"{LOOK}."),
    )  # fmt: skip


def sums_agree(frame: pd.DataFrame) -> "pd.Series[bool]":
    """Subtotal and tax make the total, where all three are known."""
    apart = frame["subtotal_cents"] + frame["total_tax_cents"] - frame["total_cents"]
    return apart.fillna(0).eq(0).astype(bool)


def due_later(frame: pd.DataFrame) -> "pd.Series[bool]":
    """The due date is not before the date, where both are known; dates are ISO text."""
    return frame["due_date"].eq("") | (frame["due_date"] >= frame["date"])

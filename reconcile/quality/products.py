"""Rules for Pooltrackr's products and Xero's items."""

from reconcile.quality import shapes
from reconcile.quality.contacts import names
from reconcile.quality.rule import (
    Between,
    Filled,
    Holds,
    NoLongerThan,
    OneOf,
    Rule,
    Unique,
    WholeNumbers,
    identity,
    known_tax_type,
    required,
)

DEAREST_E4 = 50_000 * 10_000


def product_rules() -> tuple[Rule, ...]:
    """What both price books must keep."""
    return (
        *identity(),
        required("name"),
        *names("name", 50),
        *codes(),
        required("price_e4"),
        Rule(
            "amount_not_whole", "hard", "price_e4", WholeNumbers(), "the price is not in whole minor units",
            "This is a fault of the program, not of the data: report it.",
        ),
        Rule(
            "price_missing", "soft", "price_e4", Filled(), "there is no price, or it cannot be read",
            "Enter the price; until then prices cannot be compared.",
        ),
        Rule(
            "price_range", "soft", "price_e4", Between(1, DEAREST_E4), "the price is nothing, negative or above $50,000",
            "Correct the price, or confirm it with whoever keeps the price book.",
        ),
    )  # fmt: skip


def pooltrackr_product_rules() -> tuple[Rule, ...]:
    """What Pooltrackr's products must keep besides."""
    return (
        *product_rules(),
        Rule(
            "gst_basis_unknown", "soft", "gst_included", OneOf(("true", "false")), "it is not said whether the price includes GST",
            "Set the product's GST switch in Pooltrackr.",
        ),
    )  # fmt: skip


def item_rules(tax_types: tuple[str, ...]) -> tuple[Rule, ...]:
    """What Xero's items must keep besides."""
    return (
        *product_rules(),
        required("code"),
        Rule(
            "code_missing",
            "soft",
            "code",
            Filled(),
            "there is no code",
            "Give the item a code in Xero; invoices name items by it.",
        ),
        *known_tax_type("tax_type", tax_types),
    )


def codes() -> tuple[Rule, ...]:
    """A code fits into Xero, stands for one product, and no spreadsheet has damaged it."""
    return (
        Rule(
            "code_too_long", "soft", "code", NoLongerThan(30), "the code is longer than Xero's 30 characters",
            "Choose a shorter code.",
        ),
        Rule(
            "code_double", "soft", "code", Unique(), "several products have one code",
            "Give each its own code, or deactivate the one that is entered twice.",
        ),
        Rule(
            "code_damaged", "soft", "code", Holds(shapes.undamaged), "a spreadsheet has turned the code into a date or a number",
            "Type the code again from the supplier's list.",
        ),
    )  # fmt: skip

"""Rules for the chart of accounts and the tax rates."""

from reconcile.quality.rule import (
    Between,
    Filled,
    NoLongerThan,
    Rule,
    Unique,
    WholeNumbers,
    identity,
    known_tax_type,
    required,
)

HUNDRED_PER_CENT_E4 = 100 * 10_000


def account_rules(tax_types: tuple[str, ...]) -> tuple[Rule, ...]:
    """What accounts must keep."""
    return (
        *identity(),
        required("code"),
        Rule(
            "code_too_long",
            "soft",
            "code",
            NoLongerThan(10),
            "the code is longer than Xero's 10 characters",
            "Correct it in Xero.",
        ),
        Rule(
            "code_double",
            "soft",
            "code",
            Unique(),
            "several accounts have one code",
            "Correct it in Xero; accounts are chosen by code.",
        ),
        Rule("name_missing", "soft", "name", Filled(), "the account has no name", "Name it in Xero."),
        *known_tax_type("tax_type", tax_types),
    )


def tax_rate_rules() -> tuple[Rule, ...]:
    """What tax rates must keep; `rate_e4` is in ten-thousandths of a per cent."""
    remedy = "Open the tax rate in Xero and correct its rate."
    return (
        *identity(),
        required("rate_e4"),
        Rule(
            "amount_not_whole", "hard", "rate_e4", WholeNumbers(), "the rate is not in whole ten-thousandths",
            "This is a fault of the program, not of the data: report it.",
        ),
        Rule("rate_missing", "soft", "rate_e4", Filled(), "there is no rate", remedy),
        Rule("rate_range", "soft", "rate_e4", Between(0, HUNDRED_PER_CENT_E4), "the rate is below 0 or above 100 per cent", remedy),
    )  # fmt: skip

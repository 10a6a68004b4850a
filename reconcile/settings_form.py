"""A posted settings form as a new version of the settings, or the fields that cannot be taken (A43 to A53)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from reconcile.organisation_settings import OrganisationSettings
from reconcile.records import Account

PLAIN = (
    "xero_price_basis", "default_sales_account", "default_invoice_status", "numbering_scheme", "payment_account",
    "fees_account", "reimbursement_account", "clearing_account", "cut_off_date",
)  # fmt: skip
ACCOUNT_FIELDS = (
    "default_sales_account", "payment_account", "fees_account", "reimbursement_account", "clearing_account",
)  # fmt: skip
GUARDS = ("max_creates", "max_updates", "max_voids", "max_missing_share")


@dataclass(frozen=True)
class Choices:
    """The accounts that each field may take, as (code, name)."""

    sales: tuple[tuple[str, str], ...]
    payment: tuple[tuple[str, str], ...]
    any: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FormResult:
    """Either new settings, or the problems in words."""

    settings: OrganisationSettings | None
    problems: tuple[str, ...] = ()


def account_choices(accounts: Sequence[Account]) -> Choices:
    """The active accounts with a code: revenue for sales, bank or payable-to for payments, all for fees."""
    active = sorted((a for a in accounts if a.status == "ACTIVE" and a.code), key=lambda a: a.code)
    return Choices(
        sales=tuple((a.code, a.name) for a in active if a.account_class == "REVENUE"),
        payment=tuple((a.code, a.name) for a in active if a.type == "BANK" or a.enable_payments == "true"),
        any=tuple((a.code, a.name) for a in active),
    )


def read_form(form: Mapping[str, str], present: OrganisationSettings, accounts: Sequence[Account]) -> FormResult:
    """The settings that a form asks for; a code that is not in the chart of accounts is refused by its name.

    ``category:NAME`` fields are the map of categories to accounts; check boxes count when they are there at all.
    """
    values = present.model_dump()
    values |= {name: form[name].strip() for name in PLAIN if name in form}
    values["cut_off_date"] = values["cut_off_date"] or None
    values["show_technician"] = "show_technician" in form
    values["category_accounts"] = {
        name.removeprefix("category:"): code.strip()
        for name, code in sorted(form.items())
        if name.startswith("category:") and code.strip()
    }
    values["policies"] = {name: f"policies.{name}" in form for name in values["policies"]}
    values["guards"] |= {name: form[f"guards.{name}"].strip() for name in GUARDS if f"guards.{name}" in form}
    problems = _unknown_accounts(values, accounts)
    try:
        settings = OrganisationSettings.model_validate(values)
    except ValidationError as error:
        problems += [f"{'.'.join(map(str, e['loc'])).replace('_', ' ')}: {e['msg']}." for e in error.errors()]
        return FormResult(None, tuple(problems))
    return FormResult(None if problems else settings, tuple(problems))


def _unknown_accounts(values: Mapping[str, object], accounts: Sequence[Account]) -> list[str]:
    codes = {a.code for a in accounts if a.status == "ACTIVE"}
    chosen = {name.replace("_", " "): str(values[name]) for name in ACCOUNT_FIELDS}
    categories = values["category_accounts"]
    if isinstance(categories, dict):
        chosen |= {f"the account of category {name}": code for name, code in categories.items()}
    return [
        f"{label}: {code} is no active account in Xero." for label, code in chosen.items() if code and code not in codes
    ]

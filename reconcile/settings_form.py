"""A posted settings form as a new version of the settings, or the fields that cannot be taken (A43 to A53)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from reconcile.errors import BadInput
from reconcile.invoicing.wording import FIELDS, render
from reconcile.organisation_settings import Guards, OrganisationSettings, Policies, Wins
from reconcile.records import Account, TaxRate

PLAIN = (
    "xero_price_basis", "default_sales_account", "default_invoice_status", "numbering_scheme", "payment_account",
    "fees_account", "reimbursement_account", "clearing_account", "cut_off_date", "invoice_template",
    "pooltrackr_invoice_url", "stripe_contact",
)  # fmt: skip
ACCOUNT_FIELDS = (
    "default_sales_account", "payment_account", "fees_account", "reimbursement_account", "clearing_account",
)  # fmt: skip
GUARDS, POLICIES, WINS = (tuple(part.model_fields) for part in (Guards, Policies, Wins))
BY_ITSELF = ("show_technician", "category_accounts", "tax_types", "wins", "policies", "guards", "second_person")
OTHERS = tuple(name for name in OrganisationSettings.model_fields if name not in (*PLAIN, *BY_ITSELF))
"""Settings that have no place of their own on the form; they are shown below the others, with their description."""


LABELS = {
    "above": "The amount above which a second person confirms",
    "xero_price_basis": "Prices in Xero",
    "cut_off_date": "Nothing dated before",
    "exact_contact": "Link contacts that are certain",
    "exact_product": "Link products that are certain",
    "clean_invoice": "Send clean invoices at once",
    "paid_in_full": "Carry payments that settle an invoice exactly",
    "max_creates": "Most records one run may create",
    "max_updates": "Most records one run may change",
    "max_voids": "Most documents one run may void",
    "max_missing_share": "Largest share of records that may vanish overnight (0.5 is half)",
    "max_renamed_share": "Largest share of linked contacts that may be renamed overnight (0.3 is three in ten)",
    "max_jump": "Stop when a day would send this many times as much as usual (0: never)",
    "jump_floor": "But never for so few records a day",
    "jump_floor_amount": "But never for invoices and payments of so few dollars a day",
    "let_through": "The one unusual push that may go out all the same (filled in when you let it through)",
    "name": "Names",
    "email": "E-mail addresses",
    "phone": "Telephone and mobile numbers",
    "address": "Postal addresses",
    "gst": "Lines with GST",
    "gst_free": "Lines without GST",
}


def label_of(group: type[BaseModel], name: str) -> str:
    """What a setting is called on the page: our own words, else its description."""
    return LABELS.get(name) or (group.model_fields[name].description or name.replace("_", " ")).rstrip(".")


@dataclass(frozen=True)
class Choices:
    """The accounts that each field may take, as (code, name)."""

    sales: tuple[tuple[str, str], ...]
    payment: tuple[tuple[str, str], ...]
    any: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Known:
    """What a form is checked against: the chart of accounts, the tax rates and the contacts as last pulled.

    ``tells_apart`` says whether people sign in, without which a second person cannot be asked for.
    """

    accounts: Sequence[Account]
    tax_rates: Sequence[TaxRate] = ()
    contacts: frozenset[str] = frozenset()
    tells_apart: bool = True


@dataclass(frozen=True)
class FormResult:
    """Either new settings, or the problems in words; ``entered`` is the form as it was filled in, to be corrected."""

    settings: OrganisationSettings | None
    problems: tuple[str, ...] = ()
    entered: Mapping[str, Any] = field(default_factory=dict)


def account_choices(accounts: Sequence[Account]) -> Choices:
    """The active accounts with a code: revenue for sales, bank or payable-to for payments, all for fees."""
    active = sorted((a for a in accounts if a.status == "ACTIVE" and a.code), key=lambda a: a.code)
    return Choices(
        sales=tuple((a.code, a.name) for a in active if a.account_class == "REVENUE"),
        payment=tuple((a.code, a.name) for a in active if a.type == "BANK" or a.enable_payments == "true"),
        any=tuple((a.code, a.name) for a in active),
    )


def tax_choices(tax_rates: Sequence[TaxRate]) -> tuple[tuple[str, str], ...]:
    """The active tax rates that sales may carry, as (type, name)."""
    fit = [t for t in tax_rates if t.status == "ACTIVE" and t.can_apply_to_revenue != "false"]
    return tuple((t.id, t.name) for t in sorted(fit, key=lambda t: t.id))


def read_form(form: Mapping[str, str], present: OrganisationSettings, known: Known) -> FormResult:
    """The settings that a form asks for; a code that is not in the chart of accounts is refused by its name.

    ``category:NAME`` fields are the map of categories to accounts, ``tax:NAME`` the tax types; check boxes count when
    they are there at all.
    """
    values = present.model_dump()
    values |= {name: form[name].strip() for name in (*PLAIN, *OTHERS) if name in form}
    values |= {name: name in form for name in OTHERS if isinstance(values[name], bool)}
    values["invoice_template"] = "\\n".join(str(values["invoice_template"]).splitlines())
    values["cut_off_date"] = values["cut_off_date"] or None
    values["show_technician"] = "show_technician" in form
    values["category_accounts"] = _with_prefix(form, "category:")
    values["tax_types"] |= _with_prefix(form, "tax:")
    values["policies"] = {name: f"policies.{name}" in form for name in POLICIES}
    for group, names in (("guards", GUARDS), ("wins", WINS), ("second_person", ("above",))):
        values[group] |= {name: form[f"{group}.{name}"].strip() for name in names if f"{group}.{name}" in form}
    values["second_person"]["bulk"] = "second_person.bulk" in form
    problems = [*_unknown_accounts(values, known.accounts), *_unfit(values, known)]
    try:
        settings = OrganisationSettings.model_validate(values)
    except ValidationError as error:
        problems += [_words(e["loc"], e["type"], e.get("ctx", {}), e["msg"]) for e in error.errors()]
        return FormResult(None, tuple(problems), values)
    if settings.second_person.is_on and settings.second_person != present.second_person and not known.tells_apart:
        problems.append(
            "Second person: nobody signs in on this page, so a second person cannot be told apart from the first. "
            "Start the page with --users (or behind a proxy that signs people in), then turn it on."
        )
    if settings.second_person.asks_less_than(present.second_person):
        problems.append(
            "Second person: this page can ask for a second person more often, not less often, so that nobody frees "
            "themselves from it alone. Whoever runs the program can, on its machine: "
            "reconcile settings --set second_person.bulk=false --set second_person.above="
        )
    return FormResult(None if problems else settings, tuple(problems), values)


def _words(place: Sequence[int | str], kind: str, bounds: Mapping[str, Any], message: str) -> str:
    """What is wrong with a field, in words for whoever filled it in."""
    name = LABELS.get(str(place[-1])) or str(place[-1]).replace("_", " ")
    bound = next((format(bounds[key], "g") for key in ("ge", "gt", "le", "lt") if key in bounds), "")
    words = {
        "int_parsing": "write a whole number.",
        "int_from_float": "write a whole number.",
        "float_parsing": "write a number such as 0.5.",
        "decimal_parsing": "write an amount such as 1000, without a dollar sign.",
        "greater_than_equal": f"write {bound} or more.",
        "greater_than": f"write more than {bound}.",
        "less_than_equal": f"write {bound} or less.",
        "literal_error": "choose one of those that are offered.",
    }
    date_words = "write a date, year-month-day." if kind.startswith("date") else ""
    return f"{name}: {words.get(kind) or date_words or message + '.'}"


def _with_prefix(form: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): text.strip()
        for name, text in sorted(form.items())
        if name.startswith(prefix) and text.strip()
    }


def _unfit(values: Mapping[str, object], known: Known) -> list[str]:
    """What Xero or the invoices could not use."""
    problems = []
    template, address = str(values["invoice_template"]), str(values["pooltrackr_invoice_url"])
    try:
        render(template.replace("\\n", "\n"), dict.fromkeys(FIELDS, "x"))
    except BadInput as error:
        problems.append(f"words above the lines: {error.message} {error.remedy}")
    if address and not address.startswith(("https://", "http://")):
        problems.append("invoice address: begin with https://, or leave it empty.")
    if "xero" in address.casefold():
        problems.append("invoice address: Xero refuses addresses with its own name in them.")
    contact = str(values["stripe_contact"])
    if contact and known.contacts and contact not in known.contacts:
        problems.append(f"Stripe contact: Xero has no active contact {contact}.")
    usable = {tax for tax, _ in tax_choices(known.tax_rates)}
    taxes = values["tax_types"]
    chosen = taxes.items() if isinstance(taxes, dict) else ()
    problems += [f"tax type of {n}: Xero has no active {t} for sales." for n, t in chosen if usable and t not in usable]
    return problems


def _unknown_accounts(values: Mapping[str, object], accounts: Sequence[Account]) -> list[str]:
    codes = {a.code for a in accounts if a.status == "ACTIVE"}
    chosen = {name.replace("_", " "): str(values[name]) for name in ACCOUNT_FIELDS}
    categories = values["category_accounts"]
    if isinstance(categories, dict):
        chosen |= {f"the account of category {name}": code for name, code in categories.items()}
    return [
        f"{label}: {code} is no active account in Xero." for label, code in chosen.items() if code and code not in codes
    ]

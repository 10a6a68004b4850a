"""Every check of one frame: which rules a kind of frame has, and what breaks them."""

from collections.abc import Callable, Collection

import pandas as pd

from reconcile.errors import BadInput
from reconcile.quality import contacts, documents, ledger, products
from reconcile.quality.finding import Finding
from reconcile.quality.rule import Rule
from reconcile.quality.suite import applicable, prepare_frame, run_suite

RULES: dict[str, Callable[[tuple[str, ...]], tuple[Rule, ...]]] = {
    "pooltrackr_contacts": lambda _: contacts.contact_rules(),
    "pooltrackr_pools": lambda _: contacts.pool_rules(),
    "pooltrackr_products": lambda _: products.pooltrackr_product_rules(),
    "pooltrackr_invoices": lambda _: documents.invoice_rules(),
    "pooltrackr_invoice_lines": documents.line_rules,
    "pooltrackr_payments": lambda _: documents.payment_rules(),
    "xero_contacts": lambda _: contacts.xero_contact_rules(),
    "xero_products": products.item_rules,
    "xero_accounts": ledger.account_rules,
    "xero_tax_rates": lambda _: ledger.tax_rate_rules(),
    "xero_invoices": lambda _: documents.invoice_rules(),
    "xero_invoice_lines": documents.line_rules,
    "xero_payments": lambda _: documents.payment_rules(),
}
KINDS = tuple(RULES)


def check_frame(kind: str, frame: pd.DataFrame, tax_types: Collection[str] = ()) -> list[Finding]:
    """Check one frame against the rules of its kind (`pooltrackr_contacts`, `xero_products`, ... see KINDS).

    Text columns hold "" for missing; `price_e4` and `rate_e4` are in ten-thousandths, `*_cents` in cents, both Int64.
    `tax_types` are the organisation's; without them no tax type is called unknown. Columns that are neither required
    nor there are not checked. The first call in a process imports Great Expectations, which takes some seconds.
    """
    rules = applicable(rules_of(kind, tax_types), frame)
    return run_suite(kind, prepare_frame(frame, rules), rules)


def rules_of(kind: str, tax_types: Collection[str] = ()) -> tuple[Rule, ...]:
    """The rules of one kind of frame; BadInput when there is no such kind."""
    if kind not in RULES:
        raise BadInput(f"There are no checks for a frame of kind {kind!r}.", remedy=f"Use one of {', '.join(KINDS)}.")
    return RULES[kind](tuple(sorted(tax_types)))

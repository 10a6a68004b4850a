"""One whole sample organisation: both systems, and the truth about them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from reconcile.sandbox.generate import invoices, ledger, payments, products, settings
from reconcile.sandbox.generate.book import Known, Row, Truth
from reconcile.sandbox.generate.contacts import fill_book
from reconcile.sandbox.generate.dice import Dice


@dataclass(frozen=True)
class Size:
    """How many records of Pooltrackr are wanted, about."""

    contacts: int = 400
    products: int = 150
    invoices: int = 300


@dataclass(frozen=True)
class World:
    """Tables by their path inside the world folder, without the ending; every value is text."""

    tables: dict[str, Sequence[Row]]


def build_world(seed: int, size: Size | None = None) -> World:
    """Build the organisation of one seed; the same seed and size give the same world."""
    size = size or Size()
    dice, truth = Dice(seed), Truth()
    contacts = fill_book(dice.of("contacts"), size.contacts, truth)
    prices = products.fill_price_book(dice.of("products"), size.products, truth)
    billed = invoices.fill_bill_book(dice.of("invoices"), contacts, prices.pooltrackr, size.invoices)
    paid = payments.take_payments(dice.of("payments"), billed.bills)
    codes = {row["id"]: row["code"] for row in prices.xero}
    item_codes = {pair.left_id: codes[pair.right_id] for pair in truth.products}
    books = ledger.fill_ledger(dice.of("ledger"), billed.bills, paid, contacts.xero, item_codes)
    truth.invoices.extend(
        Known("invoices", bill.id, bill.row["xero_invoice_id"], bill.case) for bill in billed.bills if bill.case
    )
    return World({
        "pooltrackr/contacts": contacts.pooltrackr,
        "pooltrackr/pools": contacts.pools,
        "pooltrackr/products": prices.pooltrackr,
        "pooltrackr/invoices": [bill.header() for bill in billed.bills],
        "pooltrackr/invoice_lines": [row for bill in billed.bills for row in bill.line_rows()],
        "pooltrackr/payments": paid,
        "xero/contacts": contacts.xero,
        "xero/items": prices.xero,
        "xero/accounts": settings.accounts(dice),
        "xero/tax_rates": settings.tax_rates(),
        "xero/invoices": books.invoices,
        "xero/invoice_lines": books.lines,
        "xero/payments": books.payments,
        "xero/organisation": [settings.organisation(dice)],
        "truth/contacts": _known(truth.contacts, "left_id", "right_id", "case"),
        "truth/products": _known(truth.products, "left_id", "right_id", "case", "price_class"),
        "truth/look_alikes": _known(truth.look_alikes, "entity", "left_id", "right_id", "case", "price_class"),
        "truth/duplicates_pooltrackr": _twins(truth.duplicates_pooltrackr),
        "truth/duplicates_xero": _twins(truth.duplicates_xero),
        "truth/invoices": [{"id": k.left_id, "xero_invoice_id": k.right_id, "case": k.case} for k in truth.invoices],
    })  # fmt: skip


def _known(known: Sequence[Known], *columns: str) -> list[Row]:
    return [{column: asdict(one)[column] for column in columns} for one in known]


def _twins(known: Sequence[Known]) -> list[Row]:
    return [{"entity": one.entity, "id": one.left_id, "duplicate_id": one.right_id, "case": one.case} for one in known]

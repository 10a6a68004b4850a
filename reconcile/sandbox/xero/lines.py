"""Line items: reading them from a request, filling them from items and accounts, and showing them."""

from dataclasses import dataclass
from decimal import Decimal

from reconcile.sandbox.wire import Json
from reconcile.sandbox.xero.bodies import decimal, text
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.records import Item, Line, TaxRate
from reconcile.sandbox.xero.tax import line_amount, line_tax, round_half_up

MAX_AMOUNT = Decimal("9999999999.99")
REMOVED_ACCOUNT = "Account code '{}' has been removed as it does not match a recognised account."
WRONG_TAX = "The TaxType code '{}' cannot be used with account code '{}'."
UNKNOWN_TAX = "The TaxType code '{}' does not exist or cannot be used for this type of transaction."
LINE_TOTAL = "The line total {} does not match the expected line total {}"

_MONEY = frozenset({"Quantity", "UnitAmount", "LineAmount", "TaxType", "TaxAmount", "DiscountRate", "DiscountAmount"})


@dataclass(frozen=True)
class Document:
    """What a line needs to know of its document."""

    call: Call
    sale: bool
    amounts: str
    final: bool

    def rate(self, tax_type: str) -> TaxRate | None:
        """The active rate with this code."""
        rates = self.call.books.tax_rates
        return next((rate for rate in rates if rate.tax_type == tax_type and rate.status == "ACTIVE"), None)


def read_lines(
    document: Document, sent: list[Json], kept: tuple[Line, ...] = (), *, retax: bool = False
) -> tuple[tuple[Line, ...], list[str]]:
    """The document's new lines and what is wrong with them.

    A LineItemID of a kept line updates it, no LineItemID makes a new line, a kept line that is not sent is gone.
    `retax` works out the tax of kept lines anew although none of their money changed.
    """
    known = {line.id: line for line in kept}
    lines, errors = [], []
    for element in sent:
        identifier = text(element, "LineItemID")
        if identifier and identifier not in known:
            errors.append(f"The LineItemID {identifier} does not belong to this document.")
            continue
        base = _as_sent(known[identifier]) if identifier else {}
        if identifier and not retax and not _MONEY & set(element):
            base["TaxAmount"] = known[identifier].tax_amount
        line, problems = _read_line(
            document,
            base | element,
            identifier or document.call.world.new_id(),
            fresh="UnitAmount" in element or not identifier,
        )
        lines.append(line)
        errors += problems
    return tuple(lines), errors


def complete_errors(lines: tuple[Line, ...]) -> list[str]:
    """What an approved document still lacks."""
    charged = [line for line in lines if not _is_note(line)]
    if not charged:
        return ["At least one line item with an amount is required for an approved document."]
    return sorted({"Account code must be specified" for line in charged if not line.account_code})


def render_line(line: Line, decimals: int) -> Json:
    """A line as Xero shows it; a note has only its description."""
    shown: Json = {"LineItemID": line.id, "Description": line.description, "Tracking": list(line.tracking)}
    if _is_note(line):
        return shown | {"TaxAmount": Decimal("0.00"), "LineAmount": Decimal("0.00")}
    shown |= {"Quantity": line.quantity, "UnitAmount": round_half_up(line.unit_amount or Decimal(0), decimals)}
    shown |= {"TaxAmount": line.tax_amount, "LineAmount": line.amount}
    keys = (("ItemCode", line.item_code), ("AccountCode", line.account_code), ("TaxType", line.tax_type))
    shown |= {name: value for name, value in keys if value}
    discounts = (("DiscountRate", line.discount_rate), ("DiscountAmount", line.discount_amount))
    return shown | {name: value for name, value in discounts if value is not None}


def _is_note(line: Line) -> bool:
    return line.quantity is None and line.unit_amount is None


def _as_sent(line: Line) -> Json:
    """A kept line in the form of a request, for what an update leaves out (its sums are worked out anew)."""
    return {
        "Description": line.description,
        "Quantity": line.quantity,
        "UnitAmount": line.unit_amount,
        "ItemCode": line.item_code,
        "AccountCode": line.account_code,
        "TaxType": line.tax_type,
        "DiscountRate": line.discount_rate,
        "DiscountAmount": line.discount_amount,
        "Tracking": list(line.tracking),
    }


def _read_line(document: Document, sent: Json, identifier: str, *, fresh: bool) -> tuple[Line, list[str]]:
    """One line. `fresh` unit amounts are rounded to the decimals of the call before anything is multiplied."""
    item, errors = _item(document.call, text(sent, "ItemCode"))
    described = text(sent, "Description") or (item.description if item else "")
    quantity, unit, stated = _amounts(document, sent, item)
    if quantity is None and unit is None and stated is None:
        return Line(identifier, described), errors + ([] if described else ["Description must be specified"])
    quantity = Decimal(1) if quantity is None else round_half_up(quantity, 4)
    rate, off = decimal(sent.get("DiscountRate")), decimal(sent.get("DiscountAmount"))
    if unit is None:
        expected = round_half_up(stated or Decimal(0))
        unit = expected / quantity if quantity else Decimal(0)
    else:
        unit = round_half_up(unit, document.call.decimals) if fresh else unit
        expected = line_amount(quantity, unit, rate, off)
        if stated is not None and round_half_up(stated) != expected:
            errors.append(LINE_TOTAL.format(stated, expected))
    unit = round_half_up(unit, 4)
    account, tax_type, problems = _coding(document, sent, item)
    errors += problems + _limit_errors(document, described, expected, rate or off)
    line = Line(
        id=identifier,
        description=described,
        quantity=quantity,
        unit_amount=unit,
        item_code=item.code if item else "",
        account_code=account,
        tax_type=tax_type,
        tax_amount=_tax(document, sent, expected, tax_type),
        amount=expected,
        discount_rate=rate,
        discount_amount=off,
        tracking=tuple(sent.get("Tracking") or ()),
    )
    return line, errors


def _amounts(
    document: Document, sent: Json, item: Item | None
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Quantity, unit amount and stated line amount; the price may come from the item."""
    quantity, unit, stated = (decimal(sent.get(name)) for name in ("Quantity", "UnitAmount", "LineAmount"))
    if unit is None and stated is None and item is not None:
        unit = (item.sales if document.sale else item.purchase).get("UnitPrice")
        quantity = Decimal(1) if quantity is None else quantity
    return quantity, unit, stated


def _coding(document: Document, sent: Json, item: Item | None) -> tuple[str, str, list[str]]:
    """Account code, tax type, and what is wrong with them. Both may come from the item, the tax from the account."""
    details = {} if item is None else item.sales if document.sale else item.purchase
    code, errors = text(sent, "AccountCode"), []
    accounts = document.call.books.accounts
    if not code and text(sent, "AccountID"):
        found = accounts.get(text(sent, "AccountID"))
        code = found.code if found else text(sent, "AccountID")
    code = code or str(details.get("AccountCode", ""))
    held = accounts.find("code", code) if code else []
    if code and (not held or held[0].status != "ACTIVE"):
        errors.append(REMOVED_ACCOUNT.format(code))
    tax_type = text(sent, "TaxType") or str(details.get("TaxType", "")) or (held[0].tax_type if held else "")
    if tax_type and tax_type != "NONE":
        rate = document.rate(tax_type)
        if rate is None:
            errors.append(UNKNOWN_TAX.format(tax_type))
        elif not (rate.to_revenue if document.sale else rate.to_expenses):
            errors.append(WRONG_TAX.format(tax_type, code))
    return code, tax_type, errors


def _tax(document: Document, sent: Json, amount: Decimal, tax_type: str) -> Decimal:
    """The stated tax wins over the computed one; Xero accepts any."""
    stated = decimal(sent.get("TaxAmount"))
    if stated is not None and document.amounts != "NoTax":
        return round_half_up(stated)
    rate = document.rate(tax_type)
    return line_tax(amount, rate.rate if rate else Decimal(0), document.amounts)


def _item(call: Call, code: str) -> tuple[Item | None, list[str]]:
    if not code:
        return None, []
    found = call.books.items.find("code", fold(code))
    return (found[0], []) if found else (None, [f"Item code '{code}' is not valid"])


def _limit_errors(document: Document, description: str, amount: Decimal, discount: Decimal | None) -> list[str]:
    errors = []
    if len(description) > 4000:
        errors.append("The Description field must not be longer than 4000 characters.")
    if abs(amount) > MAX_AMOUNT:
        errors.append(f"The line amount must not be more than {MAX_AMOUNT}.")
    if discount and not document.sale:
        errors.append("Discounts are only allowed on sales invoices and quotes.")
    return errors + ([] if description or not document.final else ["Description must be specified"])

"""A record in one short line: what a person needs to recognise it."""

from collections.abc import Iterable
from decimal import Decimal

from reconcile.records import Contact, Invoice, Payment, Product, Record

BETWEEN = " · "


def details(record: Record | None) -> str:
    """E-mail, telephone, address and ABN of a contact; code, price and category of a product; "" for nothing."""
    match record:
        case Contact():
            parts = _contact(record)
        case Product():
            parts = _product(record)
        case Invoice():
            parts = [record.number, money(record.total), record.status]
        case Payment():
            parts = [money(record.amount), record.date.isoformat() if record.date else "", record.reference]
        case _:
            parts = []
    return BETWEEN.join(part for part in parts if part)


def sentences(parts: Iterable[str]) -> str:
    """Several findings as one text, each a sentence of its own."""
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part)


def name_of(record: Record | None) -> str:
    """What a record is called: its name, else its number, else nothing."""
    return str(getattr(record, "name", "") or getattr(record, "number", "") or "")


def money(amount: Decimal | None) -> str:
    """An amount in dollars and cents, "" when there is none; more decimals are kept when they are there."""
    if amount is None:
        return ""
    exponent = amount.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < -2 else 2
    return f"{amount:.{places}f}"


def _contact(contact: Contact) -> list[str]:
    return [
        contact.company if contact.company != contact.name else "",
        contact.email,
        contact.mobile,
        contact.phone,
        _address(contact.street, contact.suburb, contact.state, contact.postcode),
        _pool(contact),
        f"ABN {contact.abn}" if contact.abn else "",
        contact.status if contact.status != "active" else "",
    ]


def _pool(contact: Contact) -> str:
    address = _address(contact.site_street, contact.site_suburb, contact.site_state, contact.site_postcode)
    return f"pool at {address}" if address else ""


def _address(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _product(product: Product) -> list[str]:
    basis = {"true": "INC GST", "false": "EX GST"}.get(product.gst_included, "")
    price = money(product.price)
    return [
        product.code,
        f"{price} {basis}".strip() if price else "",
        product.brand,
        product.category,
        f"account {product.sales_account}" if product.sales_account else "",
        product.status if product.status != "active" else "",
    ]

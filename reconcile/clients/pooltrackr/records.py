"""Pooltrackr's JSON as records."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reconcile.clients.values import day, flag, moment, money, text, whole
from reconcile.records import Contact, Entity, Invoice, Line, Payment, Pool, Product, Record

_NOTHING: Mapping[str, Any] = {}
_SAME_NAME = (
    *("number", "contact_id", "pool_id", "job_id", "notes", "intro", "technician", "delivery", "payment", "batch"),
    *("batch_invoice_id", "split_group_id", "superseded_by", "xero_invoice_id", "xero_number"),
)


def read_contact(body: Mapping[str, Any]) -> Contact:
    """A contact; its mobile numbers are the phones labelled so."""
    address: Mapping[str, Any] = body.get("address") or _NOTHING
    phones = [(text(p.get("label")).casefold(), text(p.get("number"))) for p in body.get("phones") or ()]
    return Contact(
        id=text(body["id"]),
        name=text(body.get("name")),
        first_name=text(body.get("first_name")),
        last_name=text(body.get("last_name")),
        company=text(body.get("company")),
        email="; ".join(text(email) for email in body.get("emails") or () if email),
        phone="; ".join(number for label, number in phones if number and "mobile" not in label),
        mobile="; ".join(number for label, number in phones if number and "mobile" in label),
        abn=text(body.get("abn")),
        street=text(address.get("street")),
        suburb=text(address.get("suburb")),
        state=text(address.get("state")),
        postcode=text(address.get("postcode")),
        xero_contact_id=text(body.get("xero_contact_id")),
        external_reference=text(body.get("external_reference")),
        type=text(body.get("type")),
        category=text(body.get("category")),
        status="archived" if flag(body.get("archived")) == "true" else "active",
        is_batch=flag(body.get("is_batch")),
        phone_labels=_labels(body.get("phones") or ()),
        version=whole(body.get("version")),
        updated_at=moment(body.get("updated_at")),
    )


def _labels(phones: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """The numbers whose label says more than phone or mobile."""
    pairs = ((text(phone.get("number")), text(phone.get("label"))) for phone in phones)
    return tuple((number, label) for number, label in pairs if number and label not in ("", "phone", "mobile"))


def read_pool(body: Mapping[str, Any]) -> Pool:
    """A pool with the people who have to do with it."""
    address: Mapping[str, Any] = body.get("address") or _NOTHING
    people = ((text(c.get("contact_id")), text(c.get("relationship"))) for c in body.get("contacts") or ())
    return Pool(
        id=text(body["id"]),
        name=text(body.get("name")),
        street=text(address.get("street")),
        suburb=text(address.get("suburb")),
        state=text(address.get("state")),
        postcode=text(address.get("postcode")),
        contacts=tuple(people),
        version=whole(body.get("version")),
        updated_at=moment(body.get("updated_at")),
    )


def read_product(body: Mapping[str, Any]) -> Product:
    """A product; every product says for itself whether its price has GST in it."""
    return Product(
        id=text(body["id"]),
        code=text(body.get("sku")),
        name=text(body.get("title")),
        description=text(body.get("description")),
        category=text(body.get("category")),
        brand=text(body.get("brand")),
        price=money(body.get("price")),
        gst_included=flag(body.get("gst_included")),
        xero_item_id=text(body.get("xero_item_id")),
        external_reference=text(body.get("external_reference")),
        status="inactive" if flag(body.get("active")) == "false" else "active",
        version=whole(body.get("version")),
        updated_at=moment(body.get("updated_at")),
    )


def read_invoice(body: Mapping[str, Any]) -> Invoice:
    """An invoice with its lines."""
    same: Any = {name: text(body.get(name)) for name in _SAME_NAME}
    return Invoice(
        id=text(body["id"]),
        status="voided" if flag(body.get("voided")) == "true" else "active",
        date=day(body.get("issued_date")),
        due_date=day(body.get("due_date")),
        service_date=day(body.get("service_date")),
        line_amount_types=text(body.get("gst_mode")),
        lines=tuple(read_line(line) for line in body.get("lines") or ()),
        subtotal=money(body.get("subtotal")),
        total_tax=money(body.get("gst")),
        total=money(body.get("total")),
        external_reference=text(body.get("external_reference")),
        version=whole(body.get("version")),
        updated_at=moment(body.get("updated_at")),
        **same,
    )


def read_line(body: Mapping[str, Any]) -> Line:
    """One line; ``line_amount`` is what the customer pays for it, GST included."""
    return Line(
        id=text(body.get("id")),
        description=text(body.get("description")),
        product_id=text(body.get("product_id")),
        item_code=text(body.get("sku")),
        quantity=money(body.get("quantity")),
        unit_amount=money(body.get("unit_price")),
        discount_rate=money(body.get("discount_percent")),
        tax_amount=money(body.get("tax")),
        line_amount=money(body.get("total")),
        gst_included=flag(body.get("gst_included")),
        pool_id=text(body.get("pool_id")),
        kind=text(body.get("kind")),
    )


def read_payment(body: Mapping[str, Any]) -> Payment:
    """A payment; by card it carries what Stripe took and paid out."""
    return Payment(
        id=text(body["id"]),
        invoice_id=text(body.get("invoice_id")),
        amount=money(body.get("amount")),
        date=day(body.get("date")),
        status="DELETED" if flag(body.get("deleted")) == "true" else "AUTHORISED",
        method=text(body.get("method")),
        reference=text(body.get("reference")),
        stripe_charge=text(body.get("stripe_charge")),
        stripe_gross=money(body.get("stripe_gross")),
        stripe_fee=money(body.get("stripe_fee")),
        stripe_surcharge=money(body.get("stripe_surcharge")),
        stripe_net=money(body.get("stripe_net")),
        stripe_payout=text(body.get("stripe_payout")),
        xero_payment_id=text(body.get("xero_payment_id")),
        external_reference=text(body.get("external_reference")),
        version=whole(body.get("version")),
        updated_at=moment(body.get("updated_at")),
    )


READERS: dict[Entity, Callable[[Mapping[str, Any]], Record]] = {
    "contacts": read_contact,
    "pools": read_pool,
    "products": read_product,
    "invoices": read_invoice,
    "payments": read_payment,
}

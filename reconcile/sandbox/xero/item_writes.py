"""Items: creating, updating, deleting (facts, section 5)."""

from collections.abc import Callable
from dataclasses import replace

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.batch import Saved, write_batch
from reconcile.sandbox.xero.bodies import decimal, flag, read_elements, text
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.errors import RefusalError, bad_request
from reconcile.sandbox.xero.items import find_item, render_item
from reconcile.sandbox.xero.listing import View
from reconcile.sandbox.xero.records import Item
from reconcile.sandbox.xero.tax import round_half_up

MAX_ITEMS = 500
_LENGTHS = {"Code": 30, "Name": 50, "Description": 4000, "PurchaseDescription": 4000}


def put_items(call: Call) -> Response:
    """PUT /Items: creates; a taken code is refused."""
    return _write(call, lambda element: _create(call, element))


def post_items(call: Call) -> Response:
    """POST /Items: updates by ItemID or Code, else creates."""

    def save(element: Json) -> Saved:
        coded = call.books.items.find("code", fold(text(element, "Code")))
        known = call.books.items.get(text(element, "ItemID")) or next(iter(coded), None)
        return _save(call, replace(known, updated_ms=call.now_ms), element) if known else _create(call, element)

    return _write(call, save)


def post_item(call: Call, key: str) -> Response:
    """POST /Items/{ItemID}."""
    item = find_item(call, key)
    return _write(call, lambda element: _save(call, replace(item, updated_ms=call.now_ms), element))


def delete_item(call: Call, key: str) -> Response:
    """DELETE /Items/{ItemID}: it is simply gone; a tracked item that documents use stays."""
    item = find_item(call, key)
    used = item.tracked and any(line.item_code == item.code for i in call.books.invoices for line in i.lines)
    if used:
        raise RefusalError(bad_request("A tracked inventory item that is used on transactions cannot be deleted."))
    call.books.items.remove(item.id)
    return Response(204)


def _write(call: Call, save: Callable[[Json], Saved]) -> Response:
    elements = read_elements(call.request, "Items")
    if len(elements) > MAX_ITEMS:
        raise RefusalError(bad_request(f"A request may hold at most {MAX_ITEMS} items."))
    return write_batch(call, elements, save, "Items", "ItemID")


def _create(call: Call, element: Json) -> Saved:
    return _save(call, Item(id=call.world.new_id(), updated_ms=call.now_ms, code=""), element)


def _save(call: Call, item: Item, element: Json) -> Saved:
    code = text(element, "Code", item.code)
    errors = [
        f"The {name} field must not be longer than {limit} characters."
        for name, limit in _LENGTHS.items()
        if len(text(element, name)) > limit
    ]
    if not code:
        errors.append("Item Code is mandatory.")
    if any(other.id != item.id for other in call.books.items.find("code", fold(code))):
        errors.append(f"Price List Item with Code '{code}' already exists")
    if errors:
        return Saved(element, errors)
    changed = replace(
        item,
        code=code,
        name=text(element, "Name", item.name),
        description=text(element, "Description", item.description),
        purchase_description=text(element, "PurchaseDescription", item.purchase_description),
        is_sold=flag(element.get("IsSold", item.is_sold)),
        is_purchased=flag(element.get("IsPurchased", item.is_purchased)),
        sales=_details(call, item.sales, element.get("SalesDetails")),
        purchase=_details(call, item.purchase, element.get("PurchaseDetails")),
    )
    changed = replace(
        changed,
        sales=changed.sales if changed.is_sold else {},
        purchase=changed.purchase if changed.is_purchased else {},
    )
    call.books.items.put(changed)
    return Saved(render_item(call, changed, View(decimals=call.decimals)))


def _details(call: Call, kept: Json, sent: Json | None) -> Json:
    details = kept | {name: value for name, value in (sent or {}).items() if value is not None}
    price = decimal(details.pop("UnitPrice", None))
    return details if price is None else details | {"UnitPrice": round_half_up(price, call.decimals)}

"""Items: reading (facts, sections 3 and 5). The list is never paged."""

from decimal import ROUND_HALF_UP, Decimal

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.dates import render_ms
from reconcile.sandbox.xero.errors import RefusalError, not_found
from reconcile.sandbox.xero.listing import Listing, View
from reconcile.sandbox.xero.records import Item


def render_item(_call: Call, item: Item, view: View) -> Json:
    """An item as Xero shows it; prices have two decimals unless `unitdp=4`."""
    shown: Json = {
        "ItemID": item.id,
        "Code": item.code,
        "Name": item.name,
        "Description": item.description,
        "PurchaseDescription": item.purchase_description,
        "UpdatedDateUTC": render_ms(item.updated_ms),
        "IsTrackedAsInventory": item.tracked,
        "IsSold": item.is_sold,
        "IsPurchased": item.is_purchased,
    }
    if item.inventory_account:
        shown["InventoryAssetAccountCode"] = item.inventory_account
    if item.tracked:
        shown |= {"TotalCostPool": Decimal(0), "QuantityOnHand": Decimal(0)}
    shown["SalesDetails"] = _details(item.sales, view.decimals) if item.is_sold else {}
    shown["PurchaseDetails"] = _details(item.purchase, view.decimals) if item.is_purchased else {}
    return shown


def _details(details: Json, decimals: int) -> Json:
    price = details.get("UnitPrice")
    if price is None:
        return dict(details)
    return details | {"UnitPrice": price.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}


LISTING: Listing[Item] = Listing(
    plural="Items",
    kind="Item",
    render=render_item,
    fields={
        "ItemID": lambda i: i.id,
        "Code": lambda i: i.code,
        "Name": lambda i: i.name,
        "Description": lambda i: i.description,
        "IsSold": lambda i: i.is_sold,
        "IsPurchased": lambda i: i.is_purchased,
        "UpdatedDateUTC": lambda i: i.updated_ms,
    },
    paged=False,
    indexes={"Code": "code"},
)


def list_items(call: Call) -> Response:
    """GET /Items: everything at once, whatever `page` says."""
    return LISTING.respond(call, call.books.items)


def find_item(call: Call, key: str) -> Item:
    """By ItemID, else by Code. Raises RefusalError (404)."""
    coded = call.books.items.find("code", fold(key))
    item = call.books.items.get(key) or (coded[0] if coded else None)
    if item is None:
        raise RefusalError(not_found())
    return item


def get_item(call: Call, key: str) -> Response:
    """GET /Items/{ItemID or Code}."""
    return call.answer("Items", [render_item(call, find_item(call, key), View(decimals=call.decimals))])

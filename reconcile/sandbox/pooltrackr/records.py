"""Creating and changing Pooltrackr's records."""

from decimal import Decimal

from reconcile.sandbox.events import Event
from reconcile.sandbox.pooltrackr.account import Account, Document, Json, document
from reconcile.sandbox.pooltrackr.answers import RefusalError, moment
from reconcile.sandbox.pooltrackr.schema import FieldError, check, defaults
from reconcile.sandbox.wire import BadJsonError, Request, load_json

_PREFIX = {"contacts": "C", "pools": "L", "products": "P", "invoices": "I", "payments": "Y"}


def read_body(request: Request) -> Json:
    """The JSON object of a write. Raises RefusalError (400)."""
    try:
        body = load_json(request.body)
    except BadJsonError as problem:
        raise RefusalError(400, "bad_json", f"The body is not JSON: {problem}") from problem
    if not isinstance(body, dict):
        raise RefusalError(400, "bad_json", "The body must be a JSON object")
    return body


def find(account: Account, entity: str, identifier: str) -> Document:
    """A record by id. Raises RefusalError (404)."""
    known = account.tables[entity].get(identifier)
    if known is None:
        raise RefusalError(404, "not_found", f"There is no {entity[:-1]} {identifier}")
    return known


def create(account: Account, entity: str, sent: Json, now_ms: int) -> Document:
    """A new record. Raises RefusalError (409 for a taken external reference, 422 for a bad field)."""
    _checked(account, entity, sent)
    reference = sent.get("external_reference") or ""
    holder = account.tables[entity].find("external_reference", reference) if reference else []
    if holder:
        message = f"external_reference {reference} belongs to {entity[:-1]} {holder[0].id}"
        raise RefusalError(409, "reference_taken", message, "external_reference", id=holder[0].id)
    identifier = _next_id(account, entity)
    stamp = moment(now_ms)
    fields = {"id": identifier, "version": 1} | defaults(entity) | _completed(entity, sent, {})
    return _store(account, entity, fields | {"created_at": stamp, "updated_at": stamp}, now_ms)


def change(account: Account, entity: str, known: Document, sent: Json, now_ms: int, if_match: str = "") -> Document:
    """Set the given fields. Raises RefusalError (412 when the version moved, 409, 422)."""
    if if_match and if_match.strip('W/" ') != str(known.version):
        message = f"Version {if_match} was expected, the record is at version {known.version}"
        raise RefusalError(412, "version_moved", message, "version", version=known.version)
    _checked(account, entity, sent)
    reference = sent.get("external_reference") or ""
    others = [d for d in account.tables[entity].find("external_reference", reference) if d.id != known.id]
    if reference and others:
        message = f"external_reference {reference} belongs to {entity[:-1]} {others[0].id}"
        raise RefusalError(409, "reference_taken", message, "external_reference", id=others[0].id)
    before = known.fields
    fields = before | _completed(entity, sent, before)
    stamped = fields | {"version": known.version + 1, "updated_at": moment(now_ms)}
    return _store(account, entity, stamped, now_ms)


def _store(account: Account, entity: str, fields: Json, now_ms: int) -> Document:
    stored = account.tables[entity].put(document(now_ms, fields))
    account.events.append(Event(entity, stored.id, "CREATE" if stored.version == 1 else "UPDATE", now_ms))
    if entity == "payments":
        _settle_invoice(account, fields["invoice_id"], now_ms)
    return stored


def _checked(account: Account, entity: str, sent: Json) -> None:
    try:
        check(entity, sent)
    except FieldError as problem:
        raise RefusalError(422, problem.code, str(problem), problem.field) from problem
    for field, target in (("contact_id", "contacts"), ("invoice_id", "invoices")):
        if sent.get(field) and account.tables[target].get(sent[field]) is None:
            raise RefusalError(422, "unknown_id", f"There is no {target[:-1]} {sent[field]}", field)


def _completed(entity: str, sent: Json, before: Json) -> Json:
    """What was sent, with parts filled up: addresses keep what was not named, a contact always has a name."""
    fields = dict(sent)
    if isinstance(sent.get("address"), dict):
        fields["address"] = {**defaults(entity)["address"], **before.get("address", {}), **sent["address"]}
    if entity == "contacts" and not (before | fields).get("name"):
        merged = before | fields
        person = f"{merged.get('first_name') or ''} {merged.get('last_name') or ''}".strip()
        fields["name"] = merged.get("company") or person
        if not fields["name"]:
            raise RefusalError(422, "required", "A contact needs a name, a company or a person's name", "name")
    return fields


def _next_id(account: Account, entity: str) -> str:
    number = account.numbers.get(entity, 900_000) + 1
    while f"PT-{_PREFIX[entity]}{number}" in account.tables[entity].rows:
        number += 1
    account.numbers[entity] = number
    return f"PT-{_PREFIX[entity]}{number}"


def _settle_invoice(account: Account, invoice_id: str, now_ms: int) -> None:
    """An invoice is paid when its standing payments reach its total."""
    invoice = account.tables["invoices"].get(invoice_id)
    if invoice is None:
        return
    payments = [d.fields for d in account.tables["payments"].find("invoice", invoice_id)]
    paid = sum((Decimal(p["amount"]) for p in payments if not p["deleted"]), Decimal(0))
    fields = invoice.fields
    state = "paid" if paid >= Decimal(fields["total"]) else "unpaid"
    if state != fields["payment"]:
        change(account, "invoices", invoice, {"payment": state}, now_ms)

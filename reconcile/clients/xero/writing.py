"""Requests that change something in Xero, and what became of each element.

Creating is PUT, which refuses a taken name or number; changing is POST to the record's own address, never POST by name,
which would overwrite whoever has that name (facts, section 4). ``summarizeErrors=false`` is always said, and every
element of every 2xx is looked at.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from reconcile.clients.values import flag, text
from reconcile.clients.xero.endpoints import Endpoint
from reconcile.clients.xero.refusals import refusal
from reconcile.errors import BadData, ReconcileError, Unknown
from reconcile.ports import Verb, Write
from reconcile.records import Record

BATCH_SIZE = 50
_NOBODY = "00000000-0000-0000-0000-000000000000"
_END_STATES: dict[Verb, dict[str, dict[str, str]]] = {
    "void": {"Invoices": {"Status": "VOIDED"}},
    "delete": {
        "Invoices": {"Status": "DELETED"},
        "Payments": {"Status": "DELETED"},
        "BankTransactions": {"Status": "DELETED"},
    },
    "deactivate": {"Contacts": {"ContactStatus": "ARCHIVED"}},
    "activate": {"Contacts": {"ContactStatus": "ACTIVE"}},
}


@dataclass(frozen=True)
class Request:
    """A write as it goes out."""

    method: str
    path: str
    body: bytes = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict)


def single(endpoint: Endpoint, write: Write) -> Request:
    """The request for one write. Raises BadData when Xero knows no such change."""
    element = _element(endpoint, write)
    if write.verb == "create":
        return _request("PUT", endpoint.name, endpoint, {endpoint.name: [element]})
    path = f"{endpoint.name}/{quote(write.target_id, safe='')}"
    if endpoint.name == "Payments":
        return _request("POST", path, endpoint, element)
    return _request("POST", path, endpoint, {endpoint.name: [{endpoint.id_field: write.target_id, **element}]})


def batch(endpoint: Endpoint, writes: Sequence[Write]) -> Request:
    """The request for up to 50 writes of one kind. Raises ValueError for a batch that is mixed or too long.

    Raises BadData for several payments to delete, which Xero takes one at a time (facts, section 7).
    """
    if len(writes) > BATCH_SIZE or len({(w.entity, w.verb) for w in writes}) != 1:
        raise ValueError(f"a batch holds at most {BATCH_SIZE} writes of one entity and verb")
    found = [_element(endpoint, write) for write in writes]
    if endpoint.name == "Payments" and len(writes) > 1 and writes[0].verb != "create":
        raise BadData("Xero deletes payments one by one.")
    if writes[0].verb == "create":
        return _request("PUT", endpoint.name, endpoint, {endpoint.name: found})
    named = [{endpoint.id_field: w.target_id, **e} for w, e in zip(writes, found, strict=True)]
    return _request("POST", endpoint.name, endpoint, {endpoint.name: named})


def settle(endpoint: Endpoint, writes: Sequence[Write], data: Any) -> tuple[Record | Exception, ...]:
    """What became of each write, in order. An element that cannot be placed for certain is Unknown."""
    found = data.get(endpoint.name) if isinstance(data, dict) else None
    elements = [e for e in found if isinstance(e, dict)] if isinstance(found, list) else []
    in_order = len(elements) == len(writes) and all(
        _belongs(endpoint, w, e) for w, e in zip(writes, elements, strict=True)
    )
    if not in_order:
        elements = [_search(endpoint, write, elements) for write in writes]
    return tuple(_outcome(endpoint, w, e) for w, e in zip(writes, elements, strict=True))


def _element(endpoint: Endpoint, write: Write) -> dict[str, Any]:
    if endpoint.name not in ("Contacts", "Invoices", "Payments", "BankTransactions"):
        raise BadData(f"Xero's {endpoint.name} are only read, never written.")
    if write.verb in ("create", "update"):
        if write.verb == "update" and endpoint.name == "Payments":
            raise BadData("Xero cannot change a payment.", remedy="Delete it and enter it anew.")
        return dict(write.body)
    end_state = _END_STATES[write.verb].get(endpoint.name)
    if end_state is None:
        raise BadData(f"Xero knows no {write.verb} for {endpoint.name}.")
    return dict(end_state)


def _request(method: str, path: str, endpoint: Endpoint, body: Mapping[str, Any]) -> Request:
    params = {"summarizeErrors": "false", **endpoint.precision}
    return Request(method, path, json.dumps(body, ensure_ascii=False, default=_plain).encode(), params)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _belongs(endpoint: Endpoint, write: Write, element: Mapping[str, Any]) -> bool:
    """Whether an element of the answer may be the answer to this write: nothing that both state may differ."""
    sent = {endpoint.id_field: write.target_id, **write.body} if write.target_id else write.body
    names = (endpoint.id_field, "ContactNumber", "InvoiceNumber", "Reference")
    stated = [name for name in names if sent.get(name) and element.get(name) not in (None, "", _NOBODY)]
    return all(text(element[name]).casefold() == text(sent[name]).casefold() for name in stated)


def _search(endpoint: Endpoint, write: Write, elements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The one element that states the same id, number or reference; nothing when none or several do."""
    sent = {endpoint.id_field: write.target_id, **write.body} if write.target_id else write.body
    for name in (endpoint.id_field, "ContactNumber", "InvoiceNumber", "Reference"):
        value = text(sent.get(name)).casefold()
        fits = [e for e in elements if value and text(e.get(name)).casefold() == value]
        if len(fits) == 1:
            return dict(fits[0])
    return {}


def _outcome(endpoint: Endpoint, write: Write, element: Mapping[str, Any]) -> Record | Exception:
    complaints = [*(element.get("ValidationErrors") or ())]
    failed = text(element.get("StatusAttributeString")).upper() == "ERROR"
    failed = failed or "true" in (flag(element.get("HasErrors")), flag(element.get("HasValidationErrors")))
    if failed or complaints:
        return refusal(complaints, write.body)
    if text(element.get(endpoint.id_field)) in ("", _NOBODY):
        return _unplaced(endpoint)
    try:
        return endpoint.read(element)
    except (BadData, KeyError, AttributeError, TypeError):
        return _unplaced(endpoint)


def _unplaced(endpoint: Endpoint) -> ReconcileError:
    return Unknown(
        f"Xero's answer does not say what became of one of the {endpoint.name}.",
        remedy="It is looked up before anything is sent again.",
    )

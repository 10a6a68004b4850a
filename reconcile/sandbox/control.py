"""The control endpoint under `/_sandbox/`: for tests and for a person at the keyboard, never for a client."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from reconcile.sandbox import dump, edits
from reconcile.sandbox.faults import read_faults
from reconcile.sandbox.pooltrackr.answers import RefusalError
from reconcile.sandbox.webhooks import Webhooks
from reconcile.sandbox.wire import BadJsonError, Json, Request, Response, json_response, load_json

if TYPE_CHECKING:
    from reconcile.sandbox.gateway import Sandbox

Action = Callable[["Sandbox", Json], Json]


def handle_control(sandbox: "Sandbox", request: Request) -> Response:
    """Answer a control request; its body (or its query, for a GET) gives the arguments."""
    action = ACTIONS.get((request.method, request.path.removeprefix("/_sandbox/").strip("/")))
    if action is None:
        known = ", ".join(sorted(f"{method} /_sandbox/{name}" for method, name in ACTIONS))
        return json_response(404, {"error": f"Unknown control request. Known: {known}"})
    try:
        body = load_json(request.body) if request.body.strip() else {}
        arguments = {**request.query, **body}
        if action in _OUTGOING:
            return json_response(200, action(sandbox, arguments))
        with sandbox.lock:
            return json_response(200, action(sandbox, arguments))
    except (BadJsonError, KeyError, TypeError, ValueError, InvalidOperation) as problem:
        return json_response(400, {"error": f"{type(problem).__name__}: {problem}"})
    except RefusalError as refusal:
        return refusal.response


def _ready(sandbox: "Sandbox", _body: Json) -> Json:
    world = sandbox.world
    return {"ready": True, "tenants": list(world.books), "contacts": len(world.first_books.contacts)}


def _calls(sandbox: "Sandbox", _body: Json) -> Json:
    return {"calls": [call.as_json() for call in sandbox.calls]}


def _forget_calls(sandbox: "Sandbox", _body: Json) -> Json:
    sandbox.calls.clear()
    return {}


def _advance(sandbox: "Sandbox", body: Json) -> Json:
    sandbox.world.clock.advance(float(body["advance_seconds"]))
    return {"now": sandbox.world.clock.now().isoformat()}


def _limits(sandbox: "Sandbox", body: Json) -> Json:
    limits = sandbox.world.settings.limits
    for name, value in body.items():
        if not hasattr(limits, name):
            raise ValueError(f"unknown limit {name}")
        setattr(limits, name, int(value))
    return vars(limits)


def _settings(sandbox: "Sandbox", body: Json) -> Json:
    settings = sandbox.world.settings
    for name, value in body.items():
        if name not in dump.plain_settings(settings):
            raise ValueError(f"unknown setting {name}")
        setattr(settings, name, type(getattr(settings, name))(value))
    return dump.plain_settings(settings)


def _reset(sandbox: "Sandbox", _body: Json) -> Json:
    if sandbox.rebuild is None:
        raise ValueError("this sandbox was given its world and cannot build it again")
    sandbox.start_afresh(sandbox.rebuild())
    return {}


def _state(sandbox: "Sandbox", body: Json) -> Json:
    return dump.dump_world(sandbox.world, str(body.get("entity", "")))


def _add_faults(sandbox: "Sandbox", body: Json) -> Json:
    read_faults(sandbox.faults, body)
    return _show_faults(sandbox, {})


def _show_faults(sandbox: "Sandbox", _body: Json) -> Json:
    chance = sandbox.faults.chance
    return {"faults": [vars(rule) for rule in sandbox.faults.rules], "chance": vars(chance) if chance else None}


def _clear_faults(sandbox: "Sandbox", _body: Json) -> Json:
    sandbox.faults.clear()
    return {}


def _edit_xero(sandbox: "Sandbox", body: Json) -> Json:
    quiet = bool(body.get("quiet"))
    edits.edit_xero(sandbox.world, body["entity"], body["id"], quiet=quiet, **body["set"])
    return {"edited": body["id"]}


def _merge(sandbox: "Sandbox", body: Json) -> Json:
    edits.merge_contacts(sandbox.world, body["loser"], body["winner"])
    return {"archived": body["loser"]}


def _credit(sandbox: "Sandbox", body: Json) -> Json:
    edits.credit_invoice(sandbox.world, body["invoice_id"], Decimal(str(body["amount"])))
    return {"credited": body["invoice_id"]}


def _remove(sandbox: "Sandbox", body: Json) -> Json:
    edits.remove_xero(sandbox.world, body["entity"], body["id"])
    return {"removed": body["id"]}


def _edit_pooltrackr(sandbox: "Sandbox", body: Json) -> Json:
    return edits.edit_pooltrackr(sandbox.world, body["entity"], body["id"], **body["set"])


def _revoke(sandbox: "Sandbox", _body: Json) -> Json:
    for consent in list(sandbox.grants.consents.values()):
        sandbox.grants.revoke(consent)
    return {}


def _disconnect(sandbox: "Sandbox", body: Json) -> Json:
    sandbox.grants.disconnect(str(body.get("tenant_id") or sandbox.world.tenant_id))
    return {}


def _hooks(sandbox: "Sandbox", body: Json) -> Webhooks:
    return sandbox.pooltrackr_webhooks if body.get("system") == "pooltrackr" else sandbox.webhooks


def _subscribe(sandbox: "Sandbox", body: Json) -> Json:
    hooks = _hooks(sandbox, body)
    hooks.url, hooks.key, hooks.auto = body["url"], body["key"], bool(body.get("auto"))
    return {}


def _deliver(sandbox: "Sandbox", body: Json) -> Json:
    return {"status": _hooks(sandbox, body).deliver()}


def _intent(sandbox: "Sandbox", _body: Json) -> Json:
    return {"passed": sandbox.webhooks.intent_to_receive()}


_OUTGOING = (_deliver, _intent)  # they wait for a receiver that may be asking the sandbox at that moment
ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "ready"): _ready,
    ("GET", "calls"): _calls,
    ("DELETE", "calls"): _forget_calls,
    ("POST", "clock"): _advance,
    ("POST", "limits"): _limits,
    ("POST", "settings"): _settings,
    ("POST", "reset"): _reset,
    ("GET", "state"): _state,
    ("GET", "faults"): _show_faults,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "xero/edit"): _edit_xero,
    ("POST", "xero/merge"): _merge,
    ("POST", "xero/credit"): _credit,
    ("POST", "xero/remove"): _remove,
    ("POST", "pooltrackr/edit"): _edit_pooltrackr,
    ("POST", "grants/revoke"): _revoke,
    ("POST", "connections/remove"): _disconnect,
    ("POST", "webhooks"): _subscribe,
    ("POST", "webhooks/deliver"): _deliver,
    ("POST", "webhooks/intent-to-receive"): _intent,
}

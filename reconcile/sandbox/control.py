"""The control endpoint under `/_sandbox/`: for tests and for a person at the keyboard, never for a client."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconcile.sandbox.wire import BadJsonError, Json, Request, Response, json_response, load_json

if TYPE_CHECKING:
    from reconcile.sandbox.gateway import Sandbox

Action = Callable[["Sandbox", Json], Json]


def handle_control(sandbox: "Sandbox", request: Request) -> Response:
    """Answer a control request."""
    action = ACTIONS.get((request.method, request.path.removeprefix("/_sandbox/").strip("/")))
    if action is None:
        known = ", ".join(sorted(f"{method} /_sandbox/{name}" for method, name in ACTIONS))
        return json_response(404, {"error": f"Unknown control request. Known: {known}"})
    try:
        body = load_json(request.body) if request.body.strip() else {}
        return json_response(200, action(sandbox, body))
    except (BadJsonError, KeyError, TypeError, ValueError) as problem:
        return json_response(400, {"error": f"{type(problem).__name__}: {problem}"})


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
        if name not in {"minute", "day", "concurrent", "app_minute"}:
            raise ValueError(f"unknown limit {name}")
        setattr(limits, name, int(value))
    return {
        "minute": limits.minute,
        "day": limits.day,
        "concurrent": limits.concurrent,
        "app_minute": limits.app_minute,
    }


ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "ready"): _ready,
    ("GET", "calls"): _calls,
    ("DELETE", "calls"): _forget_calls,
    ("POST", "clock"): _advance,
    ("POST", "limits"): _limits,
}

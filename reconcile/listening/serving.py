"""Serving the receiver on one address until it is stopped."""

from collections.abc import Callable

import uvicorn

from reconcile.errors import NotReady
from reconcile.listening.app import Listener, create_app
from reconcile.listening.waking import Waker
from reconcile.records import System
from reconcile.settings import Settings
from reconcile.stages.at_once import handle_events
from reconcile.stages.services import Services, open_services

Start = Callable[[str], None]
"""Sets somebody to work for an organisation, in place of doing it here."""


def serve(host: str, port: int, org: str, say: Callable[[str], None], start: Start | None = None) -> None:
    """Serve until stopped. Raises NotReady when the address cannot be used or no webhook key is set."""
    with open_services(org=org) as services:
        keys = read_keys(services.settings)
        name = services.org_id
        waker = Waker((lambda: start(name)) if start else (lambda: work_here(services.settings, name)))
        app = create_app(Listener(services.engine, services.clock, name, services.org.xero_tenant_id, keys, waker.wake))
        config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
        try:
            listening = config.bind_socket()
        except SystemExit:
            raise NotReady(f"Port {port} on {host} cannot be used.", remedy="Choose another with --port.") from None
        listening.listen()
        say(_where(services, host, listening.getsockname()[1], keys))
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            waker.stop()


def work_here(settings: Settings, org: str) -> None:
    """Look into the stored events in this process."""
    with open_services(settings, org) as services:
        handle_events(services)


def read_keys(settings: Settings) -> dict[System, tuple[str, ...]]:
    """The keys that webhooks are signed with; several for a system are separated by commas. Raises NotReady."""
    named: dict[System, str] = {
        "xero": settings.xero_webhook_key.get_secret_value(),
        "pooltrackr": settings.pooltrackr_webhook_key.get_secret_value(),
    }
    keys = {system: tuple(k.strip() for k in text.split(",") if k.strip()) for system, text in named.items()}
    if not any(keys.values()):
        raise NotReady(
            "No webhook key is set.",
            remedy="Set RECONCILE_XERO_WEBHOOK_KEY or RECONCILE_POOLTRACKR_WEBHOOK_KEY to the key that was agreed.",
        )
    return keys


def _where(services: Services, host: str, port: int, keys: dict[System, tuple[str, ...]]) -> str:
    addresses = ", ".join(f"http://{host}:{port}/webhooks/{system}" for system, known in keys.items() if known)
    return f"Listening for {services.org.name}: {addresses}   (stop with Ctrl-C)"

"""Serving the receiver on one address until it is stopped."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from sqlalchemy import Engine

from reconcile.errors import BadInput, Busy, NotReady
from reconcile.listening.app import Listener, create_app
from reconcile.listening.waking import Wakers, log
from reconcile.records import System
from reconcile.settings import Settings
from reconcile.stages.at_once import handle_events
from reconcile.stages.registering import all_registered
from reconcile.stages.services import SystemClock, open_services
from reconcile.store.engine import open_engine, reading, require_current
from reconcile.store.registry import registered
from reconcile.store.sync_events import unhandled_events

Start = Callable[[str], None]
"""Sets somebody to work for an organisation, in place of doing it here."""
SWEEP_SECONDS = 600.0  # as often as Prefect sweeps, where it is there


def serve(host: str, port: int, org: str, say: Callable[[str], None], start: Start | None = None) -> None:
    """Serve until stopped: for one organisation, or for all when none is named.

    Raises NotReady when the address cannot be used or no webhook key is set, BadInput for an unknown organisation.
    """
    settings = Settings()
    keys = read_keys(settings)
    names = _listened_for(settings, org or settings.org)
    engine = open_engine(settings.database)
    require_current(engine)
    wakers = Wakers(start or (lambda name: work_here(settings, name)))
    app = create_app(Listener(engine, SystemClock(), keys, wakers.wake, org or settings.org))
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
    try:
        listening = config.bind_socket()
    except SystemExit:
        raise NotReady(f"Port {port} on {host} cannot be used.", remedy="Choose another with --port.") from None
    listening.listen()
    addresses = ", ".join(
        f"http://{host}:{listening.getsockname()[1]}/webhooks/{s}" for s, known in keys.items() if known
    )
    say(f"Listening for {', '.join(names)}: {addresses}   (stop with Ctrl-C)")
    for name in to_begin_with(engine, org or settings.org):
        wakers.wake(name)
    try:
        with sweeping(engine, wakers, org or settings.org):
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        wakers.stop()
        engine.dispose()


@contextmanager
def sweeping(engine: Engine, wakers: Wakers, org: str = "", seconds: float = SWEEP_SECONDS) -> Iterator[None]:
    """During the block, look now and then for events that nobody could look into when they came."""
    stopped = threading.Event()

    def sweep() -> None:
        while not stopped.wait(seconds):
            try:
                names = still_waiting(engine, org)
            except Busy as problem:
                log.warning("%s", problem)
                continue
            for name in names:
                wakers.wake(name)

    thread = threading.Thread(target=sweep, name="sweeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def to_begin_with(engine: Engine, org: str = "") -> list[str]:
    """Whom to look after at the start: everybody whose events nobody has looked into while we were not there.

    When there is nobody, one organisation: it finds nothing to do, and whatever the work needs is loaded before the first
    event comes.
    """
    return still_waiting(engine, org) or _active(engine, org)[:1]


def still_waiting(engine: Engine, org: str = "") -> list[str]:
    """Those that do not rest and of whose events some are not looked into."""
    active = _active(engine, org)
    with reading(engine) as session:
        return [name for name in active if unhandled_events(session, name)]


def _active(engine: Engine, org: str) -> list[str]:
    with reading(engine) as session:
        return [found.id for found in registered(session) if found.is_active and org in ("", found.id)]


def work_here(settings: Settings, org: str) -> None:
    """Look into the stored events in this process."""
    with open_services(settings, org) as services:
        if services.entry is None or services.entry.paused_at is None:
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


def _listened_for(settings: Settings, org: str) -> list[str]:
    known = [found.name or found.id for found in all_registered(settings) if org in ("", found.id)]
    if not known and org:
        raise BadInput(f"There is no organisation {org}.", remedy="`reconcile orgs` shows those that there are.")
    if not known:
        raise NotReady("There is no organisation yet.", remedy="Run `reconcile connect` or `reconcile nightly` first.")
    return known

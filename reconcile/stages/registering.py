"""Registering organisations: what is set for each, checked before it is saved."""

from typing import Any

from sqlalchemy import Engine

from reconcile.clients.hosts import require_safe
from reconcile.clients.open import token_key
from reconcile.clock import Clock
from reconcile.errors import BadInput
from reconcile.nights import require_cron, require_timezone
from reconcile.settings import Settings
from reconcile.store.engine import open_engine, reading, require_current, writing
from reconcile.store.organisations import require_name, set_timezone
from reconcile.store.registry import Registered, change_entry, registered
from reconcile.store.tokens import make_cipher

OPERATOR = "operator"


def all_registered(settings: Settings) -> tuple[Registered, ...]:
    """Every organisation of this installation; none before the first run."""
    engine = _open(settings)
    try:
        with reading(engine) as session:
            return registered(session)
    finally:
        engine.dispose()


def register(settings: Settings, clock: Clock, name: str, changes: dict[str, Any], token: str, *, is_new: bool) -> None:
    """Save what is set for an organisation; the token is encrypted before it is stored.

    Raises BadInput for a name, address, schedule or time zone that cannot be used, NotReady without a key for the token.
    """
    wanted = dict(changes)
    timezone = wanted.pop("timezone", "")
    if "cron" in wanted:
        require_cron(wanted["cron"])
    if "://" in wanted.get("pooltrackr_url", ""):
        require_safe(wanted["pooltrackr_url"], "--pooltrackr-url")
    if token:
        wanted["pooltrackr_token_ciphertext"] = make_cipher(token_key(settings)).encrypt(token.encode()).decode()
    engine = _open(settings)
    try:
        with writing(engine) as session:
            known = {org.id for org in registered(session)}
            _require_fitting(name, known, is_new=is_new)
            if timezone:
                set_timezone(session, name, require_timezone(timezone), clock.now(), OPERATOR)
            if wanted:
                change_entry(session, name, clock.now(), OPERATOR, wanted)
    finally:
        engine.dispose()


def rest(settings: Settings, clock: Clock, name: str, *, is_paused: bool) -> None:
    """Pause or resume an organisation. Raises BadInput for a name that is not known."""
    register(settings, clock, name, {"paused_at": clock.now() if is_paused else None}, "", is_new=False)


def _require_fitting(name: str, known: set[str], *, is_new: bool) -> None:
    if is_new and name in known:
        raise BadInput(f"{name} is there already.", remedy=f"Change it with `reconcile orgs set {name}`.")
    if not is_new and name not in known:
        raise BadInput(f"There is no organisation {name}.", remedy=f"Known are: {', '.join(sorted(known)) or 'none'}.")
    require_name(name)


def _open(settings: Settings) -> Engine:
    engine = open_engine(settings.database)
    require_current(engine)
    return engine

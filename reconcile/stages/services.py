"""Open services: the one place that builds clients, store and clock from the settings."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from uuid import uuid4

from sqlalchemy import Engine

from reconcile.clients.csv_export import CsvExport
from reconcile.clients.limits import XERO
from reconcile.clients.open import CUSTOM_SCOPES, given_access, open_pooltrackr, open_xero, token_key
from reconcile.clients.pooltrackr import PooltrackrClient
from reconcile.clients.xero import XeroClient
from reconcile.clock import Clock
from reconcile.connection import FEES_SCOPE
from reconcile.errors import NotReady
from reconcile.organisation_settings import OrganisationSettings
from reconcile.ports import Sink, Source
from reconcile.records import Organisation, System
from reconcile.settings import Settings
from reconcile.store import tables
from reconcile.store.confining import confine
from reconcile.store.engine import open_engine, reading, require_current, writing
from reconcile.store.organisations import find_organisation, load_settings, register_organisation, require_tenant
from reconcile.store.registry import find_access, pin_account, read_entry
from reconcile.store.tokens import StoredTokens, make_cipher


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)


@dataclass
class Services:
    """Everything a stage needs for one organisation; clients are opened when first used."""

    settings: Settings
    engine: Engine
    clock: Clock
    org: tables.Organisation
    settings_version: int
    settings_of_org: OrganisationSettings
    worker: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:6]}")

    @property
    def org_id(self) -> str:
        """The organisation's short name."""
        return self.org.id

    @cached_property
    def tokens(self) -> StoredTokens:
        """The stored connections, encrypted. Raises NotReady when there is no key for them."""
        return StoredTokens(self.engine, make_cipher(token_key(self.settings)), self.clock)

    @cached_property
    def xero(self) -> XeroClient:
        """The Xero client of this organisation: its stored connection, else client id and secret.

        Where card fees are to be posted it asks for bank transactions too.
        """
        chosen = self.settings_of_org
        fees = (FEES_SCOPE,) if chosen.fees_account or chosen.reimbursement_account else ()
        return open_xero(
            self.settings,
            self.clock,
            connection=self.tokens.read(self.org_id),
            tokens=self.tokens,
            tenant_id=self.org.xero_tenant_id,
            scopes=(*CUSTOM_SCOPES, *fees),
            rates=replace(
                XERO,
                share_per_minute=self.entry.calls_per_minute if self.entry else 0,
                share_per_day=self.entry.calls_per_day if self.entry else 0,
            ),
        )

    @cached_property
    def pooltrackr(self) -> PooltrackrClient | CsvExport:
        """Pooltrackr's API, or the folder of its exports: this organisation's own.

        Raises NotReady when it has none.
        """
        has_token = self.entry is not None and bool(self.entry.pooltrackr_token_ciphertext)
        cipher = make_cipher(token_key(self.settings)) if has_token else None
        with reading(self.engine) as session:
            access = find_access(session, self.org_id, given_access(self.settings), cipher)
        return open_pooltrackr(self.settings, self.clock, access=access)

    @cached_property
    def entry(self) -> tables.Registration | None:
        """How this organisation is registered, None when the environment says everything."""
        with reading(self.engine) as session:
            return read_entry(session, self.org_id)

    def source(self, system: System) -> Source:
        """Where a system's records are read."""
        return self.xero if system == "xero" else self.pooltrackr

    def can_write(self, system: System) -> bool:
        """Whether a system can be written to at all."""
        return system == "xero" or not isinstance(self.pooltrackr, CsvExport)

    def sink(self, system: System) -> Sink:
        """Where a system's records are written. Raises NotReady when Pooltrackr is a folder of exports."""
        if system == "xero":
            return self.xero
        if isinstance(self.pooltrackr, CsvExport):
            raise NotReady(
                "Pooltrackr is read from CSV exports, so nothing can be written to it.",
                remedy="Set RECONCILE_POOLTRACKR_URL to its API to write links and products back.",
            )
        return self.pooltrackr

    def new_id(self) -> str:
        """A run id: the moment in UTC and six random hex digits."""
        return f"R{self.clock.now():%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"

    def close(self) -> None:
        """Close what was opened."""
        for name in ("xero", "pooltrackr"):
            if name in self.__dict__:
                self.__dict__[name].close()
        self.engine.dispose()


@contextmanager
def open_services(settings: Settings | None = None, org: str = "", clock: Clock | None = None) -> Iterator[Services]:
    """Services for one organisation; the first run registers the one that the connection shows.

    Through these services no row of another organisation can be read or written (``store/confining.py``).
    Raises NotReady, BadInput when the settings do not do, Reconnect and its kind when the connection does not.
    """
    settings = settings or Settings()
    clock = clock or SystemClock()
    engine = open_engine(settings.database)
    require_current(engine)
    services = _services(settings, engine, clock, org or settings.org)
    try:
        yield services
    finally:
        services.close()


def _services(settings: Settings, engine: Engine, clock: Clock, org: str) -> Services:
    with reading(engine) as session:
        found = find_organisation(session, org)
    if found is None:
        found = _register(settings, engine, clock, org)
    with reading(engine) as session:
        version, saved = load_settings(session, found.id)
    confine(engine, found.id)
    return Services(settings, engine, clock, found, version, saved)


def _register(settings: Settings, engine: Engine, clock: Clock, org: str) -> tables.Organisation:
    client = open_xero(settings, clock)
    try:
        shown = client.organisation()
    finally:
        client.close()
    with writing(engine) as session:
        return find_organisation(session) or register_organisation(session, shown, clock.now(), org)


def require_connection(services: Services) -> Organisation:
    """Check first that both connections work and show our organisation (A01), and return what Xero shows of it.

    Raises Reconnect, WrongTenant, NotReady.
    """
    shown = services.xero.organisation()
    require_tenant(services.org, shown)
    if isinstance(services.pooltrackr, PooltrackrClient):
        account = services.pooltrackr.account()
        if services.entry is None or services.entry.pooltrackr_account != account:
            with writing(services.engine) as session:
                pin_account(session, services.org_id, account, services.clock.now())
    return shown

"""Several organisations behind one Xero app and one Pooltrackr address, each with a mark of its own in every record."""

import csv
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconcile.connection import StoredConnection, Tokens
from reconcile.organisation_settings import OrganisationSettings, Policies
from reconcile.records import Organisation
from reconcile.sandbox.loading import load_world
from reconcile.sandbox.server import Served, serve_in_thread
from reconcile.sandbox.world import join_worlds
from reconcile.settings import Settings
from reconcile.stages.registering import register
from reconcile.stages.services import SystemClock, open_services
from reconcile.store.engine import open_engine, writing
from reconcile.store.organisations import register_organisation, save_settings

CLOCK = SystemClock()
COLUMNS = ("id", "name", "first_name", "last_name", "email", "phone", "street", "suburb", "state", "postcode")
FIRST = ("Ann", "Bob", "Cy", "Dee", "Eve", "Flo", "Gus", "Hal", "Ida", "Joe", "Kim", "Lou", "Mia", "Ned", "Ora", "Pia")
LAST = ("Lee", "Marsh", "Oates", "Park", "Quill", "Reid", "Shaw", "Tate", "Usher", "Vance", "Wood", "Young")
SCOPES = frozenset(
    {"offline_access", "accounting.contacts", "accounting.invoices", "accounting.payments", "accounting.settings.read"}
)


@dataclass(frozen=True)
class Many:
    """The sandbox, the settings that point at it, and the organisations' names."""

    served: Served
    settings: Settings
    names: Sequence[str]

    def environment(self) -> dict[str, str]:
        """What a process needs to work on them."""
        given = {
            "DATA_DIR": str(self.settings.data_dir),
            "DATABASE_URL": self.settings.database_url,
            "XERO_API_URL": self.settings.xero_api_url,
            "XERO_IDENTITY_URL": self.settings.xero_identity_url,
            "XERO_CLIENT_ID": "id",
            "XERO_CLIENT_SECRET": "secret",
            "POOLTRACKR_URL": "",
            "POOLTRACKR_TOKEN": "",
            "ORG": "",
        }
        return {f"RECONCILE_{name}": value for name, value in given.items()}


def mark_of(name: str) -> str:
    """What stands in every record of an organisation and in no other's."""
    return f"zq{name.removeprefix('org-')}qz"


def write_world(folder: Path, name: str, contacts: int) -> Path:
    """The same people in both systems under ids that name the organisation; every tenth is in Pooltrackr only."""
    mark = mark_of(name)
    for system in ("pooltrackr", "xero"):
        (folder / system).mkdir(parents=True)
        with (folder / system / "contacts.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(COLUMNS)
            for n in range(contacts):
                if system == "xero" and n % 10 == 9:
                    continue
                first, last = FIRST[n % len(FIRST)], f"{LAST[n // len(FIRST) % len(LAST)]}{mark}{n // 192}"
                mail = f"{first}.{last}.{n}@{mark}.example.com".lower()
                identifier = f"{mark}-{'C' if system == 'pooltrackr' else 'X'}{n}"
                phone = f"02 5550 {n:04d}"
                rows.writerow(
                    (identifier, f"{first} {last}", first, last, mail, phone, f"{n} {mark} St", "Nowra", "NSW", "2541")
                )
    with (folder / "xero" / "organisation.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "name"))
        rows.writerow((f"tenant-{name}", f"Pools {mark}"))
    return folder


@contextmanager
def serve_many(folder: Path, database_url: str, count: int, contacts: int) -> Iterator[Many]:
    """Serve so many organisations and register them, with every certain contact linked and pushed by policy."""
    names = [f"org-{number:02d}" for number in range(count)]
    worlds = {f"token-{name}": load_world(write_world(folder / name, name, contacts)) for name in names}
    with serve_in_thread(join_worlds(worlds)) as served:
        served.world.settings.limits.minute = 100_000
        settings = Settings(
            _env_file=None,
            data_dir=folder / "data",
            database_url=database_url,
            xero_api_url=served.xero_api_url,
            xero_identity_url=served.xero_identity_url,
            xero_client_id="id",
            xero_client_secret="secret",
        )
        for name in names:
            connect(served, settings, name)
        yield Many(served, settings, names)


def connect(served: Served, settings: Settings, name: str) -> None:
    """As `orgs add` and `connect` do it, without a browser."""
    access = {"pooltrackr_url": served.pooltrackr_url}
    register(settings, CLOCK, name, access, f"token-{name}", is_new=True)
    engine = open_engine(settings.database)
    with writing(engine) as session:
        shown = Organisation(id=f"tenant-{name}", name=f"Pools {mark_of(name)}")
        register_organisation(session, shown, CLOCK.now(), name)
        chosen = OrganisationSettings(policies=Policies(exact_contact=True))
        save_settings(session, name, chosen, "operator", CLOCK.now())
    engine.dispose()
    grants = served.sandbox.grants
    consent = grants.consent("id", SCOPES)
    grants.connect(consent, f"tenant-{name}")
    issued = grants.issue(consent)
    expires = datetime.now(UTC) + timedelta(seconds=issued["expires_in"])
    tokens = Tokens(
        issued["access_token"], expires, issued["refresh_token"], expires + timedelta(days=60), tuple(SCOPES)
    )
    with open_services(settings, name) as services:
        services.tokens.connect(StoredConnection(name, "authorization_code", f"tenant-{name}", name, tokens))


def strangers(name: str, names: Sequence[str], text: str) -> list[str]:
    """The other organisations whose mark stands in a text."""
    return [other for other in names if other != name and mark_of(other) in text]


def on_threads(work: Callable[[str], object], names: Sequence[str], workers: int) -> dict[str, object]:
    """Work on every organisation, so many at a time; what each gave, or the error that it ended with."""
    with ThreadPoolExecutor(workers) as pool:
        running = {name: pool.submit(work, name) for name in names}
    return {name: future.exception() or future.result() for name, future in running.items()}

"""The review page of the sample organisation, pulled from the sandboxes over HTTP: for tests and for the pictures."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr

from reconcile.settings import Settings
from reconcile.stages.propose import find_proposals, read_situation, save_proposed
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.services import Services
from reconcile.store.engine import writing
from reconcile.store.runs import end_run, start_run
from reconcile.web.app import create_app
from reconcile.web.desk import Desk, Doors

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
SWITCHES = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip


def settings_for(folder: Path, sandbox: Any) -> Settings:
    """Settings that keep everything in a folder and talk to the sandboxes only."""
    return Settings(
        _env_file=None,
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'review.db'}",
        xero_api_url=sandbox.xero_api_url,
        xero_identity_url=sandbox.xero_identity_url,
        xero_client_id=SecretStr("sample"),
        xero_client_secret=SecretStr("sample"),
        pooltrackr_url=sandbox.pooltrackr_url,
        pooltrackr_token=SecretStr("sample"),
    )


def run_night(services: Services) -> None:
    """Pull both systems and propose."""
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "nightly", services.new_id(), 0, services.clock.now())
    for system, entities in PULLED.items():
        for entity in entities:
            pull_entity(services, seq, system, entity)
    for entity in ("contacts", "products"):
        save_proposed(services, seq, find_proposals(services, entity, read_situation(services, entity)))
    with writing(services.engine) as session:
        end_run(session, seq, services.clock.now(), {"pulled": "everything"})


@contextmanager
def serving(services: Services, doors: Doors) -> Iterator[str]:
    """The page on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(create_app(Desk(services, doors)), log_level="warning", access_log=False))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)

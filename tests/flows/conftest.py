"""The sample organisation to run flows on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconcile.sandbox.server import serve_in_thread
from reconcile.sandbox.settings import Limits
from tests.databases import of_folder

SAMPLES = Path(__file__).parent.parent.parent / "data" / "samples"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, prefect_harness: None) -> Iterator[Any]:
    """The sandbox with the sample organisation; the environment points at it, as in real use."""
    folder = tmp_path_factory.mktemp("data")
    with serve_in_thread(SAMPLES) as sandbox, pytest.MonkeyPatch.context() as environment:
        sandbox.world.settings.limits = Limits(minute=100_000, day=1_000_000)
        for name, value in {
            "DATA_DIR": str(folder),
            "DATABASE_URL": of_folder(folder),
            "XERO_API_URL": sandbox.xero_api_url,
            "XERO_IDENTITY_URL": sandbox.xero_identity_url,
            "XERO_CLIENT_ID": "id",
            "XERO_CLIENT_SECRET": "secret",
            "POOLTRACKR_URL": sandbox.pooltrackr_url,
            "POOLTRACKR_TOKEN": "token",
            "ORG": "",
        }.items():
            environment.setenv(f"RECONCILE_{name}", value)
        yield sandbox

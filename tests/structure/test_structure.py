"""The tree agrees with itself: deployments, imports, settings, commands, arrows."""

import importlib
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from typer.testing import CliRunner

from cli.main import COMMANDS, build
from flows.deployments import as_runner_deployment, declared_deployments, offering
from reconcile import errors
from reconcile.store.registry import Registered

ROOT = Path(__file__).parent.parent.parent
FLOW_MODULES = sorted(path.stem for path in (ROOT / "flows").glob("*.py") if path.stem != "__init__")


def test_prefect_starts_with_the_pinned_versions() -> None:
    importlib.import_module("prefect.server.api.server")
    assert version("sqlalchemy").startswith("2.0.")


@pytest.mark.parametrize("name", FLOW_MODULES)
def test_every_flow_module_imports(name: str) -> None:
    importlib.import_module(f"flows.{name}")


def test_no_flow_module_shadows_a_package() -> None:
    assert not {"tasks", "reconcile", "data", "cli", "flows"}.intersection(FLOW_MODULES)


def test_every_deployment_points_at_a_flow_and_can_be_served() -> None:
    for declared in declared_deployments():
        path, name = declared["entrypoint"].split(":")
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        assert isinstance(getattr(module, name), Flow)
        assert as_runner_deployment(declared).name == declared["name"]


def test_what_is_served_has_a_night_for_each_active_organisation_in_its_own_zone() -> None:
    known = [
        Registered("east", timezone="Australia/Sydney"),
        Registered("west", timezone="Australia/Perth", cron="30 3 * * *"),
        Registered("resting", paused_at=datetime(2026, 11, 1, tzinfo=UTC)),
    ]
    declared = {each["name"]: each for each in declared_deployments()}
    nights = as_runner_deployment(declared["nightly"], known).schedules
    assert [(s.schedule.cron, s.schedule.timezone, s.parameters) for s in nights] == [
        ("0 2 * * *", "Australia/Sydney", {"org": "east"}),
        ("30 3 * * *", "Australia/Perth", {"org": "west"}),
    ]
    (alone,) = as_runner_deployment(declared["nightly"], []).schedules
    assert (alone.schedule.cron, alone.parameters) == ("0 2 * * *", {"org": ""})
    assert as_runner_deployment(declared["nightly-all"], known).schedules == []


def test_the_form_describes_every_parameter_and_offers_the_organisations() -> None:
    known = [Registered("east"), Registered("west")]
    for declared in declared_deployments():
        flow = load_flow_from_entrypoint(str(ROOT / declared["entrypoint"]))
        fields = parameter_schema(offering(flow, [each.id for each in known])).properties
        assert all(field.get("description") for field in fields.values()), declared["name"]
        if "org" in fields:
            assert fields["org"]["enum"] == ["", "east", "west"]
        if "entity" in fields:
            assert fields["entity"]["enum"] == ["everything", "contacts", "products", "invoices"]


def test_the_settings_page_says_what_the_settings_say() -> None:
    page = ROOT / "docs" / "settings.md"
    written = subprocess.run(
        [sys.executable, "-c", "from docs.settings_page import render; print(render(), end='')"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert page.read_text(encoding="utf-8") == written.stdout, "run `python docs/settings_page.py`"


def test_every_call_of_the_command_explains_itself() -> None:
    names = [command.name for command in build([]).registered_commands]
    assert names == list(COMMANDS)
    for name in COMMANDS:
        shown = CliRunner().invoke(build([name]), [name, "--help"])
        assert shown.exit_code == 0
        assert "Usage" in shown.stdout


def test_every_error_class_is_raised_somewhere() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "reconcile").rglob("*.py") if path.name != "errors.py"
    )
    names = [name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)]
    unused = [name for name in names if not re.search(rf"\b{name}\(", sources) and name != "ReconcileError"]
    parents = {base.__name__ for name in names for base in getattr(errors, name).__bases__}
    assert [name for name in unused if name not in parents] == []


def test_the_arrows_hold() -> None:
    shown = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stdout[-3000:]


def test_the_locks_name_no_index_and_pin_everything() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("-")]
        assert all("==" in line for line in lines if line and not line.startswith((" ", "#")))


def test_every_kind_of_error_stands_in_the_dictionary() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.ReconcileError)
    }
    assert {name for name in kinds if f"| `{name}` |" not in page} == {"ReconcileError"}

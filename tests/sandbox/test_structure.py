"""The sandbox stands alone: no parsing shared with what it tests, and a contract that names every field."""

import ast
from pathlib import Path

import yaml

from reconcile.sandbox.control import ACTIONS
from reconcile.sandbox.faults import KINDS
from reconcile.sandbox.pooltrackr.schema import LINE, SCHEMA

ROOT = Path(__file__).resolve().parents[2]
SANDBOX = ROOT / "reconcile" / "sandbox"


def imported(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_sandbox_imports_nothing_of_ours_but_itself():
    files = [file for file in SANDBOX.rglob("*.py") if "generate" not in file.parts]
    foreign = {
        (file.name, name)
        for file in files
        for name in imported(file)
        if name.split(".")[0] in {"reconcile", "tasks", "flows", "cli"} and not name.startswith("reconcile.sandbox")
    }

    assert len(files) > 50
    assert foreign == set()


def test_only_the_server_needs_more_than_the_standard_library():
    outside = {
        file.name
        for file in SANDBOX.rglob("*.py")
        if "generate" not in file.parts
        for name in imported(file)
        if name.split(".")[0] in {"httpx", "uvicorn", "starlette", "fastapi", "pydantic", "pandas"}
    }

    assert outside == {"server.py"}


def test_the_contract_names_exactly_the_fields_that_the_sandbox_serves():
    schemas = yaml.safe_load((ROOT / "docs" / "pooltrackr-api.yaml").read_text())["components"]["schemas"]
    written = {entity: set(schemas[f"{entity[:-1].capitalize()}Fields"]["properties"]) for entity in SCHEMA}

    assert written == {entity: set(fields) for entity, fields in SCHEMA.items()}
    assert set(schemas["InvoiceLine"]["properties"]) == set(LINE)


def test_no_module_is_longer_than_350_lines():
    lengths = {file.name: len(file.read_text().splitlines()) for file in SANDBOX.rglob("*.py")}

    assert max(lengths.values()) <= 350, lengths


def test_the_page_for_users_names_every_control_request_and_every_fault():
    page = (ROOT / "docs" / "sandbox.md").read_text()
    missing = {name for _, name in ACTIONS if name not in page} | {kind for kind in KINDS if f"`{kind}`" not in page}

    assert missing == set()

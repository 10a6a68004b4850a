"""Every command that the README and docs/ show works: typed in order, in a folder of its own, against both sandboxes.

Typing them takes minutes, so `make test-docs` does it; that a call exists with its options is checked in every test run.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from cli.main import COMMANDS, build
from reconcile.sandbox.generate import Size, build_world, write_world
from tests.docs.pages import Command, all_pages, console_commands, inline_calls, other_blocks
from tests.docs.walk import Reader, fill_in

pytestmark = pytest.mark.timeout(400)
FIRST = "docs/quick-start.md"
LAST = "docs/production.md"  # adds a second organisation, so that from then on each call must name one
OTHERS = sorted(
    (page for page in all_pages() if not str(page).endswith(FIRST)), key=lambda page: str(page).endswith(LAST)
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("reader")
    reader = Reader(folder, {})
    write_world(build_world(3, Size(100, 60, 20)), folder / "data" / "samples")
    reader.placeholders |= {
        "pricebook.csv": "data/samples/pooltrackr/products.csv",
        "items.csv": "data/samples/xero/items.csv",
        "pairs.csv": "pairs.csv",
    }
    reader.placeholders |= {"LEFT.csv": "data/samples/pooltrackr/contacts.csv"}
    reader.placeholders |= {"RIGHT.csv": "data/samples/xero/contacts.csv", "OUT.csv": "out.csv"}
    yield reader
    reader.stop_servers()


def after(reader: Reader, command: Command, printed: str) -> None:
    """What a person notes down on the way: where the reports are, and how the run was called."""
    run = re.search(r"^Run (\S+) of", printed, re.MULTILINE)
    if run:
        reader.placeholders["RUN"] = run[1]
        (folder,) = reader.folder.glob(f"data/reports/*/{run[1]}")
        reader.placeholders["REPORTS"] = folder.relative_to(reader.folder).as_posix()
        for report in [*folder.glob("contacts_R*.csv"), *folder.glob("products_R*.csv")]:
            fill_in(report)


@pytest.fixture(scope="module")
def quick_start(reader: Reader) -> list[tuple[Command, str]]:
    """The whole quick start, typed once; both sandboxes keep running for the other pages."""
    typed = []
    for command in console_commands(next(page for page in all_pages() if str(page).endswith(FIRST))):
        printed = reader.type(command)
        after(reader, command, printed)
        typed.append((command, printed))
    return typed


@pytest.mark.soak
def test_the_quick_start_ends_with_records_linked_and_nothing_failed(quick_start: list[tuple[Command, str]]) -> None:
    printed = "\n".join(text for _, text in quick_start)
    assert "decisions applied" in printed
    assert re.search(r"contacts to xero\s.*done [1-9]", printed)
    assert "failed" not in printed


@pytest.mark.soak
@pytest.mark.parametrize("page", OTHERS, ids=lambda page: page.name)
def test_the_commands_of_a_page_work(reader: Reader, quick_start: list[tuple[Command, str]], page: Path) -> None:
    before = len(reader.servers)
    for command in console_commands(page):
        after(reader, command, reader.type(command))
    reader.stop_servers(before)


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.name)
def test_commands_stand_in_console_blocks_only(page: Path) -> None:
    assert other_blocks(page) == []


@pytest.mark.parametrize("call", [call for page in all_pages() for call in inline_calls(page)], ids=str)
def test_a_call_named_in_the_text_exists_with_its_options(call: Command) -> None:
    _, name, *arguments = shlex.split(call.text)
    assert name in COMMANDS or name == "--help"
    group = typer.main.get_group(build([name]))
    parameters = [parameter for command in group.commands.values() for parameter in command.params]
    known = {option for parameter in parameters for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {argument for argument in arguments if argument.startswith("--")} <= known | {"--help"}

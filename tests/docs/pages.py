"""The commands that the README and the pages of docs/ show: console blocks, line by line, and `reconcile ...` in the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
INLINE = re.compile(r"`(reconcile [a-z][^`]*)`")
HEREDOC = re.compile(r"<<(\w+)")


@dataclass(frozen=True)
class Command:
    """One command as a reader would type it, a here-document included."""

    page: str
    line: int
    text: str


def all_pages() -> list[Path]:
    """The README and every page of docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def console_commands(page: Path) -> list[Command]:
    """What the console blocks of a page tell the reader to type, in order."""
    return list(_console(page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8").splitlines()))


def _console(name: str, lines: list[str]) -> Iterator[Command]:
    inside, ends_with, typed, start = False, "", [], 0
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and ends_with:
            typed.append(line)
            if line == ends_with:
                yield Command(name, start, "\n".join(typed) + "\n")
                ends_with = ""
        elif inside and line.startswith("$ "):
            heredoc = HEREDOC.search(line)
            if heredoc:
                ends_with, typed, start = heredoc[1], [line[2:]], number
            else:
                yield Command(name, number, line[2:])


def other_blocks(page: Path) -> list[tuple[int, str]]:
    """Lines of other blocks that begin with a command of ours, so that none is shown outside of a console block."""
    found, inside, kind = [], False, ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            inside, kind = not inside, line
        elif inside and kind != "```console" and re.match(r"(\$ |(\.venv/bin/)?(reconcile|prefect|make) [a-z])", line):
            found.append((number, line))
    return found


def inline_calls(page: Path) -> list[Command]:
    """Each `reconcile ...` that stands in the text of a page."""
    name = page.relative_to(ROOT).as_posix()
    return [
        Command(name, number, call)
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        for call in INLINE.findall(line)
    ]

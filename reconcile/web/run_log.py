"""The log of the runs in words: what each was and what it did, nothing said that is nought."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconcile.reports.flag_words import FLAG_WORDS
from reconcile.store.tables import Run

Figures = Mapping[str, object]

KINDS = {
    "nightly": "the whole round", "decide": "decisions", "undo": "decisions taken back", "push": "sending",
    "pull": "reading", "propose": "suggestions", "money": "invoices and payments", "webhook": "news from a system",
    "deactivate": "products deactivated", "restore": "products restored", "keep": "kept in one system",
}  # fmt: skip
_TITLES = (
    (re.compile(r"^(pooltrackr|xero) (.+)$"), r"Read from \1: \2"),
    (re.compile(r"^checks$"), "What looks wrong in the data"),
    (re.compile(r"^propose (.+)$"), r"Suggestions for \1"),
    (re.compile(r"^policy (\w+).*$"), r"Approved without a person: \1"),
    (re.compile(r"^push (\w+) to (\w+).*$"), r"Sent to \2: \1"),
    (re.compile(r"^pull money.*$"), "Invoices and payments read"),
    (re.compile(r"^plan money.*$"), "Invoices and payments looked at"),
    (re.compile(r"^tell pooltrackr.*$"), "Told Pooltrackr"),
    (re.compile(r"^money$"), "Where invoices and payments stand"),
    (re.compile(r"^inspector$"), "Invoices compared in both systems"),
    (re.compile(r"^standing$"), "Afterwards"),
)
_PARTS = {
    "raised": "flags raised", "cleared": "flags gone", "kept": "as before", "closed": "settled", "pairs": "pairs compared",
    "collisions": "selected twice", "adopted": "found in both already", "held": "held back", "via": "through",
    "": "in order", "total": "in all", "missing": "no longer there", "accepted": "decided", "staged": "to be sent", "undecided": "left open",
}  # fmt: skip
_LEFT_OUT = frozenset({"same"})
_SYSTEMS = {"pooltrackr": "Pooltrackr", "xero": "Xero"}


@dataclass(frozen=True)
class Logged:
    """One run: what it was, and what it did in lines."""

    run: Run
    kind: str
    lines: tuple[str, ...]


def logged(runs: Sequence[Run]) -> list[Logged]:
    """The runs as people read them, in the order given."""
    return [Logged(run, KINDS.get(run.kind, run.kind), tuple(run_lines(json.loads(run.counts)))) for run in runs]


def run_lines(figures: Figures) -> Iterator[str]:
    """A line for each thing that a run did; what came to nothing is left out."""
    single = {name: figure for name, figure in figures.items() if not isinstance(figure, Mapping)}
    if any(figure for name, figure in single.items() if name != "via"):
        words = _words(single)
        yield f"{words[:1].upper()}{words[1:]}"
    for name in sorted(figures, key=_place):
        figure = figures[name]
        if isinstance(figure, Mapping) and (words := _words(figure)):
            yield f"{_title(name)}: {words}"


def _place(name: str) -> int:
    """Where a line stands: in the order in which a run goes on."""
    return next((place for place, (pattern, _) in enumerate(_TITLES) if pattern.match(name)), len(_TITLES))


def _title(name: str) -> str:
    place = _place(name)
    return _named(_TITLES[place][0].sub(_TITLES[place][1], name) if place < len(_TITLES) else name.capitalize())


def _words(figures: Figures) -> str:
    return ", ".join(
        words for part, figure in figures.items() if part not in _LEFT_OUT if (words := _part(part, figure))
    )


def _part(part: str, figure: object) -> str:
    if isinstance(figure, Mapping):
        parts = {FLAG_WORDS.get(str(name), str(name)): n for name, n in figure.items() if n}
        more = f" ({_words(parts)})" if parts and set(parts) != {""} else ""
        return f"{_said(part)} {_sum(figure)}{more}"
    return f"{_said(part)} {figure}" if figure else ""


def _sum(figures: Figures) -> int:
    return sum(_sum(n) if isinstance(n, Mapping) else n for n in figures.values() if isinstance(n, Mapping | int))


def _said(part: str) -> str:
    return _named(_PARTS.get(part, part))


def _named(words: str) -> str:
    """Words without underscores, the systems by their names."""
    return re.sub(r"\b(pooltrackr|xero)\b", lambda found: _SYSTEMS[found[0]], words.replace("_", " "))

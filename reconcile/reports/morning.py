"""The morning summary of a night, in Markdown that can be read on a phone. Counts and ids only, no personal data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Morning:
    """What data ops want to know first.

    ``today`` and ``yesterday`` are what stands after the run and stood after the one before, by name; ``yesterday`` is
    None after the first night. ``shut`` maps a shut gate to what holds it; ``troubles`` are pushes that need a person.
    """

    organisation: str
    run_id: str
    today: Mapping[str, int]
    yesterday: Mapping[str, int] | None = None
    prices: Mapping[str, int] = field(default_factory=dict)
    shut: Mapping[str, Sequence[str]] = field(default_factory=dict)
    troubles: Sequence[str] = ()
    reports: str = ""


SHOWN = 10


def morning_words(morning: Morning) -> str:
    """The summary: what stands against yesterday, what is held and why, what failed, where the reports are."""
    parts = [
        f"# {morning.organisation}",
        f"Run `{morning.run_id}`",
        _table(morning),
        _section("Held back", [f"**{gate}**: {row}" for gate, rows in morning.shut.items() for row in rows]),
        _section("Needs a person", morning.troubles),
        _section(
            "Prices that differ", [f"{name.replace('_', ' ')}: {count}" for name, count in morning.prices.items()]
        ),
        f"Reports: `{morning.reports}`" if morning.reports else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(morning: Morning) -> str:
    lines = ["| | now | change |", "|---|---:|---:|"]
    for name, count in morning.today.items():
        change = "" if morning.yesterday is None else f"{count - morning.yesterday.get(name, 0):+d}"
        lines.append(f"| {name} | {count} | {'0' if change == '+0' else change} |")
    return "\n".join(lines)


def _section(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    more = [f"- and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join([f"## {title}", "", *(f"- {line}" for line in lines[:SHOWN]), *more])

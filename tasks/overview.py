"""All organisations in words that fit on a telephone: first those that did not end well, then everybody."""

from collections.abc import Mapping, Sequence

from reconcile.stages.overview import Line


def overview_words(lines: Sequence[Line], troubles: Mapping[str, str]) -> str:
    """Markdown without wide tables; ``troubles`` say by organisation how its night ended and why."""
    words = [f"# {len(lines)} organisations", ""]
    words += [f"- **{org}** did not end well: {why}" for org, why in troubles.items()]
    for line in lines:
        words += ["", f"## {line.id}", "", *_facts(line)]
    return "\n".join(words) + "\n"


def _facts(line: Line) -> list[str]:
    return [
        f"- Xero: {line.connection}",
        f"- last night: {line.last_night}",
        f"- next night: {line.next_night}",
        f"- gates: {line.gates}",
        *([f"- writes that need a person: {line.held}"] if line.held else []),
    ]

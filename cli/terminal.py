"""What the commands share in talking to a person: options, counts, progress."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

OrgOption = Annotated[str, typer.Option("--org", help="The organisation; may be left out while there is only one.")]
console = Console(highlight=False, soft_wrap=True)


def show_counts(title: str, counts: Mapping[str, Any]) -> None:
    """Print nested counts, one line a step."""
    console.print(title)
    for step, figures in counts.items():
        if isinstance(figures, Mapping):
            words = ", ".join(f"{what.replace('_', ' ')} {_count(count)}" for what, count in figures.items())
            console.print(f"  {step:28} {words or 'nothing'}")


def _count(figure: Any) -> str:
    if isinstance(figure, Mapping):
        inside = ", ".join(f"{what} {_total(count)}" for what, count in figure.items())
        return f"({inside})"
    return str(figure)


def _total(figure: Any) -> Any:
    return sum(_total(part) for part in figure.values()) if isinstance(figure, Mapping) else figure

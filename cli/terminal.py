"""What the commands share in talking to a person: options, counts, progress."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

OrgOption = Annotated[str, typer.Option("--org", help="The organisation; may be left out while there is only one.")]
console = Console(highlight=False, soft_wrap=True)


def show_counts(title: str, counts: Mapping[str, Any]) -> None:
    """Print nested counts as a table; nothing for empty ones."""
    table = Table(title=title, title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
    for step, figures in counts.items():
        if isinstance(figures, Mapping):
            words = ", ".join(f"{what.replace('_', ' ')} {count}" for what, count in figures.items())
            table.add_row(step, words or "nothing")
    console.print(table)

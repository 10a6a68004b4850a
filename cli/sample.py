"""`reconcile sample`: write an invented organisation as a world folder."""

from pathlib import Path
from typing import Annotated

import typer

from reconcile.errors import BadInput
from reconcile.sandbox.generate import Size, build_world, write_world


def sample(
    out: Annotated[Path, typer.Option(help="Folder to write; files of the same names are replaced.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same organisation.")] = 7,
    contacts: Annotated[int, typer.Option(min=100, help="Contacts in Pooltrackr, about.")] = 400,
    products: Annotated[int, typer.Option(min=60, help="Products in Pooltrackr, about.")] = 150,
    invoices: Annotated[int, typer.Option(min=0, help="Invoices in Pooltrackr, about.")] = 300,
) -> None:
    """Write an invented organisation: both systems' data as CSV files, and the truth about what is the same."""
    world = build_world(seed, Size(contacts, products, invoices))
    try:
        write_world(world, out)
    except OSError as error:
        raise BadInput(
            f"{out} cannot be written: {error.strerror}.", remedy="Choose another folder with --out."
        ) from error
    for name, rows in world.tables.items():
        typer.echo(f"{len(rows):>8,}  {out / name}.csv")

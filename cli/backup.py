"""`reconcile backup` and `reconcile restore`: copies of the review tables."""

from pathlib import Path
from typing import Annotated

import typer


def backup(
    file: Annotated[Path, typer.Argument(help="The copy to make; must not exist yet.")],
) -> None:
    """Copy the review tables into one file. Other work may go on meanwhile."""
    from reconcile.settings import Settings
    from reconcile.store.backup import back_up

    size = back_up(Settings().database, file)
    typer.echo(f"Copied into {file} ({size / 1e6:.1f} MB). It holds names and addresses: keep it closed.")


def restore(
    file: Annotated[Path, typer.Argument(help="A copy made by `reconcile backup`.")],
) -> None:
    """Put a copy back in the place of the review tables; the present ones are kept beside it. Stop all work first."""
    from datetime import UTC, datetime

    from reconcile.settings import Settings
    from reconcile.store.backup import restore as put_back

    kept = file.with_name(f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S}.db")
    put_back(Settings().database, file, kept)
    typer.echo(f"{file} is in place. What was there before is kept as {kept}, if there was anything.")
    typer.echo("Now run `reconcile upgrade`, then a night: it reads both systems anew before anything is written.")

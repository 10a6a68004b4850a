"""`reconcile upgrade`: bring the database to this version."""

import typer


def upgrade() -> None:
    """Bring the review tables to the version of this program. Make a backup first."""
    from reconcile.settings import Settings
    from reconcile.store.engine import migrate, open_engine

    engine = open_engine(Settings().database)
    migrate(engine)
    typer.echo("The database is up to date.")

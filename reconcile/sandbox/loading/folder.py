"""A whole world folder."""

from pathlib import Path

from reconcile.sandbox.clock import Clock
from reconcile.sandbox.ids import IdSource, random_ids
from reconcile.sandbox.loading.pooltrackr import load_pooltrackr
from reconcile.sandbox.loading.rows import WorldError
from reconcile.sandbox.loading.xero import load_books
from reconcile.sandbox.settings import Settings
from reconcile.sandbox.world import World


def load_world(
    folder: Path, clock: Clock | None = None, new_id: IdSource = random_ids, settings: Settings | None = None
) -> World:
    """Read `pooltrackr/*.csv` and `xero/*.csv`; any file may be missing. Raises WorldError naming file and row."""
    if not folder.is_dir():
        raise WorldError(f"{folder} is not a folder. Give the folder that holds pooltrackr/ and xero/.")
    clock = clock or Clock()
    shelves = load_books(folder / "xero", clock.now_ms())
    books = {shelf.organisation.id: shelf for shelf in shelves}
    return World(books, load_pooltrackr(folder / "pooltrackr"), settings or Settings(), clock, new_id)

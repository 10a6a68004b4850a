"""A world as a folder of CSV files."""

import csv
from collections.abc import Sequence
from pathlib import Path

from reconcile.sandbox.generate.book import Row
from reconcile.sandbox.generate.world import World


def write_world(world: World, folder: Path) -> list[Path]:
    """Write every table as UTF-8 CSV with Unix line ends, over what was there; returns the files."""
    written = []
    for name, rows in world.tables.items():
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_table(path, rows)
        written.append(path)
    return written


def _write_table(path: Path, rows: Sequence[Row]) -> None:
    """A table without rows is left out: a world folder may lack any file."""
    if not rows:
        path.unlink(missing_ok=True)
        return
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

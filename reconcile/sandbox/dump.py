"""The whole state as JSON, for assertions and for looking."""

from dataclasses import asdict
from datetime import date
from typing import Any

from reconcile.sandbox.edits import XERO_TABLES, xero_table
from reconcile.sandbox.settings import Settings
from reconcile.sandbox.wire import Json
from reconcile.sandbox.world import World


def dump_world(world: World, entity: str = "") -> Json:
    """Every record of both systems, or of one entity (`contacts`, `invoices`, ...) in both."""
    own, theirs = world.pooltrackr.tables, world.first_books
    return {
        "xero": {
            name: [plain(asdict(record)) for record in xero_table(theirs, name)]
            for name in XERO_TABLES
            if entity in {"", name}
        },
        "pooltrackr": {
            name: [document.fields for document in table] for name, table in own.items() if entity in {"", name}
        },
    }


def plain(value: Any) -> Any:
    """Dates as ISO text all the way down."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def plain_settings(settings: Settings) -> Json:
    """The switches that are a number, a text or true/false."""
    return {name: value for name, value in vars(settings).items() if isinstance(value, bool | int | float | str)}

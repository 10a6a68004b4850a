"""One part of a stored JSON text, taken out by the database: quicker than reading all of it, and less to keep."""

from typing import Any

from sqlalchemy import cast, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session


def json_part(session: Session, column: Any, name: str) -> Any:
    """The expression for a top-level part: its text when it is a text, its JSON when it is a list or an object."""
    if session.get_bind().dialect.name == "sqlite":
        return func.json_extract(column, f"$.{name}")
    return cast(column, JSONB).op("->>")(name)

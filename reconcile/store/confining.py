"""Every statement stays with one organisation: what would read or write another's rows is refused before it is sent.

Three nets. A statement on a table that names organisations must say which, or name rows by a key. A row that is read as
an object must be ours. A row that is written must be ours. The registry itself (``organisation``, ``registration``)
holds no records and is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Alias, BindParameter, Delete, Engine, Insert, Select, Table, Update, event
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, ClauseElement, ColumnClause
from sqlalchemy.sql.visitors import iterate
from sqlmodel import SQLModel

from reconcile.errors import ReconcileError

OPTION = "organisation"
COLUMN = "org_id"
REGISTRY = frozenset({"organisation", "registration"})
KEYS = frozenset({"id", "seq", "proposal_id", "decision_id", "link_id"})
_EQUAL = (operators.eq, operators.in_op)


class Trespass(ReconcileError):
    """Rows of another organisation were asked for; nothing was read or written. This is a mistake in the program."""


def confine(engine: Engine, org_id: str) -> None:
    """From now on only rows of this organisation pass through the engine. Raises Trespass when others are asked for."""
    engine.update_execution_options(**{OPTION: org_id})
    event.listen(engine, "before_execute", _before_execute)


def refuse_strangers(statement: ClauseElement, org_id: str, given: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Check one statement, with the values that are given beside it. Raises Trespass, naming the table."""
    if not isinstance(statement, Select | Update | Delete | Insert):
        return
    parts = list(iterate(statement))
    named = {part.name for part in parts if isinstance(part, Table)} & _confined_tables()
    if not named:
        return
    for value in _named_organisations(parts, given):
        if value != org_id:
            raise Trespass(f"{value} was asked for while working on {org_id}.")
    if isinstance(statement, Insert):
        return
    loose = _unconstrained(parts, named)
    if loose:
        raise Trespass(f"A statement on {', '.join(sorted(loose))} names no organisation.")


def _before_execute(
    connection: Any, statement: Any, rows: Sequence[Mapping[str, Any]], row: Mapping[str, Any], _options: Any
) -> None:
    org_id = connection.get_execution_options()[OPTION]
    if isinstance(statement, Insert) and statement.table.name in _confined_tables():
        written = (*rows, row) if rows or row else (statement.compile(dialect=connection.dialect).params,)
        for owner in (v for values in written for name, v in values.items() if name.startswith(COLUMN)):
            if owner != org_id:
                raise Trespass(f"A row of {owner} was to be written while working on {org_id}.")
    refuse_strangers(statement, org_id, row or (rows[0] if rows else {}))


def _named_organisations(parts: Sequence[Any], given: Mapping[str, Any]) -> Iterator[Any]:
    """The organisations that the statement's values name."""
    for part in parts:
        if (
            isinstance(part, BinaryExpression)
            and _column(part.left) == COLUMN
            and isinstance(part.right, BindParameter)
        ):
            value = given.get(part.right.key, part.right.value)
            yield from value if isinstance(value, list | tuple | set | frozenset) else (value,)


def _unconstrained(parts: Sequence[Any], named: set[str]) -> set[str]:
    """The tables that are neither tied to the organisation nor reached by a key."""
    held = {
        side.table.name
        for part in parts
        if isinstance(part, BinaryExpression) and part.operator in _EQUAL
        for side in (part.left, part.right)
        if (_column(side) == COLUMN or _column(side) in KEYS) and getattr(side, "table", None) is not None
    }
    aliases = {
        part.name: part.element.name for part in parts if isinstance(part, Alias) and isinstance(part.element, Table)
    }
    loose = {alias for alias, table in aliases.items() if table in named and alias not in held}
    return loose | (named - held - set(aliases.values()))


def _column(element: Any) -> str:
    return str(element.name) if isinstance(element, ColumnClause) else ""


def _confined_tables() -> frozenset[str]:
    if not _TABLES:
        _TABLES.update(t.name for t in SQLModel.metadata.tables.values() if COLUMN in t.columns)
        _TABLES.difference_update(REGISTRY)
    return frozenset(_TABLES)


_TABLES: set[str] = set()


@event.listens_for(Session, "loaded_as_persistent")
def _on_load(session: Session, instance: Any) -> None:
    org_id = session.info.get(OPTION)
    if org_id is None:
        org_id = session.info[OPTION] = session.get_bind().get_execution_options().get(OPTION, "")
    owner = getattr(instance, COLUMN, org_id)
    if org_id and owner != org_id and instance.__tablename__ not in REGISTRY:
        raise Trespass(f"A row of {owner} was read while working on {org_id}.")

"""Every statement stays with one organisation: what would read or write another's rows is refused before it is sent.

Three nets. A statement on a table that names organisations must say which, or name rows by a key. A row that is read as
an object must be ours. A row that is written must be ours. The registry itself (``organisation``, ``registration``)
holds no records and is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Alias, BindParameter, Delete, Engine, Insert, Select, Table, Update, event
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression, ColumnClause
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
    event.listen(engine, "before_cursor_execute", _before_cursor_execute)


def _before_execute(
    connection: Any, statement: Any, rows: Sequence[Mapping[str, Any]], row: Mapping[str, Any], _options: Any
) -> None:
    if not isinstance(statement, Insert) or statement.table.name not in _confined_tables():
        return
    written = (*rows, row) if rows or row else (statement.compile(dialect=connection.dialect).params,)
    org_id = connection.get_execution_options()[OPTION]
    for owner in (v for values in written for name, v in values.items() if name.startswith(COLUMN)):
        if owner != org_id:
            raise Trespass(f"A row of {owner} was to be written while working on {org_id}.")


def _before_cursor_execute(
    connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool
) -> None:
    compiled = context.compiled
    if compiled is None or not isinstance(compiled.statement, Select | Update | Delete | Insert):
        return
    reach = _reaches.get(compiled)
    if reach is None:
        reach = _reaches[compiled] = _reach(compiled)
    org_id = connection.get_execution_options()[OPTION]
    for owner in (owner for values in context.compiled_parameters for owner in _named(reach.owners, values)):
        if owner != org_id:
            raise Trespass(f"{owner} was asked for while working on {org_id}.")
    if reach.loose:
        raise Trespass(f"A statement on {', '.join(reach.loose)} names no organisation.")


@dataclass(frozen=True)
class _Reach:
    """What a statement reaches, whatever its values are: told once for each text that SQLAlchemy keeps compiled."""

    loose: Sequence[str] = ()  # tables that are neither tied to the organisation nor reached by a key
    owners: Sequence[str] = ()  # the parameters that name organisations


def _reach(compiled: SQLCompiler) -> _Reach:
    parts = list(iterate(compiled.statement))
    named = {part.name for part in parts if isinstance(part, Table)} & _confined_tables()
    if not named:
        return _Reach()
    owners = {compiled.bind_names[compiled.binds[bound.key]] for bound in _named_organisations(parts)}
    loose = set() if isinstance(compiled.statement, Insert) else _unconstrained(parts, named)
    return _Reach(tuple(sorted(loose)), tuple(sorted(owners)))


def _named(owners: Sequence[str], values: Mapping[str, Any]) -> Iterator[Any]:
    """The values of some parameters; those of a list have been given numbers by then."""
    for name in owners:
        if name in values:
            yield values[name]
        else:
            yield from (value for key, value in values.items() if key.startswith(f"{name}_"))


def _named_organisations(parts: Sequence[Any]) -> Iterator[BindParameter[Any]]:
    """The values of the statement that name organisations."""
    for part in parts:
        if (
            isinstance(part, BinaryExpression)
            and _column(part.left) == COLUMN
            and isinstance(part.right, BindParameter)
        ):
            yield part.right


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
_reaches: WeakKeyDictionary[SQLCompiler, _Reach] = WeakKeyDictionary()


@event.listens_for(Session, "loaded_as_persistent")
def _on_load(session: Session, instance: Any) -> None:
    org_id = session.info.get(OPTION)
    if org_id is None:
        org_id = session.info[OPTION] = session.get_bind().get_execution_options().get(OPTION, "")
    owner = getattr(instance, COLUMN, org_id)
    if org_id and owner != org_id and instance.__tablename__ not in REGISTRY:
        raise Trespass(f"A row of {owner} was read while working on {org_id}.")

"""Whether a text holds some words, in capitals or not: asked in the way that each database answers quickest."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

ESCAPE = "/"


class _Holds(FunctionElement[bool]):
    name = "holds"
    type = Boolean()
    inherit_cache = True


def holds(column: Any, words: str) -> ColumnElement[bool]:
    """The condition that a column's text has these words somewhere; what stands in them is no pattern."""
    plain = words.replace(ESCAPE, ESCAPE * 2).replace("%", f"{ESCAPE}%").replace("_", f"{ESCAPE}_")
    return _Holds(column, f"%{plain}%")


@compiles(_Holds, "sqlite")
def _in_sqlite(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite's LIKE does not tell capitals apart."""
    column, pattern = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} LIKE {pattern} ESCAPE '{ESCAPE}')"


@compiles(_Holds, "postgresql")
def _in_postgresql(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    column, pattern = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} ILIKE {pattern} ESCAPE '{ESCAPE}')"

"""Xero's `where` language: parsed into a test over one record's fields."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from reconcile.sandbox.clock import from_ms
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.errors import RefusalError, bad_query

Field = Callable[[Any], Any]
Test = Callable[[Any], bool]
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<date>DateTime\s*\(\s*\d+(?:\s*,\s*\d+)*\s*\))
    | (?P<guid>guid\s*\(\s*"[^"]*"\s*\))
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<op>==|!=|>=|<=|&&|\|\||=|>|<|\(|\))
    | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
MAX_BRACKETS = 50
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a is not None and b is not None and a >= b,
    "<=": lambda a, b: a is not None and b is not None and a <= b,
    ">": lambda a, b: a is not None and b is not None and a > b,
    "<": lambda a, b: a is not None and b is not None and a < b,
}
_TEXT: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda a, b: b in a,
    "startswith": lambda a, b: a.startswith(b),
    "endswith": lambda a, b: a.endswith(b),
}


@dataclass(frozen=True)
class _Part:
    """A part of a filter: what it tests, and fields with values of which a record that passes has at least one."""

    test: Test
    keys: list[tuple[str, Any]] | None = None


class Where:
    """A parsed filter: `test` decides on a record, `fields` names what it reads. Raises RefusalError (400).

    `keys` are `indexed` fields with values: whatever passes has one of them, so that indexes may answer; None when the
    filter does not say. `has_or` and `orders` tell what else is in it.
    """

    def __init__(self, text: str, fields: Mapping[str, Field], kind: str, indexed: Collection[str] = ()) -> None:
        self._text, self._kind, self._indexed = text, kind, indexed
        self._known = {name.casefold(): (name, getter) for name, getter in fields.items()}
        self._tokens = self._split(text)
        self._at = self._depth = 0
        self.fields: set[str] = set()
        self.has_or = self.orders = False
        whole = self._either()
        self.test, self.keys = whole.test, whole.keys
        if self._at != len(self._tokens):
            raise self._error(f"unexpected '{self._peek()}'")

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens, at = [], 0
        while at < len(text.rstrip()):
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise self._error(f"syntax error at position {at}")
            tokens.append((match.lastgroup, match.group(match.lastgroup)))
            at = match.end()
        return tokens

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise self._error("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _either(self) -> _Part:
        parts = [self._both()]
        while self._peek().upper() in {"OR", "||"}:
            self.has_or = True
            self._next()
            parts.append(self._both())
        if len(parts) == 1:
            return parts[0]
        known = [key for part in parts for key in part.keys or ()]
        is_known = all(part.keys is not None for part in parts)
        return _Part(lambda record: any(part.test(record) for part in parts), known if is_known else None)

    def _both(self) -> _Part:
        parts = [self._one()]
        while self._peek().upper() in {"AND", "&&"}:
            self._next()
            parts.append(self._one())
        if len(parts) == 1:
            return parts[0]
        keys = next((part.keys for part in parts if part.keys is not None), None)
        return _Part(lambda record: all(part.test(record) for part in parts), keys)

    def _one(self) -> _Part:
        kind, text = self._next()
        if text == "(":
            self._depth += 1
            if self._depth > MAX_BRACKETS:
                raise self._error("it has too many brackets")
            part = self._either()
            if self._next()[1] != ")":
                raise self._error("a bracket is not closed")
            return part
        if kind != "word":
            raise self._error(f"'{text}' is not a field")
        return self._comparison(text)

    def _comparison(self, word: str) -> _Part:
        head, _, method = word.rpartition(".")
        if method.casefold() in _TEXT and self._peek() == "(":
            get, compare = self._field(head), _TEXT[method.casefold()]
            self._next()
            wanted = self._literal()
            if self._next()[1] != ")":
                raise self._error("a bracket is not closed")
            return _Part(lambda record: compare(fold(str(get(record) or "")), str(wanted)))
        get = self._field(word)
        operator = self._next()[1]
        compare_values = _COMPARE.get("==" if operator == "=" else operator)
        if compare_values is None:
            raise self._error(f"'{operator}' is not a comparison")
        value, name = self._literal(), self._known[word.casefold()][0]
        self.orders = self.orders or operator[0] in "<>"
        has_key = operator in {"=", "=="} and value and name in self._indexed
        return _Part(
            lambda record: self._holds(compare_values, _comparable(get(record), value), value),
            [(name, value)] if has_key else None,
        )

    def _holds(self, compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
        try:
            return compare(left, right)
        except TypeError as problem:
            raise self._error("the operator is incompatible with the operand types") from problem

    def _field(self, word: str) -> Field:
        if word.casefold() not in self._known:
            raise RefusalError(bad_query(f"No property or field '{word}' exists in type '{self._kind}'"))
        name, getter = self._known[word.casefold()]
        self.fields.add(name)
        return getter

    def _literal(self) -> Any:
        kind, text = self._next()
        if kind in {"string", "guid"}:
            return fold(text[text.index('"') + 1 : text.rindex('"')].replace('\\"', '"').replace("\\\\", "\\"))
        if kind == "number":
            return Decimal(text)
        if kind == "date":
            return self._moment([int(part) for part in re.findall(r"\d+", text)])
        constants = {"true": True, "false": False, "null": None}
        if text.casefold() not in constants:
            raise self._error(f"'{text}' is not a value")
        return constants[text.casefold()]

    def _moment(self, parts: list[int]) -> datetime:
        year, month, day, hour, minute, second = (parts + [1, 1, 0, 0, 0][len(parts) - 1 :])[:6]
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError as problem:
            raise self._error(str(problem)) from problem

    def _error(self, problem: str) -> RefusalError:
        return RefusalError(bad_query(f"The where clause could not be read: {problem}"))


def _comparable(value: Any, other: Any) -> Any:
    """Bring a record's value to the form of the literal it is compared with."""
    if isinstance(value, str):
        return None if other is None and not fold(value) else fold(value)
    if isinstance(other, datetime):
        if isinstance(value, int):
            return from_ms(value)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value

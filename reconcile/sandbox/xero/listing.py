"""Lists: If-Modified-Since, where, order, ids, paging with `pagination`, and the 100,000-row guard."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Generic, TypeVar

from reconcile.sandbox.table import Record, Table
from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.dates import parse_modified_since
from reconcile.sandbox.xero.errors import RefusalError, bad_query, bad_request
from reconcile.sandbox.xero.where import Field, Where

R = TypeVar("R", bound=Record)
MAX_ROWS = 100_000
MAX_PAGE = 1_000


@dataclass(frozen=True)
class View:
    """How much of a record is shown."""

    full: bool = True
    summary: bool = False
    decimals: int = 2


@dataclass(frozen=True)
class Listing(Generic[R]):
    """How one kind of record is listed. `indexes` names the table's index for fields that one answers at once."""

    plural: str
    kind: str
    fields: Mapping[str, Field]
    render: Callable[[Call, R, View], Json]
    optimised: frozenset[str] = frozenset()
    search: tuple[str, ...] = ()
    paged: bool = True
    guarded: bool = False
    indexes: Mapping[str, str] = field(default_factory=dict)

    def with_fields(self, more: Mapping[str, Field]) -> "Listing[R]":
        """The same listing with more filter fields."""
        return replace(self, fields={**self.fields, **more})

    def respond(
        self,
        call: Call,
        table: Table[R],
        keep: Callable[[R], bool] | None = None,
        keep_key: Hashable = None,
        force_paging: bool = False,
        among: list[str] | None = None,
    ) -> Response:
        """Answer a GET of the whole collection.

        `keep` is the endpoint's own filter, `keep_key` names it for reuse; `among` are the only ids that can pass it.
        """
        ids = self._select(call, table, keep, keep_key, among)
        query = call.request.query
        paging = self.paged and (force_paging or "page" in query or "pageSize" in query)
        if self.guarded and len(ids) > MAX_ROWS and not paging:
            raise RefusalError(bad_request(f"The request would return more than {MAX_ROWS} {self.plural}; use paging."))
        view = View(paging or not self.paged, call.flag("summaryOnly") and self.paged, call.decimals)
        if not paging:
            return call.answer(self.plural, self._show(call, table, ids, view))
        page, size = _positive(query.get("page", "1")), _page_size(query.get("pageSize", "100"))
        rows = self._show(call, table, ids[(page - 1) * size : page * size], view)
        pagination = {"page": page, "pageSize": size, "pageCount": -(-len(ids) // size), "itemCount": len(ids)}
        return call.answer(self.plural, rows, pagination=pagination)

    def _show(self, call: Call, table: Table[R], ids: list[str], view: View) -> list[Json]:
        return [self.render(call, table.rows[identifier], view) for identifier in ids]

    def _select(
        self,
        call: Call,
        table: Table[R],
        keep: Callable[[R], bool] | None,
        keep_key: Hashable,
        among: list[str] | None,
    ) -> list[str]:
        query = call.request.query
        asked = (query.get("where", ""), query.get("order", ""), query.get("searchTerm", ""), query.get("IDs", ""))
        since = _modified_since(call)

        def select() -> list[str]:
            return self._filter(call, table, keep, among, since, *asked)

        return table.selection((self.plural, since, asked, keep_key), select)

    def _filter(
        self,
        call: Call,
        table: Table[R],
        keep: Callable[[R], bool] | None,
        among: list[str] | None,
        since: int | None,
        where: str,
        order: str,
        search: str,
        only: str,
    ) -> list[str]:
        parsed = Where(where, self.fields, self.kind, self.indexes) if where.strip() else None
        if only.strip():
            among = _known_ids(table, only)
        if among is None and parsed is not None:
            among = self._indexed(table, parsed)
        inclusive = call.settings.modified_since_inclusive
        ids = (
            table.ordered_ids(since, inclusive=inclusive) if among is None else table.in_order(among, since, inclusive)
        )
        tests: list[Callable[[Any], bool]] = [keep] if keep else []
        if parsed is not None:
            self._guard(len(ids), parsed.fields)
            tests.append(parsed.test)
        if search.strip():
            tests.append(self._search(fold(search)))
        if tests:
            ids = [identifier for identifier in ids if all(test(table.rows[identifier]) for test in tests)]
        return self._order(table, ids, order) if order.strip() else ids

    def _indexed(self, table: Table[R], parsed: Where) -> list[str] | None:
        """The only ids that can pass a filter, when indexes can tell, and the filter is not refused for what it reads."""
        is_guarded = self.guarded and len(table) > MAX_ROWS and not parsed.fields <= self.optimised
        if parsed.keys is None or (parsed.has_or and (parsed.orders or is_guarded)):
            return None
        return [row.id for name, value in parsed.keys for row in table.find(self.indexes[name], value)]

    def _search(self, term: str) -> Callable[[R], bool]:
        getters = [self.fields[name] for name in self.search]
        return lambda record: any(term in fold(str(get(record) or "")) for get in getters)

    def _guard(self, rows: int, used: set[str]) -> None:
        if self.guarded and rows > MAX_ROWS and not used <= self.optimised:
            names = ", ".join(sorted(used - self.optimised))
            raise RefusalError(
                bad_request(f"Filtering more than {MAX_ROWS} {self.plural} by {names} is not supported.")
            )

    def _order(self, table: Table[R], ids: list[str], order: str) -> list[str]:
        known = {name.casefold(): (name, getter) for name, getter in self.fields.items()}
        for part in reversed([part.split() for part in order.split(",")]):
            if not part or part[0].casefold() not in known:
                name = part[0] if part else ""
                raise RefusalError(bad_query(f"No property or field '{name}' exists in type '{self.kind}'"))
            name, getter = known[part[0].casefold()]
            if name != "UpdatedDateUTC":
                self._guard(len(ids), {name})
            down = len(part) > 1 and part[1].casefold() in {"desc", "descending"}
            ids = sorted(ids, key=_sort_key(table, getter), reverse=down)
        return ids


def _known_ids(table: Table[R], listed: str) -> list[str]:
    rows = (table.get(part.strip()) or table.get(part.strip().casefold()) for part in listed.split(","))
    return [row.id for row in rows if row is not None]


def _sort_key(table: Table[R], getter: Field) -> Callable[[str], tuple[bool, Any]]:
    return lambda identifier: _sortable(getter(table.rows[identifier]))


def _sortable(value: Any) -> tuple[bool, Any]:
    plain = fold(value) if isinstance(value, str) else value.isoformat() if isinstance(value, date) else value
    return (value is not None, plain if value is not None else 0)


def _modified_since(call: Call) -> int | None:
    try:
        return parse_modified_since(call.request.header("if-modified-since"))
    except ValueError as problem:
        raise RefusalError(bad_request("The If-Modified-Since header is not a date.")) from problem


def _positive(text: str) -> int:
    return max(1, int(text)) if text.strip().lstrip("-").isdigit() else 1


def _page_size(text: str) -> int:
    size = int(text) if text.strip().lstrip("-").isdigit() else 100
    return 100 if size < 1 else min(size, MAX_PAGE)

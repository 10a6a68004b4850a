"""The Pooltrackr contract over HTTP (docs/pooltrackr-api.yaml)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from reconcile.sandbox.clock import parse_moment, to_ms
from reconcile.sandbox.pooltrackr import records
from reconcile.sandbox.pooltrackr.account import ENTITIES, Account, Document, Json
from reconcile.sandbox.pooltrackr.answers import RefusalError, page_response, record_response
from reconcile.sandbox.table import Table
from reconcile.sandbox.wire import Request, Response, json_response
from reconcile.sandbox.world import World

PREFIX = "/pooltrackr/v1/"
MAX_PAGE = 500


@dataclass
class Pooltrackr:
    """The backend over one world, with its memory of idempotency keys."""

    world: World
    kept: dict[str, tuple[str, int, Response]] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        """Answer one call."""
        try:
            return self._route(request)
        except RefusalError as refusal:
            return refusal.response

    def _route(self, request: Request) -> Response:
        scheme, _, token = request.header("authorization").partition(" ")
        if scheme.casefold() != "bearer" or not token.strip():
            raise RefusalError(401, "unauthorised", "Send the header Authorization: Bearer with a token")
        account = self.world.others.get(token.strip(), self.world.pooltrackr)
        return self._of_account(request, account)

    def _of_account(self, request: Request, account: Account) -> Response:
        entity, _, rest = request.path[len(PREFIX) :].strip("/").partition("/")
        identifier, _, action = rest.partition("/")
        if entity == "organisation" and request.method == "GET" and not rest:
            return json_response(200, account.organisation)
        if entity not in ENTITIES:
            raise RefusalError(404, "not_found", f"There is nothing at {request.path}")
        if action:
            return self._switch(request, account, entity, identifier, action)
        return self._one(request, account, entity, identifier) if identifier else self._many(request, account, entity)

    def _many(self, request: Request, account: Account, entity: str) -> Response:
        if request.method == "GET":
            return self._list(request, account, entity)
        if request.method == "POST":
            return self._once(request, account, lambda: self._create(request, account, entity))
        raise _wrong_method(request)

    def _one(self, request: Request, account: Account, entity: str, identifier: str) -> Response:
        known = records.find(account, entity, identifier)
        if request.method == "GET":
            return record_response(200, known.encoded, known.version)
        if request.method == "PATCH":
            return self._change(request, account, entity, known, records.read_body(request))
        raise _wrong_method(request)

    def _switch(self, request: Request, account: Account, entity: str, identifier: str, action: str) -> Response:
        if entity != "products" or action not in {"activate", "deactivate"}:
            raise RefusalError(404, "not_found", f"There is nothing at {request.path}")
        if request.method != "POST":
            raise _wrong_method(request)
        known, wanted = records.find(account, entity, identifier), action == "activate"
        if known.fields["active"] is wanted:
            return record_response(200, known.encoded, known.version)
        return self._change(request, account, entity, known, {"active": wanted})

    def _create(self, request: Request, account: Account, entity: str) -> Response:
        now = self.world.clock.now_ms()
        made = records.create(account, entity, records.read_body(request), now)
        return record_response(201, made.encoded, made.version)

    def _change(self, request: Request, account: Account, entity: str, known: Document, sent: Json) -> Response:
        now, expected = self.world.clock.now_ms(), request.header("if-match")
        changed = records.change(account, entity, known, sent, now, expected)
        return record_response(200, changed.encoded, changed.version)

    def _list(self, request: Request, account: Account, entity: str) -> Response:
        query, table = request.query, account.tables[entity]
        page, size = _number(query.get("page", "1"), "page"), _number(query.get("page_size", "100"), "page_size")
        size = min(size, MAX_PAGE)
        since, hidden = _since(query.get("updated_since", "")), query.get("include_archived", "").casefold() == "true"
        if "external_reference" in query:
            ids = [found.id for found in table.find("external_reference", query["external_reference"])]
        else:
            ids = table.selection((since, hidden), lambda: _select(table, since, hidden))
        rows = [table.rows[identifier].encoded for identifier in ids[(page - 1) * size : page * size]]
        return page_response(rows, page, size, len(ids), self.world.clock.now_ms())

    def _once(self, request: Request, account: Account, work: Callable[[], Response]) -> Response:
        """Do the work once per Idempotency-Key and day; only what was done is kept, not refusals."""
        key = request.header("idempotency-key")
        if not key:
            return work()
        key = f"{account.organisation['id']} {key}"
        now, asked = self.world.clock.now_ms(), hashlib.sha256(request.path.encode() + request.body).hexdigest()
        known = self.kept.get(key)
        if known is not None and now < known[1] + self.world.settings.pooltrackr_idempotency_seconds * 1000:
            if known[0] != asked:
                raise RefusalError(
                    409,
                    "key_reused",
                    f"Idempotency-Key {request.header('idempotency-key')} was used for another request",
                )
            return known[2]
        response = work()
        self.kept[key] = (asked, now, response)
        return response


def _select(table: Table[Document], since: int | None, hidden: bool) -> list[str]:
    ids = table.ordered_ids(since, inclusive=True)
    return ids if hidden else [identifier for identifier in ids if not table.rows[identifier].hidden]


def _wrong_method(request: Request) -> RefusalError:
    return RefusalError(405, "method_not_allowed", f"{request.method} is not possible at {request.path}")


def _number(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise RefusalError(400, "bad_parameter", f"{name} must be a whole number from 1", name)
    return int(text)


def _since(text: str) -> int | None:
    try:
        return to_ms(parse_moment(text)) if text.strip() else None
    except ValueError as problem:
        raise RefusalError(400, "bad_parameter", "updated_since must be an ISO-8601 time", "updated_since") from problem

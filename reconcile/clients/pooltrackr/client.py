"""The Pooltrackr client: a Source and a Sink over its HTTP contract.

Every record has a version; a change states the version it was made on and is refused when that moved (412). A create
carries our ``external_reference``, which is unique, so a second one is refused (409).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from reconcile.clients import failures
from reconcile.clients.answers import Answer
from reconcile.clients.http import ApiSession, json_object
from reconcile.clients.pooltrackr.records import READERS
from reconcile.clients.values import newest, text, whole
from reconcile.errors import BadData, NotReady, ReconcileError, Unknown
from reconcile.ports import Page, Write
from reconcile.records import Entity, Record, System

PAGE_SIZE = 500
OVERLAP = timedelta(minutes=5)
_LISTED_ANEW = 3
_PAGE_WEIGHT = 4
_SWITCHES = ("activate", "deactivate")


class PooltrackrClient:
    """One Pooltrackr account."""

    system: System = "pooltrackr"

    def __init__(self, session: ApiSession) -> None:
        self.session = session

    def pages(self, entity: Entity, since: datetime | None = None) -> Iterator[Page]:
        """All records changed since a moment, or all; archived ones included. Raises Retry, Reconnect, BadData."""
        seen: dict[str, int] = {}
        bookmark: datetime | None = None
        for _ in range(_LISTED_ANEW):
            promised = 0
            for rows, total in self._one_round(entity, since):
                promised = total
                news = [row for row in rows if _is_news(seen, row)]
                records = tuple(self._record(entity, row) for row in news)
                bookmark = newest(records, bookmark)
                if records:
                    yield Page(records, bookmark)
            if len(seen) >= promised:
                return
        raise failures.incomplete(self.system, entity, f"{len(seen)} of {promised} came")

    def is_incremental(self, entity: Entity) -> bool:
        """Everything in Pooltrackr keeps the time of its last change."""
        return entity in READERS

    def get(self, entity: Entity, record_id: str) -> Record | None:
        """One record by its id, None when there is none."""
        answer = self.session.read(f"{_known(entity)}/{quote(record_id, safe='')}")
        return self._record(entity, json_object(answer, self.system)) if answer else None

    def find(self, entity: Entity, stamp: str) -> Record | None:
        """The record with this ``external_reference``, None when there is none."""
        answer = self.session.read(_known(entity), {"external_reference": stamp, "include_archived": "true"})
        rows = self._rows(answer, entity)[0]
        found = [row for row in rows if text(row.get("external_reference")) == stamp]
        return self._record(entity, found[0]) if found else None

    def get_many(self, entity: Entity, record_ids: Sequence[str]) -> dict[str, Record]:
        """Those records that exist, by id: from a full list where that takes fewer calls, else one by one."""
        wanted = dict.fromkeys(record_ids)
        if self._is_cheaper_to_list(entity, len(wanted)):
            return {r.id: r for page in self.pages(entity) for r in page.records if r.id in wanted}
        singles = (self.get(entity, record_id) for record_id in wanted)
        return {record.id: record for record in singles if record is not None}

    def find_many(self, entity: Entity, stamps: Sequence[str]) -> dict[str, Record]:
        """Those records that carry one of our marks, by mark; see ``get_many``."""
        wanted = dict.fromkeys(stamps)
        if self._is_cheaper_to_list(entity, len(wanted)):
            marked = ((_mark_of(r), r) for page in self.pages(entity) for r in page.records)
            return {mark: record for mark, record in marked if mark in wanted}
        singles = ((stamp, self.find(entity, stamp)) for stamp in wanted)
        return {stamp: record for stamp, record in singles if record is not None}

    def send(self, write: Write) -> Record:
        """Carry out one write; see ``ports.Sink``."""
        entity, headers = _known(write.entity), {}
        if write.version is not None:
            headers["if-match"] = str(write.version)
        body = json.dumps(dict(write.body), ensure_ascii=False, default=_plain).encode()
        record_path = f"{entity}/{quote(write.target_id, safe='')}"
        if write.verb == "create":
            method, path = "POST", entity
        elif write.verb == "update":
            method, path = "PATCH", record_path
        elif write.verb in _SWITCHES and write.entity == "products":
            method, path, body = "POST", f"{record_path}/{write.verb}", b"{}"
        else:
            raise BadData(f"Pooltrackr knows no {write.verb} for {entity}.")
        return self._written(write, self.session.write(method, path, body, key=write.key, headers=headers))

    def send_batch(self, writes: tuple[Write, ...], key: str) -> tuple[Record | Exception, ...]:
        """One by one, each under its own key (or the batch's and its number): the contract has no batches.

        Each may take as long as ``send``, so whoever works under a lease sends singly. See ``ports.Sink``.
        """
        outcomes: list[Record | Exception] = []
        for number, write in enumerate(writes):
            try:
                outcomes.append(self.send(write if write.key else replace(write, key=f"{key}-{number}")))
            except ReconcileError as error:
                if not outcomes:
                    raise
                outcomes.append(error)
        return tuple(outcomes)

    def account(self) -> str:
        """The id of the account that the token opens. Raises Retry, Reconnect, BadData."""
        answer = self.session.read("organisation")
        if answer is None:
            raise failures.odd_shape(self.system)
        return text(json_object(answer, self.system).get("id"))

    def close(self) -> None:
        """Close the connection."""
        self.session.close()

    def _is_cheaper_to_list(self, entity: Entity, wanted: int) -> bool:
        """A page weighs about as much as four single records."""
        if wanted < 2 * _PAGE_WEIGHT:
            return False
        answer = self.session.read(_known(entity), {"page_size": "1", "include_archived": "true"})
        return self._rows(answer, entity)[1] <= PAGE_SIZE * wanted / _PAGE_WEIGHT

    def _one_round(self, entity: Entity, since: datetime | None) -> Iterator[tuple[list[Mapping[str, Any]], int]]:
        params = {"page_size": str(PAGE_SIZE), "include_archived": "true"}
        if since is not None:
            params["updated_since"] = f"{(since - OVERLAP).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        number, before = 1, 0
        while True:
            answer = self.session.read(_known(entity), {**params, "page": str(number)})
            rows, total, size, has_next = self._rows(answer, entity)
            expected = max(0, min(size, total - (number - 1) * size))
            if len(rows) != expected or has_next != (number * size < total) or total < before:
                what = f"page {number} should hold {expected} of {total}, {len(rows)} came"
                raise failures.incomplete(self.system, entity, what)
            yield rows, total
            if not has_next:
                return
            number, before = number + 1, total

    def _rows(self, answer: Answer | None, entity: Entity) -> tuple[list[Mapping[str, Any]], int, int, bool]:
        if answer is None:
            raise failures.odd_shape(self.system)
        body = json_object(answer, self.system)
        rows = body.get("data")
        if not isinstance(rows, list) or not all(isinstance(row, dict) and text(row.get("id")) for row in rows):
            raise failures.incomplete(self.system, entity, "an entry has no id")
        try:
            return rows, whole(body.get("total")), whole(body.get("page_size")), bool(body.get("next_page"))
        except BadData:
            raise failures.odd_shape(self.system) from None

    def _record(self, entity: Entity, body: Mapping[str, Any]) -> Record:
        try:
            return READERS[entity](body)
        except BadData as error:
            raise failures.unreadable(self.system, entity, body.get("id"), error) from None
        except (KeyError, AttributeError, TypeError):
            raise failures.odd_shape(self.system) from None

    def _written(self, write: Write, answer: Answer) -> Record:
        record_id = text(answer.data.get("id")) if isinstance(answer.data, dict) else ""
        if not record_id or (write.target_id and record_id != write.target_id):
            raise Unknown("Pooltrackr's answer does not say what became of the record.")
        return self._record(write.entity, answer.data)


def _known(entity: Entity) -> str:
    if entity not in READERS:
        raise NotReady(f"Pooltrackr has no {entity}.")
    return entity


def _is_news(seen: dict[str, int], row: Mapping[str, Any]) -> bool:
    record_id, version = text(row.get("id")), whole(row.get("version"))
    if seen.get(record_id) == version:
        return False
    seen[record_id] = version
    return True


def _mark_of(record: Record) -> str:
    return text(getattr(record, "external_reference", ""))


def _plain(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)

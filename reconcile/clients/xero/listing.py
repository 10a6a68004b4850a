"""Reading a whole list, page by page, and proving that it is whole.

Pages are asked for in the order of change. A record that is changed meanwhile moves to the end and pulls the others one
place forward, so that one can slip through between two pages. Every page says how many records there are; when fewer
different ones came, the list is read once more and what was missed is added. A list that does not add up is an error.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from reconcile.clients import failures
from reconcile.clients.http import ApiSession, json_object
from reconcile.clients.values import text, whole
from reconcile.clients.xero.endpoints import Endpoint
from reconcile.errors import BadData

PAGE_SIZE = 1000
OVERLAP = timedelta(minutes=5)  # Xero's own clock and its index may disagree; what comes twice is dropped
ROUNDS = 3
TRIES = 3

Element = Mapping[str, Any]


@dataclass
class Seen:
    """What came so far: id and moment of change, so that a repetition is told from a later version."""

    versions: dict[str, str] = field(default_factory=dict)

    def add(self, element_id: str, version: str) -> bool:
        """Whether this is news."""
        if self.versions.get(element_id) == version:
            return False
        self.versions[element_id] = version
        return True


def read_list(session: ApiSession, endpoint: Endpoint, since: datetime | None) -> Iterator[list[Element]]:
    """The elements changed since a moment, or all, in portions of at most 1,000.

    Raises Retry when the list stays incomplete, and what ``ApiSession.read`` raises.
    """
    if endpoint.is_paged:
        yield from _read_pages(session, endpoint, since)
    else:
        answer = session.read(endpoint.name, endpoint.precision | dict(endpoint.listing))
        yield elements(answer.data if answer else None, session, endpoint)


def elements(data: Any, session: ApiSession, endpoint: Endpoint) -> list[Element]:
    """The array that every answer wraps under the endpoint's name. Raises Retry when it is not there."""
    found = data.get(endpoint.name) if isinstance(data, dict) else None
    if not isinstance(found, list) or not all(isinstance(e, dict) for e in found):
        raise failures.odd_shape(session.system)
    return found


def _read_pages(session: ApiSession, endpoint: Endpoint, since: datetime | None) -> Iterator[list[Element]]:
    seen = Seen()
    for _ in range(ROUNDS):
        promised = 0
        for page, total in _one_round(session, endpoint, since):
            promised = total
            news = [e for e in page if seen.add(_id(e, endpoint, session), text(e.get("UpdatedDateUTC")))]
            if news:
                yield news
        if len(seen.versions) >= promised:
            return
    raise failures.incomplete(session.system, endpoint.name, f"{len(seen.versions)} of {promised} came")


def _one_round(session: ApiSession, endpoint: Endpoint, since: datetime | None) -> Iterator[tuple[list[Element], int]]:
    number, pages, before = 1, 1, 0
    while number <= pages:
        page, total, pages = _one_page(session, endpoint, since, number)
        if total < before:
            raise failures.incomplete(session.system, endpoint.name, f"it shrank from {before} to {total}")
        yield page, total
        number, before = number + 1, total


def _one_page(
    session: ApiSession, endpoint: Endpoint, since: datetime | None, number: int
) -> tuple[list[Element], int, int]:
    for tries in range(1, TRIES + 1):
        try:
            return _check_page(session, endpoint, _fetch(session, endpoint, since, number), number)
        except failures.Incomplete:
            if tries == TRIES:
                raise
            session.clock.wait(tries)
    raise AssertionError("unreachable")


def _fetch(session: ApiSession, endpoint: Endpoint, since: datetime | None, number: int) -> dict[str, Any] | None:
    params = {
        **endpoint.listing,
        **endpoint.precision,
        "order": "UpdatedDateUTC ASC",
        "page": str(number),
        "pageSize": str(PAGE_SIZE),
    }
    headers = {"If-Modified-Since": f"{(since - OVERLAP).astimezone(UTC):%Y-%m-%dT%H:%M:%S}"} if since else {}
    answer = session.read(endpoint.name, params, headers)
    if answer is None and endpoint.may_lack:
        return None
    if answer is None:
        raise failures.odd_shape(session.system)
    return None if answer.status == 304 else json_object(answer, session.system)


def _check_page(
    session: ApiSession, endpoint: Endpoint, data: dict[str, Any] | None, number: int
) -> tuple[list[Element], int, int]:
    if data is None:
        return [], 0, 0
    page, stated = elements(data, session, endpoint), data.get("pagination")
    if not isinstance(stated, dict):
        raise failures.incomplete(session.system, endpoint.name, "it does not say how many there are")
    try:
        at, size, total = (
            whole(stated.get("page"), number),
            whole(stated.get("pageSize")),
            whole(stated.get("itemCount")),
        )
    except BadData:
        raise failures.odd_shape(session.system) from None
    expected = max(0, min(size, total - (number - 1) * size))
    if at != number or len(page) != expected or len({_id(e, endpoint, session) for e in page}) != len(page):
        what = f"page {number} should hold {expected} of {total}, page {at} came with {len(page)}"
        raise failures.incomplete(session.system, endpoint.name, what)
    return page, total, -(-total // size) if size else 0


def _id(element: Element, endpoint: Endpoint, session: ApiSession) -> str:
    found = text(element.get(endpoint.id_field))
    if not found:
        raise failures.incomplete(session.system, endpoint.name, f"an entry has no {endpoint.id_field}")
    return found

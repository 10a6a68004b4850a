"""A list is whole, or it is an error."""

import re
from datetime import timedelta, timezone

import httpx
import pytest

from reconcile.clients.xero import XeroClient
from reconcile.errors import BadData, Retry

FULL = 1000


def contact(number, stamp=1_700_000_000_000):
    return {"ContactID": f"id-{number}", "Name": f"n {number}", "UpdatedDateUTC": f"/Date({stamp + number})/"}


class Books:
    """A list of contacts that is served in pages, in the order of change, and may change between two calls."""

    def __init__(self, count, between=None, spoil=None):
        self.rows = [contact(n) for n in range(count)]
        self.between, self.spoil, self.calls = between, spoil, 0

    def __call__(self, request):
        self.calls += 1
        number, size = int(request.url.params["page"]), int(request.url.params["pageSize"])
        page = self.rows[(number - 1) * size : number * size]
        stated = {
            "page": number,
            "pageSize": size,
            "pageCount": -(-len(self.rows) // size),
            "itemCount": len(self.rows),
        }
        body = {"Contacts": page, "pagination": stated}
        if self.spoil:
            body = self.spoil(self.calls, body)
        if self.between:
            self.between(self.calls, self.rows)
        return httpx.Response(200, json=body)


def pull(wired, books, **more):
    session, wire = wired(books)
    pages = list(XeroClient(session).pages("contacts", **more))
    return [record.id for page in pages for record in page.records], wire


@pytest.mark.parametrize(("count", "calls"), [(0, 1), (1, 1), (FULL, 1), (FULL + 1, 2), (5 * FULL, 5)])
def test_a_pull_takes_as_many_calls_as_there_are_pages(wired, count, calls):
    found, wire = pull(wired, Books(count))

    assert (len(set(found)), len(wire.requests)) == (count, calls)


def test_archived_contacts_are_asked_for_and_the_page_is_as_large_as_it_may_be(wired):
    _, wire = pull(wired, Books(1))

    params = wire.requests[0].url.params
    assert (params["includeArchived"], params["pageSize"], params["page"]) == ("true", "1000", "1")


def test_what_slips_between_two_pages_is_found(wired):
    """A change between two calls moves a record to the end and pulls the others one place forward."""

    def touch(calls, rows):
        if calls == 1:
            moved = rows.pop(3)
            rows.append({**moved, "UpdatedDateUTC": "/Date(1800000000000)/"})

    found, _ = pull(wired, Books(2500, between=touch))

    assert set(found) == {f"id-{n}" for n in range(2500)}
    assert found.count("id-3") == 2  # both versions, the later one later
    assert len(found) == 2501


def test_a_list_that_keeps_moving_is_whole_in_the_end(wired):
    def touch(calls, rows):
        rows.append({**rows.pop(0), "UpdatedDateUTC": f"/Date({1_800_000_000_000 + calls})/"})

    found, wire = pull(wired, Books(2500, between=touch))

    assert set(found) == {f"id-{n}" for n in range(2500)}
    assert len(wire.requests) == 6


def test_a_page_that_comes_again_and_again_is_an_error(wired):
    first = Books(2500).rows[:FULL]

    with pytest.raises(Retry, match="1000 of 2500 came"):
        pull(wired, Books(2500, spoil=lambda _, body: {**body, "Contacts": first[: len(body["Contacts"])]}))


def short(body):
    return {**body, "Contacts": body["Contacts"][:-1]}


def twice(body):
    return {**body, "Contacts": [*body["Contacts"][:-1], body["Contacts"][0]]}


def first_again(body):
    return {**body, "pagination": {**body["pagination"], "page": 1}}


def without_count(body):
    return {"Contacts": body["Contacts"]}


def without_id(body):
    return {**body, "Contacts": [*body["Contacts"][:-1], {"Name": "nobody"}]}


def empty(body):
    return {**body, "Contacts": []}


@pytest.mark.parametrize("spoil", [short, twice, first_again, without_count, without_id, empty])
def test_a_page_that_does_not_add_up_is_read_again_and_then_an_error(wired, spoil):
    session, wire = wired(Books(2500, spoil=lambda calls, body: spoil(body) if calls > 1 else body))
    pages = XeroClient(session).pages("contacts")

    assert len(next(pages).records) == FULL
    with pytest.raises(Retry, match="not complete"):
        next(pages)
    assert len(wire.requests) == 4


@pytest.mark.parametrize("spoil", [short, twice, without_count, empty])
def test_a_page_that_was_cut_short_once_does_no_harm(wired, spoil):
    found, _ = pull(wired, Books(2500, spoil=lambda calls, body: spoil(body) if calls == 2 else body))

    assert len(set(found)) == 2500


def test_a_list_that_shrinks_is_an_error(wired):
    def drop(calls, rows):
        del rows[-600 * calls :]

    with pytest.raises(Retry, match="shrank from 2500 to"):
        pull(wired, Books(2500, between=drop))


@pytest.mark.parametrize(
    "body", [[], {}, {"Contacts": None}, {"Contacts": {}}, {"Contacts": ["x"]}, {"Items": []}, "text", None, 7]
)
def test_an_answer_to_another_question_is_an_error(wired, body):
    with pytest.raises(Retry):
        pull(wired, httpx.Response(200, json=body))


def test_not_modified_means_nothing_new(wired, clock):
    found, _ = pull(wired, httpx.Response(304), since=clock.now())

    assert found == []


def test_the_bookmark_is_the_servers_and_the_next_pull_reads_an_overlap(wired, clock):
    session, wire = wired(Books(3))
    client = XeroClient(session)
    bookmark = list(client.pages("contacts"))[-1].bookmark

    list(client.pages("contacts", since=bookmark))

    assert f"{bookmark:%Y-%m-%dT%H:%M:%S.%f}" == "2023-11-14T22:13:20.002000"
    assert "if-modified-since" not in wire.requests[0].headers
    assert wire.requests[-1].headers["if-modified-since"] == "2023-11-14T22:08:20"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", wire.requests[-1].headers["if-modified-since"])


def test_a_bookmark_in_another_zone_is_asked_for_in_utc(wired, clock):
    since = clock.now().astimezone(timezone(timedelta(hours=11)))

    _, wire = pull(wired, Books(1), since=since)

    assert wire.requests[0].headers["if-modified-since"] == "2026-01-05T15:55:00"


def test_a_value_that_cannot_be_read_names_the_record_and_not_the_person(wired):
    books = Books(1)
    books.rows[0] |= {"Name": "Canary Person", "UpdatedDateUTC": "soon", "IsCustomer": "perhaps"}

    with pytest.raises(BadData, match="Contacts id-0") as caught:
        pull(wired, books)
    assert "Canary" not in str(caught.value)


def test_unknown_fields_and_text_for_numbers_do_no_harm(wired):
    books = Books(1)
    books.rows[0] |= {"IsCustomer": "true", "New": {"deep": [1]}, "Phones": None, "Addresses": [], "TaxNumber": 51824}
    session, _ = wired(books)

    found = next(XeroClient(session).pages("contacts")).records[0]

    assert (found.is_customer, found.abn, found.phone) == ("true", "51824", "")

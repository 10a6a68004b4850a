"""What the session does with every kind of answer, and with none."""

import logging

import httpx
import pytest

from reconcile.clients.http import SEND_BUDGET
from reconcile.errors import (
    BadData,
    BasisChanged,
    MissingScope,
    Parked,
    RateLimited,
    Reconnect,
    Retry,
    TargetGone,
    Unknown,
    WrongTenant,
)
from reconcile.pushing.operation import WRITE_SECONDS

GOOD = {"Contacts": []}
NOT_SENT = [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")]
IN_DOUBT = [
    httpx.ReadTimeout("slow"),
    httpx.ReadError("cut"),
    httpx.WriteError("cut"),
    httpx.RemoteProtocolError("closed"),
    httpx.Response(500, text="oops"),
    httpx.Response(502, text="<html>bad gateway</html>"),
    httpx.Response(408, text="Request timeout"),
    httpx.Response(503, text="The Xero API is currently offline for maintenance"),
    httpx.Response(200, text="<html>hello</html>"),
    httpx.Response(200, text='{"Contacts": [{"Na'),
    httpx.Response(200, text=""),
    httpx.Response(200, text='{"Total": NaN}'),
    httpx.Response(200, text="[" * 100_000),
    httpx.Response(302, headers={"location": "https://elsewhere.example.test"}),
]


def write(session, **more):
    return session.write("PUT", "Contacts", b'{"Name": "Canary Person"}', key="key-1", **more)


@pytest.mark.parametrize("failure", [*NOT_SENT, *IN_DOUBT[:-1]], ids=repr)
def test_a_read_is_tried_again(wired, failure):
    session, wire = wired(failure, failure, GOOD)

    assert session.read("Contacts").data == GOOD
    assert len(wire.requests) == 3


def test_a_read_that_keeps_failing_gives_up_after_growing_pauses(wired, clock):
    session, wire = wired(httpx.Response(503, text="The Organisation is offline"))

    with pytest.raises(Retry, match="status 503 at GET Contacts"):
        session.read("Contacts")
    assert len(wire.requests) == 4
    assert len(clock.waits) == 3
    assert all(low <= pause <= high for pause, low, high in zip(clock.waits, (1, 2, 4), (2, 4, 8), strict=True))


def test_the_servers_own_pause_is_kept(wired, clock):
    session, _ = wired(httpx.Response(503, headers={"retry-after": "17"}, text="later"), GOOD)

    session.read("Contacts")

    assert clock.waits == [17]


@pytest.mark.parametrize("failure", NOT_SENT, ids=repr)
def test_a_write_that_never_left_may_be_retried_by_the_caller(wired, failure):
    session, wire = wired(failure)

    with pytest.raises(Retry):
        write(session)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("failure", IN_DOUBT, ids=repr)
def test_a_write_without_a_usable_answer_is_unknown_and_never_repeated(wired, failure):
    session, wire = wired(failure)

    with pytest.raises(Unknown):
        write(session)
    assert len(wire.requests) == 1


def test_a_minute_limit_is_waited_out_and_the_same_request_sent_again(wired, clock):
    limited = httpx.Response(429, headers={"retry-after": "7", "x-rate-limit-problem": "minute"})
    session, wire = wired(limited, limited, limited, limited, limited, GOOD)

    write(session)

    assert clock.waits == [7] * 5
    assert {request.headers["idempotency-key"] for request in wire.requests} == {"key-1"}


def test_a_limit_of_calls_in_flight_has_no_retry_after_and_is_waited_out_briefly(wired, clock):
    session, _ = wired(httpx.Response(429, headers={"x-rate-limit-problem": "concurrent"}), GOOD)

    session.read("Contacts")

    assert 1 <= clock.waits[0] <= 2


def test_a_wait_longer_than_a_write_may_take_is_left_to_the_caller(wired):
    session, wire = wired(httpx.Response(429, headers={"retry-after": "66", "x-rate-limit-problem": "minute"}))

    with pytest.raises(RateLimited) as caught:
        write(session)
    assert caught.value.retry_after == 66
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "66975", "x-rate-limit-problem": "day"},
        {"retry-after": "66975", "X-Rate-Limit-Problem": "DayLimit"},
        {"retry-after": "66975"},
    ],
)
def test_a_day_limit_parks_and_never_sleeps(wired, clock, headers):
    session, wire = wired(httpx.Response(429, headers=headers))
    before = clock.now()

    with pytest.raises(Parked) as caught:
        session.read("Contacts")
    assert (caught.value.until - before).total_seconds() == 66975
    with pytest.raises(Parked):
        write(session)
    assert (clock.waits, len(wire.requests)) == ([], 1)


@pytest.mark.parametrize(
    ("stated", "seconds"), [("1e999", 1.5), ("inf", 1.5), ("nan", 1.5), ("-5", 1.5), ("soon", 1.5), ("\u00b2", 1.5)]
)
def test_a_pause_that_makes_no_sense_is_taken_for_none(wired, clock, stated, seconds):
    limited = httpx.Response(429, headers={"retry-after": stated.encode("latin-1")})
    session, _ = wired(limited, GOOD)

    session.read("Contacts")

    assert clock.waits == [pytest.approx(seconds, abs=0.5)]


def test_a_pause_may_be_a_date(wired, clock):
    session, _ = wired(httpx.Response(429, headers={"retry-after": "Mon, 05 Jan 2026 16:00:30 GMT"}), GOOD)

    session.read("Contacts")

    assert clock.waits == [30]


def test_a_pause_of_years_is_a_week(wired, clock):
    session, _ = wired(httpx.Response(429, headers={"retry-after": "9" * 400}))

    with pytest.raises(Parked) as caught:
        session.read("Contacts")
    assert (caught.value.until - clock.now()).days == 7


def test_a_parked_organisation_opens_again_by_itself(wired, clock):
    session, _ = wired(httpx.Response(429, headers={"retry-after": "3600", "x-rate-limit-problem": "day"}), GOOD)
    with pytest.raises(Parked):
        session.read("Contacts")

    clock.wait(3601)

    assert session.read("Contacts").data == GOOD


class Tokens:
    """Gives "old" until it is refused, then "new"."""

    def __init__(self):
        self.current, self.renewals = "old", 0

    def token(self):
        return self.current

    def renew(self, refused):
        assert refused == self.current
        self.renewals += 1
        self.current = "new"
        return self.current


class Dripping(httpx.SyncByteStream):
    """A body of which a little comes every few seconds."""

    def __init__(self, clock):
        self.clock = clock

    def __iter__(self):
        while True:
            self.clock.wait(5)
            yield b" "


def test_a_body_that_only_drips_is_not_waited_for(wired, clock):
    session, wire = wired(GOOD)
    wire.endless, start = httpx.Response(200, stream=Dripping(clock)), clock.now()

    with pytest.raises(Unknown):
        write(session)
    assert (clock.now() - start).total_seconds() <= 20


def test_a_write_takes_no_longer_than_the_push_protocol_allows():
    assert SEND_BUDGET <= WRITE_SECONDS


class Slow(Tokens):
    """A token that takes its time, such as one that another process is refreshing."""

    def __init__(self, clock, seconds):
        super().__init__()
        self.clock, self.seconds = clock, seconds

    def token(self):
        self.clock.wait(self.seconds)
        return super().token()


def test_a_write_that_would_leave_too_late_is_not_sent(wired, clock):
    """A worker's lease on what it writes is only so long (SEND_BUDGET)."""
    session, wire = wired(GOOD, tokens=Slow(clock, 66))

    with pytest.raises(Retry, match="nothing was sent"):
        write(session)
    assert wire.requests == []


def test_a_renewal_that_takes_long_leaves_no_time_to_send_again(wired, clock):
    session, wire = wired(EXPIRED, GOOD, tokens=Slow(clock, 40))

    with pytest.raises(Retry, match="nothing was sent"):
        write(session)
    assert len(wire.requests) == 1


EXPIRED = httpx.Response(
    401, json={"Type": None, "Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired: token expired at ..."}
)


def test_an_expired_token_is_renewed_once_and_the_write_goes_on_under_its_key(wired):
    tokens = Tokens()
    session, wire = wired(EXPIRED, GOOD, tokens=tokens)

    write(session)

    assert [r.headers["authorization"] for r in wire.requests] == ["Bearer old", "Bearer new"]
    assert {r.headers["idempotency-key"] for r in wire.requests} == {"key-1"}
    assert tokens.renewals == 1


def test_a_token_refused_twice_means_reconnect(wired):
    tokens = Tokens()
    session, wire = wired(EXPIRED, tokens=tokens)

    with pytest.raises(Reconnect, match="reconcile connect"):
        session.read("Contacts")
    assert (len(wire.requests), tokens.renewals) == (2, 1)


@pytest.mark.parametrize("spelling", ["insufficient_scope", "insufficent_scope"])
@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_permission_is_never_cured_by_another_token(wired, status, spelling):
    tokens = Tokens()
    headers = {"www-authenticate": f'Bearer error="{spelling}"'}
    session, _ = wired(httpx.Response(status, headers=headers, text=""), tokens=tokens)

    with pytest.raises(MissingScope):
        session.read("Items")
    assert tokens.renewals == 0


def test_a_tenant_that_is_gone_is_the_wrong_tenant(wired):
    session, _ = wired(httpx.Response(403, json={"Title": "Forbidden", "Detail": "AuthenticationUnsuccessful"}))

    with pytest.raises(WrongTenant):
        session.read("Contacts")


def test_what_is_not_there_is_none_when_read_and_gone_when_written(wired):
    session, _ = wired(httpx.Response(404, text="The resource you're looking for cannot be found"))

    assert session.read("Contacts/x") is None
    with pytest.raises(TargetGone):
        write(session)


@pytest.mark.parametrize(("status", "error"), [(412, BasisChanged), (400, BadData), (501, BadData), (405, BadData)])
def test_refusals_are_final(wired, status, error):
    session, wire = wired(httpx.Response(status, text="no"))

    with pytest.raises(error):
        write(session)
    assert len(wire.requests) == 1


def test_a_key_longer_than_xero_takes_is_a_fault_of_ours(wired):
    session, wire = wired(GOOD)

    with pytest.raises(ValueError, match="128"):
        session.write("PUT", "Contacts", b"{}", key="k" * 129)
    assert wire.requests == []


class Endless(httpx.SyncByteStream):
    """A body that never ends."""

    def __iter__(self):
        while True:
            yield b" " * 1024 * 1024


def test_an_endless_body_is_cut_off(wired):
    session, wire = wired(GOOD)
    wire.endless = httpx.Response(200, stream=Endless())

    with pytest.raises(Unknown, match="endless body"):
        write(session)


def test_neither_token_nor_content_is_shown(wired, caplog):
    caplog.set_level(logging.DEBUG)
    session, _ = wired(httpx.ReadTimeout("slow"))

    with pytest.raises(Unknown) as caught:
        write(session)

    shown = f"{caught.value!r} {caught.value} {caplog.text} {session!r} {session.__dict__}"
    assert "secret-token" not in shown
    assert "Canary" not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__

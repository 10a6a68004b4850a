"""Calls allowed by now, counted over all processes."""

import sqlite3
import subprocess
import sys
import threading
import time
from datetime import timedelta

import httpx
import pytest

from reconcile.clients.limits import Limits, Rates
from reconcile.errors import NotReady, Parked, RateLimited, Retry


def test_sixty_calls_go_at_once_and_the_next_waits_for_the_minute(clock):
    limits, start = Limits("app", "tenant", clock), clock.now()

    for _ in range(61):
        limits.admit(100)

    assert 60 <= (clock.now() - start).total_seconds() <= 62


def test_never_more_than_sixty_in_any_minute(clock):
    limits, moments = Limits("app", "tenant", clock), []

    for _ in range(400):
        limits.admit(100)
        moments.append(clock.now())
        clock.wait(0.3)

    minute = timedelta(minutes=1)
    assert max(sum(1 for later in moments if at <= later < at + minute) for at in moments) == 60


def test_one_app_has_a_limit_over_all_its_tenants(clock, tmp_path):
    rates = Rates(per_minute=60, app_per_minute=70)
    first, second = (Limits("app", tenant, clock, rates, folder=tmp_path) for tenant in ("one", "two"))
    for _ in range(60):
        first.admit(0)

    for _ in range(10):
        second.admit(0)
    with pytest.raises(RateLimited):
        second.admit(0)


def test_tenants_do_not_use_up_each_others_minute(clock, tmp_path):
    first, second = (Limits("app", tenant, clock, folder=tmp_path) for tenant in ("one", "two"))
    for _ in range(60):
        first.admit(0)

    with pytest.raises(RateLimited) as caught:
        first.admit(10)
    assert 60 <= caught.value.retry_after <= 62
    assert second.admit(0) == 0


def test_a_server_that_announces_more_room_is_taken_at_its_word(clock):
    limits = Limits("app", "tenant", clock)
    for remaining in (5999, 5000, 4000):
        limits.heed(httpx.Headers({"X-MinLimit-Remaining": str(remaining)}))
        for _ in range(100):
            assert limits.admit(0) == 0

    limits.heed(httpx.Headers({"X-MinLimit-Remaining": "60"}))
    for _ in range(60):
        limits.admit(0)
    with pytest.raises(RateLimited):
        limits.admit(0)


def test_what_is_left_of_the_day_is_known(clock):
    limits = Limits("app", "tenant", clock)

    limits.heed(httpx.Headers({"X-DayLimit-Remaining": "4321"}))

    assert limits.day_remaining == 4321


@pytest.mark.parametrize("nonsense", ["", "many", "-1", "\u00b2", "9" * 5000, "inf", "1e9"])
def test_headers_that_make_no_sense_change_nothing(clock, nonsense):
    limits = Limits("app", "tenant", clock)

    limits.heed({"x-minlimit-remaining": nonsense, "x-daylimit-remaining": nonsense})

    assert limits.day_remaining is None
    for _ in range(60):
        limits.admit(0)
    with pytest.raises(RateLimited):
        limits.admit(0)


def test_a_folder_that_cannot_be_used_is_named(clock, tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "calls.sqlite").write_text(
        "this is no database, but long enough to look like something" * 9
    )

    for folder in (tmp_path / "file", tmp_path / "damaged"):
        with pytest.raises(NotReady, match=f"{folder}.*RECONCILE_DATA_DIR"):
            Limits("app", "tenant", clock, folder=folder)


def test_a_locked_file_is_waited_for_and_then_a_reason_to_try_again(clock, tmp_path):
    limits = Limits("app", "tenant", clock, folder=tmp_path)
    with sqlite3.connect(tmp_path / "calls.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        limits._connection.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(Retry, match="locked"):
            limits.admit(0)
        other.execute("COMMIT")

    assert limits.admit(0) == 0


def test_parking_holds_for_every_process_and_says_until_when(clock, tmp_path):
    told = []
    first = Limits("app", "tenant", clock, folder=tmp_path, on_park=told.append)
    second = Limits("app", "tenant", clock, folder=tmp_path)
    until = clock.now() + timedelta(hours=10)

    first.park(until)

    assert told == [until]
    assert second.parked_until == until
    with pytest.raises(Parked) as caught:
        second.admit(10**9)
    assert caught.value.until == until
    assert clock.waits == []
    clock.wait(10 * 3600)
    assert second.admit(0) == 0


def test_a_clock_that_was_set_back_does_not_lock_anybody_out(clock):
    limits = Limits("app", "tenant", clock)
    for _ in range(60):
        limits.admit(0)

    clock.at -= timedelta(hours=3)

    assert limits.admit(0) == 0


def test_five_calls_are_in_flight_and_no_more(tmp_path, real_clock):
    limits = Limits("app", "tenant", real_clock, folder=tmp_path)
    inside, most, lock = 0, 0, threading.Lock()

    def call():
        nonlocal inside, most
        with limits.in_flight(30):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (inside, most) == (0, 5)


HOLDER = """
import sys, time
from pathlib import Path
from datetime import UTC, datetime
from reconcile.clients.limits import Limits
class Clock:
    def now(self): return datetime.now(UTC)
    def wait(self, seconds): time.sleep(seconds)
limits = Limits("app", "tenant", Clock(), folder=Path(sys.argv[1]))
with limits.in_flight(0), limits.in_flight(0), limits.in_flight(0):
    print("holding", flush=True)
    time.sleep(60)
"""
COUNTER = """
import sys, time
from pathlib import Path
from datetime import UTC, datetime
from reconcile.clients.limits import Limits
from reconcile.errors import RateLimited
class Clock:
    def now(self): return datetime.now(UTC)
    def wait(self, seconds): time.sleep(seconds)
limits, admitted = Limits("app", "tenant", Clock(), folder=Path(sys.argv[1])), 0
for _ in range(60):
    try:
        limits.admit(0)
        admitted += 1
    except RateLimited:
        pass
print(admitted)
"""


def test_a_process_that_dies_gives_its_places_back(tmp_path, real_clock):
    limits = Limits("app", "tenant", real_clock, folder=tmp_path)
    other = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "holding\n"

    with limits.in_flight(0), limits.in_flight(0):
        with pytest.raises(RateLimited), limits.in_flight(0.1):
            pass
        other.kill()
        other.wait()
        with limits.in_flight(5), limits.in_flight(5), limits.in_flight(5):
            pass


def test_processes_share_the_minute(tmp_path):
    processes = [
        subprocess.Popen([sys.executable, "-c", COUNTER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    admitted = [int(process.communicate(timeout=60)[0]) for process in processes]

    assert sum(admitted) == 60

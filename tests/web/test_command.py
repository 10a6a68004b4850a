"""`reconcile review`, as a process."""

import os
import re
import signal
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconcile.errors import BadInput
from reconcile.stages.services import Services
from reconcile.web.users import SignIn, add_user, check_password, hash_password, read_users
from tests.databases import of_folder

COMMAND = [sys.executable, "-c", "from cli.main import app; app()", "review"]
ROOT = Path(__file__).parents[2]


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "RECONCILE_DATA_DIR": str(folder),
        "RECONCILE_DATABASE_URL": of_folder(folder),
        "PYTHONUNBUFFERED": "1",
    }


def run(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, input=typed, cwd=ROOT, env=environment(folder),
        check=False, timeout=60,
    )  # fmt: skip


@pytest.fixture
def started(services: Services) -> Iterator[tuple[subprocess.Popen[str], str]]:
    folder = services.settings.data_dir
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--by", "Anna"], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(folder)
    )
    assert process.stdout is not None
    address = re.search(r"http://\S+", process.stdout.readline())
    assert address is not None
    yield process, address[0]
    process.kill()
    process.wait()
    process.stdout.close()


def test_it_says_where_it_is_serves_there_and_stops_when_told(started: tuple[subprocess.Popen[str], str]) -> None:
    process, address = started
    with urllib.request.urlopen(address + "ready") as answer:
        assert answer.read() == b"ready"
    process.send_signal(signal.SIGINT)
    assert process.wait(15) in (0, -signal.SIGINT, 130)


def test_a_port_that_is_taken_is_said_in_words(started: tuple[subprocess.Popen[str], str], services: Services) -> None:
    port = started[1].rstrip("/").rsplit(":", 1)[1]
    answer = run(services.settings.data_dir, "--port", port)
    assert answer.returncode == 1
    assert "Choose another with --port" in answer.stderr


def test_it_does_not_listen_to_others_without_a_sign_in(tmp_path: Path) -> None:
    answer = run(tmp_path, "--host", "192.0.2.1")
    assert answer.returncode == 2
    assert "--users" in answer.stderr


def test_people_are_added_with_a_hashed_password(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    answer = run(tmp_path, "--users", str(path), "--add-user", "Anna", typed="correct horse\ncorrect horse\n")
    assert answer.returncode == 0, answer.stderr
    assert "correct horse" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SignIn(path).check("Anna", "correct horse")


def test_a_user_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    add_user(path, "Anna", "correct horse")
    path.chmod(0o644)
    with pytest.raises(BadInput, match="can be read by others"):
        read_users(path)


@pytest.mark.parametrize("content", ["", "[]", '{"Anna": "plain"}', '{"Anna": 1}'])
def test_a_user_file_that_is_not_ours_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "users.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(BadInput):
        read_users(path)


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="at least 10"):
        add_user(tmp_path / "users.json", "Anna", "short")


def test_the_same_password_is_stored_differently_each_time() -> None:
    one, other = hash_password("correct horse"), hash_password("correct horse")
    assert one != other
    assert check_password("correct horse", one)
    assert not check_password("correct horsf", one)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_a_minute_one_may_try_again(tmp_path: Path) -> None:
    clock = Clock()
    add_user(tmp_path / "users.json", "Anna", "correct horse")
    sign_in = SignIn(tmp_path / "users.json", clock)
    for _ in range(5):
        assert not sign_in.check("Anna", "wrong")
    with pytest.raises(BadInput):
        sign_in.check("Anna", "correct horse")
    clock.now += 61
    assert sign_in.check("Anna", "correct horse")

"""`reconcile sandbox` in a process of its own."""

import re
import signal
import subprocess
import sys

import httpx
import pytest

PROGRAM = "import typer; from cli.sandbox import sandbox; typer.run(sandbox)"


@pytest.fixture
def start():
    running = []

    def run(*arguments):
        command = [sys.executable, "-u", "-c", PROGRAM, *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


def test_the_command_serves_a_world_until_it_is_stopped(start, tmp_path):
    (tmp_path / "xero").mkdir()
    (tmp_path / "xero" / "contacts.csv").write_text("id,name\nx,Mary\n")
    process = start("--port", "0", "--world", str(tmp_path))
    url = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline()).group()
    ready = httpx.get(f"{url}/_sandbox/ready", timeout=10).json()
    process.send_signal(signal.SIGINT)

    assert ready["contacts"] == 1
    assert process.wait(timeout=10) == 0


def test_a_broken_world_is_bad_input(start, tmp_path):
    (tmp_path / "xero").mkdir()
    (tmp_path / "xero" / "items.csv").write_text("id,code,price\nx,A,dear\n")
    process = start("--port", "0", "--world", str(tmp_path))

    assert "items.csv, row 2, column price: 'dear' is not an amount." in process.communicate(timeout=20)[1].replace(
        "\n", " "
    )
    assert process.returncode == 2


def test_importing_the_command_does_not_load_the_web_server():
    check = "import sys, cli.sandbox; sys.exit('uvicorn' in sys.modules or 'starlette' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0

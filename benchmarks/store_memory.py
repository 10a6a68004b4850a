"""How much memory a first pull of many invoices with lines takes, stored and all: `store_memory.py [INVOICES]`."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reconcile.sandbox.generate import Size, build_world, write_world
from reconcile.settings import Settings
from reconcile.stages.pull import pull_entity
from reconcile.stages.services import open_services

SEED = 7


def serve(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    """The sandbox in a process of its own, so that its memory is not counted, and its address."""
    code = "from cli.main import app; app()"
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code, "sandbox", "--port", "0", "--world", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline() if process.stdout else ""
    return process, line.split()[2].removesuffix("/api.xro/2.0")


def pull(url: str, data: Path) -> None:
    """Pull the invoices and print count, CPU seconds and peak memory."""
    settings = Settings(
        _env_file=None,
        data_dir=data,
        xero_api_url=f"{url}/api.xro/2.0",
        xero_identity_url=url,
        xero_client_id="bench",
        xero_client_secret="bench",
        pooltrackr_url=f"{url}/pooltrackr/v1",
        pooltrackr_token="bench",
    )
    began = time.process_time()
    with open_services(settings) as services:
        pulled = pull_entity(services, 1, "pooltrackr", "invoices")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{pulled.total:,} invoices stored: {time.process_time() - began:.1f} CPU s, peak {peak:.0f} MB")


def main() -> None:
    """Make the world, serve it, and measure in this process if the world was made in another."""
    if len(sys.argv) == 4:
        pull(sys.argv[2], Path(sys.argv[3]))
        return
    invoices = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as place:
        write_world(build_world(SEED, Size(5_000, 500, invoices)), Path(place) / "world")
        process, url = serve(Path(place) / "world")
        try:
            subprocess.run([sys.executable, __file__, "pull", url, f"{place}/data"], check=True)
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()

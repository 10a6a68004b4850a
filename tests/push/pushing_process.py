"""A process that pushes with the real parts until everything has ended: FOLDER URL LEASE FENCE. Made to be killed."""

import sys
import time
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from reconcile.clients.limits import Rates
from reconcile.clients.open import open_pooltrackr, open_xero
from reconcile.errors import ReconcileError
from reconcile.pushing import Pusher, Tally
from reconcile.store.engine import open_engine, reading
from reconcile.store.outbox import StoredOutbox, count_by_status
from tests.push.shop import HastyClock, database_in, settings_for
from tests.simulation.scene import ORG
from tests.simulation.workers import SCOPES


def main(folder: Path, url: str, lease: float, fence: float) -> None:
    """Push until nothing is open; prints ``ready`` first and what was done last."""
    clock, engine = HastyClock(), open_engine(database_in(folder))
    settings, rates = settings_for(url, folder), Rates(in_flight=50, per_minute=10**6, app_per_minute=10**6)
    outbox = StoredOutbox(engine, ORG, uuid4().hex, clock, lease_seconds=lease)
    sinks = (open_xero(settings, clock, rates=rates, scopes=SCOPES), open_pooltrackr(settings, clock, rates=rates))
    total = Tally()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for sink in sinks:
            pusher = Pusher(outbox, sink, clock, batch=8 if sink.system == "xero" else 0, fence_seconds=fence)
            try:
                while pusher.step(total):
                    pass
            except ReconcileError:
                total.silences = 0
        with reading(engine) as session:
            counts = count_by_status(session, ORG)
        if not counts.get("staged", 0) and not counts.get("sending", 0):
            break
        time.sleep(0.05)
    sys.stdout.write(f"{total.done + total.already_there}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))

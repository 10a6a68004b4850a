"""Setting somebody to work once, however many events come in at once."""

import logging
import threading
from collections.abc import Callable

from reconcile.errors import ReconcileError

log = logging.getLogger("reconcile.listening")


class Wakers:
    """A waker for each organisation, so that one which hangs keeps no other waiting."""

    def __init__(self, work: Callable[[str], None]) -> None:
        self._work = work
        self._wakers: dict[str, Waker] = {}
        self._lock = threading.Lock()

    def wake(self, org: str) -> None:
        """Ask for work on an organisation; returns at once."""
        with self._lock:
            if org not in self._wakers:
                self._wakers[org] = Waker(lambda: self._try(org))
            self._wakers[org].wake()

    def _try(self, org: str) -> None:
        try:
            self._work(org)
        except ReconcileError as problem:
            log.warning("%s: %s What was told is kept and looked into again within ten minutes.", org, problem)

    def stop(self) -> None:
        """Finish what is under way, then stop."""
        for waker in self._wakers.values():
            waker.stop()


class Waker:
    """Calls ``work`` in a thread of its own: one at a time, and once more when events came in meanwhile.

    A failure loses nothing: the events are stored, and the next call or the nightly pull sees them.
    """

    def __init__(self, work: Callable[[], None], pause_seconds: float = 0.3) -> None:
        self._work, self._pause = work, pause_seconds
        self._wanted, self._stopped = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Ask for work; returns at once."""
        self._wanted.set()

    def stop(self) -> None:
        """Finish what is under way, then stop."""
        self._stopped.set()
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            if self._stopped.wait(self._pause):
                return
            self._wanted.clear()
            self._once()

    def _once(self) -> None:
        worker = threading.Thread(target=self._work, name="woken")
        worker.start()
        worker.join()

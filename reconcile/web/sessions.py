"""Who sits in front of the page: sessions in memory, ended by a restart of the page or by half a day without use."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

LASTS_SECONDS = 12 * 3600
MOST_SESSIONS = 10_000


@dataclass
class Visit:
    """One browser's session; ``name`` is empty before signing in. ``token`` proves that a form came from our page.

    ``wanted`` is the page to go to after signing in.
    """

    id: str
    token: str
    name: str = ""
    used_at: float = 0.0
    wanted: str = "/"
    notices: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, kind: str, text: str) -> None:
        """Keep a notice (kind done, problem or hint) for the next page that is shown."""
        self.notices.append((kind, text))

    def take_notices(self) -> list[tuple[str, str]]:
        """The notices that have not been shown yet."""
        shown, self.notices = self.notices, []
        return shown


class Visits:
    """All sessions of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._visits: dict[str, Visit] = {}
        self._lock = Lock()

    def find(self, visit_id: str) -> Visit | None:
        """The session of a cookie, unless it has ended."""
        with self._lock:
            visit = self._visits.get(visit_id)
            if visit is None or self._clock() - visit.used_at > LASTS_SECONDS:
                self._visits.pop(visit_id, None)
                return None
            visit.used_at = self._clock()
            return visit

    def begin(self, name: str = "") -> Visit:
        """A new session with a name and token that nobody can guess."""
        visit = Visit(secrets.token_urlsafe(32), secrets.token_urlsafe(32), name, self._clock())
        with self._lock:
            if len(self._visits) >= MOST_SESSIONS:
                oldest = min(self._visits.values(), key=lambda v: (bool(v.name), v.used_at))
                del self._visits[oldest.id]
            self._visits[visit.id] = visit
        return visit

    def end(self, visit: Visit) -> None:
        """Forget a session."""
        with self._lock:
            self._visits.pop(visit.id, None)

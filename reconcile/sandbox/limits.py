"""Xero's limits: 5 in flight, 60 in any minute, so many a day per tenant, 10,000 a minute per app."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from reconcile.sandbox.settings import Settings
from reconcile.sandbox.wire import Response, text_response

MINUTE_MS = 60_000
DAY_MS = 86_400_000


@dataclass
class Meter:
    """Counts the calls of tenants and apps against the settings' limits."""

    settings: Settings
    minutes: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))
    days: dict[str, tuple[int, int]] = field(default_factory=dict)
    in_flight: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def enter(self, tenant: str, app: str, now_ms: int) -> Response | None:
        """Count a call in, or answer 429. A refused call uses no quota."""
        limits = self.settings.limits
        if self.in_flight[tenant] >= limits.concurrent:
            return self.refusal("concurrent", None)
        if self._day_used(tenant, now_ms) >= limits.day:
            return self.refusal("day", _seconds(_day_end(tenant, now_ms) - now_ms))
        for key, limit, problem in ((tenant, limits.minute, "minute"), (f"app {app}", limits.app_minute, "appminute")):
            calls = self._minute(key, now_ms)
            if len(calls) >= limit:
                wait = _seconds(calls[len(calls) - limit] + MINUTE_MS - now_ms)
                return self.refusal(problem, wait if problem == "minute" else None)
        self._minute(tenant, now_ms).append(now_ms)
        self._minute(f"app {app}", now_ms).append(now_ms)
        self.days[tenant] = (_day_end(tenant, now_ms), self._day_used(tenant, now_ms) + 1)
        self.in_flight[tenant] += 1
        return None

    def leave(self, tenant: str) -> None:
        """A call was answered."""
        self.in_flight[tenant] -= 1

    def headers(self, tenant: str, app: str, now_ms: int) -> dict[str, str]:
        """What is left, as every answer of the API tells."""
        limits = self.settings.limits
        return {
            "x-daylimit-remaining": str(max(0, limits.day - self._day_used(tenant, now_ms))),
            "x-minlimit-remaining": str(max(0, limits.minute - len(self._minute(tenant, now_ms)))),
            **self.app_headers(app, now_ms),
        }

    def app_headers(self, app: str, now_ms: int) -> dict[str, str]:
        """What is left of the app's minute; all that a tenantless call tells."""
        left = self.settings.limits.app_minute - len(self._minute(f"app {app}", now_ms))
        return {"x-appminlimit-remaining": str(max(0, left))}

    def refusal(self, problem: str, retry_after: int | None) -> Response:
        """A 429; only `minute` and `day` say how long to wait."""
        response = text_response(429, "")
        headers = {"x-rate-limit-problem": problem}
        if retry_after is not None:
            headers["retry-after"] = str(retry_after)
        return response.with_headers(headers)

    def _minute(self, key: str, now_ms: int) -> deque[int]:
        calls = self.minutes[key]
        while calls and calls[0] <= now_ms - MINUTE_MS:
            calls.popleft()
        return calls

    def _day_used(self, tenant: str, now_ms: int) -> int:
        end, used = self.days.get(tenant, (0, 0))
        return used if now_ms < end else 0


def _day_end(tenant: str, now_ms: int) -> int:
    """The end of the tenant's fixed day, which does not begin at midnight UTC and differs by tenant."""
    shift = (sum(tenant.encode()) % 23 + 1) * 3_600_000
    return ((now_ms - shift) // DAY_MS + 1) * DAY_MS + shift


def _seconds(milliseconds: int) -> int:
    return max(1, -(-milliseconds // 1000))

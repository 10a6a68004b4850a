"""Faults on demand: scripted by rule, or by chance from a seed."""

import hashlib
import re
from dataclasses import dataclass, field

from reconcile.sandbox.wire import Json, Request

KINDS = frozenset(
    {
        "request_lost",  # never arrives; the connection breaks
        "answer_lost",  # the work is done, the connection breaks
        "late",  # the work is done, the answer takes `seconds`
        "late_delivery",  # the connection breaks, the work is done `seconds` later
        "rate_limit",  # 429 with `problem` and `retry_after`
        "server_error",  # 500; under an idempotency key it is remembered
        "unavailable",  # 503 with text
        "truncated",  # the work is done, half of the answer comes
        "html",  # the work is done, an HTML page comes
        "token_expired",  # the bearer token ends now
        "grant_revoked",  # the consent behind the token ends now
        "tenant_gone",  # the organisation is disconnected now
    }
)


@dataclass
class Fault:
    """One rule: what happens to which calls. `skip` lets so many matching calls pass first; `times` 0 is for ever."""

    kind: str
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int = 1
    seconds: float = 0.0
    problem: str = "minute"
    retry_after: int | None = None
    text: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind}; known: {', '.join(sorted(KINDS))}")

    def matches(self, request: Request) -> bool:
        """Whether the rule is about this call; `path` is searched as a regular expression."""
        return self.method.upper() in {"", request.method} and re.search(self.path, request.path) is not None


@dataclass
class Chance:
    """Faults by chance: the same seed gives the same faults for the same sequence of calls."""

    seed: int
    rate: float
    kinds: tuple[str, ...]
    method: str = ""
    path: str = ""
    seconds: float = 0.0
    seen: int = 0

    def draw(self, request: Request) -> Fault | None:
        """The fault for this call, if the dice say so."""
        fault = Fault(self.kinds[0], self.method, self.path)
        if not fault.matches(request):
            return None
        self.seen += 1
        roll = hashlib.sha256(f"{self.seed}:{self.seen}".encode()).digest()
        if int.from_bytes(roll[:6], "big") >= self.rate * 2**48:
            return None
        kind = self.kinds[int.from_bytes(roll[6:10], "big") % len(self.kinds)]
        return Fault(kind, seconds=self.seconds)


@dataclass
class FaultScript:
    """The rules in force, asked in order; the first that matches wins."""

    rules: list[Fault] = field(default_factory=list)
    chance: Chance | None = None

    def add(self, *rules: Fault) -> None:
        """Put more rules at the end."""
        self.rules.extend(rules)

    def clear(self) -> None:
        """No more faults."""
        self.rules.clear()
        self.chance = None

    def pick(self, request: Request) -> Fault | None:
        """The fault that befalls this call."""
        for rule in self.rules:
            if not rule.matches(request):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            if rule.times == 1:
                self.rules.remove(rule)
            rule.times = max(0, rule.times - 1)
            return rule
        return self.chance.draw(request) if self.chance else None


def read_faults(script: FaultScript, body: Json) -> None:
    """Take rules and chances from a control request. Raises TypeError or ValueError for what it does not know."""
    script.add(*(Fault(**rule) for rule in body.get("faults", [])))
    if "chance" in body:
        given = dict(body["chance"])
        kinds = tuple(given.pop("kinds"))
        for kind in kinds:
            Fault(kind)
        script.chance = Chance(kinds=kinds, **{**given, "rate": float(given["rate"])})

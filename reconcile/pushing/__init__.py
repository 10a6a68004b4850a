"""The push protocol: claim, look, compare basis, fence, write down, send, settle.

The outbox decides what has been pushed; this decides what to do next with what was claimed. It holds no state of its
own and knows neither SQL nor HTTP, so the same code runs in production and under the simulation's seeded scheduler.

* A write is sent only after the target was looked at: already there means done, moved away from its basis means conflict.
* Before it is sent, it is written down with what it is about to replace.
* A claim outlives everything that was sent under it: with less left than a request may live, nothing is sent. So whoever
  claims an operation next and looks, sees for certain whether it was carried out.
* No answer is a state of its own: the operation stays claimed until its lease runs out, then it is looked for.
"""

from reconcile.pushing.operation import (
    FENCE_SECONDS,
    LEASE_SECONDS,
    REQUEST_LIFE,
    End,
    Intention,
    Operation,
    Outbox,
    Settlement,
    Status,
    as_write,
)
from reconcile.pushing.pusher import BATCH, CLAIM, Pusher, no_crash
from reconcile.pushing.tally import Tally
from reconcile.pushing.verdict import compare, differing, settle, shows, voided

__all__ = [
    "BATCH",
    "CLAIM",
    "FENCE_SECONDS",
    "LEASE_SECONDS",
    "REQUEST_LIFE",
    "End",
    "Intention",
    "Operation",
    "Outbox",
    "Pusher",
    "Settlement",
    "Status",
    "Tally",
    "as_write",
    "compare",
    "differing",
    "no_crash",
    "settle",
    "shows",
    "voided",
]

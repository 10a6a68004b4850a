"""What a push did, by outcome."""

from dataclasses import dataclass

from reconcile.pushing.operation import Settlement


@dataclass
class Tally:
    """What a push did, by outcome.

    ``unknown`` operations were sent without an answer and are looked for once their lease is over; ``released`` ones
    were certainly not sent; ``lost`` ones had been taken over by another worker. ``silences`` counts the requests in a
    row, up to now, that got no answer.
    """

    done: int = 0
    already_there: int = 0
    conflict: int = 0
    raced: int = 0
    failed: int = 0
    withdrawn: int = 0
    unknown: int = 0
    released: int = 0
    lost: int = 0
    silences: int = 0

    def add(self, settlement: Settlement) -> None:
        """Count one settled operation."""
        if settlement.status == "done" and not settlement.wrote:
            self.already_there += 1
        elif settlement.status in ("done", "conflict", "raced", "failed", "withdrawn"):
            setattr(self, settlement.status, getattr(self, settlement.status) + 1)

    @property
    def settled(self) -> int:
        """How many came to an end."""
        return self.done + self.already_there + self.conflict + self.raced + self.failed + self.withdrawn

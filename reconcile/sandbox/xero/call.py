"""One call into one organisation's books, as every endpoint receives it."""

from dataclasses import dataclass

from reconcile.sandbox.settings import Settings
from reconcile.sandbox.wire import Json, Request, Response, json_response
from reconcile.sandbox.world import World
from reconcile.sandbox.xero.books import Books
from reconcile.sandbox.xero.dates import render_ms


@dataclass(frozen=True)
class Call:
    """The request, the world for time and ids, and the books of the tenant."""

    request: Request
    world: World
    books: Books
    app: str = ""

    @property
    def settings(self) -> Settings:
        """The sandbox's switches."""
        return self.world.settings

    @property
    def now_ms(self) -> int:
        """The moment of the call."""
        return self.world.clock.now_ms()

    def flag(self, name: str, default: bool = False) -> bool:
        """A true/false query parameter, in any case (SDKs send `True`)."""
        return self.request.query.get(name, str(default)).casefold() == "true"

    @property
    def decimals(self) -> int:
        """Decimals of unit amounts: 4 with `unitdp=4`, otherwise 2."""
        return 4 if self.request.query.get("unitdp") == "4" else 2

    def answer(self, plural: str, elements: list[Json], status: int = 200, **extra: object) -> Response:
        """Xero's usual envelope around a list."""
        envelope = {
            "Id": self.world.new_id(),
            "Status": "OK",
            "ProviderName": "Sandbox app",
            "DateTimeUTC": render_ms(self.now_ms).replace("+0000", ""),
        }
        return json_response(status, {**envelope, **extra, plural: elements})

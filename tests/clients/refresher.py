"""One process of the refresh race: asks for another token, again and again, until there were enough refreshes."""

import sys
import time
from datetime import UTC, datetime

from reconcile.clients.oauth import App, AuthorizationCode, IdentityServer
from reconcile.errors import Reconnect
from reconcile.store.engine import open_engine
from reconcile.store.tokens import StoredTokens, make_cipher


class Clock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


def main(database: str, key: str, identity: str, enough: int) -> None:
    clock = Clock()
    store = StoredTokens(open_engine(database), make_cipher(key), clock)
    grant = AuthorizationCode("org", IdentityServer(identity, App("app", "secret"), clock), store, clock)
    token, asked = grant.token(), 0
    while True:
        stored = store.read("org")
        if stored is None or stored.generation > enough:
            break
        try:
            token = grant.renew(token)
        except Reconnect as error:
            sys.stdout.write(f"dead after {asked}: {error}")
            raise SystemExit(1) from error
        asked += 1
    sys.stdout.write(str(asked))


main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))

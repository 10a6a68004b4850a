"""Serving the page on one address until it is stopped."""

from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn

from reconcile.errors import NotReady
from reconcile.stages.services import open_services
from reconcile.web.app import create_app
from reconcile.web.desk import Desk, Doors
from reconcile.web.users import SignIn, read_users


def doors(person: str, users: Path | None, proxy_header: str, names: Sequence[str]) -> Doors:
    """Who is let in. Raises BadInput when the user file cannot be used."""
    if users is not None:
        read_users(users)
    hosts = Doors().hosts | {name.lower() for name in names}
    return Doors("" if users or proxy_header else person, SignIn(users) if users else None, proxy_header, hosts)


def serve(host: str, port: int, org: str, let_in: Doors, say: Callable[[str], None]) -> None:
    """Serve until stopped. Raises NotReady when the address cannot be used."""
    with open_services(org=org) as services:
        config = uvicorn.Config(
            create_app(Desk(services, let_in)), host=host, port=port, log_level="warning", access_log=False,
            server_header=False, proxy_headers=False,
        )  # fmt: skip
        try:
            listening = config.bind_socket()
        except SystemExit:
            raise NotReady(f"Port {port} on {host} cannot be used.", remedy="Choose another with --port.") from None
        listening.listen()
        shown = listening.getsockname()[1]
        say(f"Review page of {services.org.name}: http://{host}:{shown}/   (stop with Ctrl-C)")
        uvicorn.Server(config).run(sockets=[listening])

"""What every screen works with: services, sessions, and who is let in."""

from dataclasses import dataclass, field, replace

from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.organisations import load_settings
from reconcile.web.sessions import Visits
from reconcile.web.users import SignIn


@dataclass(frozen=True)
class Doors:
    """Who is let in, in this order: the name that a reverse proxy vouches for, those who sign in, or one person.

    ``hosts`` are the host names the page answers to; without sign-in that keeps other web sites from reaching it.
    """

    by: str = ""
    sign_in: SignIn | None = None
    proxy_header: str = ""
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost", "[::1]"})

    @property
    def tells_apart(self) -> bool:
        """Whether people sign in, so that a second person can be told apart from the first."""
        return self.sign_in is not None or bool(self.proxy_header)


@dataclass
class Desk:
    """The open page of one organisation."""

    services: Services
    doors: Doors
    visits: Visits = field(default_factory=Visits)

    def current(self) -> Services:
        """The services with the newest saved settings."""
        with reading(self.services.engine) as session:
            version, settings = load_settings(session, self.services.org_id)
        return replace(self.services, settings_version=version, settings_of_org=settings)

"""The state of both systems, and the sources of time and ids they use."""

from dataclasses import dataclass, field

from reconcile.sandbox.clock import Clock
from reconcile.sandbox.ids import IdSource, random_ids
from reconcile.sandbox.pooltrackr.account import Account as PooltrackrAccount
from reconcile.sandbox.settings import Settings
from reconcile.sandbox.xero.books import Books
from reconcile.sandbox.xero.defaults import default_accounts, default_organisation, default_tax_rates


@dataclass
class World:
    """Xero's organisations by tenant id (the first one is the one with data) and one Pooltrackr account."""

    books: dict[str, Books]
    pooltrackr: PooltrackrAccount = field(default_factory=PooltrackrAccount)
    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=Clock)
    new_id: IdSource = random_ids

    @property
    def first_books(self) -> Books:
        """The books that the world folder filled."""
        return next(iter(self.books.values()))

    @property
    def tenant_id(self) -> str:
        """The tenant id of the first organisation."""
        return next(iter(self.books))


def empty_world(clock: Clock | None = None, new_id: IdSource = random_ids, settings: Settings | None = None) -> World:
    """Both systems with an Australian chart and nothing else in them."""
    clock = clock or Clock()
    organisation = default_organisation()
    books = Books(organisation)
    books.accounts.fill(default_accounts(clock.now_ms()))
    books.tax_rates = default_tax_rates()
    return World({organisation.id: books}, PooltrackrAccount(), settings or Settings(), clock, new_id)

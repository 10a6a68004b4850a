"""The state of both systems, and the sources of time and ids they use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconcile.sandbox.clock import Clock
from reconcile.sandbox.ids import IdSource, random_ids
from reconcile.sandbox.pooltrackr.account import Account as PooltrackrAccount
from reconcile.sandbox.settings import Settings
from reconcile.sandbox.xero.books import Books
from reconcile.sandbox.xero.defaults import default_accounts, default_organisation, default_tax_rates


@dataclass
class World:
    """Xero's organisations by tenant id (the first one is the one with data) and one Pooltrackr account.

    Further accounts are opened by a token each; every other token opens the first.
    """

    books: dict[str, Books]
    pooltrackr: PooltrackrAccount = field(default_factory=PooltrackrAccount)
    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=Clock)
    new_id: IdSource = random_ids
    others: dict[str, PooltrackrAccount] = field(default_factory=dict)

    @property
    def first_books(self) -> Books:
        """The books that the world folder filled."""
        return next(iter(self.books.values()))

    @property
    def tenant_id(self) -> str:
        """The tenant id of the first organisation."""
        return next(iter(self.books))


def join_worlds(worlds: Mapping[str, World]) -> World:
    """Several organisations in one world: each with its Xero tenant and its Pooltrackr account, by the account's token."""
    joined = next(iter(worlds.values()))
    for number, (token, world) in enumerate(worlds.items(), start=1):
        world.pooltrackr.organisation["id"] = f"PT-ORG-{number}"
        joined.books |= world.books
        joined.others[token] = world.pooltrackr
    return joined


def empty_world(clock: Clock | None = None, new_id: IdSource = random_ids, settings: Settings | None = None) -> World:
    """Both systems with an Australian chart and nothing else in them."""
    clock = clock or Clock()
    organisation = default_organisation()
    books = Books(organisation)
    books.accounts.fill(default_accounts(clock.now_ms()))
    books.tax_rates = default_tax_rates()
    return World({organisation.id: books}, PooltrackrAccount(), settings or Settings(), clock, new_id)

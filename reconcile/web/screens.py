"""The lists that people work through, and the tabs under which they stand together."""

from dataclasses import dataclass

from reconcile.invoicing.reasons import REASONS
from reconcile.records import Entity, System

BOTH: tuple[System, ...] = ("pooltrackr", "xero")
DRIFTS = ("drift", "missing")


@dataclass(frozen=True)
class Screen:
    """One list: what it shows, what it is called, what comes after it, and what may be accepted many at once."""

    path: str
    entity: Entity
    systems: tuple[System, ...]
    title: str
    tab: str
    follows: str
    follows_title: str
    kinds: tuple[str, ...] = ("match",)
    suggests: tuple[str, ...] = ("link", "create", "skip")
    bulk: tuple[str, ...] = ()
    intro: str = ""

    @property
    def key(self) -> str:
        """The list's name in addresses: its path with dashes; the first list of an entity has the entity's name."""
        return "products" if self.path == "/products/match" else self.path.strip("/").replace("/", "-")

    @property
    def has_scores(self) -> bool:
        """Whether rows are judged by how likely two records are the same."""
        return self.kinds == ("match",) and self.entity in ("contacts", "products") and "pooltrackr" in self.systems


@dataclass(frozen=True)
class FindingScreen:
    """One list of findings that nothing is proposed for: what is held back or out of step, with what to do."""

    path: str
    entity: Entity
    title: str
    tab: str
    names: tuple[str, ...]
    intro: str

    @property
    def can_be_kept(self) -> bool:
        """Whether a record may be left in the system that it is in: invoices and payments, which are copied, not matched."""
        return self.entity in ("invoices", "payments")


CONTACTS = Screen(
    "/contacts", "contacts", ("pooltrackr",), "Contacts", "Matches", "/only-in-xero", "contacts only in Xero",
    bulk=("link", "create"),
)  # fmt: skip
CONTACTS_IN_XERO = Screen(
    "/only-in-xero", "contacts", ("xero",), "Contacts only in Xero", "Only in Xero", "/products", "products",
    suggests=("create", "skip"), bulk=("create",),
)  # fmt: skip
CHANGES = Screen(
    "/contacts/changes", "contacts", BOTH, "Changed contacts", "Changes", "/contacts/apart", "contacts that went away",
    ("update", "conflict"), ("update", "skip"), ("update",),
    "These contacts are linked, and one or both systems have changed since both last said the same. Where only one "
    "system changed, the change can be carried over. Where both changed, choose whose value is right.",
)  # fmt: skip
APART = Screen(
    "/contacts/apart", "contacts", ("pooltrackr",), "Contacts that went away", "Went away", "/products", "products",
    ("unlink",), ("link", "unlink"), ("link", "unlink"),
    "These contacts are linked, and one of the two was archived, merged or deleted. Link to the contact that is left, "
    "take the link apart, or keep it.",
)  # fmt: skip
PRODUCTS = Screen(
    "/products/match", "products", ("pooltrackr",), "Products", "Matches", "/products/only-in-xero",
    "products only in Xero", suggests=("link", "skip"), bulk=("link",),
)  # fmt: skip
PRODUCTS_IN_XERO = Screen(
    "/products/only-in-xero", "products", ("xero",), "Products only in Xero", "Only in Xero", "/products/updates",
    "changed products", suggests=("create", "skip"), bulk=("create",),
)  # fmt: skip
UPDATES = Screen(
    "/products/updates", "products", ("xero",), "Products that changed in Xero", "Changes", "/configure",
    "Configure Xero", ("update",), ("update",), ("update",),
    "Prices and codes are kept in Xero. Here they differ from Pooltrackr's: take Xero's over, or leave both.",
)  # fmt: skip
PRODUCTS_APART = Screen(
    "/products/apart", "products", ("pooltrackr",), "Products that went away", "Went away", "/configure",
    "Configure Xero", ("unlink",), ("unlink",), ("unlink",),
    "These products are linked, and one of the two is gone.",
)  # fmt: skip
INVOICES = Screen(
    "/invoices", "invoices", BOTH, "Invoices", "To decide", "/invoices/held", "invoices that are held back",
    ("match", "update", "void"), ("create", "update", "void", "link"), ("create", "update"),
    "What you approve here is sent with the next push. Nothing is sent before.",
)  # fmt: skip
PAYMENTS = Screen(
    "/payments", "payments", BOTH, "Payments", "To decide", "/payments/held", "payments that are held back",
    ("match", "update", "void"), ("create", "update", "void", "link"), ("create", "update"),
    "A payment is entered once, on its own invoice, and never above what is due.",
)  # fmt: skip
SCREENS = (
    CONTACTS, CONTACTS_IN_XERO, CHANGES, APART, PRODUCTS, PRODUCTS_IN_XERO, UPDATES, PRODUCTS_APART, INVOICES, PAYMENTS,
)  # fmt: skip

CONTACT_DRIFT = FindingScreen(
    "/contacts/drift", "contacts", "Contacts out of step", "Out of step", DRIFTS,
    "Nothing is carried over for these: each line says what to do, and in which system.",
)  # fmt: skip
PRODUCT_DRIFT = FindingScreen(
    "/products/drift", "products", "Products out of step", "Out of step", DRIFTS,
    "Somebody edited these in Pooltrackr, though products are kept in Xero; or one of the two is gone.",
)  # fmt: skip
HELD_INVOICES = FindingScreen(
    "/invoices/held", "invoices", "Invoices that are held back", "Held back", tuple(REASONS),
    "Each line says why, and what to do. Once that is done, the next run lets the invoice go on by itself. What never "
    "has to be in both systems can be kept where it is; then it leaves this list.",
)  # fmt: skip
HELD_PAYMENTS = FindingScreen(
    "/payments/held", "payments", "Payments that are held back", "Held back", tuple(REASONS),
    "Each line says why, and what to do. Once that is done, the next run lets the payment go on by itself. What never "
    "has to be in both systems can be kept where it is; then it leaves this list.",
)  # fmt: skip
FINDING_SCREENS = (CONTACT_DRIFT, PRODUCT_DRIFT, HELD_INVOICES, HELD_PAYMENTS)

TABS: dict[str, tuple[tuple[str, str], ...]] = {
    entity: (
        *((("/products", "Price books"),) if entity == "products" else ()),
        *((screen.path, screen.tab) for screen in SCREENS if screen.entity == entity),
        *((screen.path, screen.tab) for screen in FINDING_SCREENS if screen.entity == entity),
    )
    for entity in ("contacts", "products", "invoices", "payments")
}


def screen_of(entity: Entity, system: System, kind: str) -> Screen:
    """The list on which a proposal stands."""
    return next(s for s in SCREENS if s.entity == entity and system in s.systems and kind in s.kinds)

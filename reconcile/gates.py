"""Gates: what holds a stage back, and the rows that do (A31 to A33, A42, A44, A48)."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.errors import GateClosed
from reconcile.organisation_settings import OrganisationSettings
from reconcile.records import Account

NO_ACCOUNTS = (
    "No chart of accounts has been read from Xero yet, so there is no account to choose. Run reconcile nightly; "
    "if that was done, reconcile status says what is wrong with the connection."
)


@dataclass(frozen=True)
class Gate:
    """One gate; ``blockers`` say what keeps it shut, empty when it is open."""

    name: str
    blockers: tuple[str, ...] = ()
    remedy: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the stage behind it may run."""
        return not self.blockers


def contact_gate(collisions: Sequence[str]) -> Gate:
    """Shut while any contact stands selected twice (A31)."""
    return Gate("contacts", tuple(collisions), "Decide link, create, skip or ignore for each of these rows.")


def product_gate(settings: OrganisationSettings, xero_items: int) -> Gate:
    """Shut until it is said whether Xero's prices include GST, when there are any (A33)."""
    if settings.xero_price_basis or not xero_items:
        return Gate("products")
    blocker = f"{xero_items} items in Xero, and nobody has said whether their prices include GST."
    return Gate("products", (blocker,), "Set the price basis: reconcile settings --set xero_price_basis=INC (or EX).")


def settings_gate(settings: OrganisationSettings, accounts: Sequence[Account], surcharged: int = 0) -> Gate:
    """Shut until the accounts that invoices and payments need exist and fit (A44, A48 to A50).

    ``surcharged`` is how many payments carry a card surcharge for which there is no account.
    """
    if not accounts:
        return Gate("settings", (NO_ACCOUNTS,), "Choose accounts once they were read: reconcile settings.")
    by_code = {account.code: account for account in accounts if account.code}
    blockers = []
    sales = by_code.get(settings.default_sales_account)
    if sales is None or sales.status != "ACTIVE" or sales.account_class != "REVENUE":
        blockers.append(
            f"The default sales account {settings.default_sales_account or '(none)'} is not an active income account in Xero."
        )
    if not settings.payment_account:
        blockers.append("No payment account is set.")
    elif not _takes_payments(by_code.get(settings.payment_account)):
        blockers.append(
            f"The payment account {settings.payment_account} is not an active account in Xero that takes payments."
        )
    for label, code in (("fees", settings.fees_account), ("reimbursement", settings.reimbursement_account)):
        if code and (code not in by_code or by_code[code].status != "ACTIVE"):
            blockers.append(f"The {label} account {code} is not an active account in Xero.")
    if surcharged and not settings.reimbursement_account:
        blockers.append(f"{surcharged} payments carry a card surcharge, and no reimbursement account is set.")
    return Gate("settings", tuple(blockers), "Choose accounts from the chart of accounts: reconcile settings.")


def _takes_payments(account: Account | None) -> bool:
    if account is None or account.status != "ACTIVE":
        return False
    return account.type == "BANK" or account.enable_payments == "true"


def require_open(*gates: Gate) -> None:
    """Raise GateClosed naming the rows when one of the gates is shut."""
    for gate in gates:
        if not gate.is_open:
            raise GateClosed(
                f"The {gate.name} gate is shut: {len(gate.blockers)} to settle.", rows=gate.blockers, remedy=gate.remedy
            )

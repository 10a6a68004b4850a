"""E-mail addresses: several in a cell, one mailbox in one spelling, placeholders left out."""

import re

from reconcile.normalise.text import fold, word_set

FREE_DOMAINS = word_set(
    "gmail.com hotmail.com outlook.com live.com yahoo.com icloud.com me.com mac.com bigpond.com bigpond.net.au "
    "optusnet.com.au optusnet.com iinet.net.au tpg.com.au internode.on.net westnet.com.au dodo.com.au "
    "aapt.net.au hotmail.com.au live.com.au yahoo.com.au outlook.com.au aol.com protonmail.com proton.me "
    "msn.com adam.com.au ymail.com exemail.com.au ozemail.com.au netspace.net.au y7mail.com fastmail.com "
    "gmx.com rocketmail.com mail.com "
)
ROLE_MAILBOXES = word_set(
    "info admin office accounts account contact sales reception enquiries enquiry hello mail service services "
    "support bookings manager management pools strata team email invoices payable accountspayable orders "
    "rentals rental leasing pm propertymanagement realestate bodycorporate owners tenants "
)
PLACEHOLDER_LOCALS = word_set(
    "noemail no-email no.email none na n.a nil test noreply no-reply donotreply unknown nomail xxx x a "
    "notprovided noaddress "
)
PLACEHOLDER_DOMAINS = word_set("na na.com none.com test.com noemail.com x.com nil.com")
_SPLIT = re.compile(r"[\s;,/|<>()\[\]\"]+")
_SHAPE = re.compile(r"[^@]+@[^@]+\Z")


def emails(cell: str) -> tuple[str, ...]:
    """All mailboxes of a cell in the order written, without doubles and placeholders (``noemail@...``)."""
    found = (mailbox(word) for word in _SPLIT.split(fold(cell)))
    return tuple(dict.fromkeys(email for email in found if email))


def mailbox(word: str) -> str:
    """One mailbox in one spelling, empty for a placeholder or what is none."""
    word = word.removeprefix("mailto:").strip(".,:;'")
    if not _SHAPE.match(word):
        return ""
    local, domain = word.split("@")
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.split("+")[0].replace(".", ""), "gmail.com"
    if not local or local in PLACEHOLDER_LOCALS or domain in PLACEHOLDER_DOMAINS:
        return ""
    return f"{local}@{domain}"

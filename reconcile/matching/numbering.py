"""Numbers for lists of distinct texts, and for the two halves of e-mails."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from reconcile.matching.records import MISSING
from reconcile.matching.spans import Mask, Spans, spans_of
from reconcile.matching.table import Codes, code
from reconcile.normalise.emails import FREE_DOMAINS, ROLE_MAILBOXES

FEW = 2000
"""Texts up to which a dictionary numbers them as fast as a sort."""
SHORTEST_NAME = 4
"""Letters that the name of a person's mailbox has at least."""


def numbered(texts: Sequence[str]) -> Codes:
    """A number for each text, -1 for an empty one, and the last entry for missing values."""
    if len(texts) > FEW and not any("\n" in text or "\x00" in text for text in texts):
        return numbered_spans(spans_of(texts))
    return np.append(code(texts, "")[0], np.int32(MISSING))


def numbered_spans(spans: Spans) -> Codes:
    """The same for pieces of a text."""
    grouped = spans.grouped()
    codes = code(spans.texts(), "")[0] if grouped is None else np.where(spans.sizes, grouped[0], np.int32(MISSING))
    return np.append(codes, np.int32(MISSING))


def numbered_texts(texts: Sequence[str]) -> tuple[Codes, list[str]]:
    """A number for each text, -1 for an empty one, and the different texts; none holds a line end or a NUL."""
    spans = spans_of(texts)
    grouped = spans.grouped()
    if grouped is None:
        return code(texts, "")
    return np.where(spans.sizes, grouped[0], np.int32(MISSING)), [texts[k] for k in grouped[1].tolist()]


class Mailboxes(NamedTuple):
    """For each e-mail its mailbox name and domain, and whether the name is a person's and the domain anybody's."""

    local: Codes
    domain: Codes
    personal: Mask
    free: Mask


def mailboxes(emails: Sequence[str]) -> Mailboxes:
    """Takes e-mails apart; the known roles and free domains are numbered along with them, so that no text is looked up."""
    roles, anybody = [f"{role}@" for role in ROLE_MAILBOXES], [f"@{domain}" for domain in FREE_DOMAINS]
    names, domains = spans_of([*(email or "@" for email in emails), *roles, *anybody]).parted(ord("@"))
    local, domain = numbered_spans(names), numbered_spans(domains)
    count = len(emails)
    return Mailboxes(
        np.append(local[:count], np.int32(MISSING)),
        np.append(domain[:count], np.int32(MISSING)),
        (names.sizes[:count] >= SHORTEST_NAME) & ~np.isin(local[:count], local[count : count + len(roles)]),
        np.isin(domain[:count], domain[count + len(roles) : -1]),
    )

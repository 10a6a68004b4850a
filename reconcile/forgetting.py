"""What stays of a person who is to be forgotten: ids, marks, states and times; everything that says who it was goes."""

import json
from collections.abc import Mapping
from typing import Any

STAYS = frozenset(
    {
        *("id", "status", "merged_to", "type", "is_customer", "is_supplier", "is_batch", "version", "updated_at"),
        *("contact_number", "xero_contact_id", "external_reference", "contacts"),
    }
)
GONE = "(removed)"


def without_person(body: str) -> str:
    """A stored contact or pool without what says who it is; canonical JSON in, canonical JSON out."""
    values: dict[str, Any] = json.loads(body)
    return _text({name: value for name, value in values.items() if name in STAYS})


def emptied(body: str) -> str:
    """The same names with every value removed, however deep: which fields were written stays, what they said goes."""
    return _text(_emptied(json.loads(body))) if body else body


def _emptied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _emptied(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_emptied(part) for part in value]
    return GONE if isinstance(value, str) and value else value


def without_candidate(candidates: str, ids: frozenset[str]) -> str:
    """Ranked candidates as JSON, without what is said about some of them."""
    rows = [
        {**row, "name": "", "reasons": "", "against": ""} if row.get("id") in ids else row
        for row in json.loads(candidates)
    ]
    return _text(rows)


def without_values(changes: str) -> str:
    """The fields that a proposal changes as JSON, without what they said or were to say."""
    return _text([{**row, "old": "", "new": ""} for row in json.loads(changes)])


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

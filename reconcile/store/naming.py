"""Sentences about records with their names instead of bare ids, and settings by the words of their form."""

import re
from collections.abc import Callable, Iterable, Sequence

from sqlmodel import Session

from reconcile.organisation_settings import OrganisationSettings
from reconcile.proposing import display_name
from reconcile.records import Entity, Invoice, Record, System
from reconcile.store.snapshots import Scope, current_records

Naming = Callable[[str], str]
NAMED: tuple[Entity, ...] = ("contacts", "products", "invoices")
_WORD = re.compile(r"(?<![\w@.-])[A-Za-z0-9][A-Za-z0-9_-]*[A-Za-z0-9](?![\w@-]|\.\w)")
_LIST = re.compile(r"(?:selected by|same as|[Cc]ustomer|[Pp]roduct|[Ii]nvoice|linked to|held by) (\w+(?:, \w+)*)")
_SETTINGS = re.compile(
    "|".join(
        rf"\b{name}\b" for name in OrganisationSettings.model_fields if "_" in name and not name.startswith("xero")
    )
)


def read_names(session: Session, org_id: str, texts: Iterable[str]) -> Naming:
    """What writes a sentence for people: ``C10288`` becomes ``Hiroshi Scott (C10288)``, a Xero id the name alone.

    Only ids of records that are in the texts are looked up; what is no id, or has no name, stays as it is.
    """
    ids = sorted({token for text in texts for token in _ids_in(text)})
    names: dict[str, tuple[System, str]] = {}
    for system in _systems():
        for entity in NAMED if ids else ():
            for record in current_records(session, Scope(org_id, system, entity), ids):
                names.setdefault(record.id, (system, _name(record)))

    def say(text: str) -> str:
        wanted = _ids_in(text)
        return plain(_WORD.sub(lambda found: _called(found[0], names, wanted, text), text))

    return say


def read_titles(session: Session, org_id: str, records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The names of some records by (entity, id), whichever system has them; those without a name are left out."""
    wanted = set(records)
    found: dict[tuple[str, str], str] = {}
    for entity in NAMED:
        ids = sorted({record_id for one, record_id in wanted if one == entity})
        for system in _systems() if ids else ():
            for record in current_records(session, Scope(org_id, system, entity), ids):
                if _name(record) not in ("", record.id):
                    found[entity, record.id] = _name(record)
    return found


def plain(text: str) -> str:
    """A sentence with the names of settings as their form writes them."""
    return _SETTINGS.sub(lambda found: found[0].replace("_", " "), text)


def _systems() -> Sequence[System]:
    return ("pooltrackr", "xero")


def _ids_in(text: str) -> set[str]:
    """What may be an id: words with a digit and a letter anywhere, mere numbers only where an id is named."""
    words = {word for word in _WORD.findall(text) if re.search(r"\d", word)}
    lettered = {word for word in words if re.search(r"[A-Za-z]", word)}
    return lettered | {word for found in _LIST.findall(text) for word in found.split(", ")} & words


def _name(record: Record) -> str:
    return record.number if isinstance(record, Invoice) else display_name(record)


def _called(word: str, names: dict[str, tuple[System, str]], wanted: set[str], text: str) -> str:
    system, name = names.get(word, ("pooltrackr", "")) if word in wanted else ("pooltrackr", "")
    if not name or name == word:
        return word
    if system == "pooltrackr":
        return f"{name} ({word})"
    return name if "Xero" in text else f"{name} in Xero"

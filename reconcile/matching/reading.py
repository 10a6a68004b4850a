"""Reads the records out of a table: every distinct text is normalised once."""

import numpy as np

from reconcile.matching.grouping import group_rows
from reconcile.matching.numbering import numbered_texts
from reconcile.matching.reading_people import read_people
from reconcile.matching.reading_phones import read_phones
from reconcile.matching.records import MISSING, MOST_VALUES, Coded, Place, Records, code_lists
from reconcile.matching.table import Column, Table, code
from reconcile.normalise.addresses import NOWHERE, Address, address
from reconcile.normalise.businesses import abn
from reconcile.normalise.columns import address_column, usual_emails
from reconcile.normalise.emails import emails
from reconcile.normalise.places import postcode, state, state_of_postcode, suburb

SITE = ("site_street", "site_suburb", "site_postcode", "site_state")
Sites = tuple[tuple[Address, Place], ...]


def read(table: Table) -> Records:
    """Normalises and numbers the records of both sides."""
    abns, known_abns = table.column("abn").numbered(abn, "")
    areas, states = read_areas(table), read_states(table)
    places = read_places(table, areas, states)
    addresses, places = read_sites(table, read_addresses(table), places)
    return Records(
        lefts=table.lefts,
        **vars(read_people(table)),
        email=read_emails(table.column("email")),
        phone=read_phones(table, states),
        abn=Coded(abns[:, None], known_abns),
        address=addresses,
        place=places,
    )


def read_emails(column: Column) -> Coded[str]:
    """Mailboxes."""
    found = usual_emails(column.texts)
    rest = {
        n: emails(text) for n, (text, usual) in enumerate(zip(column.texts, found, strict=True)) if text and not usual
    }
    if max(map(len, rest.values()), default=0) > 1:
        rows = [rest.get(n, (usual,) if usual else ()) for n, usual in enumerate(found)]
        return code_lists(rows, "").of(column.codes)
    for n, mailboxes in rest.items():
        found[n] = "".join(mailboxes)
    codes, values = numbered_texts(found)
    return Coded(codes[column.codes][:, None], values)


def read_areas(table: Table) -> Coded[str]:
    """Postcodes."""
    codes, values = table.column("postcode").numbered(postcode, "")
    return Coded(codes[:, None], values)


def read_states(table: Table) -> Coded[str]:
    """The state of each record, from its postcode where it is not written."""
    written, names = table.column("state").numbered(state, "")
    areas, postcodes = table.column("postcode").numbered(lambda text: state_of_postcode(postcode(text)), "")
    codes, values = code([*names, *postcodes], "")
    of_name, of_area = np.append(codes[: len(names)], MISSING), np.append(codes[len(names) :], MISSING)
    return Coded(np.where(written >= 0, of_name[written], of_area[areas])[:, None], values)


def read_places(table: Table, areas: Coded[str], states: Coded[str]) -> Coded[Place]:
    """Suburb, postcode and state."""
    towns, suburbs = table.column("suburb").numbered(suburb, "")
    parts = ((towns, suburbs), (areas.first, areas.values), (states.first, states.values))
    where, rows = group_rows(*(codes for codes, _ in parts))
    columns = [[values[k] if k >= 0 else "" for k in codes[rows].tolist()] for codes, values in parts]
    codes, values = code(list(zip(*columns, strict=True)), ("", "", ""))
    return Coded(codes[where][:, None], values)


def read_addresses(table: Table) -> Coded[Address]:
    """Postal addresses."""
    streets = table.column("street")
    values = address_column(streets.texts)
    held = np.array([any(value) for value in values], bool)[streets.codes]
    return Coded(np.where(held, streets.codes, np.int32(MISSING))[:, None], values)


def read_sites(table: Table, addresses: Coded[Address], places: Coded[Place]) -> tuple[Coded[Address], Coded[Place]]:
    """Puts addresses and places of the sites behind the postal ones; both share their column numbers."""
    columns = [table.column(name) for name in SITE]
    if not any(column.filled for column in columns):
        return addresses, places
    site, rows = group_rows(*(column.codes for column in columns))
    found = [sites_of(tuple(column.texts[column.codes[row]] for column in columns)) for row in rows.tolist()]
    where, rows = group_rows(addresses.first, places.first, site)
    streets, towns = [], []
    for street, town, sites in zip(addresses.first[rows], places.first[rows], site[rows], strict=True):
        streets.append((addresses.values[street] if street >= 0 else NOWHERE, *(one for one, _ in found[sites])))
        towns.append((places.values[town] if town >= 0 else ("", "", ""), *(one for _, one in found[sites])))
    return code_lists(streets, NOWHERE).of(where), code_lists(towns, ("", "", "")).of(where)


def sites_of(cells: tuple[str, ...]) -> Sites:
    """Addresses and places of one record's sites; several are joined by " | " in each cell."""
    if not any(cells):
        return ()
    parts = [[part.strip() for part in cell.split("|")] for cell in cells]
    count = min(max(map(len, parts)), MOST_VALUES - 1)
    filled = [[part[k] if k < len(part) else "" for part in parts] for k in range(count)]
    return tuple((address(street), _place(town, area, region)) for street, town, area, region in filled)


def _place(town: str, area: str, region: str) -> Place:
    code_of_area = postcode(area)
    return suburb(town), code_of_area, state(region) or state_of_postcode(code_of_area)

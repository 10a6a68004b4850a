"""Reads phones and mobiles; the usual Australian numbers are whole numbers from the start and become text only once."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from reconcile.matching.grouping import group, group_rows
from reconcile.matching.records import MISSING, MOST_VALUES, Coded
from reconcile.matching.table import Column, Table
from reconcile.normalise.columns import usual_phones
from reconcile.normalise.phones import phones

Numbers = npt.NDArray[np.int64]
_NATIONAL = re.compile(r"\+61([1-9][0-9]{8})\Z")
_TENS = 10 ** np.arange(8, -1, -1)


def read_phones(table: Table, states: Coded[str]) -> Coded[str]:
    """Phone and mobile of each record, several in a cell included, each number once."""
    columns = [table.column("phone"), table.column("mobile")]
    usual = [national(usual_phones(column.texts)) for column in columns]
    found = np.full((table.size, MOST_VALUES), MISSING, np.int64)
    found[:, :2] = usual_of_both(*(numbers[column.codes] for numbers, column in zip(usual, columns, strict=True)))
    odd = np.flatnonzero(unusual(columns[0], usual[0]) | unusual(columns[1], usual[1]))
    where, rows = group_rows(*(column.codes[odd] for column in columns), states.first[odd])
    texts: dict[str, int] = {}
    numbers = [as_numbers(phones_of(columns, states, row), texts) for row in odd[rows].tolist()]
    found[odd] = np.array(numbers, np.int64).reshape(-1, MOST_VALUES)[where]
    return numbered(found, list(texts))


def usual_of_both(phone: Numbers, mobile: Numbers) -> Numbers:
    """Two columns without doubles, the first of them filled first."""
    mobile = np.where(mobile == phone, MISSING, mobile)
    return np.stack([np.where(phone >= 0, phone, mobile), np.where(phone >= 0, mobile, MISSING)], axis=1)


def unusual(column: Column, numbers: Numbers) -> npt.NDArray[np.bool_]:
    """Rows with a text that is not one usual number."""
    filled = np.fromiter(map(bool, column.texts), bool, len(column.texts))
    return np.asarray((filled & (numbers < 0))[column.codes])


def phones_of(columns: Sequence[Column], states: Coded[str], row: int) -> list[str]:
    """All numbers of one row."""
    state = states.values[states.first[row]] if states.first[row] >= 0 else ""
    cells = [column.texts[column.codes[row]] for column in columns]
    return list(dict.fromkeys(number for cell in cells for number in phones(cell, state)))


def national(usual: Sequence[str]) -> Numbers:
    """The nine digits of each usual number as a whole number, -1 for an empty text."""
    numbers = np.full(len(usual), MISSING, np.int64)
    digits = np.frombuffer("".join(usual).encode("ascii"), np.uint8).reshape(-1, 9) - np.uint8(ord("0"))
    numbers[np.fromiter(map(bool, usual), bool, len(usual))] = digits @ _TENS
    return numbers


def as_numbers(written: list[str], texts: dict[str, int]) -> list[int]:
    """Whole numbers for the numbers of one row: national digits, and -2, -3, ... for others, which ``texts`` collects."""
    numbers = []
    for text in written[:MOST_VALUES]:
        known = _NATIONAL.match(text)
        numbers.append(int(known.group(1)) if known else -2 - texts.setdefault(text, len(texts)))
    return numbers + [MISSING] * (MOST_VALUES - len(numbers))


def numbered(found: Numbers, texts: Sequence[str]) -> Coded[str]:
    """Whole numbers, a column for each value of a record, as codes and E.164 texts."""
    width = max((k + 1 for k in range(MOST_VALUES) if (found[:, k] != MISSING).any()), default=1)
    found = found[:, :width]
    codes, first = group(found.ravel())
    values = found.ravel()[first].tolist()
    codes = np.where(found == MISSING, np.int32(MISSING), codes.reshape(found.shape))
    return Coded(codes, [f"+61{n}" if n >= 0 else "" if n == MISSING else texts[-2 - n] for n in values])

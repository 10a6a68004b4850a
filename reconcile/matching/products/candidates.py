"""Which pairs are worth comparing: the nearest records of the other side, seen from both sides, and equal codes."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ALPHABET = 37  # space, a to z, 0 to 9; every other letter falls on one of these
NEIGHBOURS = 10
FAINT = 0.3  # likeness (of 2.5) under which a pair is not worth a look
PRODUCTS_AFFORDED = 200_000_000  # multiplications; commoner features stop finding candidates beyond it
DENSE = 0.1  # share of entries worth a look from which a block is not worth keeping sparse
ENTRIES_AT_ONCE = 4_000_000


def letter_triples(texts: Sequence[str]) -> sparse.csr_matrix:
    """Count of each run of three letters per text, as a sparse matrix with ALPHABET ** 3 columns."""
    joined = "".join(f" {text} " for text in texts)
    codes = _LETTER_CODE[
        np.minimum(np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32), 0xFFFF)
    ]
    lengths = np.array([len(text) + 2 for text in texts], dtype=np.int64)
    owner = np.repeat(np.arange(len(texts)), lengths)
    triples = (codes[:-2] * ALPHABET + codes[1:-1]) * ALPHABET + codes[2:]
    whole = owner[:-2] == owner[2:]
    rows, columns = owner[:-2][whole], triples[whole]
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), ALPHABET**3))
    matrix.sum_duplicates()
    return matrix


def _letter_codes() -> Ints:
    points = np.arange(0x10000)
    codes = points % 36 + 1
    codes[:128] = 0
    for offset, letter in enumerate("abcdefghijklmnopqrstuvwxyz0123456789"):
        codes[ord(letter)] = offset + 1
    return codes.astype(np.int64)


_LETTER_CODE = _letter_codes()


def weigh_by_rarity(left: sparse.csr_matrix, right: sparse.csr_matrix) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """TF-IDF with unit rows, document frequencies of both sides together."""
    records = left.shape[0] + right.shape[0]
    frequency = np.bincount(left.indices, minlength=left.shape[1]) + np.bincount(
        right.indices, minlength=right.shape[1]
    )
    rarity = np.log((records + 1) / (frequency + 1)) + 1
    return _unit_rows(left, rarity), _unit_rows(right, rarity)


def _unit_rows(matrix: sparse.csr_matrix, rarity: Floats) -> sparse.csr_matrix:
    weighed = matrix.copy()
    weighed.data = weighed.data * rarity[weighed.indices]
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed.data = weighed.data / np.repeat(np.maximum(lengths, 1e-9), np.diff(weighed.indptr))
    weighed.sort_indices()
    return weighed


def find_candidates(
    left: sparse.csr_matrix, right: sparse.csr_matrix, left_codes: Sequence[str], right_codes: Sequence[str]
) -> tuple[Ints, Ints]:
    """Pairs worth comparing, by row and column: NEIGHBOURS per record on each side, and pairs of equal codes."""
    affordable = _affordable_columns(left, right)
    left, right = left[:, affordable], right[:, affordable]
    rows, columns = nearest(left, right)
    more_columns, more_rows = nearest(right, left)
    code_rows, code_columns = equal_codes(left_codes, right_codes)
    return distinct_pairs(np.r_[rows, more_rows, code_rows], np.r_[columns, more_columns, code_columns], right.shape[0])


def telling(texts: Sequence[str]) -> Floats:
    """1 for each text that tells its record from the others, 0 for empty ones and those that many records share."""
    count = Counter(texts)
    return np.array([float(bool(text) and count[text] <= NEIGHBOURS) for text in texts])


def _affordable_columns(left: sparse.csr_matrix, right: sparse.csr_matrix) -> Ints:
    """Columns, rarest first, as long as multiplying them out stays affordable."""
    cost = np.bincount(left.indices, minlength=left.shape[1]) * np.bincount(
        right.indices, minlength=right.shape[1]
    ).astype(float)
    order = np.lexsort((np.arange(len(cost)), cost))
    kept = order[np.cumsum(cost[order]) <= PRODUCTS_AFFORDED]
    return np.sort(kept[cost[kept] > 0])


def nearest(left: sparse.csr_matrix, right: sparse.csr_matrix, neighbours: int = NEIGHBOURS) -> tuple[Ints, Ints]:
    """The nearest rows of ``right`` for each row of ``left`` by dot product, ties to the first."""
    transposed = right.T.tocsr()
    rows_at_once = max(1, ENTRIES_AT_ONCE // max(right.shape[0], 1))
    found = [
        _nearest_of_block((left[start : start + rows_at_once] @ transposed).tocsr(), start, neighbours)
        for start in range(0, left.shape[0], rows_at_once)
    ]
    return np.concatenate([rows for rows, _ in found]), np.concatenate([columns for _, columns in found])


def _nearest_of_block(block: sparse.csr_matrix, start: int, neighbours: int) -> tuple[Ints, Ints]:
    strong = np.flatnonzero(block.data >= FAINT)
    if len(strong) > DENSE * block.shape[0] * block.shape[1] and block.shape[1] > neighbours:
        rows, columns = _nearest_of_dense(block.toarray(), neighbours)
        return rows + start, columns
    rows = np.searchsorted(block.indptr, strong, side="right") - 1
    columns, values = block.indices[strong].astype(np.int64), np.round(block.data[strong], 9)
    order = np.lexsort((columns, -values, rows))
    rows, columns = rows[order], columns[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    near = place < neighbours
    return rows[near] + start, columns[near]


def _nearest_of_dense(block: Floats, neighbours: int) -> tuple[Ints, Ints]:
    """The same without sorting: everything above the last value that fits, and of those equal to it the first."""
    last = np.partition(block, -neighbours, axis=1)[:, -neighbours][:, None]
    near = block >= np.maximum(last, FAINT)
    for row in np.flatnonzero(near.sum(axis=1) > neighbours):
        level = np.flatnonzero(block[row] == last[row])
        near[row, level[neighbours - int((block[row] > last[row]).sum()) :]] = False
    rows, columns = np.nonzero(near)
    return rows.astype(np.int64), columns.astype(np.int64)


def equal_codes(left: Sequence[str], right: Sequence[str], most: int = 20) -> tuple[Ints, Ints]:
    """Pairs with one code; a code that pairs more than ``most`` records is no code."""
    where: dict[str, list[int]] = {}
    for index, code in enumerate(right):
        if code:
            where.setdefault(code, []).append(index)
    holders: dict[str, int] = {}
    for code in left:
        holders[code] = holders.get(code, 0) + 1
    pairs = [
        (row, column)
        for row, code in enumerate(left)
        if code in where and len(where[code]) * holders[code] <= most
        for column in where[code]
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def distinct_pairs(rows: Ints, columns: Ints, width: int) -> tuple[Ints, Ints]:
    """Each pair once, ordered by row and column."""
    packed = np.unique(rows * max(width, 1) + columns)
    return packed // max(width, 1), packed % max(width, 1)

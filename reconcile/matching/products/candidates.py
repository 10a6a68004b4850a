"""Which pairs are worth comparing: nearest neighbours by letter triples, from both sides, and equal codes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LETTERS = 37  # space, a to z, 0 to 9; every other letter falls on one of these
NEIGHBOURS = 12
EXHAUSTIVE_PAIRS = 40_000_000
ROWS_AT_ONCE = 256


def letter_triples(texts: Sequence[str]) -> sparse.csr_matrix:
    """Count of each run of three letters per text, as a sparse matrix with LETTERS ** 3 columns."""
    joined = "".join(f" {text} " for text in texts)
    codes = _LETTER_CODE[np.minimum(np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32), 0xFFFF)]
    lengths = np.array([len(text) + 2 for text in texts], dtype=np.int64)
    owner = np.repeat(np.arange(len(texts)), lengths)
    if len(codes) < 3:
        return sparse.csr_matrix((len(texts), LETTERS**3))
    triples = (codes[:-2] * LETTERS + codes[1:-1]) * LETTERS + codes[2:]
    whole = owner[:-2] == owner[2:]
    rows, columns = owner[:-2][whole], triples[whole]
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), LETTERS**3))
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
    squares = np.add.reduceat(np.append(weighed.data**2, 0.0), weighed.indptr[:-1]) if weighed.nnz else np.zeros(0)
    norms = np.sqrt(np.where(np.diff(weighed.indptr) > 0, squares, 1.0)) if weighed.nnz else np.ones(matrix.shape[0])
    weighed.data = weighed.data / np.repeat(np.maximum(norms, 1e-9), np.diff(weighed.indptr))
    weighed.sort_indices()
    return weighed


def nearest(left: sparse.csr_matrix, right: sparse.csr_matrix, neighbours: int = NEIGHBOURS) -> tuple[Ints, Ints]:
    """The nearest rows of ``right`` for each row of ``left`` by dot product, ties to the first; zero is no neighbour."""
    transposed = right.T.tocsr()
    rows: list[Ints] = []
    columns: list[Ints] = []
    keep = min(neighbours, right.shape[0])
    for start in range(0, left.shape[0], ROWS_AT_ONCE):
        block = np.round((left[start : start + ROWS_AT_ONCE] @ transposed).toarray(), 9)
        order = (
            np.argsort(-block, axis=1, kind="stable")[:, :keep]
            if keep < 64 and block.shape[1] < 64
            else _top(block, keep)
        )
        picked = np.take_along_axis(block, order, axis=1) > 0
        rows.append(np.repeat(np.arange(block.shape[0]) + start, keep)[picked.ravel()])
        columns.append(order.ravel()[picked.ravel()])
    return _joined(rows), _joined(columns)


def _top(block: Floats, keep: int) -> Ints:
    keys = block - np.arange(block.shape[1]) * 1e-13
    part = np.argpartition(-keys, keep - 1, axis=1)[:, :keep]
    return part.astype(np.int64)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)


def distinct_pairs(rows: Ints, columns: Ints, width: int) -> tuple[Ints, Ints]:
    """Each pair once, ordered by row and column."""
    packed = np.unique(rows * max(width, 1) + columns)
    return packed // max(width, 1), packed % max(width, 1)

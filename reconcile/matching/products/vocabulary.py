"""Tokens of both systems as columns of sparse matrices: who says what, how rare it is, what resembles what."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from scipy import sparse

from reconcile.normalise.product_measures import same_amount, tolerance_of
from reconcile.normalise.product_text import is_model

Floats = npt.NDArray[np.float64]

SPELLING = 0.75  # share of letters that two words must have in common to be one word misspelt
SHORT_MODEL = re.compile(r"[a-z]{1,2}\d{1,2}")  # "t5", "vx9"
WORDS_AT_ONCE = 1000
WIDEST_COMPARISON = 8000
AMOUNTS_AT_ONCE = 30


@dataclass(frozen=True)
class Vocabulary:
    """All tokens in order, their column, and their weight in bits (log2 of one over the share of records)."""

    words: list[str]
    column: dict[str, int]
    bits: Floats

    def presence(self, rows: Sequence[Iterable[str]]) -> sparse.csr_matrix:
        """One row per record, one column per known token, 1 where the record says it."""
        indices: list[int] = []
        starts = [0]
        for tokens in rows:
            indices += sorted({self.column[token] for token in tokens if token in self.column})
            starts.append(len(indices))
        shape = (len(rows), len(self.words))
        ends = np.array(starts, dtype=np.int64)
        return sparse.csr_matrix((np.ones(len(indices)), np.array(indices, dtype=np.int64), ends), shape=shape)


def learn_vocabulary(rows: Sequence[Iterable[str]]) -> Vocabulary:
    """The vocabulary of the records of both sides together."""
    count = Counter(token for tokens in rows for token in set(tokens))
    words = sorted(count)
    frequency = np.array([count[word] for word in words], dtype=float)
    bits = np.log2((len(rows) + 2) / (frequency + 0.5))
    return Vocabulary(words, {word: index for index, word in enumerate(words)}, bits)


@dataclass(frozen=True)
class Compounds:
    """Neighbouring tokens that elsewhere stand as one: ("zx", "100") and "zx100", ("steam", "dryer") and "steamdryer"."""

    joined: dict[tuple[str, str], str]
    apart: dict[str, tuple[str, str]]


def find_compounds(rows: Sequence[Sequence[str]]) -> Compounds:
    """Model numbers to join and joined words to take apart, as the names of both systems show."""
    single = {token for tokens in rows for token in tokens if len(token) >= 4 or SHORT_MODEL.fullmatch(token)}
    pairs = sorted({pair for tokens in rows for pair in pairwise(tokens) if "".join(pair) in single})
    models = {pair: "".join(pair) for pair in pairs if is_model("".join(pair))}
    return Compounds(models, {"".join(pair): pair for pair in pairs if pair not in models})


def rewrite_tokens(tokens: Sequence[str], compounds: Compounds) -> list[str]:
    """The tokens of one name with compounds written in the one way."""
    rewritten: list[str] = []
    position = 0
    while position < len(tokens):
        joined = compounds.joined.get((tokens[position], tokens[position + 1])) if position + 1 < len(tokens) else None
        if joined:
            rewritten.append(joined)
            position += 2
        else:
            rewritten += compounds.apart.get(tokens[position], (tokens[position],))
            position += 1
    return list(dict.fromkeys(rewritten))


def resemblances(words: Sequence[str]) -> sparse.csr_matrix:
    """Symmetric likeness (below 1) of different tokens that may be one: misspelt, abbreviated, or with a suffix."""
    found: dict[tuple[int, int], float] = {}
    for one, two, likeness in (*_misspelt(words), *_abbreviated(words), *_suffixed(words), *_same_amounts(words)):
        for pair in ((one, two), (two, one)):
            found[pair] = max(found.get(pair, 0.0), likeness)
    pairs = sorted(found)
    rows, columns = ([pair[side] for pair in pairs] for side in (0, 1))
    likenesses = [found[pair] for pair in pairs]
    return sparse.csr_matrix((likenesses, (rows, columns)), shape=(len(words), len(words)))


def _misspelt(words: Sequence[str]) -> list[tuple[int, int, float]]:
    groups: dict[str, list[int]] = {}
    whole = sum(map(_is_word, words)) <= WIDEST_COMPARISON
    for index, word in enumerate(words):
        if _is_word(word):
            groups.setdefault("" if whole else word[0] + word[-1], []).append(index)
    return [found for group in groups.values() for found in _misspelt_in(words, group)]


def _is_word(token: str) -> bool:
    return 4 <= len(token) <= 24 and token.isalpha()


def _misspelt_in(words: Sequence[str], group: list[int]) -> list[tuple[int, int, float]]:
    names = [words[index] for index in group]
    found = []
    for start in range(0, len(names), WORDS_AT_ONCE):
        block = names[start : start + WORDS_AT_ONCE]
        likeness = process.cdist(block, names[start:], scorer=Levenshtein.normalized_similarity, score_cutoff=SPELLING)
        for row, column in np.argwhere(likeness):
            if row < column:
                found.append((group[start + row], group[start + column], round(float(likeness[row, column]), 6)))
    return found


def _abbreviated(words: Sequence[str]) -> list[tuple[int, int, float]]:
    """A word and a longer one that begins with it ("chlor", "chlorine")."""
    letters = sorted((word, index) for index, word in enumerate(words) if 3 <= len(word) <= 24 and word.isalpha())
    names = [word for word, _ in letters]
    found = []
    for word, index in letters:
        place = bisect_left(names, word) + 1
        while place < len(names) and names[place].startswith(word):
            share = len(word) / len(names[place])
            if share >= 1 / 3:
                found.append((index, letters[place][1], 0.6 + 0.4 * share if len(word) >= 4 else 0.5))
            place += 1
    return found


def _suffixed(words: Sequence[str]) -> list[tuple[int, int, float]]:
    """A model number within a longer one that adds letters for colour or country ("tu1500", "tu1500rd")."""
    models = [(word, index) for index, word in enumerate(words) if 4 <= len(word) <= 40 and is_model(word)]
    runs: dict[str, list[tuple[str, int]]] = {}
    for word, index in models:
        for run in {word[start : start + 4] for start in range(len(word) - 3)}:
            runs.setdefault(run, []).append((word, index))
    found = []
    for word, index in models:
        if sum(char.isdigit() for char in word) >= 2:
            for longer, other in runs[
                min((word[s : s + 4] for s in range(len(word) - 3)), key=lambda run: (len(runs[run]), run))
            ]:
                share = len(word) / len(longer)
                if share < 1 and share >= 0.5 and word in longer:
                    found.append((index, other, 0.5 + 0.5 * share))
    return found


def _same_amounts(words: Sequence[str]) -> list[tuple[int, int, float]]:
    """Measures that are written in two units or as two nominal sizes: 1.5" and 40 mm, 1.5 hp and 1.1 kW."""
    measured: dict[str, list[tuple[float, int]]] = {}
    for index, word in enumerate(words):
        if word.startswith("#"):
            dimension, _, written = word[1:].partition(":")
            measured.setdefault(dimension, []).append((float(written), index))
    found = []
    for dimension, amounts in measured.items():
        amounts.sort()
        for place, (amount, index) in enumerate(amounts):
            for larger, other in amounts[place + 1 : place + AMOUNTS_AT_ONCE]:
                if not same_amount(amount, larger, tolerance_of(dimension)):
                    break
                found.append((index, other, 1.0))
    return found

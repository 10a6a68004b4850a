"""Prints how well `reconcile match products` does on made-up price books and what is left when they are cut.

python benchmarks/match/quality_of_books.py [--books 6] [--first-seed 101]

Each line is the mean of so many books, each measured alone; another first seed makes books that nobody has looked at.
"""

import argparse
import random
from collections.abc import Callable
from statistics import fmean

from measuring import Labelled, Quality, match_rows
from price_books import part_books, pool_books
from subsets import SUBSETS

KINDS: dict[str, Callable[[int], Labelled]] = {
    "pool shops": pool_books,
    "with more noise and fewer codes": lambda seed: pool_books(seed, noise=0.5, codes=0.3),
    "without codes and prices": lambda seed: pool_books(seed, codes=0, prices=0),
    "spare parts, another trade": lambda seed: part_books(seed, size=600),
}
CUTS = ("", "half of the rows", "a quarter of the rows", "half of the right side", "20 % in both")


def measure(make: Callable[[int], Labelled], cut: str, seeds: range) -> list[Quality]:
    """The figures of each book, or of what a cut leaves of it."""
    found = []
    for seed in seeds:
        books = make(seed)
        found.append(match_rows("products", SUBSETS[cut](books, random.Random(seed)) if cut else books)[0])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--books", type=int, default=6)
    parser.add_argument("--first-seed", type=int, default=101)
    arguments = parser.parse_args()
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.books)
    print("| set | F1 | true pairs `auto` | wrong `auto` | error | chance |")
    print("|---|---|---|---|---|---|")
    every: list[Quality] = []
    for name, make in KINDS.items():
        for cut in CUTS:
            found = measure(make, cut, seeds)
            every += found
            wrong, right = sum(q.auto_wrong for q in found), sum(q.auto_right for q in found)
            figures = f"{fmean(q.f1 for q in found):.3f} | {100 * fmean(q.auto_share for q in found):.0f} %"
            errors = f"{fmean(q.calibration_error for q in found):.3f} | {fmean(q.error_by_chance for q in found):.3f}"
            print(f"| {cut or name} | {figures} | {wrong} of {wrong + right} | {errors} |", flush=True)
    error, chance = fmean(q.calibration_error for q in every), fmean(q.error_by_chance for q in every)
    wrong, right = sum(q.auto_wrong for q in every), sum(q.auto_right for q in every)
    print(
        f"\n{len(every)} books: error {error:.3f}, by chance alone {chance:.3f}; {wrong} of {wrong + right} `auto` wrong"
    )


if __name__ == "__main__":
    main()

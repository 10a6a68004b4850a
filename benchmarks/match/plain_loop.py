"""The simplest matcher there is: for every left record the best right one by rapidfuzz, over all pairs.

python plain_loop.py LEFT.csv RIGHT.csv
"""

import csv
import sys
from pathlib import Path

from rapidfuzz import fuzz


def texts(path: str) -> list[str]:
    with Path(path).open(newline="", encoding="utf-8") as handle:
        return [
            " ".join((row["name"], row["email"], row["street"], row["suburb"])).lower()
            for row in csv.DictReader(handle)
        ]


def main() -> None:
    left, right = texts(sys.argv[1]), texts(sys.argv[2])
    best = [max(range(len(right)), key=lambda k, one=one: fuzz.token_sort_ratio(one, right[k])) for one in left]
    print(len(best))


if __name__ == "__main__":
    main()

"""Prints how well `reconcile match` does: on made-up pool businesses, and on the labelled sets when they are there.

python benchmarks/match/quality.py [--halves] [--only contacts|products] [FOLDER WITH contacts/ AND products/]

With --halves each labelled set is also halved, quartered, made unequal and robbed of most of its pairs.
"""

import argparse
import random
from pathlib import Path

from measuring import Cost, Labelled, Quality, match_files, match_rows, read
from pool_business import pool_business
from subsets import SUBSETS

LABELLED = Path(__file__).parents[3] / "shared" / "bench" / "data"
MADE_UP = ((2000, 0.8), (2000, 0.2), (2000, 1.0), (200, 0.7), (20, 0.7), (8000, 0.7))
HALVED = 10_000  # rows of a side up to which sets are taken apart


def read_labelled(folder: Path) -> Labelled:
    """A labelled set from its three files."""
    truth = {(row["left_id"], row["right_id"]) for row in read(folder / "truth.csv")}
    return read(folder / "left.csv"), read(folder / "right.csv"), truth


def measure(kind: str, folder: Path, name: str) -> None:
    """Matches one set and prints its line."""
    show(name, *match_files(kind, folder))


def measure_rows(kind: str, labelled: Labelled, name: str) -> None:
    """Matches a set that is in memory and prints its line."""
    show(name, *match_rows(kind, labelled))


def show(name: str, q: Quality, cost: Cost) -> None:
    """Prints the line of one set."""
    figures = f"{q.precision:.4f} | {q.recall:.4f} | {q.f1:.4f} | {q.best:.4f} | {q.auto_precision:.4f} | {100 * q.auto_share:.1f} %"
    print(
        f"| {name} | {figures} | {q.calibration_error:.3f} | {q.error_by_chance:.3f} | {cost.seconds:.2f} | {cost.megabytes:.0f} |",
        flush=True,
    )


def measure_subsets(kind: str, folder: Path, name: str) -> None:
    """Takes one set apart in every way and prints a line for each."""
    labelled = read_labelled(folder)
    for words, subset in SUBSETS.items() if max(map(len, labelled[:2])) <= HALVED else ():
        measure_rows(kind, subset(labelled, random.Random(1)), f"{name}, {words}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=LABELLED)
    parser.add_argument("--halves", action="store_true")
    parser.add_argument("--only", choices=("contacts", "products"), default="")
    arguments = parser.parse_args()
    print(
        "| set | precision | recall | F1 at 0.5 | best F1 | auto precision | auto share | calibration error | by chance alone | CPU s | MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for seed, (size, overlap) in enumerate(MADE_UP if arguments.only != "products" else (), start=1):
        name = f"made-up business, {size} customers, {overlap:.0%} in both"
        measure_rows("contacts", pool_business(seed, size, overlap), name)
    truths = sorted(arguments.folder.glob(f"{arguments.only or '*'}/*/truth.csv"))
    for folder in (truth.parent for truth in truths):
        kind, name = folder.parent.name, f"{folder.parent.name} {folder.name}"
        measure(kind, folder, name)
        if arguments.halves:
            measure_subsets(kind, folder, name)
    if not truths:
        print(f"\nThe labelled sets are not here ({arguments.folder}); the lines above are all that was measured.")


if __name__ == "__main__":
    main()

"""Prints how well `reconcile match` does: on made-up pool businesses, and on the labelled sets when they are there.

python benchmarks/match/quality.py [--halves] [--only contacts|products] [FOLDER WITH contacts/ AND products/]

With --halves each labelled set is also halved, quartered, made unequal and robbed of most of its pairs.
"""

import argparse
import csv
import random
import tempfile
from pathlib import Path

from measuring import RECONCILE, Quality, read, run, scored
from pool_business import pool_business
from subsets import SUBSETS, Labelled

LABELLED = Path(__file__).parents[3] / "shared" / "bench" / "data"
MADE_UP = ((2000, 0.8), (2000, 0.2), (2000, 1.0), (200, 0.7), (20, 0.7), (8000, 0.7))
HALVED = 5000  # rows of a side up to which sets are taken apart


def write_labelled(folder: Path, labelled: Labelled) -> None:
    """A labelled set as left.csv, right.csv and truth.csv."""
    left, right, truth = labelled
    for name, rows in (("left", left), ("right", right)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as handle:
            columns = dict.fromkeys(["id", *(column for row in rows for column in row)])
            writer = csv.DictWriter(handle, list(columns), restval="")
            writer.writeheader()
            writer.writerows(rows)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([("left_id", "right_id"), *sorted(truth)])


def read_labelled(folder: Path) -> Labelled:
    """A labelled set from its three files."""
    truth = {(row["left_id"], row["right_id"]) for row in read(folder / "truth.csv")}
    return read(folder / "left.csv"), read(folder / "right.csv"), truth


def measure(kind: str, folder: Path, name: str) -> None:
    """Matches one set and prints its line."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "out.csv"
        cost = run(RECONCILE, "match", kind, str(folder / "left.csv"), str(folder / "right.csv"), "--out", str(out))
        q: Quality = scored(read(out), {(row["left_id"], row["right_id"]) for row in read(folder / "truth.csv")})
    figures = f"{q.precision:.4f} | {q.recall:.4f} | {q.f1:.4f} | {q.best:.4f} | {q.auto_precision:.4f} | {100 * q.auto_share:.1f} %"
    print(
        f"| {name} | {figures} | {q.calibration_error:.3f} | {q.error_by_chance:.3f} | {cost.seconds:.2f} | {cost.megabytes:.0f} |",
        flush=True,
    )


def measure_rows(kind: str, labelled: Labelled, name: str) -> None:
    """Matches a set that is in memory and prints its line."""
    with tempfile.TemporaryDirectory() as temporary:
        write_labelled(Path(temporary), labelled)
        measure(kind, Path(temporary), name)


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

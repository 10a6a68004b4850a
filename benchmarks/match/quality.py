"""Prints how well `reconcile match` does: on made-up pool businesses, and on the labelled sets when they are there.

python benchmarks/match/quality.py [FOLDER WITH contacts/ AND products/]
"""

import csv
import sys
import tempfile
from pathlib import Path

from measuring import RECONCILE, Quality, read, run, scored
from pool_business import pool_business

LABELLED = Path(__file__).parents[3] / "shared" / "bench" / "data"
MADE_UP = ((2000, 0.8), (2000, 0.2), (2000, 1.0), (200, 0.7), (20, 0.7), (8000, 0.7))


def write_business(folder: Path, seed: int, size: int, overlap: float) -> None:
    """A made-up pool business as left.csv, right.csv and truth.csv."""
    left, right, truth = pool_business(seed, size, overlap)
    for name, rows in (("left", left), ("right", right)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, list(left[0]), restval="")
            writer.writeheader()
            writer.writerows(rows)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([("left_id", "right_id"), *sorted(truth)])


def measure(kind: str, folder: Path, name: str) -> None:
    """Matches one set and prints its line."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "out.csv"
        cost = run(RECONCILE, "match", kind, str(folder / "left.csv"), str(folder / "right.csv"), "--out", str(out))
        q: Quality = scored(read(out), {(row["left_id"], row["right_id"]) for row in read(folder / "truth.csv")})
    figures = f"{q.precision:.4f} | {q.recall:.4f} | {q.f1:.4f} | {q.best:.4f} | {q.auto_precision:.4f} | {100 * q.auto_share:.1f} %"
    print(f"| {name} | {figures} | {q.calibration_error:.3f} | {cost.seconds:.2f} | {cost.megabytes:.0f} |", flush=True)


def main() -> None:
    print(
        "| set | precision | recall | F1 at 0.5 | best F1 | auto precision | auto share | calibration error | CPU s | MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for seed, (size, overlap) in enumerate(MADE_UP, start=1):
        with tempfile.TemporaryDirectory() as temporary:
            write_business(Path(temporary), seed, size, overlap)
            measure("contacts", Path(temporary), f"made-up business, {size} customers, {overlap:.0%} in both")
    labelled = Path(sys.argv[1]) if len(sys.argv) > 1 else LABELLED
    truths = sorted(labelled.glob("*/*/truth.csv"))
    for truth in truths:
        measure(truth.parent.parent.name, truth.parent, f"{truth.parent.parent.name} {truth.parent.name}")
    if not truths:
        print(f"\nThe labelled sets are not here ({labelled}); the lines above are all that was measured.")


if __name__ == "__main__":
    main()

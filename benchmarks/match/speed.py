"""Prints what matching costs: `reconcile match`, Splink 5 and a plain rapidfuzz loop on the same made-up contacts.

    python benchmarks/match/speed.py [--splink-python PYTHON] [SIZE ...]

Splink runs under the Python that is named, which must have requirements-bench.lock; without one its column stays empty.
"""

import argparse
import csv
import sys
import tempfile
from pathlib import Path

from many_contacts import write_sides
from measuring import RECONCILE, Cost, read, run, scored

HERE = Path(__file__).parent
SIZES = (1_000, 10_000, 100_000, 1_000_000)
LARGEST_LOOP = 10_000
SPLINK_UP_TO = 1_000_000


def plain(path: Path, rows: int) -> Path:
    """The first rows of a file, for the loop whose cost grows with the square."""
    short = path.with_name(f"first-{path.name}")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    short.write_text("".join(lines[: rows + 1]), encoding="utf-8")
    return short


def measure_loop(folder: Path, size: int) -> str:
    """The loop over at most a thousand left rows, times as many as there are."""
    part = min(size, 1000)
    cost = run(
        sys.executable, str(HERE / "plain_loop.py"), str(plain(folder / "left.csv", part)), str(folder / "right.csv")
    )
    return f"{cost.seconds * size / part:.0f}" + ("" if part == size else " (from a part)")


def line(folder: Path, size: int, splink: str) -> str:
    """One row of the table."""
    files = str(folder / "left.csv"), str(folder / "right.csv"), str(folder / "out.csv")
    ours = run(RECONCILE, "match", "contacts", files[0], files[1], "--out", files[2])
    truth = {(row["left_id"], row["right_id"]) for row in read(folder / "truth.csv")}
    f1 = scored(read(folder / "out.csv"), truth).f1
    other = run(splink, str(HERE / "with_splink.py"), *files) if splink and size <= SPLINK_UP_TO else None
    other_f1 = scored(one_to_one(folder / "out.csv"), truth).f1 if other else None
    loop = measure_loop(folder, size) if size <= LARGEST_LOOP else "hours"
    return f"| {size:,} x {size:,} | {cells(ours, f1)} | {cells(other, other_f1)} | {loop} |"


def one_to_one(path: Path) -> list[dict[str, str]]:
    """Splink's pairs, best first, each record once."""
    seen: set[str] = set()
    kept = []
    for row in sorted(read(path), key=lambda row: -float(row["score"])):
        ends = {"l" + row["left_id"], "r" + row["right_id"]}
        if seen.isdisjoint(ends):
            seen |= ends
            kept.append({**row, "decision": ""})
    return kept


def cells(cost: Cost | None, f1: float | None) -> str:
    return f"{cost.seconds:.1f} | {cost.megabytes / 1024:.2f} | {f1:.4f}" if cost and f1 is not None else "- | - | -"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--splink-python", default="")
    arguments = parser.parse_args()
    csv.field_size_limit(sys.maxsize)
    print("| contacts | ours: CPU s | GB | F1 | Splink 5: CPU s | GB | F1 | plain loop: CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as temporary:
            write_sides(Path(temporary), size)
            print(line(Path(temporary), size, arguments.splink_python), flush=True)


if __name__ == "__main__":
    main()

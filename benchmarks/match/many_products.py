"""Many made-up products for the speed figures: a wholesaler's price list and the items of its books.

    python benchmarks/match/many_products.py [--kind articles|equal|long|families] [SIZE ...]

prints CPU seconds, memory and F1 of `reconcile match products`. Kinds beside the ordinary ``articles``: all rows
``equal``, ``long`` names of 10,000 letters, ``families`` of one product in thousands of sizes.
"""

import argparse
import csv
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from many_contacts import listed
from measuring import RECONCILE, read, run, scored

SIZES = (400, 2_000, 20_000, 100_000)
COLUMNS = listed("id code name description category brand price")
NOUNS = listed(
    "Pump Filter Valve Cartridge Basket Lid Gasket Impeller Seal Hose Brush Net Vacuum Cleaner Light Heater Cover Roller "
    "Chlorinator Cell Probe Sensor Controller Timer Motor Bearing Union Elbow Socket Tee Flange Skimmer Ladder Rail Pole"
)
KINDS = listed(
    "Sand Salt Heat Pressure Suction Robotic Solar Gas Electric Manual Digital Variable Twin Single Mini Heavy"
)
LINES = listed(
    "Aqua Hydro Eco Turbo Star Wave Reef Coral Delta Omega Nova Prime Ultra Silent Power Clear Blue Magna Vita"
)
ENDS = listed("storm flow line jet max pro tech pure guard master temp drive clean cell swim care tide force stream")
UNITS = (("L", (1, 2, 5, 10, 15, 20, 200)), ("kg", (1, 2, 4, 5, 10, 25)), ("mm", (15, 20, 25, 32, 40, 50, 65, 80)))
CHEMICALS = listed(
    "Liquid Chlorine,Hydrochloric Acid,Sodium Bicarbonate,Soda Ash,Pool Salt,Algaecide,Clarifier,Stabiliser", ","
)
Row = tuple[str, str, str, str]


def articles(dice: random.Random, count: int) -> list[Row]:
    """Code, name, brand and price of articles: a brand, its line, a thing, a model number, now and then a size."""
    brands = sorted({a + b for a in LINES for b in ENDS})
    made: dict[str, Row] = {}
    while len(made) < count:
        brand, price = dice.choice(brands), f"{dice.randint(200, 400_000) / 100:.2f}"
        unit, amounts = dice.choice(UNITS)
        size = f"{dice.choice(amounts)}{unit}"
        model = f"{dice.choice(LINES)[:2].upper()}{dice.choice(ENDS)[0].upper()}{dice.randint(10, 99_999)}"
        thing = f"{dice.choice(KINDS)} {dice.choice(NOUNS)}"
        name = f"{brand} {dice.choice(CHEMICALS)} {size}" if dice.random() < 0.05 else f"{brand} {thing} {model}"
        made.setdefault(
            f"{name} {size}" if dice.random() < 0.3 else name, (f"W{dice.randrange(10**7):07d}", name, brand, price)
        )
    return list(made.values())


def families(dice: random.Random, count: int) -> list[Row]:
    """Few products, each in very many sizes: look-alikes by the thousand."""
    return [
        (f"W{n:07d}", f"{CHEMICALS[n % 8]} {n // 8 + 1}L", "", f"{dice.randint(500, 9000) / 100:.2f}")
        for n in range(count)
    ]


def equal(_: random.Random, count: int) -> list[Row]:
    """One name on every row, and nothing else."""
    return [("", "Chlorine", "", "")] * count


def long(dice: random.Random, count: int) -> list[Row]:
    """Names of 10,000 letters."""
    words = [f"{a}{b}{n}" for a in LINES for b in ENDS for n in range(20)]
    return [(f"W{n:07d}", " ".join(dice.choices(words, k=1000))[:10_000], "", "") for n in range(count)]


MAKERS: dict[str, Callable[[random.Random, int], list[Row]]] = {
    "articles": articles, "equal": equal, "long": long, "families": families,
}  # fmt: skip


def typed(dice: random.Random, row: Row) -> Row:
    """An article as the other system holds it: other order, a slip of the finger, no brand, prices without GST."""
    code, name, brand, price = row
    words = name.split()
    if dice.random() < 0.2 and len(words) > 2:
        words = [*words[1:], words[0]]
    if dice.random() < 0.15 and len(words[0]) > 4:
        at = dice.randrange(1, len(words[0]) - 1)
        words[0] = words[0][:at] + words[0][at + 1 :]
    text = " ".join(words).upper() if dice.random() < 0.2 else " ".join(words)
    cents = f"{float(price) / 1.1:.2f}" if price and dice.random() < 0.8 else ""
    return code if dice.random() < 0.4 else "", text[:10_000], brand if dice.random() < 0.3 else "", cents


def write_sides(folder: Path, count: int, kind: str = "articles", seed: int = 1, overlap: float = 0.8) -> None:
    """Writes left.csv, right.csv and truth.csv with ``count`` rows a side."""
    dice = random.Random(seed)
    same = int(count * overlap)
    everything = MAKERS[kind](dice, 2 * count - same)
    if kind == "articles":
        dice.shuffle(everything)
    numbers = list(range(count))
    dice.shuffle(numbers)
    left = [(f"P{n:07d}", row) for n, row in enumerate(everything[:count])]
    right = [(f"X{n:07d}", typed(dice, row)) for n, row in zip(numbers, everything[count - same :], strict=True)]
    for side, rows in (("left", left), ("right", sorted(right))):
        with (folder / f"{side}.csv").open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(COLUMNS)
            writer.writerows([key, code, name, "", "", brand, price] for key, (code, name, brand, price) in rows)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows(
            [("left_id", "right_id"), *((left[count - same + k][0], right[k][0]) for k in range(same))]
        )


def line(folder: Path, size: int, kind: str) -> str:
    """One row of the table."""
    out = folder / "out.csv"
    cost = run(RECONCILE, "match", "products", str(folder / "left.csv"), str(folder / "right.csv"), "--out", str(out))
    q = scored(read(out), {(row["left_id"], row["right_id"]) for row in read(folder / "truth.csv")})
    return f"| {size:,} x {size:,} {kind} | {cost.seconds:.1f} | {cost.megabytes / 1024:.2f} | {q.f1:.4f} | {q.auto_precision:.4f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--kind", choices=MAKERS, default="articles")
    arguments = parser.parse_args()
    print("| products | CPU s | GB | F1 | precision of auto |")
    print("|---|---|---|---|---|")
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as temporary:
            write_sides(Path(temporary), size, arguments.kind)
            print(line(Path(temporary), size, arguments.kind), flush=True)


if __name__ == "__main__":
    main()

"""What the checks cost: CPU seconds for frames of 20,000 contacts, 2,000 products and 20,000 invoices of an invented world.

    .venv/bin/python benchmarks/checks.py [--contacts N] [--products N] [--invoices N]

The budget is 2 s of CPU for 20,000 rows, the import of Great Expectations apart. Exit code 1 when a frame costs more.
"""

import argparse
import importlib
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pandas as pd

from reconcile.quality import check_frame
from reconcile.sandbox.generate import Size, World, build_world

BUDGET = 2.0
KINDS = {
    "pooltrackr_contacts": ("pooltrackr/contacts", {}),
    "xero_contacts": ("xero/contacts", {}),
    "pooltrackr_products": ("pooltrackr/products", {"price_e4": ("price", 4)}),
    "xero_products": ("xero/items", {"price_e4": ("price", 4)}),
    "pooltrackr_invoices": (
        "pooltrackr/invoices",
        {"total_cents": ("total", 2), "subtotal_cents": ("subtotal", 2), "total_tax_cents": ("gst", 2)},
    ),
    "pooltrackr_payments": ("pooltrackr/payments", {"amount_cents": ("amount", 2)}),
}


def main() -> int:
    """Check every frame once and print what each cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (("contacts", 20_000), ("products", 2_000), ("invoices", 20_000)):
        parser.add_argument(f"--{name}", type=int, default=number)
    asked = parser.parse_args()
    world = build_world(20, Size(asked.contacts, asked.products, asked.invoices))
    print(
        f"{'import of Great Expectations':<34}{seconds(lambda: importlib.import_module('great_expectations')):>8.2f} s"
    )
    dear = [kind for kind, (table, money) in KINDS.items() if cost(kind, frame(world, table, money)) > BUDGET]
    worst = frame(world, *KINDS["xero_contacts"]).assign(name="a  <b", abn="1", email="x", state="NZ", postcode="1")
    dear += ["every row broken"] if cost("xero_contacts", worst, "(every row broken)") > BUDGET else []
    print(f"over the budget: {', '.join(dear)}" if dear else f"all within the budget of {BUDGET} s")
    return 1 if dear else 0


def frame(world: World, table: str, money: dict[str, tuple[str, int]]) -> pd.DataFrame:
    """One table as the checks get it: text, and money in whole minor units."""
    made = pd.DataFrame(list(world.tables[table]), dtype="str")
    for column, (source, places) in money.items():
        made[column] = minor_units(list(made[source]), places)
    return made


def minor_units(cells: Sequence[str], places: int) -> "pd.Series[int]":
    """Decimal text as integers of the smallest unit."""
    return pd.Series(pd.array([int(Decimal(cell).scaleb(places)) if cell else None for cell in cells], dtype="Int64"))


def cost(kind: str, rows: pd.DataFrame, remark: str = "") -> float:
    """CPU seconds of one check, printed."""
    spent = seconds(lambda: check_frame(kind, rows))
    print(f"{len(rows):>8,} {f'{kind} {remark}':<40}{spent:>8.2f} s")
    return spent


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds that a piece of work takes in this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())

"""One Pooltrackr invoice and its arithmetic, in whole cents; halves round away from zero."""

from dataclasses import dataclass, field
from datetime import date

from reconcile.sandbox.generate.book import Row


@dataclass
class Line:
    """One line; `quantity` in hundredths, `price` in cents in the basis that `inclusive` names, `discount` in per cent."""

    description: str
    quantity: int
    price: int
    inclusive: bool
    product_id: str = ""
    sku: str = ""
    discount: int = 0
    pool_id: str = ""
    kind: str = "product"

    @property
    def amount(self) -> int:
        """Quantity times price less discount, in the line's own basis."""
        return divide(self.quantity * self.price * (100 - self.discount), 10_000)

    @property
    def tax(self) -> int:
        """GST of 10 %: an eleventh of an inclusive amount, a tenth of an exclusive one."""
        return divide(self.amount, 11 if self.inclusive else 10)

    @property
    def total(self) -> int:
        """What the customer pays for the line."""
        return self.amount if self.inclusive else self.amount + self.tax


@dataclass
class Bill:
    """One Pooltrackr invoice before it is written; `row` holds the columns that are not computed."""

    id: str
    issued: date
    row: Row
    lines: list[Line] = field(default_factory=list)
    cents_off: int = 0
    right_contact: str = ""
    case: str = ""

    @property
    def total(self) -> int:
        """The invoice's total with GST, one cent off where the trap says so."""
        return sum(line.total for line in self.lines) + self.cents_off

    @property
    def gst(self) -> int:
        """GST per line, summed; the cent that is off sits in it."""
        return sum(line.tax for line in self.lines) + self.cents_off

    @property
    def mode(self) -> str:
        """inclusive, exclusive or mixed: the bases of its lines."""
        bases = {line.inclusive for line in self.lines}
        if len(bases) > 1:
            return "mixed"
        return "exclusive" if bases == {False} else "inclusive"

    def header(self) -> Row:
        """The row of invoices.csv."""
        sums = {"subtotal": dollars(self.total - self.gst), "gst": dollars(self.gst), "total": dollars(self.total)}
        return {"id": self.id, **self.row, **sums, "gst_mode": self.mode}

    def line_rows(self) -> list[Row]:
        """The rows of invoice_lines.csv."""
        return [
            line_row(f"{self.id.replace('I', 'L')}-{at}", self.id, line) for at, line in enumerate(self.lines, start=1)
        ]


def line_row(line_id: str, invoice_id: str, line: Line) -> Row:
    """One row of invoice_lines.csv."""
    return {
        "id": line_id,
        "invoice_id": invoice_id,
        "product_id": line.product_id,
        "sku": line.sku,
        "description": line.description,
        "quantity": hundredths(line.quantity),
        "unit_price": dollars(line.price),
        "gst_included": "true" if line.inclusive else "false",
        "tax": dollars(line.tax),
        "total": dollars(line.total),
        "discount_percent": str(line.discount) if line.discount else "",
        "pool_id": line.pool_id,
        "kind": line.kind,
    }


def divide(number: int, by: int) -> int:
    """Whole-number division by a positive number, halves away from zero."""
    quotient = (2 * abs(number) + by) // (2 * by)
    return quotient if number >= 0 else -quotient


def dollars(cents: int) -> str:
    """Cents as dollars with two decimals."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def hundredths(quantity: int) -> str:
    """A quantity in hundredths, without idle zeros."""
    return dollars(quantity).rstrip("0").rstrip(".")

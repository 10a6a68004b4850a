"""The price books of both systems: one article, two codes, two names, two prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from reconcile.sandbox.generate.book import AS_OF, FOUNDED, Known, Row, Truth, stamp
from reconcile.sandbox.generate.catalogue import Article, articles
from reconcile.sandbox.generate.dice import Dice

GST = Decimal("1.1")
PRICE_CLASSES = {"equal": 62, "rounding": 13, "stale_price": 14, "gst_basis": 8, "no_price": 3}
ACCOUNTS = {"Chemicals": "201", "Services": "203"}


@dataclass
class PriceBook:
    """Writes articles down in either system; Xero's prices are without GST."""

    dice: Dice
    truth: Truth
    pooltrackr: list[Row] = field(default_factory=list)
    xero: list[Row] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)

    def in_pooltrackr(self, article: Article, fields: Mapping[str, str] | None = None) -> Row:
        """One Pooltrackr product, its price with or without GST."""
        inclusive = self.dice.chance(0.7)
        row = {
            "id": f"R{3001 + len(self.pooltrackr)}",
            "code": self._field_code(article.sku),
            "name": self._field_name(article),
            "description": "",
            "category": article.category,
            "brand": article.brand,
            "price": str(with_gst(article.price) if inclusive else without_gst(article.price, 2)),
            "gst_included": "true" if inclusive else "false",
            "active": "true",
            "xero_item_id": "",
            "updated_at": self._moment(),
        } | dict(fields or {})
        self.pooltrackr.append(row)
        return row

    def in_xero(self, article: Article, fields: Mapping[str, str] | None = None) -> Row:
        """One Xero item; its name is cut at 50 characters, its code is unique."""
        name = self._item_name(article)
        row = {
            "id": self.dice.guid("item", len(self.xero) + 1),
            "code": self._unused(article.sku[:30]),
            "name": name[:50].strip(),
            "description": name if len(name) > 50 or self.dice.chance(0.4) else "",
            "category": "",
            "brand": "",
            "price": str(without_gst(article.price, 4)),
            "sales_account": ACCOUNTS.get(article.category, "202"),
            "tax_type": "OUTPUT",
            "purchase_price": "" if article.category == "Services" else str(without_gst(article.price * 6 // 10, 2)),
            "is_sold": "true",
            "is_purchased": "false" if article.category == "Services" else "true",
            "updated_at": self._moment(),
        } | dict(fields or {})
        self.xero.append(row)
        return row

    def pair(self, article: Article, case: str, price_class: str = "") -> tuple[Row, Row]:
        """One article in both price books, its prices in one class of agreement."""
        price_class = price_class or self.dice.weighted(PRICE_CLASSES)
        left = self.in_pooltrackr(article)
        right = self.in_xero(article)
        if price_class == "rounding" and not self._round_apart(left, right, article):
            price_class = "equal"
        if price_class == "equal" and left["gst_included"] == "false":
            right["price"] = left["price"]
        if price_class == "stale_price":
            share = self.dice.pick((85, 88, 94, 96, 104, 106, 115))
            right["price"] = str(without_gst(article.price * share // 100, 4))
        if price_class == "gst_basis":
            right["price"] = str(with_gst(article.price))
        if price_class == "no_price":
            right["price"] = ""
        self.truth.products.append(Known("products", left["id"], right["id"], case, price_class))
        return left, right

    def look_alike(self, case: str, left: Row, right: Row, price_class: str = "") -> None:
        """Remember two products that are not the same, though they look so."""
        self.truth.look_alikes.append(Known("products", left["id"], right["id"], case, price_class))

    def _round_apart(self, left: Row, right: Row, article: Article) -> bool:
        """Let the two prices differ by the cent that two decimals without GST cost; False when they cannot."""
        short = without_gst(article.price, 2)
        if left["gst_included"] == "false":
            right["price"] = str(short + self.dice.pick((Decimal("0.01"), Decimal("-0.01"))))
            return True
        right["price"] = str(short)
        return (short * GST).quantize(Decimal("0.01"), ROUND_HALF_UP) != Decimal(left["price"])

    def _moment(self) -> str:
        return stamp(FOUNDED + (AS_OF - FOUNDED) * self.dice.random())

    def _field_code(self, sku: str) -> str:
        """The code as the field office has it: bare, spaced, prefixed, damaged or missing."""
        form = self.dice.weighted(
            {"same": 50, "bare": 14, "spaced": 8, "prefixed": 5, "oh": 3, "zeros": 10, "missing": 10}
        )
        return {
            "same": sku,
            "bare": sku.replace("-", "").lower(),
            "spaced": sku.replace("-", " "),
            "prefixed": f"AQN-{sku}",
            "oh": sku.replace("0", "O", 1),
            "zeros": sku.lstrip("0"),
            "missing": "",
        }[form]

    def _field_name(self, article: Article) -> str:
        """[Brand] [Title] / [Size], or near it."""
        branded = with_brand(article)
        return f"{branded}{self.dice.pick((' / ', ' ', ' - '))}{article.size}" if article.size else branded

    def _item_name(self, article: Article) -> str:
        """The bookkeeper's name: the same words, the supplier's words, or capitals."""
        same = f"{with_brand(article)} {article.size}".strip()
        branded = "" if article.brand[:4] in article.other_title else f" {article.brand}"
        form = self.dice.weighted({"same": 35, "other": 50, "capitals": 15})
        return {"same": same, "other": f"{article.other_title}{branded}", "capitals": same.upper()}[form]

    def _unused(self, code: str) -> str:
        wanted, number = code, 2
        while wanted in self.codes:
            wanted, number = f"{code[:27]}-{number}", number + 1
        self.codes.add(wanted)
        return wanted


def fill_price_book(dice: Dice, wanted: int, truth: Truth) -> PriceBook:
    """Write about `wanted` Pooltrackr products and as many Xero items."""
    book = PriceBook(dice.of("prices"), truth)
    stock = articles(dice.of("catalogue"))
    _once_each(book, stock)
    for article in stock:
        if len(book.pooltrackr) >= wanted:
            break
        fate = book.dice.weighted({"both": 80, "pooltrackr": 9, "xero": 9, "twice": 2})
        if fate == "both":
            book.pair(article, article.category.lower())
        elif fate == "pooltrackr":
            book.in_pooltrackr(article)
        elif fate == "xero":
            book.in_xero(article)
        else:
            _listed_twice(book, article)
    book.xero.sort(key=lambda row: row["id"])
    return book


def _once_each(book: PriceBook, stock: list[Article]) -> None:
    """The traps that every sample holds; each takes its articles off the stock."""
    for price_class in PRICE_CLASSES:
        book.pair(_take(stock, "Fittings"), "price", price_class)
    _packs(book, stock)
    _models(book, stock)
    _spreadsheet_damage(book, stock)
    _listed_twice(book, _take(stock, "Chemicals"))
    _twice_in_xero(book, _take(stock, "Chemicals"))
    book.pair(_take(stock, "Services"), "services")
    book.in_pooltrackr(_take(stock, "Parts"), {"active": "false"})
    for code, name in (("FREIGHT-IN", "Freight inwards"), ("STATIONERY", "Office stationery")):
        bought = {"code": code, "name": name, "is_sold": "false", "price": "", "sales_account": "", "tax_type": "INPUT"}
        book.in_xero(_take(stock, "Parts"), bought)
    book.in_pooltrackr(_take(stock, "Parts"), {"price": "0.00"})
    book.in_pooltrackr(_take(stock, "Parts"), {"price": "1899900.00"})


def _packs(book: PriceBook, stock: list[Article]) -> None:
    """A 20 L drum and a carton of four 5 L bottles: as much, not the same; and one code used for both."""
    drum = _take(stock, "Chemicals", sku="HYPO-20L")
    carton = _take(stock, "Chemicals", sku="HYPO-4X5L")
    left_drum, right_drum = book.pair(drum, "pack", "equal")
    left_carton, right_carton = book.pair(carton, "pack", "equal")
    book.look_alike("pack", left_drum, right_carton, "different_pack")
    book.look_alike("pack", left_carton, right_drum, "different_pack")
    tub, pail = _take(stock, "Chemicals", sku="TRI-2KG"), _take(stock, "Chemicals", sku="TRI-10KG")
    left = book.in_pooltrackr(tub, {"code": "TRI-TABS"})
    right = book.in_xero(pail, {"code": "TRI-TABS"})
    book.look_alike("code_used_for_other_pack", left, right, "different_pack")


def _models(book: PriceBook, stock: list[Article]) -> None:
    """CC75 is not CC100, and 12.5 % is not 13 %."""
    for one, other, case in (
        ("AST-CC75", "AST-CC100", "model"),
        ("SAL-LM2-15", "SAL-LM3-15", "model"),
        ("HYPX-20L", "HYPO-15L", "concentration"),
    ):
        left = book.in_pooltrackr(_take(stock, sku=one))
        right = book.in_xero(_take(stock, sku=other))
        book.look_alike(case, left, right)


def _spreadsheet_damage(book: PriceBook, stock: list[Article]) -> None:
    """A leading zero lost, a code turned into a date, an O typed for a 0."""
    zero = _take(stock, "Fittings")
    left, _ = book.pair(zero, "code_without_zero")
    left["code"] = zero.sku.lstrip("0")
    dated = replace(_take(stock, "Parts"), sku="1-15")
    left, _ = book.pair(dated, "code_became_date")
    left["code"] = "15-Jan"
    letter = _take(stock, sku="AST-ZX100")
    left, _ = book.pair(letter, "letter_for_zero")
    left["code"] = "AST-ZX1OO"


def _listed_twice(book: PriceBook, article: Article) -> None:
    """One article entered twice in Pooltrackr."""
    left, _ = book.pair(article, "duplicate_in_pooltrackr")
    copy = book.in_pooltrackr(article, {"price": left["price"], "gst_included": left["gst_included"], "code": ""})
    book.truth.duplicates_pooltrackr.append(Known("products", left["id"], copy["id"], "entered_twice"))


def _twice_in_xero(book: PriceBook, article: Article) -> None:
    """One article under a second code in Xero."""
    _, right = book.pair(article, "duplicate_in_xero")
    copy = book.in_xero(article)
    book.truth.duplicates_xero.append(Known("products", right["id"], copy["id"], "second_code"))


def with_brand(article: Article) -> str:
    """The title with its brand before it, once."""
    return article.title if article.brand in article.title else f"{article.brand} {article.title}"


def _take(stock: list[Article], category: str = "", sku: str = "") -> Article:
    """Take the first article of a category, or the one of a code, off the stock."""
    at = next(at for at, article in enumerate(stock) if (article.sku == sku if sku else article.category == category))
    return stock.pop(at)


def with_gst(cents: int) -> Decimal:
    """A price in cents as dollars with two decimals."""
    return Decimal(cents).scaleb(-2)


def without_gst(cents: int, places: int) -> Decimal:
    """A price in cents with GST as dollars without, rounded half up to so many decimals."""
    return (Decimal(cents) / 100 / GST).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

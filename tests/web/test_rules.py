"""The rules behind the screens, without a page and without a database."""

from decimal import Decimal

import pytest

from reconcile.boards import BOARDS, board, count_boards
from reconcile.bulk_accept import choose_bulk
from reconcile.comparison import compare_records
from reconcile.item_import import IMPORT_COLUMNS, export_rows, item_import
from reconcile.organisation_settings import OrganisationSettings
from reconcile.product_situation import read_products
from reconcile.proposals import Proposal
from reconcile.records import Account, Contact, Product
from reconcile.settings_form import Known, account_choices, read_form
from tests.web.conftest import ACCOUNTS


def verdicts(left: Contact, right: Contact) -> dict[str, str]:
    return {line.label: line.verdict for line in compare_records(left, right)}


@pytest.mark.parametrize(
    ("field", "left", "right", "verdict"),
    [
        ("mobile", "0400 111 222", "+61 400 111 222", "alike"),
        ("name", "SMITH, John", "John Smith", "alike"),
        ("email", "a@example.com; b@example.com", "b@example.com", "alike"),
        ("street", "12 Sea La", "12 Sea Lane", "alike"),
        ("street", "3/17 Bay Rd", "Unit 3, 17 Bay Road", "alike"),
        ("street", "12 Sea Lane", "14 Sea Lane", "differs"),
        ("street", "1 Pool Rd", "1 Pool Rd", "same"),
        ("street", "1 Pool Rd", "2 Pool Rd", "differs"),
        ("abn", "51824753556", "", "one side"),
    ],
)
def test_a_field_is_the_same_alike_different_or_only_on_one_side(
    field: str, left: str, right: str, verdict: str
) -> None:
    found = compare_records(Contact(id="C1", **{field: left}), Contact(id="X1", **{field: right}))
    assert found[0].verdict == verdict


def test_fields_that_are_empty_on_both_sides_are_left_out() -> None:
    assert set(verdicts(Contact(id="C1", name="A"), Contact(id="X1", name="A"))) == {"Name", "Status"}


def test_a_record_can_be_looked_at_alone() -> None:
    lines = compare_records(None, Product(id="I1", price=Decimal("12.50")))
    assert {line.label: line.right for line in lines}["Price"] == "12.5"


def test_every_status_stands_on_exactly_one_board() -> None:
    statuses = [status for b in BOARDS for status in b.statuses]
    assert len(statuses) == len(set(statuses))
    assert set(statuses) == {"staged", "sending", "done", "conflict", "raced", "failed", "reconnect", "withdrawn"}


def test_the_boards_counts_add_up_even_with_a_status_that_nobody_knows() -> None:
    counts = count_boards({"staged": 3, "done": 4, "conflict": 1, "from the future": 2})
    assert sum(counts.values()) == 10
    assert counts["held"] == 3


def test_an_unknown_board_is_the_first() -> None:
    assert board("nonsense").name == "waiting"


def suggestion(number: int, score: float, **fields: object) -> Proposal:
    known = {"suggested": "link", "suggested_id": f"X{number}", "entity": "contacts", "system": "pooltrackr"}
    return Proposal(id=f"P{number:05d}", record_id=f"C{number}", name="", basis="b", score=score, **(known | fields))


def test_only_plain_links_above_the_score_are_accepted_in_bulk() -> None:
    candidates = [
        (suggestion(1, 0.96), False),
        (suggestion(2, 0.99), False),
        (suggestion(3, 0.99), True),
        (suggestion(4, 0.99, vetoes="abn"), False),
        (suggestion(5, 0.99, suggested="create", suggested_id=""), False),
        (suggestion(6, 0.94), False),
    ]
    assert [p.id for p in choose_bulk(candidates, 0.95).proposals] == ["P00002", "P00001"]


def test_nobody_accepts_in_bulk_below_one_half() -> None:
    assert choose_bulk([(suggestion(1, 0.4), False)], 0.0).proposals == ()


def test_any_number_goes_at_once() -> None:
    assert len(choose_bulk([(suggestion(i, 0.99), False) for i in range(1_207)], 0.9).proposals) == 1_207


def test_each_sort_of_suggestion_is_accepted_by_itself_and_voids_never() -> None:
    kinds = {"create": "match", "update": "update", "unlink": "unlink", "void": "void"}
    offered = [(suggestion(i, 0.0, suggested=s, kind=k), False) for i, (s, k) in enumerate(kinds.items())]
    for what in ("create", "update", "unlink"):
        assert [p.suggested for p in choose_bulk(offered, 0.9, what).proposals] == [what]
    assert choose_bulk(offered, 0.9, "void").proposals == ()


def test_a_conflict_is_never_accepted_in_bulk_but_may_be_left() -> None:
    contested = [(suggestion(1, 0.0, suggested="skip", kind="conflict"), True)]
    assert choose_bulk(contested, 0.9, "update").proposals == ()
    bulk = choose_bulk(contested, 0.9, "update", "ignore")
    assert [row.decision for row in bulk.rows()] == ["ignore"]


def test_the_seal_changes_with_what_is_shown() -> None:
    one, other = suggestion(1, 0.99), suggestion(1, 0.99, suggested_id="X2")
    assert choose_bulk([(one, False)], 0.9).seal != choose_bulk([(other, False)], 0.9).seal


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        ((0, 0, 0, 0, 0), "nothing"),
        ((100, 0, 0, 0, 0), "pooltrackr_only"),
        ((0, 100, 0, 0, 0), "xero_only"),
        ((100, 120, 80, 10, 5), "both_similar"),
        ((100, 120, 40, 0, 0), "both_different"),
        ((100, 100, 90, 60, 0), "both_different"),
        ((100, 100, 90, 0, 60), "both_different"),
    ],
)
def test_the_situations_of_the_two_price_books(figures: tuple[int, int, int, int, int], name: str) -> None:
    situation = read_products(*figures)
    assert situation.name == name
    assert situation.advice
    assert situation.may_continue is (name != "both_different")


def product(number: int, **fields: object) -> Product:
    known: dict[str, object] = {"code": f"CODE{number}", "name": f"Product {number}", "gst_included": "true"}
    return Product(id=f"PR{number}", price=Decimal("11.00"), **(known | fields))


def plan(*products: Product, taken: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    found = item_import(products, taken, ACCOUNTS, "200", {"Odd": "210"}, "EX")
    return [row["*ItemCode"] for row in found.rows], [unfit.why for unfit in found.left_out]


def test_the_import_file_has_xeros_columns_and_prices_on_xeros_basis() -> None:
    (row,) = item_import([product(1)], (), ACCOUNTS, "200", {}, "EX").rows
    assert tuple(row) == IMPORT_COLUMNS
    assert Decimal(row["SalesUnitPrice"]) == Decimal(10)
    assert (row["SalesAccount"], row["SalesTaxRate"]) == ("200", "GST on Income")


@pytest.mark.parametrize(
    ("unfit", "why"),
    [
        (product(1, code=""), "it has no code"),
        (product(1, code="X" * 31), "the code has 31 characters, Xero takes 30"),
        (product(1, name="X" * 51), "the name has 51 characters, Xero takes 50"),
        (product(1, gst_included=""), "it is not said whether the price includes GST"),
        (product(1, category="Odd"), "its sales account is no active revenue account in Xero"),
    ],
)
def test_what_xero_would_refuse_is_left_out_and_named(unfit: Product, why: str) -> None:
    assert plan(unfit) == ([], [why])


def test_codes_are_unique_among_themselves_and_in_xero() -> None:
    codes, reasons = plan(product(1, code="a"), product(2, code="A"), product(3), taken=("code3",))
    assert codes == []
    assert reasons == ["2 products have this code"] * 2 + ["Xero has an item with this code"]


def test_the_export_keeps_every_product() -> None:
    rows = export_rows([product(1), product(2, code="", name="")])
    assert [row["id"] for row in rows] == ["PR1", "PR2"]


FORM = {
    "default_sales_account": "200",
    "payment_account": "090",
    "default_invoice_status": "AUTHORISED",
    "numbering_scheme": "xero",
    "xero_price_basis": "EX",
    "cut_off_date": "2026-07-01",
    "guards.max_creates": "20",
    "policies.exact_contact": "on",
    "category:Chemicals": "200",
    "category:Nothing": "",
}


def test_a_form_becomes_settings() -> None:
    result = read_form(FORM, OrganisationSettings(show_technician=True), Known(ACCOUNTS))
    settings = result.settings
    assert settings is not None
    assert (settings.payment_account, settings.default_invoice_status) == ("090", "AUTHORISED")
    assert (settings.show_technician, settings.policies.exact_contact) == (False, True)
    assert (settings.guards.max_creates, settings.guards.max_updates) == (20, 5000)
    assert settings.category_accounts == {"Chemicals": "200"}
    assert str(settings.cut_off_date) == "2026-07-01"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"payment_account": "999"}, "payment account: 999 is no active account in Xero."),
        ({"category:Chemicals": "210"}, "the account of category Chemicals: 210 is no active account in Xero."),
        ({"default_invoice_status": "PAID"}, "default invoice status"),
        ({"guards.max_creates": "-1"}, "Most records one run may create: write 0 or more."),
        ({"cut_off_date": "soon"}, "Nothing dated before: write a date"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_kept(change: dict[str, str], words: str) -> None:
    result = read_form(FORM | change, OrganisationSettings(), Known(ACCOUNTS))
    assert result.settings is None
    assert any(words in problem for problem in result.problems)


def test_only_fitting_accounts_are_offered() -> None:
    choices = account_choices([*ACCOUNTS, Account(id="A9", name="without a code", status="ACTIVE")])
    assert choices.sales == (("200", "Sales"),)
    assert choices.payment == (("090", "Bank"),)
    assert [code for code, _ in choices.any] == ["090", "200", "404"]

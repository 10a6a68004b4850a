"""Each rule finds the row that breaks it, names it, says what to do, and gives nothing personal away."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from reconcile.errors import BadInput
from reconcile.quality import KINDS, Finding, check_frame, rules_of

REPO = Path(__file__).parents[2]

CONTACT = {
    "id": "C1", "name": "Jo Pemberton", "first_name": "Jo", "last_name": "Pemberton", "company": "",
    "email": "jo@mail.example.org", "phone": "", "mobile": "0491 570 006", "abn": "51 824 753 556", "street": "3/17 Wattle St",
    "suburb": "Buderim", "state": "QLD", "postcode": "4556", "contact_number": "", "status": "active",
    "site_state": "", "site_postcode": "",
}  # fmt: skip
PRODUCT = {
    "id": "R1", "code": "HYPO-20L", "name": "Liquid Chlorine 20L", "price_e4": 349_500, "gst_included": "true", "tax_type": "OUTPUT",
}  # fmt: skip
INVOICE = {
    "id": "I1", "number": "INV-1", "contact_id": "C1", "date": "2026-10-01", "due_date": "2026-10-15", "subtotal_cents": 10_000,
    "total_tax_cents": 1_000, "total_cents": 11_000,
}  # fmt: skip
LINE = {"invoice_id": "I1", "description": "Liquid Chlorine 20L", "tax_type": "OUTPUT"}
PAYMENT = {"id": "Y1", "invoice_id": "I1", "amount_cents": 11_000, "date": "2026-10-03"}
ACCOUNT = {"id": "a1", "code": "200", "name": "Sales", "tax_type": "OUTPUT"}
TAX_RATE = {"id": "OUTPUT", "name": "GST on Income", "rate_e4": 100_000}
POOL = {"id": "P1", "name": "Pool", "street": "3 Wattle St", "suburb": "Buderim", "state": "QLD", "postcode": "4556"}

GOOD = {
    "contacts": CONTACT, "pools": POOL, "products": PRODUCT, "invoices": INVOICE, "invoice_lines": LINE, "payments": PAYMENT,
    "accounts": ACCOUNT, "tax_rates": TAX_RATE,
}  # fmt: skip
TAX_TYPES = ("OUTPUT", "INPUT")


def good(kind: str) -> dict[str, object]:
    return GOOD[kind.split("_", 1)[1]]


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows))
    return made.astype({name: "Int64" if name.endswith(("_e4", "_cents")) else "str" for name in made})


def found(kind: str, *rows: dict[str, object]) -> list[Finding]:
    return check_frame(kind, frame(*rows), TAX_TYPES)


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_row_breaks_no_rule(kind: str) -> None:
    assert found(kind, good(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_frame_with_its_columns_breaks_no_rule(kind: str) -> None:
    assert check_frame(kind, frame(good(kind)).iloc[:0], TAX_TYPES) == []


SOFT = [
    ("pooltrackr_contacts", "name_missing", {"name": ""}),
    ("pooltrackr_contacts", "name_too_long", {"name": "x" * 256}),
    ("pooltrackr_contacts", "name_brackets", {"name": "Jo <Buderim>"}),
    ("pooltrackr_contacts", "name_spaces", {"name": "Jo  Pemberton"}),
    ("pooltrackr_contacts", "name_spaces", {"name": "Jo Pemberton "}),
    ("pooltrackr_contacts", "name_spaces", {"name": "Jo\u00a0Pemberton"}),
    ("pooltrackr_contacts", "placeholder_name", {"name": "Cash Sale"}),
    ("pooltrackr_contacts", "placeholder_name", {"name": "TEST do not use"}),
    ("xero_contacts", "abn_checksum", {"abn": "51 824 753 557"}),
    ("xero_contacts", "abn_checksum", {"abn": "5182475355"}),
    ("pooltrackr_contacts", "email_shape", {"email": "jo@"}),
    ("pooltrackr_contacts", "email_shape", {"email": "jo at mail.example.org"}),
    ("pooltrackr_contacts", "email_shape", {"email": "jo@mail"}),
    ("pooltrackr_contacts", "email_shape", {"email": "mailto:jo@mail.example.org"}),
    ("pooltrackr_contacts", "email_slip", {"email": "jo@gmial.com"}),
    ("pooltrackr_contacts", "email_slip", {"email": "jo@mail.example.con"}),
    ("pooltrackr_contacts", "state_unknown", {"state": "NZ"}),
    ("pooltrackr_contacts", "postcode_shape", {"postcode": "45566"}),
    ("pooltrackr_contacts", "postcode_state", {"postcode": "2000"}),
    ("pooltrackr_contacts", "postcode_state", {"state": "NSW", "postcode": "800"}),
    ("xero_contacts", "postcode_state", {"site_state": "VIC", "site_postcode": "4000"}),
    ("pooltrackr_pools", "address_missing", {"street": ""}),
    ("pooltrackr_pools", "postcode_state", {"postcode": "3000"}),
    ("xero_products", "name_too_long", {"name": "x" * 51}),
    ("xero_products", "code_missing", {"code": ""}),
    ("pooltrackr_products", "code_too_long", {"code": "x" * 31}),
    ("pooltrackr_products", "code_damaged", {"code": "15-Jan"}),
    ("pooltrackr_products", "code_damaged", {"code": "1E+05"}),
    ("pooltrackr_products", "price_missing", {"price_e4": None}),
    ("pooltrackr_products", "price_range", {"price_e4": 0}),
    ("pooltrackr_products", "price_range", {"price_e4": -1}),
    ("pooltrackr_products", "price_range", {"price_e4": 500_000_001}),
    ("pooltrackr_products", "gst_basis_unknown", {"gst_included": "perhaps"}),
    ("xero_invoices", "number_missing", {"number": ""}),
    ("pooltrackr_invoices", "contact_missing", {"contact_id": ""}),
    ("pooltrackr_invoices", "totals_disagree", {"total_cents": 11_001}),
    ("pooltrackr_invoices", "total_range", {"total_cents": -11_000, "subtotal_cents": -10_000, "total_tax_cents": -1_000}),
    ("pooltrackr_invoices", "due_before_issue", {"due_date": "2026-09-30"}),
    ("xero_invoice_lines", "description_missing", {"description": " "}),
    ("xero_invoice_lines", "description_too_long", {"description": "x" * 4001}),
    ("pooltrackr_payments", "amount_range", {"amount_cents": 0}),
    ("pooltrackr_payments", "invoice_missing", {"invoice_id": ""}),
    ("pooltrackr_payments", "date_shape", {"date": "3/10/2026"}),
    ("xero_accounts", "code_too_long", {"code": "20000000000"}),
    ("xero_accounts", "name_missing", {"name": ""}),
    ("xero_tax_rates", "rate_range", {"rate_e4": 1_000_001}),
    ("xero_tax_rates", "rate_missing", {"rate_e4": None}),
]  # fmt: skip

HARD = [
    ("pooltrackr_contacts", "id_missing", {"id": ""}),
    ("xero_products", "tax_type_unknown", {"tax_type": "OUTPUT9"}),
    ("xero_accounts", "tax_type_unknown", {"tax_type": "OUTPUT9"}),
    ("xero_invoice_lines", "tax_type_unknown", {"tax_type": "OUTPUT9"}),
    ("xero_invoice_lines", "invoice_missing", {"invoice_id": ""}),
    ("pooltrackr_invoices", "amount_unreadable", {"total_cents": None}),
    ("xero_payments", "amount_unreadable", {"amount_cents": None}),
]


def place(kind: str, at: int) -> str:
    """The name of the row that holds a soft case."""
    return f"{good(kind).get('id', 'I1')}-{at}"


@cache
def soft_findings(kind: str) -> list[Finding]:
    """All soft cases of a kind in one frame, one row each, below a row that is right."""
    rows = [good(kind)]
    for at, (case_kind, _, change) in enumerate(SOFT):
        if case_kind == kind:
            own = {"id": place(kind, at)} if "id" in good(kind) else {"invoice_id": place(kind, at)}
            code = {"code": f"X{at}"} if "code" in good(kind) else {}
            rows.append(good(kind) | own | code | change)
    return found(kind, *rows)


@pytest.mark.parametrize(("at", "kind", "rule", "change"), [(at, *case) for at, case in enumerate(SOFT)])
def test_a_soft_rule_names_the_row_that_breaks_it_and_no_other_rule_does(
    at: int, kind: str, rule: str, change: dict[str, object]
) -> None:
    [finding] = [one for one in soft_findings(kind) if place(kind, at) in one.record_ids]
    assert (finding.severity, finding.rule) == ("soft", rule)
    assert finding.column in change


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in SOFT}))
def test_soft_rules_leave_the_right_row_alone(kind: str) -> None:
    right = str(good(kind).get("id", "I1"))
    assert not [one.rule for one in soft_findings(kind) if right in one.record_ids]


@pytest.mark.parametrize(("kind", "rule", "change"), HARD)
def test_a_hard_rule_stops_the_run(kind: str, rule: str, change: dict[str, object]) -> None:
    broken = [finding for finding in found(kind, good(kind) | change) if finding.severity == "hard"]
    assert [finding.rule for finding in broken] == [rule]


def test_every_rule_has_a_case_here() -> None:
    proven = {(kind.split("_", 1)[1], rule) for kind, rule, _ in SOFT + HARD}
    elsewhere = {"column_missing", "id_double", "amount_not_whole", "code_double", "contact_number_double"}
    for kind in KINDS:
        named = {rule.name for rule in rules_of(kind, TAX_TYPES)} - elsewhere
        entity = kind.split("_", 1)[1]
        if entity in ("invoices", "payments", "products", "accounts", "tax_rates"):
            named.discard("id_missing")
        if entity == "pools":
            named -= {"id_missing", "state_unknown", "postcode_shape"}
        if entity == "products":
            named -= {"name_missing", "name_brackets", "name_spaces"}
        assert not {name for name in named if (entity, name) not in proven}, kind


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.endswith("lines")])
def test_one_id_on_two_rows_is_hard_and_named_once(kind: str) -> None:
    [finding] = [one for one in found(kind, good(kind), good(kind)) if one.rule == "id_double"]
    assert (finding.severity, finding.count, finding.record_ids) == ("hard", 2, (str(good(kind)["id"]),))


@pytest.mark.parametrize("kind", KINDS)
def test_every_required_column_is_missed_by_name(kind: str) -> None:
    required = {rule.column for rule in rules_of(kind) if rule.name == "column_missing"} | (
        set() if kind.endswith("lines") else {"id"}
    )
    for column in required:
        lacking = frame(good(kind)).drop(columns=column)
        [finding] = [one for one in check_frame(kind, lacking) if one.rule == "column_missing"]
        assert (finding.severity, finding.column) == ("hard", column)
        assert column in finding.message


def test_a_row_without_an_id_is_named_by_its_place() -> None:
    [finding] = found("pooltrackr_contacts", CONTACT, CONTACT | {"id": ""})
    assert finding.record_ids == ("row 2",)


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("pooltrackr_products", "price_e4"),
        ("xero_invoices", "total_cents"),
        ("xero_payments", "amount_cents"),
        ("xero_tax_rates", "rate_e4"),
    ],
)
@pytest.mark.parametrize("dtype", ["float64", "object", "str"])
def test_money_that_is_not_whole_numbers_stops_the_run(kind: str, column: str, dtype: str) -> None:
    wrong = frame(good(kind)).astype({column: dtype})
    assert "amount_not_whole" in {one.rule for one in check_frame(kind, wrong) if one.severity == "hard"}


def test_one_code_on_two_products_is_a_flag_on_both() -> None:
    [finding] = found("pooltrackr_products", PRODUCT, PRODUCT | {"id": "R2"}, PRODUCT | {"id": "R3", "code": ""})
    assert (finding.rule, finding.record_ids) == ("code_double", ("R1", "R2"))


def test_products_without_codes_do_not_share_one() -> None:
    rows = [PRODUCT | {"id": f"R{number}", "code": ""} for number in range(3)]
    assert found("pooltrackr_products", *rows) == []


def test_a_contact_number_on_two_active_contacts_is_a_flag_on_both() -> None:
    stamped = [CONTACT | {"id": f"x{number}", "contact_number": "C7", "status": "ACTIVE"} for number in (1, 2)]
    archived = CONTACT | {"id": "x3", "contact_number": "C7", "status": "ARCHIVED"}
    [finding] = found("xero_contacts", *stamped, archived)
    assert (finding.rule, finding.record_ids) == ("contact_number_double", ("x1", "x2"))


ACCEPTED = [
    {"email": "jo@mail.example.org; office@mail.example.org"},
    {"email": " Jo@Mail.Example.Org "},
    {"email": "jo.o'hara+pool@mail.example.com.au;"},
    {"abn": "004 085 616"},
    {"name": "Siobhán O’Brien (Coolum house) & Søn"},
    {"name": "Testa Rossa Pty Ltd"},
    {"name": "Walkinshaw Family Trust"},
    {"name": "Cashel Saleh"},
    {"state": "Queensland"},
    {"state": "NT", "postcode": "800"},
    {"state": "NT", "postcode": "0800"},
    {"state": "ACT", "postcode": "2604"},
    {"state": "NSW", "postcode": "2620"},
    {"state": "", "postcode": "2000"},
    {"email": "", "abn": "", "state": "", "postcode": "", "street": "", "suburb": ""},
]


def test_unusual_but_right_contacts_pass() -> None:
    rows = [CONTACT | {"id": f"C{number}"} | change for number, change in enumerate(ACCEPTED)]
    assert [finding.message for finding in found("pooltrackr_contacts", *rows)] == []


def test_without_a_list_no_tax_type_is_called_unknown() -> None:
    assert check_frame("xero_products", frame(PRODUCT | {"tax_type": "TAX007"})) == []


def test_columns_that_are_not_there_are_not_checked() -> None:
    assert check_frame("pooltrackr_contacts", frame({"id": "C1", "name": "Jo Pemberton"})) == []


def test_missing_values_of_pandas_count_as_empty_text() -> None:
    holed = frame(CONTACT, CONTACT | {"id": "C2"}).astype({"email": object})
    holed.loc[1, "email"] = None
    assert check_frame("pooltrackr_contacts", holed) == []


def test_a_message_names_the_first_rows_the_count_and_the_remedy() -> None:
    rows = [CONTACT | {"id": f"C{number}", "abn": "11 111 111 111"} for number in range(1, 9)]
    [finding] = found("pooltrackr_contacts", *rows)
    assert finding.message == (
        "pooltrackr contacts, 8 rows (C1, C2, C3, C4, C5 and 3 more): the ABN does not pass its checksum. "
        "Look the number up on the customer's paperwork and correct it; until then it does not count when matching."
    )
    assert finding.count == 8
    assert finding.detail.startswith("The ABN does not pass its checksum. Look the number up")


def test_the_detail_of_a_flag_does_not_change_when_other_rows_do() -> None:
    alone, among = (
        [one.detail for one in found("pooltrackr_contacts", *rows)]
        for rows in ([CONTACT | {"abn": "1"}], [CONTACT | {"abn": "1"}, CONTACT | {"id": "C2", "abn": "2"}])
    )
    assert alone == among


LONG = [
    "a@" + "a." * 20_000,
    "a@b.cc;" * 5_000 + "!",
    "a@b.cc/" * 5_000 + "@",
    "@a" * 20_000,
    " " * 20_000 + "x",
    "cash" + " " * 20_000 + "x",
]


@pytest.mark.timeout(20)
def test_absurdly_long_cells_do_not_hold_up_a_check() -> None:
    rows = [CONTACT | {"id": f"C{at}", "name": cell, "email": cell, "abn": cell} for at, cell in enumerate(LONG)]
    assert "email_shape" in {one.rule for one in found("pooltrackr_contacts", *rows)}


def test_no_finding_holds_personal_data() -> None:
    secret = CONTACT | {
        "name": "Zebedee  Quux", "first_name": "Zebedee", "email": "zebedee@", "abn": "99 999 999 999", "state": "Quuxland", "postcode": "98765",
    }  # fmt: skip
    findings = found("xero_contacts", secret, secret | {"id": "C1"})
    assert len(findings) >= 5
    assert not re.search("zebedee|quux|98765|99 999", repr(findings), re.IGNORECASE)


def test_the_frame_that_was_checked_is_left_as_it_was() -> None:
    checked = frame(CONTACT | {"name": ""}, CONTACT | {"id": "C2"})
    before = checked.copy(deep=True)
    check_frame("pooltrackr_contacts", checked)
    pd.testing.assert_frame_equal(checked, before)


def test_findings_come_in_the_same_order_every_time() -> None:
    rows = [
        CONTACT | {"id": "C1", "name": " ", "abn": "1", "email": "x"},
        CONTACT | {"id": "C2", "name": "<>", "abn": "2"},
    ]
    assert found("pooltrackr_contacts", *rows) == found("pooltrackr_contacts", *rows)


def test_the_index_of_a_frame_plays_no_part() -> None:
    shuffled = frame(CONTACT, CONTACT | {"id": "C2", "abn": "1"}).set_axis([7, 7])
    [finding] = check_frame("pooltrackr_contacts", shuffled)
    assert finding.record_ids == ("C2",)


def test_rows_of_one_id_do_not_lend_each_other_their_faults() -> None:
    twins = [CONTACT | {"id": "C1", "abn": "1"}, CONTACT | {"id": "C1"}, CONTACT | {"id": "C3", "abn": "2"}]
    by_rule = {one.rule: one for one in found("pooltrackr_contacts", *twins)}
    assert (by_rule["abn_checksum"].record_ids, by_rule["abn_checksum"].count) == (("C1", "C3"), 2)
    assert (by_rule["id_double"].record_ids, by_rule["id_double"].count) == (("C1",), 2)


def test_every_row_of_a_large_frame_can_be_named() -> None:
    rows = pd.concat([frame(CONTACT | {"abn": "1"})] * 3_000).assign(id=[f"C{at}" for at in range(3_000)])
    [finding] = check_frame("pooltrackr_contacts", rows)
    assert finding.record_ids == tuple(f"C{at}" for at in range(3_000))


def test_an_unknown_kind_is_refused_with_the_kinds_there_are() -> None:
    with pytest.raises(BadInput, match="pooltrackr_contacts"):
        check_frame("customers", frame(CONTACT))


QUIET = """
import logging, sys
import pandas as pd
from reconcile.quality import check_frame
assert "great_expectations" not in sys.modules, "imported before it was needed"
logging.basicConfig(level=logging.INFO)
frame = pd.DataFrame({"id": ["C1", "C2"], "name": ["Jo", "Jo  P"], "email": ["", "x"]}, dtype="str")
assert {one.rule for one in check_frame("pooltrackr_contacts", frame)} == {"name_spaces", "email_shape"}
"""


def test_a_check_prints_nothing_logs_nothing_and_leaves_no_files(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(REPO)}
    done = subprocess.run(
        [sys.executable, "-c", QUIET], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []

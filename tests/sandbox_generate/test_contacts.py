"""The sample's contacts hold every trap of the trade, and the truth about them holds."""

import re
from collections import Counter, defaultdict

import phonenumbers
import pytest
from stdnum.au import abn

from reconcile.sandbox.generate import World
from reconcile.sandbox.generate.contacts import MIX
from reconcile.sandbox.generate.numbers import DRAMA_MOBILES, abn_from

Row = dict[str, str]


def by_id(world: World, table: str) -> dict[str, Row]:
    return {row["id"]: row for row in world.tables[table]}


def pairs(world: World, case: str, truth: str = "truth/contacts") -> list[tuple[Row, Row]]:
    left, right = by_id(world, "pooltrackr/contacts"), by_id(world, "xero/contacts")
    return [
        (left[row["left_id"]], right[row["right_id"]])
        for row in world.tables[truth]
        if row["case"] == case and row.get("entity", "contacts") == "contacts"
    ]


CASES = {
    "plain", "nickname", "surname_first", "title", "initial", "typo", "capitals", "hyphen", "diacritics", "surname_spacing",
    "family_name_first", "moved", "gmail_dots", "email_typo", "leading_zero_postcode", "estate", "unit_spelling",
    "mount_spelling", "stamped", "namesakes", "couple", "couple_payer", "shared_email", "father_son", "shop_email", "company",
    "venue", "trading_as", "trust", "trust_and_company", "sister_venues", "company_person", "strata_manager", "strata_plan",
    "agency", "agency_owner", "agents_abn", "duplicate_in_pooltrackr", "duplicate_in_xero", "archived_in_xero",
    "archived_in_pooltrackr", "merged", "careless", "worn", "bare_in_xero", "shared_initial", "renamed",
    "transliterated", "club", "two_numbers", "two_mailboxes", "pasted_mailbox", "exponent", "extension", "remark",
}  # fmt: skip
LOOK_ALIKES = {
    "namesakes", "reissued_number", "couple_partner", "shared_email", "father_son", "neighbours", "shop_email",
    "trust_and_company", "sister_venues", "state_branches", "other_strata_number", "agency_owner", "agents_abn", "placeholder", "new_owner", "super_fund", "shared_initial",
}  # fmt: skip


def test_every_case_occurs_in_the_sample(sample: World) -> None:
    assert {row["case"] for row in sample.tables["truth/contacts"]} == CASES


def test_every_look_alike_occurs_in_the_sample(sample: World) -> None:
    found = {row["case"] for row in sample.tables["truth/look_alikes"] if row["entity"] == "contacts"}
    assert found == LOOK_ALIKES


def test_truth_is_one_to_one_and_names_records_that_exist(larger: World) -> None:
    left, right = by_id(larger, "pooltrackr/contacts"), by_id(larger, "xero/contacts")
    truth = larger.tables["truth/contacts"]
    assert max(Counter(row["left_id"] for row in truth).values()) == 1
    assert max(Counter(row["right_id"] for row in truth).values()) == 1
    assert all(row["left_id"] in left and row["right_id"] in right for row in truth)


def test_no_look_alike_is_a_true_pair(larger: World) -> None:
    truth = {(row["left_id"], row["right_id"]) for row in larger.tables["truth/contacts"]}
    assert not truth & {(row["left_id"], row["right_id"]) for row in larger.tables["truth/look_alikes"]}


def test_xero_never_holds_two_active_contacts_of_one_name(larger: World) -> None:
    active = [row["name"].casefold() for row in larger.tables["xero/contacts"] if row["status"] == "ACTIVE"]
    assert len(active) == len(set(active))


def test_ids_are_unique_and_a_spreadsheet_leaves_them_alone(larger: World) -> None:
    for table in ("pooltrackr/contacts", "xero/contacts"):
        ids = [row["id"] for row in larger.tables[table]]
        assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"C\d+", row["id"]) for row in larger.tables["pooltrackr/contacts"])
    guid = r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert all(re.fullmatch(guid, row["id"]) for row in larger.tables["xero/contacts"])


def test_abns_pass_their_checksum_but_for_the_careless_ones(larger: World) -> None:
    careless = {left["id"] for left, _ in pairs(larger, "careless")}
    written = [
        row["abn"]
        for table in ("pooltrackr/contacts", "xero/contacts")
        for row in larger.tables[table]
        if row["abn"] and row["id"] not in careless
    ]
    assert len(written) > 100
    assert all(abn.is_valid(number) for number in written)


@pytest.mark.parametrize("nine", ["000000000", "824753556", "004085616", "999999999"])
def test_an_abn_is_completed_to_a_valid_one(nine: str) -> None:
    assert abn.is_valid(abn_from(nine))
    assert abn_from(nine).endswith(nine)


def test_phone_numbers_are_valid_and_set_aside_or_in_the_block_around(larger: World) -> None:
    states = {"NSW": "2", "ACT": "2", "VIC": "3", "TAS": "3", "QLD": "7", "SA": "8", "WA": "8", "NT": "8"}
    for row in larger.tables["pooltrackr/contacts"]:
        for cell in filter(None, (row["phone"], row["mobile"])):
            if cell == "4.91E+08":
                continue
            digits = re.sub(r"\D", "", cell.split(" ext")[0])
            if len(digits) == 8:
                digits = "0" + states.get(row["state"], "7") + digits
            number = phonenumbers.parse("0" + digits if digits[0] == "4" else re.sub("^0061", "+61", digits), "AU")
            national = f"0{number.national_number}"
            assert phonenumbers.is_valid_number(number), cell
            assert national[:4] == "0491" or national[2:6] in ("5550", "7010"), cell


def test_the_numbers_set_aside_for_drama_are_used_first(sample: World) -> None:
    cells = [
        row[column]
        for table in ("pooltrackr/contacts", "xero/contacts")
        for row in sample.tables[table]
        for column in ("phone", "mobile")
    ]
    assert set(DRAMA_MOBILES) <= {"0" + re.sub(r"\D", "", cell)[-9:] for cell in cells}


def test_mailboxes_lie_in_domains_set_aside_or_are_plainly_made_up(larger: World) -> None:
    allowed = re.compile(
        r"^\s*(pooldemo[^@]*@gm(ai|ia)l\.com|[^@]+@([^@]+\.)?example\.(com\.au|co[mn]\.au|co[mn]|ne?t|ent|org)|noemail@)$",
        re.IGNORECASE,
    )
    for table in ("pooltrackr/contacts", "xero/contacts"):
        for row in larger.tables[table]:
            mailboxes = [part.removeprefix("mailto:") for part in row["email"].split(";")]
            assert all(not mailbox or allowed.match(mailbox) for mailbox in mailboxes), row["email"]


def test_a_true_pair_always_shares_something_besides_its_name(larger: World) -> None:
    def traces(row: Row) -> set[str]:
        digits = {re.sub(r"\D", "", row[column])[-8:] for column in ("phone", "mobile", "abn")}
        local = re.sub(r"\+.*|\.", "", row["email"].strip().lower().split("@")[0])
        streets = {
            re.sub(r"\D", "", row.get(column, "")) + row.get(column, "")[-2:].lower()
            for column in ("street", "site_street")
        }
        places = {
            row.get(f"{at}postcode", "").lstrip("0") + re.sub(r"\D", "", row.get(f"{at}street", ""))
            for at in ("", "site_")
        }
        return {
            *(f"d{d}" for d in digits if d),
            *(f"e{e}" for e in {local} if e),
            *(f"s{s}" for s in streets if s),
            *(f"p{p}" for p in places if p),
        }

    left, right = by_id(larger, "pooltrackr/contacts"), by_id(larger, "xero/contacts")
    alone = [
        row["case"]
        for row in larger.tables["truth/contacts"]
        if row["case"] not in ("stamped", "bare_in_xero")
        and not traces(left[row["left_id"]]) & traces(right[row["right_id"]])
    ]
    assert len(alone) <= len(larger.tables["truth/contacts"]) * 0.005, Counter(alone)


def test_couples_stand_in_one_name(sample: World) -> None:
    names = [right["name"] for _, right in pairs(sample, "couple")]
    assert any("&" in name or " and " in name for name in names)


def test_surnames_come_first_with_a_comma(sample: World) -> None:
    for left, right in pairs(sample, "surname_first"):
        assert right["name"].startswith(f"{left['last_name']}, {left['first_name']}")


def test_strata_schemes_share_their_managers_mailbox_but_not_their_number(sample: World) -> None:
    schemes = [left for left, _ in pairs(sample, "strata_plan")]
    shared = Counter(scheme["email"] for scheme in schemes)
    numbers = {re.search(r"\d{4,}", scheme["name"]).group() for scheme in schemes}
    assert max(shared.values()) >= 3
    assert len(numbers) == len(schemes)


def test_the_other_strata_number_is_never_the_same_number(sample: World) -> None:
    for left, right in pairs(sample, "other_strata_number", "truth/look_alikes"):
        assert re.search(r"\d{4,}", left["name"]).group() != re.search(r"\d{4,}", right["name"]).group()


def test_an_agents_pool_has_owner_agent_and_tenant(sample: World) -> None:
    ties = defaultdict(set)
    for row in sample.tables["pooltrackr/pools"]:
        ties[row["id"]].add(row["relationship"])
    assert {"owner", "agent", "tenant"} in ties.values()


def test_an_owner_carries_the_agencys_abn(sample: World) -> None:
    for left, agency in pairs(sample, "agents_abn", "truth/look_alikes"):
        assert abn.compact(left["abn"]) == abn.compact(agency["abn"])


def test_father_and_son_live_at_one_address(sample: World) -> None:
    for son, father in pairs(sample, "father_son", "truth/look_alikes"):
        assert son["name"].endswith("Jnr")
        assert father["name"].endswith("Snr")


def test_a_postcode_of_the_territory_has_lost_its_zero(sample: World) -> None:
    for left, right in pairs(sample, "leading_zero_postcode"):
        assert left["state"] == "NT"
        assert len(right["postcode"]) == 3


def test_gmail_dots_and_plus_tags_hide_one_mailbox(sample: World) -> None:
    for left, right in pairs(sample, "gmail_dots"):
        bare = right["email"].strip().lower().replace("+pool", "")
        assert left["email"] != right["email"]
        assert left["email"].split("@")[0].replace(".", "") == bare.split("@")[0].replace(".", "")


def test_a_merged_contact_is_archived_and_points_to_the_one_that_stayed(larger: World) -> None:
    right = by_id(larger, "xero/contacts")
    gone = [row for row in right.values() if row["merged_to"]]
    assert gone
    assert all(row["status"] == "ARCHIVED" and right[row["merged_to"]]["status"] == "ACTIVE" for row in gone)


def test_some_xero_contacts_are_archived_and_some_are_suppliers(sample: World) -> None:
    assert {"ACTIVE", "ARCHIVED"} == {row["status"] for row in sample.tables["xero/contacts"]}
    assert any(row["is_supplier"] == "true" and row["is_customer"] == "false" for row in sample.tables["xero/contacts"])


def test_both_systems_hold_contacts_that_the_other_does_not_know(sample: World) -> None:
    truth = sample.tables["truth/contacts"]
    for table, column in (("pooltrackr/contacts", "left_id"), ("xero/contacts", "right_id")):
        share = len({row[column] for row in truth}) / len(sample.tables[table])
        assert 0.75 < share < 0.95


def test_duplicates_name_two_records_of_one_system(larger: World) -> None:
    tables = {"contacts": "contacts", "products": "products"}, {"contacts": "contacts", "products": "items"}
    for system, names in zip(("pooltrackr", "xero"), tables, strict=True):
        twins = larger.tables[f"truth/duplicates_{system}"]
        assert {row["entity"] for row in twins} == {"contacts", "products"}
        for row in twins:
            known = by_id(larger, f"{system}/{names[row['entity']]}")
            assert row["id"] != row["duplicate_id"]
            assert row["id"] in known
            assert row["duplicate_id"] in known


def test_a_stamped_contact_number_is_the_partners_id(sample: World) -> None:
    for left, right in pairs(sample, "stamped"):
        assert right["contact_number"] == left["id"]
        assert left["xero_contact_id"] in ("", right["id"])


def test_every_recipe_says_what_it_writes() -> None:
    assert all(recipe.__doc__ for recipe in MIX)

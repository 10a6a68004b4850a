"""How product text is read: measures, packs, model numbers, substances, states, brands and codes."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.normalise.product_measures import Measure, extract_measures
from reconcile.normalise.product_text import canonical_brand, damaged_sku_key, plain, read_product, sku_key
from reconcile.normalise.product_words import VARIANTS

TEXT = st.text(max_size=120)
TRADE_TEXT = st.lists(
    st.sampled_from(
        [
            "liquid",
            "chlorine",
            "20L",
            "4x5L",
            "12.5%",
            "ZX-100",
            "LM2-15",
            "40mm",
            "1/2hp",
            "drum",
            "refill",
            "astral",
            "hurlcon",
            "bicarb",
            "6",
            "pk",
            "kit",
            "Ph-Down",
            "200g",
            "4kg",
            "-",
            "(",
            ")",
            "/",
            "'",
            '"',
        ]
    ),
    max_size=12,
).map(" ".join)


def amounts(text: str) -> list[tuple[str, float]]:
    return [(measure.dimension, measure.amount) for measure in extract_measures(plain(text))[0]]


@pytest.mark.parametrize(
    "text", ["20L", "20 l", "20 Ltr", "20lt", "20-litre", "20 LITRES", "20000ml", "20,000 mL", "20.0L"]
)
def test_one_volume_however_it_is_written(text):
    assert amounts(text) == [("volume", 20000)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acid 4x5L", [("count", 4), ("volume", 5000)]),
        ("Acid 5L x 4", [("volume", 5000), ("count", 4)]),
        ("Acid CTN6 5 L", [("volume", 5000), ("count", 6)]),
        ("Tablets 200g 4kg", [("mass", 200), ("mass", 4000)]),
        ("Strips box of 50", [("count", 50)]),
        ("Chlorine 12,5 %", [("concentration", 12.5)]),
        ("Pump 1 1/2 hp", [("power", 1118.55)]),
        ('Valve 1.5"', [("length", 38.1)]),
        ("Pipe 40mm x 6m", [("length", 40), ("length", 6000)]),
        ("Test strips 4 in 1", []),
        ("Zodiac LM2-15", []),
    ],
)
def test_measures_packs_and_what_is_neither(text, expected):
    assert amounts(text) == expected


def test_a_measure_is_shown_as_a_person_writes_it():
    assert [Measure("volume", 20000).text, Measure("mass", 2500).text, Measure("length", 50).text] == [
        "20 L",
        "2.5 kg",
        "50 mm",
    ]


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("Sony NS-AW190BL", "nsaw190bl"),
        ("Zodiac LM2-15", "lm215"),
        ("Waterco-CC75", "cc75"),
        ("010-10908-00", "0101090800"),
    ],
)
def test_a_model_number_is_one_token(text, token):
    assert token in read_product(text).models


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Liq Chlor 20L", "Sodium Hypochlorite 20 L"),
        ("Cal-Hypo 10kg", "Calcium Hypochlorite 10 kg"),
        ("Bicarb 25kg", "Buffer 25 kg"),
        ("Soda ash 5kg", "pH Up 5kg"),
        ("Muriatic acid 5L", "Hydrochloric Acid 5L"),
        ("Clacium hypochlorte 4kg", "Calcium hypochlorite 4kg"),
    ],
)
def test_one_chemical_under_two_names(one, other):
    assert read_product(one).substances == read_product(other).substances != frozenset()


def test_granular_chlorine_may_be_either_of_two_chemicals():
    granular = read_product("Granular chlorine 10kg").substances
    assert granular == read_product("Cal hypo 10kg").substances | read_product("Dichlor 10kg").substances


def test_a_word_that_is_a_chemical_only_beside_a_size_is_none_elsewhere():
    assert read_product("Print buffer USB").substances == frozenset()


def test_brands_are_known_by_their_aliases():
    assert canonical_brand("Hurlcon") == canonical_brand("Astral Pool") == canonical_brand("ASTRALPOOL") != ""
    assert read_product("Hurlcon ZX100").brand == read_product("ZX100", brand="Astral").brand


def test_leading_zeros_of_a_code_count_and_a_spreadsheets_damage_is_only_a_hint():
    assert sku_key("ast-0075") == "AST0075"
    assert sku_key("0075") != sku_key("75")
    assert damaged_sku_key("0075") == damaged_sku_key("75")
    assert damaged_sku_key("AO12") == damaged_sku_key("A012")


def test_work_is_told_from_goods():
    assert read_product("Labour per hour").service
    assert read_product("Call-out fee").service
    assert not read_product("Liquid chlorine 20L").service


@given(TEXT)
def test_plain_text_is_idempotent(text):
    assert plain(plain(text)) == plain(text)


@given(TEXT)
def test_any_text_can_be_read(text):
    read = read_product(text, text, text, text)
    assert len(read.tokens) == len(set(read.tokens)) <= 40
    assert read.models <= set(read.tokens)
    assert all(measure.amount >= 0 for measure in read.measures)


@given(TRADE_TEXT)
def test_case_and_spacing_change_nothing(text):
    assert read_product(text.upper()) == read_product(f"  {text.lower().replace(' ', '   ')} ")


@given(TRADE_TEXT)
def test_the_canonical_text_reads_as_the_same_substances_and_measures(text):
    once = read_product(text)
    twice = read_product(once.canonical)
    assert (twice.measures, twice.substances) == (once.measures, once.substances)


@given(st.text(alphabet=string.ascii_letters + string.digits + " -/.", max_size=40))
def test_a_code_key_is_upper_case_letters_and_digits_and_idempotent(code):
    key = sku_key(code)
    assert key == sku_key(key)
    assert key.isalnum() or key == ""


@given(st.integers(1, 900), st.sampled_from(["L", "kg", "mm", "W"]))
def test_a_measure_read_from_its_own_text_is_the_same(amount, unit):
    [measure] = extract_measures(plain(f"{amount}{unit}"))[0]
    assert extract_measures(plain(measure.text))[0] == [measure]


def test_no_row_of_variants_is_a_single_word():
    assert all(len(row) >= 2 for row in VARIANTS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Call-out charge", "Callout fee"),
        ("Labour per hour", "Labour (hr)"),
        ("MPV 40mm", "Multi-port valve 40mm"),
        ("Salt water chlorinator VX9", "VX9 chlorinator"),
        ("Gas heater nat gas", "Gas heater NG"),
        ("Blackspot algicide 1L", "Black spot remover 1L"),
        ("pH minus dry acid 2kg", "Dry acid 2kg"),
        ("Stabiliser (cyanuric acid) 4kg", "Cyanuric acid 4kg"),
        ("Cell aftermarket", "Cell generic"),
        ("Lo-Chlor liq chlor 20L", "LoChlor liquid chlorine 20L"),
        ("Vac hose 38mm", "Vacuum hose 38mm"),
    ],
)
def test_one_thing_in_two_wordings_of_the_trade_reads_alike(one, other):
    assert set(read_product(one).tokens) == set(read_product(other).tokens)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Salt cell cleaner 1L", "Pool salt 20kg"),
        ("Metal remover 1L", "Stain remover 1L"),
        ("Cartridge filter CC100", "Filter cartridge CC100"),
        ("Power pack", "Powder pack"),
    ],
)
def test_two_things_in_like_words_read_apart(one, other):
    ones, others = read_product(one), read_product(other)
    assert ones.substances != others.substances or set(ones.tokens) != set(others.tokens)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("PVC reducing bush 50x40mm", [50, 40]),
        ("Reducing bush 50mm x 40mm", [50, 40]),
        ("Reducing bush pvc 50 x 40", [50, 40]),
        ("O-ring 3.5mm x 50mm", [3.5, 50]),
    ],
)
def test_two_sizes_of_a_fitting_are_no_pack(text, lengths):
    assert amounts(text) == [("length", length) for length in lengths]


def test_a_name_that_xero_cut_off_is_read_on_in_the_description():
    name = "Replacement Cartridge Element generic to suit Astr"
    whole = f"{name}alPool ZX250. 12 month warranty"
    assert "zx250" in read_product(name, description=whole).tokens
    assert "month" not in read_product(name, description=whole).tokens
    assert read_product(name + "al", description=whole).tokens == read_product(name + "al").tokens


def test_a_name_that_ends_where_the_description_goes_on_is_left_alone():
    name = "Bose Acoustimass 5 Series III Speaker Set AM53BK1"
    assert read_product(name, description=f"{name}/ Two Drivers").tokens == read_product(name).tokens

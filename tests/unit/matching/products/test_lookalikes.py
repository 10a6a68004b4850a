"""Articles that look alike and are not the same: nothing is decided without a person, in a small book or a large one."""

import pandas as pd
import pytest

from reconcile.matching.products import match_products

LOOK_ALIKES = [
    ("Liquid Chlorine 20L", "Liquid Chlorine 15L"),
    ("Hydrochloric Acid 4x5L", "Hydrochloric Acid 20L"),
    ("Waterco CC75 Cartridge", "Waterco CC100 Cartridge"),
    ("Zodiac LM2-15", "Zodiac LM3-15"),
    ("PVC Elbow 40mm", "PVC Elbow 50mm"),
    ("Liquid Chlorine 12.5% 20L", "Liquid Chlorine 13% 20L"),
    ("Granular Chlorine (calcium hypochlorite) 10kg", "Granular Chlorine dichlor 10kg"),
    ("Drum Deposit 20L", "Liquid Chlorine drum 20L"),
    ("Liquid Chlorine 20L refill", "Liquid Chlorine 20L"),
    ("Pump Seal Kit CTX280", "Pump Seal CTX280"),
    ("Labour per hour", "Labour after hours per hour"),
    ("Call Out Fee", "Call Out Fee weekend"),
    ("Astral ZX100 Cartridge genuine", "Astral ZX100 Cartridge generic"),
    ("pH Down 5kg", "pH Up 5kg"),
    ("Salt Cell VX7", "Salt Cell VX9"),
    ("Chlorine Tablets 200g 4kg", "Chlorine Tablets 200g 2kg"),
    ("Test Strips 50 pack", "Test Strips 100 pack"),
    ("Pool Service weekly", "Pool Service fortnightly"),
    ("E170 Impeller", "E170 Pump"),
    ("Cartridge Filter ZX100", "Cartridge Element ZX100"),
    ("LTP1100 Pump Basket", "LTP1100 Pump"),
    ("Filter Sand 20kg", "Filter Glass 20kg"),
    ("Zodiac T5 Duo Cleaner", "Zodiac T5 Cleaner"),
    ("Pump 1.0hp", "Pump 1.5hp"),
    ("Davey SLS200 Pump", "Davey SLL200 Pump"),
    ("Skimmer lid left hand", "Skimmer lid right hand"),
    ("O-ring 75mm", "O-ring 75mm x 3mm"),
    ("Acid Wash", "Acid 5L"),
    ("Dolphin X50 Robotic Cleaner", "Dolphin X50 Plus Robotic Cleaner"),
    ("Dolphin X5 Robotic Cleaner", "Dolphin X50 Robotic Cleaner"),
    ("Raypak 350 Gas Heater natural gas", "Raypak 350 Gas Heater LPG"),
    ("Zodiac LM2-20 Salt Cell", "Zodiac LM2-20 Salt Chlorinator"),
    ("Weekly Pool Service", "Weekly Spa Service"),
    ("LED Pool Light QRX blue", "LED Pool Light QRX multi colour"),
    ("AstralPool Pump Lid", "Hayward Pump Lid"),
    ("Zodiac T3 Diaphragm", "Zodiac T5 Diaphragm"),
    ("PVC Valve Socket 40mm", "PVC Faucet Socket 40mm"),
    ("PVC Reducing Bush 50x40mm", "PVC Reducing Bush 50 x 25"),
    ("Copper Algaecide 5L", "Algaecide 5L"),
    ("Labour apprentice per hour", "Labour electrician per hour"),
    ("HSS Drill Bit 10mm", "HSS Drill Bit 10.5mm"),
    ("Suction Hose 40mm", "Suction Hose 42mm"),
    ("Sodium bisulphate 10kg", "Sodium bisulphite 10kg"),
    ("Granular Chlorine stabilised 10kg", "Granular Chlorine unstabilised 10kg"),
    ("Pipe Lagging insulated", "Pipe Lagging uninsulated"),
    ("Chlorine stabiliser 4kg", "Chlorine stabilised 4kg"),
    ("Pressure Gauge with valve", "Pressure Gauge without valve"),
    ("Pressure Gauge with fittings", "Pressure Gauge no fittings"),
    ("Vortex Cleaner MkII", "Vortex Cleaner MkIII"),
    ("Kestral KXW47112", "Kestral KXW47112 rear"),
    ("Kestral KXW47112", "Kestral KXW47112 demo"),
    ("Kestral KXW47112", "Kestral KXW47112 warranty"),
    ("Pool Salt 20kg bag", "Pool Salt 20kg bucket"),
]


def frames(pairs, **fields):
    left = [
        {"id": f"L{n}", "name": one, **{k: v.format(n) for k, v in fields.items()}} for n, (one, _) in enumerate(pairs)
    ]
    right = [
        {"id": f"R{n}", "name": two, **{k: v.format(n) for k, v in fields.items()}} for n, (_, two) in enumerate(pairs)
    ]
    return pd.DataFrame(left), pd.DataFrame(right)


@pytest.mark.parametrize(
    "fields", [{}, {"code": "SKU-{:03d}"}, {"code": "SKU-{:03d}", "price": "{}9.90"}], ids=["names", "codes", "prices"]
)
@pytest.mark.parametrize("pair", LOOK_ALIKES, ids=lambda pair: pair[0])
def test_look_alikes_alone_are_never_decided_automatically(pair, fields):
    pairs = match_products(*frames([pair], **fields)).pairs
    assert (pairs["decision"] != "auto").all()


@pytest.mark.parametrize("fields", [{}, {"code": "SKU-{:03d}"}], ids=["names", "codes"])
def test_look_alikes_together_are_never_decided_automatically(fields):
    pairs = match_products(*frames(LOOK_ALIKES, **fields)).pairs
    assert len(pairs)
    assert (pairs["decision"] != "auto").all()


@pytest.mark.parametrize("start", [0, 7, 14, 21])
def test_look_alikes_among_a_whole_shop_are_never_decided_automatically(make_pool_books, start):
    books = make_pool_books(31)
    left, right = frames(LOOK_ALIKES[start : start + 7], price="{}9.90")
    pairs = match_products(pd.concat([books.left, left]), pd.concat([books.right, right])).pairs
    auto = pairs[pairs["decision"] == "auto"]
    alike = {(f"L{n}", f"R{n}") for n in range(7)}
    assert len(auto) > 50
    assert not set(zip(auto["left_id"], auto["right_id"], strict=True)) & alike


def test_the_right_pack_wins_among_its_sisters():
    sizes = ["1L", "2.5L", "5L", "15L", "20L", "4x5L", "200L"]
    left = pd.DataFrame([{"id": f"L{size}", "name": f"Hydrochloric Acid {size}"} for size in sizes])
    right = pd.DataFrame(
        [{"id": f"R{size}", "name": f"HYDROCHLORIC ACID - {size.replace('L', ' Ltr')}"} for size in sizes]
    )
    pairs = match_products(left, right).pairs
    assert {(row.left_id[1:], row.right_id[1:]) for row in pairs.itertuples()} == {(size, size) for size in sizes}

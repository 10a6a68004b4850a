"""Forenames, surnames and business words from which invented customers are put together."""

from reconcile.sandbox.generate.words import words

NICKNAMES: dict[str, tuple[str, ...]] = {
    "Robert": ("Bob", "Rob"), "William": ("Bill", "Will"), "Elizabeth": ("Liz", "Beth"), "Anthony": ("Tony",),
    "Nikolaos": ("Nick",), "Giuseppe": ("Joe",), "Margaret": ("Marg", "Peg"), "Michael": ("Mick", "Mike"),
    "Christopher": ("Chris",), "Katherine": ("Kate", "Kathy"), "James": ("Jim",), "Richard": ("Dick", "Rick"),
    "Susan": ("Sue",), "Deborah": ("Deb",), "Stephen": ("Steve",), "Andrew": ("Andy", "Drew"),
    "Jennifer": ("Jenny", "Jen"), "Matthew": ("Matt",), "Gregory": ("Greg",), "Patricia": ("Trish", "Pat"),
    "Alexander": ("Alex", "Sandy"), "Charles": ("Charlie", "Chuck"), "Edward": ("Ted", "Ed"), "Samantha": ("Sam",),
    "Rebecca": ("Bec",), "Thomas": ("Tom",), "Benjamin": ("Ben",), "Timothy": ("Tim",), "Victoria": ("Vicki",),
    "Kenneth": ("Ken",), "Raymond": ("Ray",), "Pamela": ("Pam",), "Xiaoming": ("Jim",), "Panagiota": ("Pat",),
    "Joanne": ("Jo",), "Ronald": ("Ron",), "Geoffrey": ("Geoff",), "Leslie": ("Les",), "Jacqueline": ("Jacqui",),
}  # fmt: skip

FORENAMES: tuple[str, ...] = (
    *NICKNAMES,
    *words("""Aaron Adam Alan Alice Amanda Amelia Amy Angela Anna Anne Arjun Ava Barry Brett Brian Bruce Cameron Carol Chloe
    Claire Colin Craig Damien Daniel Darren David Dean Denise Diane Donna Douglas Emily Emma Eric Fatima Fiona Frances
    Garry George Glenn Grace Graham Grant Hannah Harry Heather Helen Henry Hiroshi Ian Isabella Ivan Jack Jake Jane
    Jason Jasmine Jessica John Jonathan Joshua Joyce Judith Julie Karen Kelly Kerry Kevin Kim Kylie Lachlan Laura
    Leanne Linda Lisa Louise Lucy Luke Lynette Marco Maria Mark Martin Mary Megan Melissa Michelle Mohammed Monica
    Narelle Natalie Nathan Neil Nicole Noel Olivia Oscar Owen Paul Peter Philip Priya Rachel Renee Rhonda Rosa Ross
    Roslyn Russell Ruth Ryan Sally Sandra Sarah Scott Sean Sharon Shane Sharyn Simon Sophie Stuart Tania Teresa Tracey
    Trevor Troy Vanessa Vincent Wayne Wendy Yvonne Zachary"""),
)

SURNAMES: tuple[str, ...] = words("""
    Smith Jones Williams Brown Wilson Taylor Johnson White Martin Anderson Thompson Walker Harris Lee Ryan Robinson
    Kelly King Davis Wright Evans Roberts Green Hall Wood Jackson Clarke Patel Khan Lewis James Phillips Mason Mitchell
    Rose Davies Rodriguez Cox Alexander Garden Campbell Johnston Moore Cooper Watson Bailey Bell Baker Hughes Murray
    Scott Young Allen Carter Collins Cook Morris Murphy Parker Stewart Turner Ward Edwards Gray Hill Rogers Shaw Simpson
    Russell Graham Hamilton Marshall Fraser Ferguson Henderson Kennedy Reid Ross Sutherland Wallace Bianchi Rossi Romano
    Esposito Ricci Papadopoulos Georgiou Nikolaidis Economou Kowalski Novak Horvat Petrovic Jovanovic Schmidt Weber
    Wagner Hoffmann Becker Visser Bakker Jansen Larsen Andersen Nilsson Singh Sharma Gupta Kaur Reddy Nair Fernando
    Perera Silva Costa Santos Garcia Lopez Haddad Khoury Nassar Yilmaz Demir Kim Park Choi Tanaka Suzuki Yamamoto Wong
    Chan Cheung Lau Leung Lim Tan Goh Pham Tran Vu Dang Bui Ho Abbott Ainsworth Arnott Ashby Atherton Bannister Barlow
    Batterham Beaumont Birdsall Blackwood Bolton Bradshaw Brennan Briggs Broadbent Burgess Byrne Cahill Callaghan
    Carmody Chadwick Connolly Corcoran Crawley Crowe Cullen Dalgleish Darcy Delaney Dempsey Devlin Donnelly Doyle
    Drummond Dunstan Eastwood Egan Fairweather Farrelly Fielding Fitzgerald Flanagan Foley Gallagher Garvey Gilchrist
    Goodwin Greenaway Halloran Hanrahan Hargreaves Hawthorne Healy Hennessy Hewitt Holloway Hopwood Hurley Ingram
    Jardine Keating Kinsella Lambert Langford Larkin Lockwood Lonergan Mallory Marsden Maxwell Meagher Middleton
    Molloy Moriarty Nesbitt Nolan Oakley Osborne Pemberton Penrose Pickering Plunkett Prendergast Quigley Radcliffe
    Rafferty Redmond Ridgeway Rutherford Sheehan Sinclair Somerville Stapleton Strickland Tierney Treloar Underwood
    Vaughan Wakefield Weatherall Westbrook Whelan Whitford Winterbottom Woolcott Yardley
""")

ACCENTED_FORENAMES = (("Zoë", "Zoe"), ("José", "Jose"), ("Renée", "Renee"), ("Søren", "Soren"), ("Siobhán", "Siobhan"),
                      ("Björn", "Bjorn"), ("Małgorzata", "Malgorzata"), ("Chloé", "Chloe"), ("Jürgen", "Juergen"),
                      ("Anaïs", "Anais"), ("Łukasz", "Lukasz"), ("Gërta", "Gerta"))  # fmt: skip
ACCENTED_SURNAMES = (("Müller", "Mueller"), ("Núñez", "Nunez"), ("Lefèvre", "Lefevre"), ("Kjær", "Kjaer"),
                     ("O’Brien", "O'Brien"), ("Åkesson", "Akesson"), ("Wójcik", "Wojcik"), ("D’Arcy", "Darcy"),
                     ("Groß", "Gross"), ("Škoda", "Skoda"), ("Çelik", "Celik"), ("Dvořák", "Dvorak"))  # fmt: skip

TRANSLITERATED = (("Mohammed", "Muhammad"), ("Georgios", "Yorgos"), ("Yusuf", "Youssef"), ("Dimitrios", "Demetrios"),
                  ("Khaled", "Khalid"), ("Aleksandr", "Alexander"), ("Yevgenia", "Evgenia"), ("Hussein", "Hussain"))  # fmt: skip

SPACED: tuple[tuple[str, str], ...] = (
    ("McDonald", "Mc Donald"), ("MacPherson", "Macpherson"), ("O'Connor", "OConnor"), ("Van Dijk", "Vandijk"),
    ("De Luca", "DeLuca"), ("St Clair", "St. Clair"), ("McKenzie", "Mackenzie"), ("O'Neill", "O Neill"),
)  # fmt: skip

GIVEN_NAMES_LAST = ("Minh", "Thi Lan", "Quoc Bao", "Wei", "Jing Yi", "Min-jun", "Ji Woo", "Hai", "Mei Ling", "Kwok Wai",
                    "Xiu Ying", "Duc Anh")  # fmt: skip
FAMILY_NAMES_FIRST = (
    "Nguyen Van",
    "Nguyen",
    "Tran",
    "Zhang",
    "Chen",
    "Park",
    "Choi",
    "Le Thanh",
    "Wu",
    "Lam",
    "Huynh",
    "Zhou",
)

TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Rev", "Hon", "Cr")
HONOURS = ("OAM", "AM", "JP")

VENUE_WORDS = (
    *words("""Palm Coral Harbour Sunrise Lagoon Banksia Pelican Seabreeze Jacaranda Wattle Driftwood Kookaburra Pandanus
    Bluewater Sandpiper Lorikeet Magpie Ironbark Saltwater Paperbark Spinifex Emerald Heron Dolphin Waratah Bellbird
    Frangipani Cormorant Boronia Casuarina Lighthouse Tamarind"""),
)
VENUE_KINDS = (
    *("Motel", "Holiday Park", "Resort", "Apartments", "Swim School", "Aquatic Centre", "Retirement Village"),
    *("Early Learning", "Physiotherapy", "Golf Club", "Caravan Park", "Guest House", "Fitness"),
)
TRADE_KINDS = ("Holdings", "Constructions", "Property Group", "Investments", "Hospitality", "Developments", "Services")
AGENCY_WORDS = ("Coastline", "Headland", "Hinterland", "Baywater", "Cornerstone", "Milestone", "Foreshore", "Parkside",
                "Riverbend", "Summit", "Northwind", "Beacon")  # fmt: skip
AGENCY_KINDS = ("Realty", "Property Management", "Estate Agents", "Rentals", "First Property")
MANAGER_WORDS = ("Pinnacle", "Keystone", "Tandem", "Meridian", "Civic", "Unison", "Bridgewater", "Compass", "Alliance")
SCHEME_WORDS = (*VENUE_WORDS, "Pacific", "Aqua", "Admiral", "Monterey", "Capri", "Regatta", "Esplanade", "Oceanside")
SUPPLIERS = ("Aquanova Wholesale", "Southern Chemicals", "Pipeline Plumbing Supplies", "Brightwater Pumps", "Metro Fuel",
             "Redback Freight", "Outback Couriers", "Prime Insurance Brokers", "Voltline Electrical", "Print Corner",
             "Clearsky Telecom", "Depot Hire", "Uniform Works", "Tyre Bay", "Cascade Filters", "Ledger & Co Accountants")  # fmt: skip

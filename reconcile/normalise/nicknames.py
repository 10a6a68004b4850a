"""Given names that stand for one another, as data: each line is one name with its short, foreign and spelling forms."""

_FAMILIES = """
abdullah abdul
abigail abby abbie gail
adam addy
agnes aggie
aidan aiden
alan allan allen al
albert bert al alberto
alexander alex alec sandy xander alexandros alessandro alejandro aleksandar sasha lex
alexandra alex sandra lexi sasha alessandra
alfred alf fred alfie
alice ali
alison allison ali
amanda mandy
amelia millie amy
andrew andy drew andreas andrea andre andrei andrzej
angela angie ange angelina
angelina ange lina
angelo ange
angus gus
ann anne anna annie anita annette hanna hannah
annabel bel anna bella
anthony antony tony antonio anton antonios toni
antonia toni
antonietta toni antonella
arabella bella
arthur art artie arturo
athanasios arthur tom thanasi
barbara barb barbie babs
barry baz barrie
beatrice bea trixie
benjamin ben benny benji
bernadette bernie bern
bernard bernie
beverley bev beverly
bradley brad
brenda bren
brendan brendon
brian bryan
bronwyn bron bronwen
bruce
caitlin katelyn kaitlyn
caitlyn cait caitlin
callum calum cal
cameron cam
caoimhe keeva
carmel carmela
carmelo charlie carl
carol carole caroline carolyn caz
carolyn carol caz caro
catherine katherine kathryn kathleen cathy kathy kate katie cath kath kat kitty caterina katerina ekaterina trina
charles charlie chas chuck carlo carlos karl
charlotte charlie lottie
cheryl chez sheryl cherie
christine christina chris chrissie tina kristine kristina christie kirsten
christopher chris kris topher christos kit
clifford cliff
colin col
colleen col
concetta connie
constantine con dino costas kon konstantinos
cornelis case kees
craig
cynthia cindy
damien damian damo
daniel dan danny daniele
danielle dani
darren daz
darryl daryl darrell
david dave davo davide dawid davy
dean deano
deborah debra deb debbie
declan dec
denise dennie
dennis denis den dionysios
desmond des
despina debbie
diana diane dianne di
dimitri dimitrios jim james
domenica mena
domenico dominic dom
dominic dom domenic domenico
donald don donny
dorothy dot dottie dolly
douglas doug
duncan dunc
edward ed eddie ted teddy ned edoardo eduardo
edwin ed
efstathios steve stathi
eleanor ellie nell nora helen
eleni helen elena
elias louis eli
eliza liza
elizabeth liz beth lizzie betty libby eliza elisabeth elspeth lisa bess elisabetta
eloise elle
emily em emmy millie
emma em
eugene gene
evangelos angelo
felicity fliss flick
filomena phil mena
florence flo
frances fran francesca franny frankie
francis frank francesco francisco frankie fran
frederick fred freddy freddie frederic federico
gabriel gabe
gabrielle gabby gabi
gail abigail gayle
gary garry gaz
gavin gav
gemma gem
geoffrey jeffrey geoff jeff jeffery
george georgios jorge giorgio yiorgos
georgia georgie georgina gina
georgia yota
georgina georgie george gina
gerald gerry jerry
gerard gerry ger
gerrit gerry
gillian jill gill
giovanna jo gianna joanna
giovanni john gianni
giuseppe joe joseph
glenn glen
gordon gord
graham graeme grahame
graziella grace
gregory greg
gwendolyn gwen
haralambos harry harris
harold harry hal
harrison harry
hazel haze
heather heath
heinrich henry
helen helena elena eleni nell
hendrik henry henk
henry harry hank henri enrico
herbert herb bert
ian iain
ioanna joanna jo
irene rene
isaac zac ike
isabella isabel bella izzy isobel isabelle
jack john jackson
jackson jack jacko
jacob jake jakob
jacqueline jackie jacqui
james jim jimmy jamie jaime
jane janey janie
janet jan
janice jan
jason jase jay
jean jeannie
jennifer jen jenny jenni
jeremy jez jem
jessica jess jessie
jillian jill
joan joanie
joanne joanna jo joann
jocelyn joss
johannes john hans jan
john johnny jon jack johan jean juan ioannis jan
jonathan jon jonny johnathan
joseph joe joey jose josef josip yusuf
josephine jo josie giuseppina
joshua josh
judith judy jude
juergen jurgen
julia julie jules giulia
julian jules
justin
karen kaz
katharina kathy
kelly kel
kenneth ken kenny
kerry kez kerrie
kevin kev
kieran ciaran
kim kimberley
kimberly kim kimberley
kristen kristin kirsty
krzysztof chris
kyle
kylie kyl
lachlan lachie lochie lachy
lauren loz laurie
laurence lawrence larry laurie lorenzo
leanne lea leeanne
leonard len lenny leo leonardo
lesley les leslie
leslie les lesley
lewis louis lou luis luigi
lilian lillian lily lil
linda lyn lin
lindsay lindsey
lorraine lori
louise lou
lucas luke luca
lucy lucia lucinda
luigi lou louis
lyndall lyn
lynette lyn lynn lynne
madeleine madeline maddie maddy
malcolm mal
marc mark marco marcus marko
margaret maggie marg meg peggy margie margarita greta peg
maria mary marie mia
marilyn lyn
marion marian
marjorie marj margery
marlene marl
martin marty
matilda tilly tilda
matthew matt matteo mathew
maureen mo
maurice morris moe
maxwell max maximilian
megan meg meagan
melanie mel
melissa mel missy
merilyn marilyn lyn merle
michael mick mike mikey micky michele mikhail michalis mitch
michelle shell chelle micheline
miriam mim
mitchell mitch
mohammed mohamed muhammad mohammad mo mohamad
monica mon
murray muz
nancy nan ann
natalie nat natalia
natasha tash
nathan nat nate nathaniel
neil neal
nerida ned
neville nev
niamh neve
nicholas nick nicolas nicky nikolaos nicola niko nic nico
nicole nicki nikki nic nicola
nigel nige
noel
noelene noelle
norman norm
oliver ollie olly
olivia liv livvy
pamela pam pammy
panagiotis peter panos
paraskevi vivi voula
pasquale pat pasq
patricia pat patsy tricia trish patty
patrick pat paddy patricio
paul pablo paolo pavlos
paula paulina
pauline paula
penelope penny
peter pete petros pietro pedro piotr
philip phillip phil pip felipe
phoebe pheebs
phyllis phyl
priscilla cilla
rachel rach rachael
raelene rae
raymond ray
rebecca bec becky beck bek
reginald reg
rhonda rhon
rhys reece reese
richard rick rich dick ricky richie ricardo riccardo
robert rob bob bobby robbie bert roberto robbo
roberta bobbie
robyn rob robin
rocco rocky
roderick rod
rodney rod
roger rodger
ronald ron ronnie
rosa rose rosie
rosaria rosa rose
rosemary rose rosie
roslyn ros rosalind rosalyn
rupert
russell russ
ruth ruthie
sally sal
salvatore sam sal
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sara sally
scott scotty
sebastian seb
shannon shan
sharon shaz shaza
shaun sean shawn
sheila sheilagh
shirley shirl
sidney sid sydney
simon si
siobhan shavaun
sophia sophie sofia
spiros spiro spyridon
stamatia tina mattie
stanley stan
stavros steve
stephanie steph stef
stephen steven steve stefan stefano stephan stevie esteban
stuart stewart stu
susan sue suzanne susie suzie suzy susanna
suzette sue
sylvia silvia syl
tadeusz ted
tamara tam tammy
tania tanya tan
tatiana tania tanya
terence terry terrance terrence tel
teresa theresa terry tess terri therese
theodore ted theo teddy
theodoros theo ted
therese tess terri
thomas tom tommy tomas tommaso
timothy tim timmy
tobias toby
tracey trace tracy traci
trevor trev
troy troyster
trudy gertrude trude
valerie val
vanessa nessa ness van
vasiliki vicki vasso
vasilios bill vas vassilis
veronica ron ronnie vera
victor vic viktor vittorio
victoria vicki vicky tori vikki
vincent vince vinnie vincenzo vin
virginia ginny ginger
vivian viv vivienne
walter wally walt
warren waz
wayne
wendy wen
wesley wes
wilfred wilf
wilhelm bill will
wilhelmina mina willa
william bill will billy willy liam guglielmo willem wil
winifred win winnie
wojciech albert
xavier xav
yvonne vonnie
zachary zac zach zack zak
"""

FORMS: dict[str, frozenset[str]] = {}
"""For each given name the set of names (first words of the lines above) that it may stand for."""

OTHER_FORMS: dict[str, frozenset[str]] = {}
"""For each given name all names that stand on a line with it."""

for _line in _FAMILIES.split("\n"):
    _names = frozenset(_line.split())
    for _form in _names:
        FORMS[_form] = FORMS.get(_form, frozenset()) | {_line.split()[0]}
        OTHER_FORMS[_form] = OTHER_FORMS.get(_form, frozenset()) | _names


def same_given_name(one: str, other: str) -> bool:
    """Whether both may be the name of one person: ``bob`` and ``robert``, ``liz`` and ``beth``."""
    return one == other or not FORMS.get(one, frozenset()).isdisjoint(FORMS.get(other, frozenset()))

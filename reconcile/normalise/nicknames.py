"""Given names that stand for one another, as data: each line is one name with its short, foreign and spelling forms."""

_FAMILIES = """
abigail abby abbie gail
abdullah abdul
adam addy
agnes aggie
aidan aiden
alan allan allen al
albert bert al alberto
alexander alex alec sandy xander alexandros alessandro alejandro aleksandar sasha lex
alexandra alex sandra lexi sasha alessandra
alfred alf fred alfie
alison allison ali
amanda mandy
amelia millie amy
andrew andy drew andreas andrea andre andrei andrzej
angela angie ange angelina
angelo ange
ann anne anna annie anita annette hanna hannah
anthony antony tony antonio anton antonios toni
antonia toni
arthur art artie arturo
barbara barb barbie babs
barry baz barrie
beatrice bea trixie
benjamin ben benny benji
bernard bernie
bradley brad
brendan brendon
brian bryan
bruce
caitlin katelyn kaitlyn
cameron cam
carol carole caroline carolyn caz
catherine katherine kathryn kathleen cathy kathy kate katie cath kath kat kitty caterina katerina ekaterina trina
charles charlie chas chuck carlo carlos karl
charlotte charlie lottie
christine christina chris chrissie tina kristine kristina christie kirsten
christopher chris kris topher christos kit
clifford cliff
constantine con dino costas kon konstantinos
craig
cynthia cindy
daniel dan danny daniele
danielle dani
darren daz
david dave davo davide dawid davy
deborah debra deb debbie
denise dennie
dennis denis den dionysios
desmond des
diana diane dianne di
dimitri dimitrios jim james
dominic dom domenic domenico
donald don donny
dorothy dot dottie dolly
douglas doug
edward ed eddie ted teddy ned edoardo eduardo
edwin ed
eleanor ellie nell nora helen
elizabeth liz beth lizzie betty libby eliza elisabeth elspeth lisa bess elisabetta
emily em emmy millie
emma em
eugene gene
evangelos angelo
florence flo
frances fran francesca franny frankie
francis frank francesco francisco frankie fran
frederick fred freddy freddie frederic federico
gabriel gabe
gabrielle gabby gabi
gary garry gaz
geoffrey jeffrey geoff jeff jeffery
george georgios jorge giorgio yiorgos
gerald gerry jerry
gerard gerry ger
gillian jill gill
giovanni john gianni
giuseppe joe joseph
glenn glen
gordon gord
graham graeme grahame
gregory greg
gwendolyn gwen
harold harry hal
heather
helen helena elena eleni nell
henry harry hank henri enrico
herbert herb bert
ian iain
isabella isabel bella izzy isobel isabelle
jack john jackson
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
john johnny jon jack johan jean juan ioannis jan
jonathan jon jonny johnathan
joseph joe joey jose josef josip yusuf
josephine jo josie giuseppina
joshua josh
judith judy jude
julia julie jules giulia
julian jules
justin
karen kaz
kenneth ken kenny
kevin kev
kimberly kim kimberley
kristen kristin kirsty
kyle
laurence lawrence larry laurie lorenzo
leonard len lenny leo leonardo
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
lynette lyn lynn lynne
madeleine madeline maddie maddy
malcolm mal
marc mark marco marcus marko
margaret maggie marg meg peggy margie margarita greta peg
maria mary marie mia
marilyn lyn
martin marty
matthew matt matteo mathew
maureen mo
maurice morris moe
maxwell max maximilian
megan meg meagan
melanie mel
melissa mel missy
michael mick mike mikey micky michele mikhail michalis mitch
michelle shell chelle micheline
mitchell mitch
mohammed mohamed muhammad mohammad mo mohamad
nancy nan ann
natalie nat natalia
natasha tash
nathan nat nate nathaniel
neil neal
neville nev
nicholas nick nicolas nicky nikolaos nicola niko nic nico
nicole nicki nikki nic nicola
noel
norman norm
oliver ollie olly
olivia liv livvy
pamela pam pammy
patricia pat patsy tricia trish patty
patrick pat paddy patricio
paul pablo paolo pavlos
paula paulina
penelope penny
peter pete petros pietro pedro piotr
philip phillip phil pip felipe
phyllis phyl
priscilla cilla
rachel rach rachael
raymond ray
rebecca bec becky beck bek
reginald reg
richard rick rich dick ricky richie ricardo riccardo
robert rob bob bobby robbie bert roberto robbo
roberta bobbie
roderick rod
rodney rod
roger rodger
ronald ron ronnie
rosemary rose rosie
roslyn ros rosalind rosalyn
rupert
russell russ
ruth ruthie
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sara sally
scott scotty
sebastian seb
shannon shan
sharon shaz shaza
shirley shirl
sidney sid sydney
simon si
sophia sophie sofia
spiros spiro spyridon
stanley stan
stavros steve
stephanie steph stef
stephen steven steve stefan stefano stephan stevie esteban
stuart stewart stu
susan sue suzanne susie suzie suzy susanna
sylvia silvia syl
tamara tam tammy
teresa theresa terry tess terri therese
terence terry terrance terrence tel
theodore ted theo teddy
theodoros theo ted
thomas tom tommy tomas tommaso
timothy tim timmy
tobias toby
trevor trev
valerie val
vanessa nessa
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
william bill will billy willy liam guglielmo willem wil
winifred win winnie
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

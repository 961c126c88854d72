"""Short and familiar forms of given names: Bill is William, Pepe is José.

Each line is one name and the forms that it is called by; a form may belong to several
names. General knowledge of English, Spanish, German and Russian usage.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

WIDTH = 4  # names that one form may stand for

_GROUPS = """
abigail abby gail
abraham abe bram
adelaide addie heidi
agnes aggie nessie
albert al bert bertie
alexander alex al sandy xander sasha lex alec
alexandra alex sandra sandy lexi sasha
alfred al fred alf alfie
alice allie elsie
allison alison allie ali
amanda mandy amy
andrea andy drea
andrew andy drew
angela angie
ann anna anne annie nan nancy hannah
anthony tony
antonio tony toni
arthur art artie
barbara barb babs bobbie
benjamin ben benny
bernard bernie
bradley brad
brian bryan
calvin cal
carolyn caroline carol carrie lynn
catherine katherine kathryn catharine kate katie kathy cathy kay kitty kat
charles charlie chuck chas chip
charlotte lottie charlie
chester chet
christina christine chris chrissy tina kristin kristen christy
christopher chris kit topher
clifford cliff
cynthia cindy
daniel dan danny
david dave davy
deborah debra deb debbie
dennis denny
diana diane di
donald don donny
dorothy dot dottie dolly
douglas doug
edgar ed
edward ed eddie ned ted teddy
edwin ed eddie
eleanor ellie nell nora lenora
elizabeth elisabeth liz lizzie beth betty betsy eliza libby lisa bess
emily em emmy
emma em emmy
eugene gene
evelyn eve evie
frances fran frannie
francis frank fran
francisco frank paco pancho
franklin frank
frederick fred freddie
gabriel gabe
gabriella gabby ella
george georgie
gerald gerry jerry
gertrude trudy
gilbert gil
gregory greg
guadalupe lupe
harold hal harry
harriet hattie
heather
henry hank harry hal
herbert herb bert
howard howie
ignacio nacho
isaac ike zac
isabella isabel bella izzy belle
jacob jake
jacqueline jackie
james jim jimmy jamie jem
janet jan
jeffrey geoffrey jeff geoff
jennifer jen jenny jenna
jeremy jem jerry
jerome jerry
jessica jess jessie
jesus chuy
joan joanne jo joanie
john jack johnny jon
jonathan jon jonny john nathan
jose pepe joe
joseph joe joey jo
joshua josh
josephine jo josie
judith judy
julia julie jules
karen kari
kenneth ken kenny
kimberly kim
lawrence laurence larry lars
leonard leo len lenny
leslie les
lillian lily lil
louis lou louie
louise lou
lucille lucy lu
madeline maddie maddy
manuel manny manolo
margaret maggie meg peg peggy marge margie greta rita madge daisy
maria mary mia marie
martha marty patty
martin marty
mary molly polly mae may mamie
matthew matt matty
maximilian max
megan meg
melissa missy mel lissa
michael mike mickey mick micky mikey
michelle shelly mickey
mildred millie
mitchell mitch
nancy nan
natalie nat
natalia natasha
nathan nate nat
nathaniel nate nathan nat
nicholas nick nicky nico
nicole nicki nikki
norman norm
olivia liv livvy
oliver ollie
pamela pam
patricia pat patty trish tricia patsy
patrick pat paddy rick
paul pauly
peter pete
philip phillip phil pip
priscilla cilla
rachel rae
randall randy
randolph randy
raymond ray
rebecca becca becky
reginald reg reggie
richard rick rich dick ricky richie
robert bob bobby rob robbie bert
roberta bobbie bertie
roger rodge
ronald ron ronnie
rosemary rose rosie
roxanne roxie
russell russ
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sara sally sadie
sharon shari sherry
sidney sid
sophia sophie
stanley stan
stephanie steph stephie
stephen steven steve stevie
susan susanna suzanne sue susie suzy
sylvester sly
tamara tammy
terence terry
teresa theresa terry tess tessa
theodore ted teddy theo
thomas tom tommy
timothy tim timmy
valerie val
veronica ronnie vera
victor vic
victoria vicky tori
vincent vince vinny
virginia ginny ginger
walter walt wally
wesley wes
william will bill billy willie liam
winifred winnie
yvonne vonnie
zachary zach zack zac
friedrich fritz
hans johann johannes
elisabeth lisl sissi
aleksandr sasha
dmitri dima mitya
ekaterina katya
evgeny zhenya
ivan vanya
mikhail misha
nikolai kolya
sergei seryozha
vladimir volodya vova
"""


@cache
def groups() -> dict[str, tuple[int, ...]]:
    """Return the numbers (from 1) of the names that each form may stand for."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines(), 1):
        for form in line.split():
            found.setdefault(form, []).append(number)
    return {form: tuple(numbers[:WIDTH]) for form, numbers in found.items()}


def stands_for(names: list[str]) -> NDArray[np.uint16]:
    """Return the groups [names, WIDTH] of folded names, 0 where there are no more."""
    out = np.zeros((len(names), WIDTH), np.uint16)
    known = groups()
    for row, name in enumerate(names):
        numbers = known.get(name, ())
        out[row, : len(numbers)] = numbers
    return out

"""Word lists behind the synthetic errors: what people confuse with what."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CONFUSED: tuple[tuple[str, ...], ...] = (
    ("their", "there", "they're"),
    ("its", "it's"),
    ("your", "you're"),
    ("then", "than"),
    ("affect", "effect"),
    ("affects", "effects"),
    ("lose", "loose"),
    ("loses", "looses"),
    ("losing", "loosing"),
    ("to", "too"),
    ("of", "off"),
    ("were", "where"),
    ("whose", "who's"),
    ("quite", "quiet"),
    ("form", "from"),
    ("accept", "except"),
    ("advice", "advise"),
    ("choose", "chose"),
    ("lead", "led"),
    ("passed", "past"),
    ("principle", "principal"),
    ("complement", "compliment"),
    ("weather", "whether"),
    ("which", "witch"),
    ("know", "now", "no"),
    ("knew", "new"),
    ("here", "hear"),
    ("by", "buy"),
    ("right", "write"),
    ("brake", "break"),
    ("peace", "piece"),
    ("through", "though", "trough"),
    ("thorough", "through"),
    ("thought", "though"),
    ("sense", "since"),
    ("safe", "save"),
    ("live", "life"),
    ("lives", "lifes"),
    ("device", "devise"),
    ("access", "excess"),
    ("personal", "personnel"),
    ("desert", "dessert"),
    ("ensure", "insure"),
    ("farther", "father"),
    ("later", "latter"),
    ("altogether", "all together"),
    ("already", "all ready"),
    ("maybe", "may be"),
    ("everyone", "every one"),
    ("sometimes", "some times"),
    ("beside", "besides"),
    ("breath", "breathe"),
    ("cloths", "clothes"),
    ("want", "won't"),
    ("waste", "waist"),
    ("wait", "weight"),
    ("way", "weigh"),
    ("week", "weak"),
    ("plain", "plane"),
    ("site", "sight", "cite"),
    ("role", "roll"),
    ("steal", "steel"),
    ("bare", "bear"),
    ("cell", "sell"),
    ("hole", "whole"),
    ("our", "are"),
    ("an", "and"),
    ("and", "an"),
    ("on", "one"),
    ("or", "of"),
    ("for", "of", "fore"),
    ("in", "is"),
    ("it", "is", "in"),
    ("if", "is", "of"),
    ("the", "they", "then"),
    ("them", "then"),
    ("that", "than"),
    ("this", "the"),
    ("not", "now", "no"),
    ("be", "by"),
    ("as", "is", "has"),
    ("use", "user", "uses"),
    ("user", "use"),
    ("used", "use"),
    ("you", "your"),
    ("able", "abel"),
    ("case", "cause"),
    ("state", "sate"),
    ("test", "text"),
    ("sure", "sue"),
    ("only", "on"),
    ("more", "most"),
    ("current", "currently"),
    ("different", "difference"),
    ("difference", "different"),
    ("important", "importance"),
    ("dependent", "dependence"),
    ("possible", "possibly"),
    ("possibility", "possible"),
    ("specific", "specify"),
    ("success", "succeed"),
    ("successful", "success", "successfully"),
    ("economic", "economics"),
    ("convenient", "convenience"),
    ("confident", "confidence"),
    ("health", "healthy"),
    ("independence", "independent"),
    ("many", "much"),
    ("much", "many"),
    ("fewer", "less"),
    ("few", "little"),
    ("amount", "number"),
    ("who", "which"),
    ("who", "whom"),
    ("they", "them"),
    ("them", "they"),
    ("he", "him"),
    ("me", "my"),
    ("us", "we"),
    ("another", "other"),
    ("other", "others", "another"),
    ("every", "all"),
    ("because", "becouse", "cause"),
    ("these", "this", "those"),
    ("this", "these"),
    ("those", "that"),
    ("such", "so"),
    ("also", "to"),
    ("however", "how ever"),
    ("make", "do"),
    ("do", "make"),
    ("say", "tell"),
    ("both", "booth"),
    ("good", "well"),
    ("well", "good"),
    ("hard", "hardly"),
    ("easy", "easily"),
    ("easily", "easy"),
    ("real", "really"),
    ("properly", "proper"),
    ("correctly", "correct"),
    ("automatically", "automatic"),
    ("its", "their"),
)
"""First the right word, then what is written in its place."""

FORMS: tuple[tuple[str, ...], ...] = tuple(
    _words(line)
    for line in """
be is are was were been being
have has had having
do does did done doing
go goes went gone going
get gets got gotten getting
make makes made making
take takes took taken taking
give gives gave given giving
see sees saw seen seeing
write writes wrote written writing
read reads reading
run runs ran running
come comes came coming
know knows knew known knowing
think thinks thought thinking
find finds found finding
keep keeps kept keeping
hold holds held holding
send sends sent sending
build builds built building
begin begins began begun beginning
break breaks broke broken breaking
choose chooses chose chosen choosing
become becomes became becoming
show shows showed shown showing
grow grows grew grown growing
speak speaks spoke spoken speaking
eat eats ate eaten eating
buy buys bought buying
bring brings brought bringing
teach teaches taught teaching
feel feels felt feeling
leave leaves left leaving
mean means meant meaning
meet meets met meeting
pay pays paid paying
say says said saying
sell sells sold selling
spend spends spent spending
tell tells told telling
understand understands understood understanding
win wins won winning
hide hides hid hidden hiding
throw throws threw thrown throwing
drive drives drove driven driving
set sets setting
put puts putting
let lets letting
cut cuts cutting
hit hits hitting
lose loses lost losing
forget forgets forgot forgotten forgetting
draw draws drew drawn drawing
fall falls fell fallen falling
rise rises rose risen rising
wear wears wore worn wearing
stop stops stopped stopping
plan plans planned planning
map maps mapped mapping
ship ships shipped shipping
skip skips skipped skipping
drop drops dropped dropping
log logs logged logging
submit submits submitted submitting
commit commits committed committing
occur occurs occurred occurring
refer refers referred referring
prefer prefers preferred preferring
""".strip().splitlines()
)
"""Irregular and doubling verbs: every line is one verb, base form first, then third person."""

REGULAR_VERBS = frozenset(
    _words(
        """
accept access achieve add adjust affect agree allow announce answer appear apply argue arrive ask assign
assume
attach attempt avoid believe belong call cancel cause change check claim clean clear close collect combine
compare
compile complete compute configure confirm connect consider consist contain continue contribute control
convert copy
correspond cover create decide declare decrease define delete deliver depend deploy describe design detect
determine
develop differ disable discuss display divide document download edit enable encounter encourage end enforce
enhance
enjoy ensure enter evaluate execute exist expand expect explain expose express extend extract fail filter
finish fix
follow force format function gain generate handle happen help ignore imagine implement imply import improve
include
increase indicate inform inherit install intend introduce invoke involve join learn like limit link list
live load
look love maintain manage mark match matter mention merge modify move name need notice notify offer open
operate
order override pass perform point possess prepare present prevent print process produce program project
promise
propose protect provide publish push raise reach receive recommend record reduce reflect reject release rely
remain
remember remove render repeat replace reply report represent request require resolve respond restart return
reveal
review save search seem select separate serve share sign solve sort specify start stay store suggest support
suppose switch talk target test track transfer transform translate travel treat trigger try turn type update
upgrade
use validate verify view visit wait walk want warn watch wish wonder work worry
"""
    )
)

PREPOSITIONS: dict[str, tuple[str, ...]] = {
    "in": ("on", "at", "into", "of"),
    "on": ("in", "at", "of"),
    "at": ("in", "on"),
    "of": ("for", "in", "from"),
    "for": ("to", "of"),
    "to": ("for", "at", "with"),
    "from": ("of", "by"),
    "with": ("by", "to"),
    "by": ("with", "from"),
    "about": ("of", "on"),
    "into": ("in", "to"),
    "between": ("among",),
    "during": ("in", "while"),
    "since": ("for", "from"),
}

DROPPED = frozenset(_words("to of is are be been it have has can for in on with by at and were"))
"""Small words that writers leave out."""

MODALS = frozenset(
    _words("can could will would shall should may might must cannot can't won't doesn't don't didn't")
)
AUXILIARIES = frozenset(_words("is are was were be been being have has had"))
BEFORE_FORMS = frozenset(_words("to by for of without from when while not and"))
"""Beside modals and auxiliaries, words that tell which form of a verb comes next."""

DETERMINERS = frozenset(
    _words("a an the this that these those each every some any all no my your his her its our")
)
PLURAL_CUES = frozenset(
    _words("these those many several all some few two three four five multiple various both other")
)
SINGULAR_CUES = frozenset(_words("a an this each every another one"))
UNCOUNTABLE = frozenset(
    _words(
        "information advice software hardware knowledge equipment furniture feedback research "
        "evidence homework "
        "documentation metadata traffic progress work help behavior functionality"
    )
)
JOINED: dict[str, str] = {
    "a lot": "alot",
    "in order": "inorder",
    "each other": "eachother",
    "as well": "aswell",
    "at least": "atleast",
    "in case": "incase",
    "in fact": "infact",
    "no one": "noone",
    "such as": "suchas",
    "all right": "allright",
    "set up": "setup",
    "log in": "login",
    "back up": "backup",
    "any time": "anytime",
}
SPLIT: dict[str, str] = {
    "another": "an other",
    "cannot": "can not",
    "within": "with in",
    "without": "with out",
    "into": "in to",
    "something": "some thing",
    "someone": "some one",
    "anything": "any thing",
    "everything": "every thing",
    "itself": "it self",
    "myself": "my self",
    "themselves": "them selves",
    "yourself": "your self",
    "whenever": "when ever",
    "whatever": "what ever",
    "therefore": "there fore",
    "otherwise": "other wise",
    "become": "be come",
    "instead": "in stead",
    "although": "all though",
    "nowadays": "now a days",
    "database": "data base",
    "password": "pass word",
    "keyboard": "key board",
    "framework": "frame work",
    "background": "back ground",
    "overview": "over view",
    "outside": "out side",
    "inside": "in side",
    "upgrade": "up grade",
    "update": "up date",
    "whereas": "where as",
    "website": "web site",
}
EXTRA_AFTER: dict[str, str] = {
    "discuss": "about",
    "discusses": "about",
    "despite": "of",
    "enter": "into",
    "contact": "with",
    "reach": "to",
    "access": "to",
    "requires": "to",
    "allows": "to",
    "lacks": "of",
    "can": "to",
    "must": "to",
    "should": "to",
    "return": "back",
    "explain": "about",
    "visit": "to",
}
PROPER = frozenset(
    _words(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February April June "
        "July August September "
        "October November December English French German Spanish Chinese Japanese American "
        "European Christmas Europe "
        "Africa America China Japan London Paris Germany France"
    )
)
NEIGHBORS: dict[str, str] = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl",
    "p": "ol", "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum",
    "k": "jli", "l": "kop", "z": "xa", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng", "n": "bmh", "m": "nj",
}  # fmt: skip
"""Keys beside a key on a QWERTY keyboard."""

LEARNED: tuple[tuple[str, ...], ...] = tuple(
    _words(line)
    for line in """
people peoples person
children childrens childs child
women woman womans
men man mans
person people
life live lifes
lives lifes life
information informations
advice advices
knowledge knowledges
money moneys
themselves themself theirselves
himself hisself
information informations
learn study
study learn
look see watch
see look watch
watch see look
hear listen
listen hear
borrow lend
lend borrow
remember remind
remind remember
rise raise
raise rise
lie lay
fun funny
interested interesting
interesting interested
bored boring
boring bored
tired tiring
excited exciting
exciting excited
surprised surprising
too very
very too so
such so
would will
will would
can could
could can
may might
if when
although despite
despite although
because since
what that which
which what that
where which
like as
as like
until till
during while
while during
between among
nowadays nowaday
than that as
say tell speak
tell say
speak talk say
talk speak
bring take
take bring get
get take become
become get turn
have has
for since
since from
ago before
still yet
yet already
already yet
most almost
almost most
every each all
each every
any some
some any
much many
many much
little few
few little
big great
high tall
high big
large big much
job work
work job
travel trip
trip travel
car cars
know knows
need needs
agree agreed agrees
depend depends
thing things
example examples
reason reasons
way ways
day days
year years
time times
student students
idea ideas
problem problems
place places
own self
old aged
young youth
their there his
his her
who that which
whom who
other others
others other
both either
either both
one ones
its it
my me
our us
not no
no not
never ever
always all
in on at to for
on in at about to
at in on to
of for about on to from
for to of about in with
to for in of at on
from of since by
with of for by to
by with from of
about of for on to
""".strip().splitlines()
)
"""First the right word, then what people who learn English write for it."""

NO_VERBS = frozenset(
    _words("during evening morning ceiling wedding something nothing anything everything hundred")
)
"""Words that end as forms of verbs do, and are none."""

COMPARED = frozenset(
    _words(
        "better best worse worst easier easiest bigger biggest larger largest smaller smallest older oldest "
        "younger youngest faster fastest higher highest lower lowest cheaper cheapest happier happiest "
        "stronger strongest longer longest shorter shortest richer safer"
    )
)

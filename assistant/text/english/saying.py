"""English words with which texts report what somebody says, thinks or wants, and words for those who do."""

from __future__ import annotations

from typing import Literal

Form = Literal["plain", "present", "past", "participle", "ing"]


def _forms(verbs: str) -> dict[str, Form]:
    """Each form of some verbs; of irregular ones, the past and where it is another the participle stand behind "/"."""
    found: dict[str, Form] = {}
    for verb in verbs.split():
        plain, _, others = verb.partition("/")
        past, _, participle = others.partition("/")
        past = past or _past(plain)
        found |= {plain: "plain", _third_person(plain): "present", past: "past", _ing(plain): "ing"}
        found.setdefault(participle or past, "participle")
    return found


def _third_person(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if verb.endswith("y") and verb[-2] not in "aeiou" else f"{verb}ed"


def _ing(verb: str) -> str:
    return f"{verb[:-1]}ing" if verb.endswith("e") and not verb.endswith("ee") else f"{verb}ing"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SAY = _forms("""
    say/said tell/told add announce state declare claim argue warn insist suggest admit/admitted acknowledge concede
    explain note stress emphasise emphasize maintain contend confirm assert allege complain promise pledge vow reply
    respond write/wrote/written tweet post remark observe recall reiterate repeat ask predict estimate joke
    quip/quipped caution signal testify stipulate conclude point reveal report recount counter boast shout murmur
    think/thought believe hope fear expect feel/felt doubt know/knew/known understand/understood worry reckon deny
    dispute reaffirm underline propose recommend agree disagree assure swear/swore/sworn judge submit/submitted accept
    concur/concurred remind object appeal fume claim
""")
ALSO_NOUNS = _set("states claims reports demands supports fears hopes doubts calls promises remarks points estimates")
"""Of verbs, forms that are nouns as well."""
THINKS = frozenset(_forms("think/thought believe hope fear expect feel/felt doubt worry reckon want support back"))
"""What is thought or wanted: "does not believe that" tells a position, "did not say that" none."""
ZERO_THAT = frozenset(
    _forms("""
        say/said tell/told claim think/thought believe hope fear add insist suggest know/knew/known feel/felt warn
        admit/admitted deny swear/swore/sworn reckon note argue promise reveal understand/understood doubt
    """)
)
"""After these, what is said may follow without "that"; after others only where a verb follows soon."""
TELL = frozenset(_forms("tell/told"))
"""These stand behind whoever speaks: "..., tells CNN" names who listens."""
TO_SOMEBODY = _set("told tells tell asked asks warned reminded reminds assured assures")
"""Behind these, before what is said, stands to whom."""
DENIES = frozenset(_forms("deny dispute reject doubt refute disagree"))
HOLD = _forms("""
    express voice seek/sought oppose support back reject want demand favour favor resist welcome condemn criticise
    criticize endorse defend refute denounce applaud praise dismiss slam blast promise pledge vow expect propose
    recommend fear reaffirm reiterate deny dispute doubt prefer/preferred
    threaten
""")
"""What somebody does to what they are for or against: the object is what is held."""
CALL = _forms("call describe brand label denounce dismiss portray characterise characterize hail consider")
"""Of something, to say what it is."""
AS_SOMETHING = _forms("see/saw/seen regard view judge deem treat")
"""Of something, to say what it is like, behind "as"."""
ACCUSE = _forms("accuse blame")
URGE = _forms("ask urge beg press invite")
"""Of somebody, to do something."""
WITH_PREPOSITION = {
    form: _set(prepositions)
    for verbs, prepositions in (
        ("warn complain speak/spoke/spoken", "of about against"),
        ("call", "for on upon"),
        ("appeal plead argue", "for against"),
        ("object", "to"),
        ("caution", "against"),
        ("insist", "on"),
        ("rule", "out"),
        ("laugh", "off"),
    )
    for form in _forms(verbs)
}
"""Verbs behind which what is said or wanted stands behind one of some words."""
OTHERS = _forms("warn complain speak/spoke/spoken call appeal plead rule laugh caution liken") | _forms("put/put")
"""Verbs that tell something only with such a word, or "put ... at" and "liken ... to"."""
AGAINST = "against"
IN_FAVOUR = _set("favour favor")
HOLDS_A_VIEW = _set("take takes took taken hold holds held is was of")
"""Before "the view that"."""
STANCES = _set("position view stance line opinion belief")
VIEWS = _set("view opinion words eyes assessment judgement judgment")
OWN = {"his": "he", "her": "she", "their": "they", "its": "it"}
HEARSAY = _set("said believed thought understood reported rumoured rumored expected known")
"""In the passive: what is told of somebody by others, "is said to want"."""

HAVE = _set("has have had having")
PASSIVE = _set("is are was were been be")
FINITE = _set("is are was were has have had will would can could do does did")
"""With which no clause begins: of "the waves, which scientists say are ...", what is said stands before."""
AUXILIARIES = (
    HAVE
    | PASSIVE
    | FINITE
    | _set("""
        may might must should also again later repeatedly long already still now then once often always never not n't
        flatly strongly firmly publicly privately openly consistently previously earlier recently immediately quickly
        simply only even all both
    """)
)
NEGATIONS = _set("not never neither nor n't cannot")
DAYS = _set("""
    monday tuesday wednesday thursday friday saturday sunday yesterday today tonight earlier later last this next week
    month year morning afternoon evening night early late
""")
TIMES = DAYS | _set("""
    january february march april may june july august september october november december
""")
PREPOSITIONS = _set("""
    on in at during after before from to by with without under over of for about against between among near since until
    through across inside outside despite following
""")
ASKS = _set("how whether if")
BREAKS = ASKS | _set("""
    but while as that because after before when although though since whereas where what until so than or once unless
    why nor yet
""")
"""Words at which a clause, and what leads back to its subject, ends."""
BETWEEN_CLAUSES = _set("and but while although though")
RELATIVES = _set("who which that whose")
OPENS_NO_CLAUSE = BREAKS | RELATIVES | _set("to of about so and")
CIRCUMSTANCES = _set("on in at during after to from")
"""With which it is told when, where and to whom something is said."""
PARTICLES = _set("out on up down off away forward")
"""What belongs to a verb: "pointed out"."""

PRONOUNS = _set("he she they it")
OURSELVES = _set("i we you there")
NOBODY = _set("""
    i we you this that these those there what who which it's nobody everyone every each any no neither either
""")
NEITHER_OF_TWO = _set("former latter both two others other rest same")
"""Who speaks only by what was said before: "the former"."""
INTERVIEWERS = _set("q a question answer host presenter interviewer moderator reporter")
"""Labels in an interview of whoever asks, or of nobody in particular."""
CONJUNCTIONS = _set("and but yet so")
OBJECTS = _set("us them him me her reporters journalists")
"""To whom something is told; what follows begins anew."""
COUNTED = _set("one some many most both all others")
"""Who speaks only with a noun behind it: "one captain"."""
PLURALS = _set("they people police who staff men women members")
ARTICLES = _set("the a an")
INTRODUCES = _set("a an one another")
"""With which somebody is told of for the first time."""
DETERMINERS = ARTICLES | _set("my his her its their our one several two three some many most other")
OPEN_SENTENCES = (
    DETERMINERS
    | PREPOSITIONS
    | BREAKS
    | NOBODY
    | PRONOUNS
    | _set("and yet also more let here asked unlike however meanwhile still instead then now another")
)
"""What has a capital at the beginning of a sentence alone."""
PARTS_OF_OFFICES = _set("""
    uk us eu u.s u.k vice prime minority majority republican republicans democrat democrats democratic conservative gop
    house county city chief executive foreign defence defense finance interior transport health former acting deputy
    first state general
""")
"""Words of titles that alone are none of a person: "General Motors", "the US Mint"."""
OFFICES = _set("""
    president ex-president minister chancellor premier pm secretary secretary-general director-general senator governor
    mayor director chairman chairwoman ambassador envoy commissioner commissioners spokesman spokeswoman spokesperson
    treasurer ceo mp councillor councilman councilwoman congressman congresswoman
""")
"""Titles that are nobody's surname: "the Tesla CEO" is no name."""
TITLES = (
    PARTS_OF_OFFICES
    | OFFICES
    | _set("""
        mr mrs ms miss dr prof professor rev sir dame lord lady king queen prince princess pope bishop archbishop sheikh
        admiral colonel captain major judge justice chair rep reps rep.-elect sen sens gov govs lt gen col capt sgt
        speaker whip leader sheriff manager attorney representative coach recorder
    """)
)
"""What stands before the name of a person and is no part of it."""
MEN = _set("mr sir lord duke king prince pope congressman councilman")
WOMEN = _set("mrs ms miss dame lady duchess queen princess congresswoman councilwoman")
"""Titles that tell which pronoun stands for whoever has them."""
MALE_RELATIVES = _set("husband father son brother grandfather uncle stepfather stepson")
FEMALE_RELATIVES = _set("wife mother daughter sister grandmother aunt stepmother stepdaughter")
""""His wife, Ada": relatives are persons though a text gives their first name alone."""
SPEAKERS = _set("""
    parents contractor contractors headteacher teacher mother father farmer owner skipper engineer engineers pilots
    drivers passengers commuters customers tenants landlords patients traders brokers businesses firms companies banks
    official officials minister ministers ministry government spokesman spokeswoman spokesperson spokespeople company
    union unions residents experts analysts police court council commission committee party opposition army military
    navy agency authority authorities bank regulator president mayor director chief chairman chairwoman leader leaders
    lawmakers deputies diplomats envoy envoys ambassador ambassadors campaigners activists critics supporters workers
    farmers fishermen teachers doctors nurses scientists researchers economists lawyers lawyer prosecutors prosecutor
    judge judges witnesses neighbours villagers students investors shareholders firm association federation charity
    group coalition alliance parliament senate cabinet office department embassy kremlin source sources aide aides
    insider insiders report study survey poll statement letter newspaper paper document documents people manager
    managers executive executives commander commanders general senator governor secretary organisers owners operator
    club team board institute university watchdog ombudsman inspector inspectors captain state states country countries
    nation nations ally allies member members
""")
"""Common nouns for those who speak."""
ORGANISATIONS = _set("""
    bloc lines institute league church trust foundation fund society corporation corp inc ltd plc gmbh railways airlines
    ports airport hospital school college academy museum times post herald news tribune guardian reuters forum network
    survey observatory service weather hurricane associated press white international national united nations centre
    center movement congress assembly house street act treaty agreement organisation organization
""")
"""Words in the names of those who are no persons, beside `SPEAKERS`."""
PLACES = _set("""
    road street avenue square bridge river island islands gorge mount mountain mountains canal tower palace stadium
    arena beach gulf strait peninsula province district region village town channel valley coast images station
""")
"""Words in the names of places."""
IN_NAMES = PREPOSITIONS | SPEAKERS | TITLES | DETERMINERS | COUNTED | _set("and who himself herself itself")
"""What may stand in small letters behind the first capital of a phrase that names somebody."""
TELLS_OF_SOMEBODY = DETERMINERS | RELATIVES | PREPOSITIONS | SPEAKERS | TITLES | _set("according led")
"""With what it may begin between commas behind a name."""

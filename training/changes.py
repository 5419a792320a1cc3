"""Small changes that make a sentence say something else: a name, number, word or role exchanged for another."""

import itertools
import random
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
NAME = re.compile(r"(?:[A-Z][\w'’-]+)(?: (?:of |the |de |von )?[A-Z][\w'’-]+){0,3}")
WORD = re.compile(r"[a-z]{4,}")
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMERALS = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth last".split()
UNITS = [
    "million billion trillion thousand".split(),
    "meters kilometers miles feet yards inches centimeters metres kilometres".split(),
    "seconds minutes hours days weeks months years decades centuries".split(),
    "kilograms pounds tons tonnes grams ounces".split(),
    "dollars euros pounds yen rubles francs".split(),
    "percent points degrees".split(),
]
OPPOSITES = [
    tuple(pair.split("/"))
    for pair in (
        "increased/decreased increase/decrease rose/fell rise/fall higher/lower high/low highest/lowest more/less "
        "most/least largest/smallest larger/smaller large/small big/small biggest/smallest longest/shortest "
        "long/short older/younger old/young oldest/youngest oldest/newest old/new earlier/later early/late "
        "earliest/latest before/after above/below over/under first/last north/south northern/southern east/west "
        "eastern/western won/lost win/lose winning/losing winner/loser accepted/rejected accept/reject "
        "approved/rejected allowed/banned allow/ban allows/forbids legal/illegal supported/opposed support/oppose "
        "supports/opposes agreed/refused agree/refuse opened/closed open/closed opening/closing began/ended "
        "begin/end start/finish started/finished started/stopped start/stop gained/lost gain/lose bought/sold "
        "buy/sell borrowed/lent import/export imports/exports imported/exported public/private rich/poor "
        "strong/weak stronger/weaker strengthened/weakened success/failure succeeded/failed successful/unsuccessful "
        "positive/negative better/worse best/worst good/bad true/false safe/dangerous hot/cold warm/cool wet/dry "
        "dark/light fast/slow faster/slower near/far inside/outside internal/external include/exclude "
        "includes/excludes including/excluding with/without male/female men/women man/woman boys/girls "
        "father/mother son/daughter brother/sister husband/wife king/queen born/died birth/death alive/dead "
        "arrived/left entered/left joined/left attack/defence attacked/defended offensive/defensive urban/rural "
        "majority/minority maximum/minimum major/minor upper/lower top/bottom front/back left/right always/never "
        "often/rarely common/rare similar/different same/different easy/difficult cheap/expensive employer/employee "
        "teacher/student guilty/innocent confirmed/denied confirm/deny confirms/denies raised/cut raise/cut "
        "built/destroyed created/destroyed expanded/reduced expand/reduce widened/narrowed improved/worsened "
        "summer/winter day/night morning/evening ancient/modern domestic/foreign permanent/temporary "
        "voluntary/compulsory encouraged/discouraged appointed/dismissed hired/fired elected/appointed "
        "resigned/stayed passed/failed resumed/suspended lifted/imposed friend/enemy ally/opponent allies/enemies "
        "peace/war victory/defeat liberal/conservative "
    ).split()
]
STRONGER = [
    tuple(pair.split("/"))
    for pair in (
        "some/all; many/all; most/all; several/all; may/will; might/will; could/will; can/must; often/always; "
        "sometimes/always; usually/always; partly/entirely; almost/fully; suggests/proves; suggested/proved; "
        "likely/certain; possibly/certainly; probably/certainly; few/no; rarely/never; considered/decided; "
        "plans/has agreed; planned/completed; nearly/exactly; proposed/adopted; alleged/proved; "
        "allegedly/demonstrably; expected/confirmed; hopes/intends "
    )
    .strip()
    .split("; ")
]
EITHER_WAY = {pair for one, two in OPPOSITES for pair in ((one, two), (two, one))}
EXACT = frozenset(
    [*NUMERALS, *ORDINALS, *itertools.chain(*UNITS), *(unit.rstrip("s") for unit in itertools.chain(*UNITS))]
)
"""Words that mean nothing but themselves."""
NEAREST = 60
"""How many words near to another are looked at."""
SYNONYMS = 0.42
"""From how near on, as a cosine of word vectors, two words mean nearly the same: built and constructed .56, country and
nation .54, refused and declined .47; against died and survived .40."""
OTHERS = (0.16, 0.3)
"""How near a word is that means something else: stock and share, launched and rockets."""
BE = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did|does|do)\b(?! not\b| never\b|n't)"
)
VERB_PAST = re.compile(r"\b([a-z]{3,}ed)\b(?! by\b)")
COMMON = frozenset(
    (
        "that this these those which what when where while with from into they them their there then than have been "
        "were will would could should about after before because between during under over also such some many most "
        "more less very much does did done being having other another each every both either neither only just even "
        "still again once ever never always what's whose whom here your yours ours mine himself herself itself "
        "themselves according type kind name named called many long "
    ).split()
)


class Exchanger:
    """Exchanges words for others of their kind; nearness of words is that of the packaged model's word vectors.

    Args:
        words: whole words of the vocabulary.
        vectors: one row for each, of any length.
    """

    def __init__(self, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self._words = list(words)
        self._row = {word: n for n, word in enumerate(self._words)}
        self._vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self.near = lru_cache(maxsize=40_000)(self._near)

    def _near(self, word: str) -> tuple[tuple[str, float], ...]:
        """The words nearest in the embedding, of another stem, each with how near it is, -1 to 1, the nearest first."""
        row = self._row.get(word)
        if row is None:
            return ()
        likeness = self._vectors @ self._vectors[row]
        near = np.argsort(-likeness)[1 : NEAREST + 1]
        return tuple((self._words[n], float(likeness[n])) for n in near if not _one_stem(self._words[n], word))

    def others(self, word: str) -> list[str]:
        """Words used where this one is, that mean something else: near, but not as near as what means the same."""
        return [other for other, likeness in self.near(word) if OTHERS[0] < likeness < OTHERS[1]]

    def synonyms(self, word: str) -> list[str]:
        """Words that mean nearly the same: each among the few nearest of the other."""

        def nearest(of: str) -> list[str]:
            return [other for other, likeness in self.near(of)[:3] if likeness > SYNONYMS]

        if word in EXACT:
            return []
        return [other for other in nearest(word) if word in nearest(other) and (word, other) not in EITHER_WAY]

    def reworded(self, question: str, dice: random.Random) -> str:
        """`question` with up to two common words put in others that mean nearly the same, so that it asks the same."""
        ways = [(m, self.synonyms(m[0])) for m in WORD.finditer(question) if m[0] not in COMMON and _whole(question, m)]
        ways = [way for way in ways if way[1]]
        chosen = dice.sample(ways, min(len(ways), 2))
        for match, others in sorted(chosen, key=lambda way: -way[0].start()):
            question = _put(question, match, dice.choice(others))
        return question

    def question(self, question: str, passage: str, answer: str, dice: random.Random) -> str | None:
        """`question` with one thing exchanged, so that `passage` no longer answers it; None where nothing can be."""
        kinds = [self.number, self.name, self.opposite, self.word_of_passage]
        dice.shuffle(kinds)
        for kind in kinds:
            changed = kind(question, passage, dice, answer)
            if changed is not None:
                return changed
        return None

    def number(self, text: str, passage: str, dice: random.Random, answer: str = "") -> str | None:
        """One number, month, weekday or numeral exchanged for another, of the passage where it has one."""
        match = _one(NUMBER.finditer(text), dice)
        if match:
            there = [
                n
                for n in NUMBER.findall(passage)
                if n != match[0] and n not in text and n not in answer and _one_size(n, match[0])
            ]
            return _put(
                text, match, dice.choice(there) if there and dice.random() < 0.6 else _other_number(match[0], dice)
            )
        for group in (MONTHS, DAYS, NUMERALS, ORDINALS):
            match = _one(re.finditer(rf"\b(?:{'|'.join(group)})\b", text), dice)
            if match:
                return _put(text, match, dice.choice([word for word in group if word != match[0]]))
        return None

    def name(self, text: str, passage: str, dice: random.Random, answer: str = "") -> str | None:
        """One name exchanged for another that stands in the passage."""
        match = _one(
            (m for m in NAME.finditer(text) if m.start() > 0 and m[0] not in MONTHS and m[0] not in DAYS), dice
        )
        if not match:
            return None
        lowered = text.lower()
        there = [
            m[0]
            for m in NAME.finditer(passage)
            if m.start() > 0 and passage[m.start() - 2 : m.start()] not in (". ", "? ", "! ")
            and m[0].lower() not in lowered and m[0] not in answer
            and not set(m[0].lower().split()) & set(match[0].lower().split())
        ]  # fmt: skip
        return _put(text, match, dice.choice(there)) if there else None

    def opposite(self, text: str, passage: str, dice: random.Random, answer: str = "") -> str | None:
        """One word exchanged for its opposite."""
        ways = []
        for one, two in OPPOSITES:
            for old, new in ((one, two), (two, one)):
                ways += [(m, new) for m in re.finditer(rf"\b{old}\b", text)]
        if not ways:
            return None
        match, new = dice.choice(ways)
        return _put(text, match, new)

    def word(self, text: str, passage: str, dice: random.Random, answer: str = "") -> str | None:
        """One common word exchanged for one that means something else, often one of the passage."""
        there = self.word_of_passage(text, passage, dice, answer) if dice.random() < 0.7 else None
        return there or self._word(text, dice, bool)

    def word_of_passage(self, text: str, passage: str, dice: random.Random, answer: str = "") -> str | None:
        """One common word exchanged for one of the passage that means something else."""
        held = set(WORD.findall(passage.lower()))
        return self._word(text, dice, lambda other: other in held)

    def _word(self, text: str, dice: random.Random, fits: Callable[[str], bool]) -> str | None:
        matches = [m for m in WORD.finditer(text) if m[0] not in COMMON and _whole(text, m)]
        dice.shuffle(matches)
        for match in matches:
            others = [n for n in self.others(match[0]) if n not in text.lower() and n not in COMMON and fits(n)]
            if others:
                return _put(text, match, dice.choice(others))
        return None

    def unit(self, text: str, passage: str, dice: random.Random, answer: str = "") -> str | None:
        """One unit exchanged for another."""
        for group in dice.sample(UNITS, len(UNITS)):
            match = _one(re.finditer(rf"\b(?:{'|'.join(group)})\b", text), dice)
            if match:
                return _put(text, match, dice.choice([unit for unit in group if unit != match[0]]))
        return None


def negated(text: str, passage: str, dice: random.Random, answer: str = "") -> str | None:
    """The sentence denied, or its denial taken away."""
    match = re.search(r"\b(not|never|no longer) |n't\b", text)
    if match:
        return text[: match.start()] + text[match.end() :]
    match = _one(BE.finditer(text), dice)
    if match:
        return text[: match.end()] + dice.choice([" not", " not", " never"]) + text[match.end() :]
    return None


def stronger(text: str, passage: str, dice: random.Random, answer: str = "") -> str | None:
    """A careful word exchanged for a sure one."""
    ways = [(m, new) for old, new in STRONGER for m in re.finditer(rf"\b{old}\b", text)]
    if not ways:
        return None
    match, new = dice.choice(ways)
    return _put(text, match, new)


def roles_exchanged(text: str, passage: str, dice: random.Random, answer: str = "") -> str | None:
    """Two names in one sentence that change places: who did it, and to whom."""
    names = [m for m in NAME.finditer(text) if m[0] not in MONTHS and m[0] not in DAYS and m[0].lower() not in COMMON]
    for one, two in itertools.pairwise(names):
        between = text[one.end() : two.start()]
        if 4 < len(between) < 60 and re.search(r"[a-z]{3,}", between) and not re.search(r" and |, |\(| or ", between):
            return text[: one.start()] + two[0] + between + one[0] + text[two.end() :]
    return None


def _one(matches: Iterable[re.Match[str]], dice: random.Random) -> re.Match[str] | None:
    found = list(matches)
    return dice.choice(found) if found else None


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _whole(text: str, match: re.Match[str]) -> bool:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return not before.isalnum() and not after.isalnum() and before not in ("'", "-") and after not in ("'", "-")


def _one_stem(one: str, two: str) -> bool:
    return one[:4] == two[:4] or one in two or two in one


def _one_size(one: str, two: str) -> bool:
    return len(one) == len(two) or (abs(len(one) - len(two)) < 2 and len(two) < 4)


def _other_number(number: str, dice: random.Random) -> str:
    """A number of the same shape: a year nearby, or some digits changed."""
    if re.fullmatch(r"(1[5-9]|20)\d\d", number):
        return str(int(number) + dice.choice([-30, -12, -10, -5, -3, -2, -1, 1, 2, 3, 5, 10, 12, 30]))
    digits = [n for n, character in enumerate(number) if character.isdigit()]
    at = dice.choice(digits[:2])
    other = dice.choice([d for d in "123456789" if d != number[at]])
    return number[:at] + other + number[at + 1 :]

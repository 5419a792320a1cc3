"""Claims made from sentences that people wrote: true ones worded a little otherwise, and false ones of every kind."""

import random
import re
from collections.abc import Callable, Sequence

from training import changes
from training.pairs import Pair, sentences, window_around

LEADING = re.compile(
    r"^(?:In|On|At|After|Before|During|By|From|Since|According to|As|While|Although|However|Moreover)\b[^,]{2,60}, "
)
ASIDE = re.compile(r" \([^()]{2,80}\)|, (?:which|who|where|including|such as|known|also)\b[^,.]{3,80}(?=,|\.)")
TAIL = re.compile(
    r"(?:,| and| but| because| after| when| while| although| as well as| in order to) [^,.]{8,120}(?=\.$)"
)


def _shortened(sentence: str, dice: random.Random) -> str:
    """The sentence without its lead, an aside or its tail."""
    ways: list[Callable[[str], str]] = [
        lambda text: _capital(LEADING.sub("", text, count=1)),
        lambda text: ASIDE.sub("", text, count=1),
        lambda text: TAIL.sub("", text, count=1),
    ]
    dice.shuffle(ways)
    for way in ways:
        shorter = way(sentence)
        if len(shorter) > 25 and shorter != sentence:
            return shorter
    return sentence


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _moved(sentence: str) -> str:
    """The sentence with its lead put last: It rained in May, for In May it rained."""
    match = LEADING.match(sentence)
    if not match or not sentence.endswith("."):
        return sentence
    lead = match[0][:-2]
    return f"{_capital(sentence[match.end() : -1])} {lead[:1].lower()}{lead[1:]}."


def _detailed(sentence: str, other: str) -> str | None:
    """The sentence with a detail of another text added."""
    found = re.search(r"\b((?:in|on|at|by|for|with|after|because of|near|during) [^,.;:()]{6,50})[.,]", other)
    return f"{sentence[:-1]} {found[1]}." if found and sentence.endswith(".") and found[1] not in sentence else None


def made_claims(
    contexts: Sequence[str],
    count: int,
    sizes: tuple[int, int],
    exchanger: changes.Exchanger,
    labels: Sequence[str],
    dice: random.Random,
) -> list[list[Pair]]:
    """`count` claims from sentences of `contexts`; a true one and a false one of one sentence share a batch."""
    supported = (labels.index("supported"),)
    contradicted = (labels.index("contradicted"),)
    false = (labels.index("unsupported"), labels.index("contradicted"))
    more = (labels.index("partial"), labels.index("unsupported"))
    kinds = {
        "name": (exchanger.name, false), "number": (exchanger.number, contradicted), "word": (exchanger.word, false),
        "opposite": (exchanger.opposite, contradicted), "unit": (exchanger.unit, contradicted),
        "negation": (changes.negated, contradicted), "roles": (changes.roles_exchanged, false),
        "strength": (changes.stronger, (*more, *contradicted)),
    }  # fmt: skip
    names, groups, made = list(kinds), [], 0
    while contexts and made < count:
        text = dice.choice(contexts)
        spans = [s for s in sentences(text) if 40 < s[1] - s[0] < 260]
        if not spans:
            continue
        start, end = dice.choice(spans)
        sentence = text[start:end]
        evidence, _ = window_around(text, start, end, dice.randint(120, sizes[1]), dice)
        reworded = dice.choice([sentence, _shortened(sentence, dice), _shortened(sentence, dice), _moved(sentence)])
        group = [Pair(reworded, "", evidence, labels=supported, kind="made/true")]
        if dice.random() < 0.15:
            detailed = _detailed(reworded, dice.choice(contexts))
            if detailed:
                group.append(Pair(detailed, "", evidence, labels=more, kind="made/detail"))
        else:
            for name in dice.sample(names, len(names)):
                change, right = kinds[name]
                changed = change(reworded, evidence, dice)
                if changed and changed != reworded and changed not in evidence:
                    group.append(Pair(changed, "", evidence, labels=right, kind=f"made/{name}"))
                    break
        groups.append(group)
        made += len(group)
    return groups

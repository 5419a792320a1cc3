"""The words by which a question leans on the conversation before it, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.text.english.vocabulary import ASKING_WORDS, CAPITAL
from assistant.types import DEFAULT_LANGUAGE

A_NOUN = r"\b[^\W\d_A-Z][\w-]*"


@dataclass(frozen=True, slots=True)
class FollowUpWords:
    """How questions in one language begin, point back and name.

    ``opens``: how a follow-up begins. ``ellipsis``: what stands before the rest when all else is left out ("and").
    ``points_back``: words for what was named before. ``asks``: how a whole question or a request begins.
    ``named_alone``: a proper name that is all that is said. ``article``: what may stand before a name, at the end of a
    text; ``before_a_noun``: where all nouns are written in capitals, what stands before those that are no names.
    ``attribute``: something of what is named ("the capital of Australia", "Australia's capital"), which is a subject.
    """

    opens: re.Pattern[str]
    ellipsis: re.Pattern[str]
    points_back: re.Pattern[str]
    asks: re.Pattern[str]
    named_alone: re.Pattern[str]
    article: re.Pattern[str]
    before_a_noun: re.Pattern[str] | None
    attribute: re.Pattern[str]


def _words(
    *,
    opens: str,
    ellipsis: str,
    points_back: str,
    asks: str,
    article: str,
    attribute: str,
    before_a_noun: str | None = None,
) -> FollowUpWords:
    return FollowUpWords(
        re.compile(rf"\A\W*+(?:{opens}|{ellipsis})(?!\w)", re.IGNORECASE),
        re.compile(rf"\A\W*+(?:{ellipsis})(?!\w)[\s,]*+", re.IGNORECASE),
        re.compile(rf"\b(?:{points_back})(?!\w)", re.IGNORECASE),
        re.compile(rf"\A\W*+(?:(?:{ellipsis}|then|well|ok|okay|please)[,\s]++)*(?:{asks})(?!\w)", re.IGNORECASE),
        re.compile(
            rf"(?i:{article})?(?:(?!(?i:{asks}|{opens}|{points_back}|now)(?!\w)){CAPITAL}[\w'\u2019-]*+\s*+){{1,4}}"
        ),
        re.compile(rf"(?<!\w)(?:{article})$", re.IGNORECASE),
        re.compile(rf"\b(?:{before_a_noun})\s++$", re.IGNORECASE) if before_a_noun else None,
        re.compile(attribute),
    )


FOLLOW_UP_WORDS = {
    "en": _words(
        opens="also|what else|who else|where else|anything else|else|why|how so|how come|really|more|tell me more|"
        "go on|for example|such as|in what way|compared",
        ellipsis="and|but|or|so|what about|how about|what of",
        points_back="it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|then|such|"
        "the (?:former|latter|same|other|others)|both|either|neither",
        asks=ASKING_WORDS,
        article=r"the\s+",
        attribute=rf"{A_NOUN} of (?:the )?{CAPITAL}|\b{CAPITAL}[\w-]*['\u2019]s? [a-z]\w*",
    ),
    "de": _words(
        opens="auch|was noch|wer noch|wo noch|sonst|warum|wieso|weshalb|wirklich|mehr|zum beispiel|inwiefern",
        ellipsis="und|aber|oder|was ist mit|wie ist es mit|wie steht es mit|wie steht es um",
        points_back=r"er|sie|(?<!gibt )es(?! gibt)|ihn|ihm|ihnen|ihre?[mnrs]?|seine[mnrs]?|diese?[mnrs]?|dessen|deren|"
        r"das(?=(?:\s+(?-i:[a-zäöü])\w*)?\W*$)|damals|dort|da(?:mit|von|zu|gegen|bei|durch|für|nach|ran|rauf|rin|rüber)|"
        r"beide[nr]?|solche[mnrs]?",
        asks="wer|wen|wem|wessen|was|wann|wo|wohin|woher|warum|wieso|weshalb|wie|welche[mnrs]?|worüber|womit|wozu|"
        "wodurch|ist|sind|war|waren|hat|haben|hatte|hatten|wird|werden|wurde|wurden|kann|können|soll|sollen|muss|müssen|"
        "will|wollen|darf|dürfen|gibt|nenne|erkläre|beschreibe|zeige|vergleiche",
        article=r"d(?:er|ie|as|en|em|es)\s+",
        attribute=rf"\b\w+ von {CAPITAL}",
        before_a_noun=r"d(?:er|ie|as|en|em|es)|k?eine?[mnrs]?|im|am|vom|beim|zum|zur|ins|viele[nr]?|alle[nr]?|"
        r"(?:welch|manch|jed|dies|ihr|sein|unser)e[mnrs]?|\w+(?:ig|lich|isch|t)e[mnrs]?",
    ),
    "fr": _words(
        opens="aussi|quoi d['’]autre|qui d['’]autre|pourquoi|comment ça|vraiment|plus|par exemple",
        ellipsis="et|mais|ou|alors|et pour|qu['’]en est-il (?:de|du|des)",
        points_back=r"(?<!-)(?:il(?! y\b)|elle|ils|elles)|lui|leurs?|son|sa|ses|(?<!-)ce|cela|ça|ceci|cette|cet|ces|"
        "ceux|celui(?:-ci|-là)?|alors|les deux",
        asks="qui|que|qu['’]\\w+|quoi|quand|où|pourquoi|comment|combien|quels?|quelles?|à qui|de quoi|est|sont|était|"
        "étaient|a|ont|peut|peuvent|doit|y a|nomme|explique|décris|montre|compare",
        article=r"(?:le\s+|la\s+|les\s+|l['’]\s?)",
        attribute=rf"{A_NOUN} (?:de (?:la |l['\u2019])?|du |des |d['\u2019]){CAPITAL}",
    ),
    "es": _words(
        opens="también|qué más|quién más|por qué|de verdad|más|por ejemplo",
        ellipsis="y|e|pero|o|qué hay de|qué pasa con",
        points_back="él|ella|ellos|ellas|le|les|su|sus|esto|eso|este|esta|ese|esa|estos|estas|esos|esas|entonces|allí|ambos",
        asks="quién|quiénes|qué|cuándo|dónde|por qué|cómo|cuál|cuáles|cuántos?|cuántas?|cuánta|es|son|era|eran|fue|"
        "fueron|está|están|ha|han|hay|puede|pueden|debe|deben|nombra|explica|describe|muestra|compara",
        article=r"(?:el|la|los|las)\s+",
        attribute=rf"{A_NOUN} (?:de (?:la |los |las )?|del ){CAPITAL}",
    ),
    "ru": _words(
        opens="ещё|еще|также|что ещё|что еще|кто ещё|кто еще|почему|зачем|правда|подробнее|например",
        ellipsis="а|и|но|или|(?:а )?(?:что|как) насч[её]т",
        points_back="он|она|оно|они|его|её|ее|их|им|ему|ими|них|нём|нем|ней|это|этот|эта|эти|этого|этой|этом|этим|этих|"
        "тот|те|того|там|тогда|оба|обе|такой|такая|такие",
        asks="кто|кого|кому|что|чего|чему|когда|где|куда|откуда|почему|зачем|как|какой|какая|какое|какие|каких|какую|"
        "каков|какова|каковы|сколько|чей|чья|чьи|есть|был|была|были|может|могут|можно|назови|объясни|опиши|покажи|сравни",
        article=r"(?!)",
        attribute=rf"\b[а-яё]{{3,}} {CAPITAL}",
    ),
}


def follow_up_words(language: str) -> FollowUpWords:
    """Those of a language, or of English where none are known."""
    return FOLLOW_UP_WORDS.get(language, FOLLOW_UP_WORDS[DEFAULT_LANGUAGE])

"""Questions for the meaning of a term, and the sentences that tell it (both in English)."""

from __future__ import annotations

import re

from assistant.text.english.vocabulary import CAPITAL, LEAD_IN
from assistant.text.terms import terms

FILLER = rf"\A{LEAD_IN}(?:(?:can|could)\s++you\s++)?(?:tell\s++me\s++)?"
CALLED = r"(?:the\s++(?:term|word|phrase|abbreviation)\s++)?(?P<term>.+?)"
AT_THE_END = CALLED.replace(".+?", r".*\w|.")
"""As `CALLED`, where nothing follows but marks: up to the last letter, which is found without trying each before it."""
ASKS_FOR_A_MEANING = tuple(
    re.compile(FILLER + pattern + r"\W*$", re.IGNORECASE)
    for pattern in (
        rf"define\s++{AT_THE_END}",
        rf"what\s++do(?:es)?\s++{CALLED}(?<!\s)\s++(?:mean|stand\s+for|refer\s+to)",
        rf"what\s++is\s++(?:meant\s++by|the\s++(?:meaning|definition)\s++of)\s++{AT_THE_END}",
        rf"(?:meaning|definition)\s++of\s++{AT_THE_END}",
    )
)
ASKS_WHAT_IT_IS = re.compile(
    rf"{FILLER}what(?:\s++(?:is|are|was|were)|['\u2019]s)\s++(?:exactly\s++)?(?P<article>(?:a|an|the)\s++)?"
    r"(?P<term>[^,;:]*\w|[^,;:])\W*$",
    re.IGNORECASE,
)
ASKS_WHO_IT_IS = re.compile(
    rf"{FILLER}who(?:\s++(?:is|are|was|were)|['\u2019]s)\s++(?!(?:a|an|the)\s)(?P<term>(?!\w+(?:ed|ing)\b)[\w'\u2019.-]++"
    rf"(?:\s++(?!\w+(?:ed|ing)\b)[\w'\u2019.-]++){{1,3}}|(?-i:{CAPITAL})[\w'\u2019-]++)\W*$",
    re.IGNORECASE,
)
ASKS_MORE = re.compile(
    r"\b(?:of|in|on|at|by|for|from|to|with|about|after|against|between|like|than|behind|up|and|or|that|which|who|when|"
    r"it|its|this|that|these|those|he|she|they|we|you|i|his|her|their|our|your|my|there|not|now|here|"
    r"happening|going|doing|being|made|done|wrong|new|next|\w+est|most|best|first|last)\b|['\u2019]s?\s",
    re.IGNORECASE,
)
"""What asks for some property of a thing ("the capital of Peru", "Peru's capital") or for what goes on."""
WORDS_OF_A_TERM = 5

MEANS = re.compile(
    r"[\"'\u2019\u201d)]{0,3}(?:\s{0,2}\([^()]{0,300}\)|,[^,;]{1,60},)?\s{0,2}"
    r"(?:\s(?:is|was)\s++(?:(?:a|an|the|one|any|how|when|where|what|[\w-]+['\u2019]s)\s|defined\s++as|understood\s++as|short\s++for\b)"
    r"|\s(?:are|were)\s++(?!\w+(?:ed|ing)\b|not\b|(?:in|on|at|by|for|from|to|with)\b)\w"
    r"|\s(?:means?|meant|refers?\s+to|denotes?|designates?|stands?\s++for)\s++\w|\s?:\s++\w|\s[\u2013\u2014]\s\w)"
)
NAMED = re.compile(
    r"\b(?:called|(?:known|label?led|referred\s+to)\s+as|termed|named|dubbed|nicknamed)\s+(?:(?:a|an|the)\s+)?[\"'\u2018\u201c]?$",
    re.IGNORECASE,
)
TITLED = re.compile(
    r"\b(?i:(?:vice |prime )?(?:president|minister)|premier|chancellor|secretary(?:[- ]general)?|senator|governor|"
    r"mayor|king|queen|prince|princess|pope|bishop|general|admiral|colonel|captain|judge|professor|director|"
    rf"chair(?:man|woman)?|ambassador|commissioner|spokes(?:man|woman|person))\s+(?:{CAPITAL}[\w.'\u2019-]*\s+){{0,2}}$"
)
IN_APPOSITION = re.compile(r",\s+(?:(?:the|a|an|one|then|former)\s|who\s+(?:is|was)\s|[\w-]+['\u2019]s\s)")
"""What tells in passing who somebody is: a title before the name, and what is said of them between commas after it."""
ARTICLES = frozenset(terms("a an the"))


def defined_term(question: str) -> str | None:
    """The term whose meaning the question asks for ("drone swarm" in "What is a drone swarm?"), or None.

    A person counts too: "Who is Pia Lund?" asks who bears the name.
    """
    for pattern in ASKS_FOR_A_MEANING:
        match = pattern.match(question)
        if match:
            return match["term"].strip("\"'\u2018\u2019\u201c\u201d ")
    who = ASKS_WHO_IT_IS.match(question)
    if who and not ASKS_MORE.search(who["term"]):
        return who["term"]
    match = ASKS_WHAT_IT_IS.match(question)
    if match is None or ASKS_MORE.search(match["term"]) or len(match["term"].split()) > WORDS_OF_A_TERM:
        return None
    is_general = (match["article"] or "").strip().lower() == "the" and match["term"].islower()
    return None if is_general else match["term"].strip("\"'\u2018\u2019\u201c\u201d ")


def defines(question: str, sentence: str) -> bool:
    """Whether the sentence says what the term is or means that the question asks about ("A swarm is a group ...").

    Of a person it may be said in passing ("Mayor Pia Lund", "Pia Lund, the mayor").
    """
    asked = [term for term in terms(defined_term(question) or "") if term not in ARTICLES]
    if not asked:
        return False
    is_person = ASKS_WHO_IT_IS.match(question) is not None
    text = " ".join(re.sub(r"[*_`]+", "", sentence).split())
    if any(_opens_with(text[: means.start()], asked, is_person=is_person) for means in MEANS.finditer(text)):
        return True
    words = list(re.finditer(r"\w+", text))
    for first, last in zip(words, words[len(asked) - 1 :], strict=False):
        if terms(text[first.start() : last.end()]) == asked and (
            NAMED.search(text, 0, first.start())
            or (is_person and (TITLED.search(text, 0, first.start()) or IN_APPOSITION.match(text, last.end())))
        ):
            return True
    return False


def _opens_with(before: str, asked: list[str], *, is_person: bool) -> bool:
    """Whether the term is the subject: nothing before it but articles, or a phrase and a comma ("In biology, ...").

    Before a person's name there may be other names.
    """
    *_, subject = re.split(r",\s", before)
    said = [term for term in terms(subject) if term not in ARTICLES]
    if is_person and not re.search(r"\s[a-z]", subject):
        said = said[-len(asked) :]
    return said == asked

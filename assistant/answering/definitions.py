"""Questions for the meaning of a term, and the sentences that tell it (both in English)."""

from __future__ import annotations

import re

from assistant.indexing.terms import terms

FILLER = r"\W*(?:(?:so|and|but|ok|okay|please|well|then)[,\s]+)*(?:(?:can|could)\s+you\s+)?(?:tell\s+me\s+)?"
CALLED = r"(?:the\s+(?:term|word|phrase|abbreviation)\s+)?(?P<term>.+?)"
ASKS_FOR_A_MEANING = tuple(
    re.compile(FILLER + pattern + r"\W*$", re.IGNORECASE)
    for pattern in (
        rf"define\s+{CALLED}",
        rf"what\s+do(?:es)?\s+{CALLED}\s+(?:mean|stand\s+for|refer\s+to)",
        rf"what\s+is\s+(?:meant\s+by|the\s+(?:meaning|definition)\s+of)\s+{CALLED}",
        rf"(?:meaning|definition)\s+of\s+{CALLED}",
    )
)
ASKS_WHAT_IT_IS = re.compile(
    rf"{FILLER}what(?:\s+(?:is|are|was|were)|['\u2019]s)\s+(?:exactly\s+)?(?P<article>(?:a|an|the)\s+)?(?P<term>[^,;:]+?)\W*$",
    re.IGNORECASE,
)
ASKS_WHO_IT_IS = re.compile(
    rf"{FILLER}who(?:\s+(?:is|are|was|were)|['\u2019]s)\s+(?!(?:a|an|the)\s)(?P<term>(?!\w+(?:ed|ing)\b)[\w'\u2019.-]+"
    rf"(?:\s+(?!\w+(?:ed|ing)\b)[\w'\u2019.-]+){{1,3}})\W*$",
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
    r"[\"'\u2019\u201d)]*(?:\s*\([^()]*\)|,[^,;]{1,60},)?\s*"
    r"(?:\s(?:is|was)\s+(?:(?:a|an|the|one|any|how|when|where|what|[\w-]+['\u2019]s)\s|defined\s+as|understood\s+as|short\s+for\b)"
    r"|\s(?:are|were)\s+(?!\w+(?:ed|ing)\b|not\b|(?:in|on|at|by|for|from|to|with)\b)\w"
    r"|\s(?:means?|meant|refers?\s+to|denotes?|designates?|stands?\s+for)\s+\w|\s?:\s+\w|\s[\u2013\u2014]\s\w)"
)
NAMED = re.compile(r"\b(?:called|known\s+as|termed|named)\s+(?:(?:a|an|the)\s+)?[\"'\u2018\u201c]?$", re.IGNORECASE)
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
    """Whether the sentence says what the term is or means that the question asks about ("A swarm is a group ...")."""
    asked = [term for term in terms(defined_term(question) or "") if term not in ARTICLES]
    if not asked:
        return False
    text = " ".join(re.sub(r"[*_`]+", "", sentence).split())
    if any(_opens_with(text[: means.start()], asked) for means in MEANS.finditer(text)):
        return True
    words = [match.start() for match in re.finditer(r"\w+", text)]
    return any(NAMED.search(text, 0, start) and terms(text[start:])[: len(asked)] == asked for start in words)


def _opens_with(before: str, asked: list[str]) -> bool:
    """Whether the term is the subject: nothing before it but articles, or a phrase and a comma ("In biology, ...")."""
    *_, subject = re.split(r",\s", before)
    return [term for term in terms(subject) if term not in ARTICLES] == asked

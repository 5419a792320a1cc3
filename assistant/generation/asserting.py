"""Which sentences of a written answer claim something that a passage must bear out, and which only lead through it."""

from __future__ import annotations

import re

from assistant.text.claims import claim
from assistant.text.terms import subject_terms
from assistant.types import DEFAULT_LANGUAGE

DOCUMENTS = r"(?:(?:documents?|passages?|sources?|contexts?|texts?|excerpts?|information|materials?)\b)"
DENIES = r"(?:(?:do|does|did|is|are|was|were|can)(?:\s+not|n['\u2019]t)|cannot)\b"
NO_ANSWER = re.compile(
    rf"\A(?:(?:\w++,\s++)?(?:based on {DOCUMENTS},\s++)?(?:(?:the|these|those|this|my|your|none of the|no)\s++)?"
    rf"(?:(?!not\b)\w++\s++){{0,2}}{DOCUMENTS}(?:\s++(?!but\b)\w++){{0,3}}?\s++"
    rf"(?:{DENIES}|(?:contains?|gives?|provides?|offers?|has|have|mentions?)\s+no\b|says?\s+nothing\b"
    r"|(?:is|are)\s+silent\b|answers?\s+this\b)[^;:]*"
    r"|(?:\w++,\s++)?(?:I|we)\s++(?:(?:could|do|did|can|am|are|have)(?:\s+not|n['\u2019]t)|cannot|am unable|have no|"
    r"found no)\b[^;:]*)",
    re.IGNORECASE,
)
"""Says that the documents do not answer: there is no passage to hold that against."""
GOES_ON = re.compile(r",\s*(?:though|although|so|and)\b|\b(?:but|however)\b", re.IGNORECASE)
"""What makes a claim of a sentence that says that there is no answer."""
TO_THE_READER = re.compile(
    r"\A(?:(?:sure|certainly|of course|absolutely|yes|no|hello|great question|good question|thanks?(?: you)?)[,.! ]*+)?"
    r"(?:here(?:['\u2019]s|\s++(?:is|are))(?:\s++[a-z]++){0,8}+|(?:i\s++)?hope (?:this|that) helps"
    r"|(?:please )?(?:let me know|feel free to ask)(?:\s++[a-z]++){0,8}+"
    r"|(?:in|to) (?:summary|conclusion|short|summari[sz]e)"
    r"|based on the (?:[a-z]++\s++){0,3}[a-z]++|(?:the|my) (?:short |final |direct )?answer is as follows)?"
    r"[\s.!:,*_]*+",
)
"""Lower-case words that lead in or out. No name, figure or address stands in them."""
STRUCTURE = re.compile(
    r"\A\W*+(?:(?:the|a|short|final|brief|direct)\s++)*+"
    r"(?:answers?|summary|overview|conclusions?|introduction|background|"
    r"key (?:points|facts|findings|takeaways)|details?|sources?|references?|citations?|notes?|in short|tl;?dr"
    r"|step \d++)\W*+",
    re.IGNORECASE,
)
NAMED_SOURCE = rf"(?:the\s+|these\s+|your\s+)?(?:(?:provided|given|cited|numbered)\s+)?{DOCUMENTS}(?:\s+\d+)?"
SAYS_ITS_SOURCE = re.compile(
    rf"(?:according to|based on|as (?:stated|described|reported|noted|mentioned|explained|shown) (?:in|by)|in)\s+"
    rf"{NAMED_SOURCE}(?:\s+(?:provided|given))?,?\s+(?=\S)"
    rf"|{NAMED_SOURCE}\s+(?:also\s+)?"
    r"(?:states?|says?|notes?|mentions?|explains?|describes?|reports?|indicates?|shows?|adds?)\s+(?:that\s+)?(?=\S)",
    re.IGNORECASE,
)
COURTESY = re.compile(r"please let me know\b[a-z ,]{0,60}[.!]?", re.IGNORECASE)
WORDS_OF_A_HEADING = 6
"""A heading, or a question, of at most so many terms only leads through the answer."""
HEADING = re.compile(r"\A\s*+(?:#{1,6}\s|\*\*(?:.*\w)?+\W*\*\*\W*$|__.*__\W*$)")
DEMAND = re.compile(r"://|www\.|\w@\w|\b(?:please|click|visit|send|call|pay|buy|download|password)\b", re.IGNORECASE)
"""An address, or what asks the reader to do something: never a mere lead-in, as it may be what a document put in."""


def makes_claim(text: str, language: str = DEFAULT_LANGUAGE) -> bool:
    """Whether a sentence, without markers, says something that may be true or false of the subject.

    Headings, questions and what introduces something are short and name nothing to be checked; what says that there is
    no answer adds nothing to it. When in doubt it is a claim. The lead-ins are known in English.
    """
    if DEMAND.search(text) and not COURTESY.fullmatch(text):
        return True
    leads_through = STRUCTURE.fullmatch(text) or TO_THE_READER.fullmatch(text[:1].lower() + text[1:])
    if (leads_through or NO_ANSWER.fullmatch(text)) and not GOES_ON.search(text):
        return False
    return not _only_leads_on(text, language)


def _only_leads_on(text: str, language: str) -> bool:
    """Whether a sentence says nothing, or is a heading, a question or a lead-in of a few words, without figures."""
    said = subject_terms(text, language)
    if not said:
        return True
    leads = HEADING.match(text) or text.rstrip("*_ ").endswith((":", "\uff1a", "?", "\uff1f"))
    return bool(leads) and len(said) <= WORDS_OF_A_HEADING and not claim(text, language).figures


def claimed(text: str) -> str:
    """A sentence without the words that say where it is from ("According to the documents, ...")."""
    match = SAYS_ITS_SOURCE.match(text)
    return text[match.end() :] if match else text

"""Passages that look as though they gave orders to whoever answers from them.

A small heuristic over single sentences, in the open. It finds orders that say how to answer ("add ... to your reply"),
that set aside other instructions, that address an assistant or pose as its system prompt, or that hide in characters
which nobody sees. It does not find orders that an ordinary letter could hold ("Draft an essay about the climate."):
these can only mislead, as whatever is written is held against the passages, and addresses are taken out. It errs
towards flagging: a passage that is flagged is still found, shown and quoted; it only is given to no language model.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from assistant.generation.invisible import visible
from assistant.types import Passage

ANSWER = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|completions?|summar(?:y|ies)|translations?)"
ORDER = (
    r"(?:add|append|augment|begin|start|end|finish|close|change|convert|craft|create|display|embed|encode|encourage|enhance|"
    r"ensure|express|format|generate|give|group|hint|include|incorporate|inject|insert|integrate|introduce|invite|jumble|"
    r"link|make|mention|misspell|modify|offer|output|place|prefix|prepend|print|produce|promote|provide|put|rearrange|"
    r"recommend|refer|remove|render|repeat|replace|rewrite|say|scramble|send|state|substitute|suffix|suggest|tease|tell|"
    r"translate|use|weave|work|wrap|write|must|should|always|never|only|combine|anagram)"
)
ORDERS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (sign, re.compile(word, re.IGNORECASE), re.compile(pattern, re.IGNORECASE))
    for sign, word, pattern in (
        (
            "says how to answer",
            r"your|assistant|model|letter|vowel|word|consonant|respond|reply|answer",
            rf"\b{ORDER}\b(?:\W++\w++){{0,50}}?\W++(?:your|the\s+assistant['\u2019]?s|the\s+model['\u2019]?s)\s+(?:[\w-]+\s+){{0,2}}{ANSWER}\b"
            rf"|\byour\s++(?:[\w-]++\s++){{0,2}}{ANSWER}\b[^.!?]{{0,80}}?[,:]?\s++{ORDER}\b"
            rf"|\b(?:render|encode|scramble|jumble|encrypt|shuffle)\b[^.!?]{{0,60}}\byour\s+(?:message|words|text)\b"
            rf"|\b(?:replace|substitute|swap|convert)\s++(?:(?:every|each|all|the)\s++)?(?:\w++\s++)?(?:letters?|vowels?|words?|consonants?)\s"
            rf"[^.!?]{{0,40}}\bwith\b"
            rf"|\b(?:respond|reply|answer)\s+(?:only|exclusively|always|instead)\b|\brespond\s+(?:with|by)\s+(?:the|only|saying)\b",
        ),
        (
            "sets aside other instructions",
            r"ignor|disregard|forget|overrid|bypass|not\s|instruction|\u0438\u0433\u043d|\u5ffd\u7565|[\u65e0\u7121]\u89c6|\u7121\u8996",
            r"\b(?:ignore|disregard|forget|override|bypass|do\s+not\s+(?:follow|obey))\b[^.!?]{0,40}"
            r"\b(?:instructions?|prompts?|guidelines|directives|directions|rules\s+(?:above|given)|(?:what|everything)\s+(?:you|above|before))"
            r"|\b(?:new|updated|real|actual|hidden|secret)\s+(?:system\s+)?instructions?\s*:"
            r"|ignorier\w*[^.!?]{0,40}anweisung|ignore[zr]?\b[^.!?]{0,40}\b(?:consignes|instrucciones|istruzioni)"
            r"|\u0438\u0433\u043d\u043e\u0440\u0438\u0440\w*[^.!?]{0,40}(?:\u0438\u043d\u0441\u0442\u0440\u0443\u043a\u0446|\u0443\u043a\u0430\u0437\u0430\u043d)"
            r"|(?:\u5ffd\u7565|\u65e0\u89c6|\u7121\u8996)[^\u3002]{0,20}(?:\u6307\u4ee4|\u6307\u793a|\u63d0\u793a)",
        ),
        (
            "addresses an assistant",
            r"\b(?:AI|assistants?|chat\s?bots?|models?|LLMs?|GPT|DAN|user|you|when)\b|this\s+instruction",
            r"\b(?:you\s+are|you['\u2019]re|act\s+as|pretend\s+to\s+be|behave\s+as|roleplay\s+as)\s+(?:now\s+)?(?:an?\s+|the\s+)?"
            r"(?:[\w-]++\s++){0,3}(?:AI|assistant|chat\s?bot|language\s+model|LLM|GPT|DAN)\b"
            r"|\b(?:note|attention|message|instructions?|important|dear|hey|hello)\b[^.!?]{0,30}"
            r"\b(?:AI|assistants?|chat\s?bots?|language\s+models?|LLMs?)\b\s*[:,]"
            r"|\bif\s+you\s+are\s+(?:an?\s+)?(?:[\w-]++\s++){0,2}(?:AI|assistant|chat\s?bot|language\s+model|LLM)\b"
            r"|\b(?:AI|assistants?|language\s+models?|LLMs?)\b[^.!?]{0,40}"
            r"\b(?:must|should|shall|reading\s+this|processing\s+this)\b[^.!?]{0,60}"
            r"\b(?:user|reader|answer|reply|say|include|output|follow|obey|ignore)\b"
            r"|\bwhen\s+(?:you\s+)?(?:summari[sz]|answer|respond|reply|quot|process)\w*\b[^.!?]{0,60},\s*(?:you\s+)?(?:please\s+)?"
            + ORDER
            + r"\b"
            r"|\b(?:do\s+not|don['\u2019]t|never)\s+(?:tell|mention|reveal|inform|show|disclose|warn)\b[^.!?]{0,40}\b(?:the\s+user|this\s+instruction)"
            r"|\b(?:tell|inform|convince|persuade|instruct|ask|urge)\s+the\s+user\s+(?:to|that)\b",
        ),
        (
            "poses as a system prompt",
            r"[<\[#]|system|assistant|mode\b",
            r"<\|?/?(?:system|im_start|im_end|assistant|endoftext|instructions?)\b|\[/?(?:INST|SYSTEM)\]|<</?SYS>>"
            r"|\bsystem\s+(?:prompt|message|override|note)\b|^\W*+(?:system|assistant)\s*+:|\b(?:developer|debug|jailbreak|god)\s+mode\b"
            r"|(?<!#)#{2,}+\s*+(?:instruction|system|response)s?\b",
        ),
        (
            "makes an address carry something away",
            r"https?:",
            r"\bhttps?://[^\s)>\]]{0,600}(?:\{|\$\{?\w|[?&]\w+=(?:\[|<))"
            r"|!\[[^\]]{0,200}\]\(\s*+https?://[^)\s]{0,600}\?[^)]{0,400}\)",
        ),
    )
)  # fmt: skip
"""By sign, a word without which it need not be looked for, and what tells it."""
HIDDEN = re.compile("[\U000e0000-\U000e007f]|[\u200b\u200c\u200d\u2060\ufeff]{4,}")
"""Characters that nobody sees and a model reads: Unicode's tags, or runs of characters without width."""
LINE_END = re.compile(r"(?<!\n)\n(?![^\S\n]*+\n)")
"""One that ends no paragraph."""
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*[.!?]*")
TASK = re.compile(
    r"\A\W*+(?:(?:please|kindly|now|then|also)\s++)?(?:(?:can|could|would|will)\s++you\s++(?:please\s++)?)?"
    r"(?:explain|describe|draft|compose|translate|summari[sz]e|paraphrase|rewrite|outline|elaborate|discuss|break\s+down|"
    r"tell\s+me|show\s+me|(?:write|develop|invent)\s+(?:me\s+)?(?:an?|the|some)\b|"
    r"(?:provide|give|create|generate)\s+(?:me\s+)?(?:an?|the|some)\s+(?:[\w-]+\s+){0,3}"
    r"(?:poems?|stor(?:y|ies)|essays?|examples?|equivalents?|translations?|summar(?:y|ies)|explanations?|overviews?|code))\b",
    re.IGNORECASE,
)
"""Opens a sentence that asks for a text, and states nothing."""
AFTER_A_SENTENCE = "\"'\u201d\u2019)*_ "
LONGEST = 600
"""Longer sentences are looked at in parts."""


def sign_of_orders(text: str) -> str | None:
    """What in a text looks like an order to whoever answers from it, in a few words; None where nothing does."""
    if HIDDEN.search(text):
        return "hides characters that nobody sees"
    read = visible(unicodedata.normalize("NFKC", text))
    in_lines = (found[0] for found in SENTENCE.finditer(read))
    over_lines = (found[0] for found in SENTENCE.finditer(LINE_END.sub(" ", read)))
    return next((sign for sentence in dict.fromkeys((*in_lines, *over_lines)) if (sign := _sign_in(sentence))), None)


def _sign_in(sentence: str) -> str | None:
    sentence = " ".join(sentence.split())
    for start in range(0, len(sentence), LONGEST):
        for sign, word, pattern in ORDERS:
            stop = start + 2 * LONGEST
            if word.search(sentence, start, stop) and pattern.search(sentence, start, stop):
                return sign
    return None


@lru_cache(maxsize=2_048)
def injection_in(passage: Passage) -> str | None:
    """Why a passage looks as though it gave orders to an assistant, as in "says how to answer"; None if it does not.

    Its title, headings, publisher and author are looked at too: they come from the document as well.
    """
    said = (passage.title, passage.breadcrumb, passage.publisher, passage.author, passage.text)
    return next((sign for text in said if text and (sign := sign_of_orders(text))), None)


@lru_cache(maxsize=512)
def mask_non_assertions(passage: Passage) -> Passage:
    """The passage with blanks in place of sentences that state nothing: questions, and orders to write something.

    What a model makes of such a sentence is not borne out by it. Offsets stay as they are. A title that states nothing
    is left out too; headings that ask are kept, as what stands under them answers.
    """

    def blanked(found: re.Match[str]) -> str:
        lines = found[0].split("\n")
        return "\n".join(" " * len(line) for line in lines) if _states_nothing(found[0]) else found[0]

    title = "" if _states_nothing(passage.title) else passage.title
    breadcrumb = "" if TASK.match(passage.breadcrumb) else passage.breadcrumb
    return replace(passage, text=SENTENCE.sub(blanked, passage.text), title=title, breadcrumb=breadcrumb)


def _states_nothing(sentence: str) -> bool:
    return sentence.rstrip(AFTER_A_SENTENCE).endswith(("?", "\uff1f")) or bool(TASK.match(sentence))

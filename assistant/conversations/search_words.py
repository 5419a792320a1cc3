"""Texts as they are compared when conversations are searched."""

from __future__ import annotations

import re
import unicodedata

from assistant.text.characters import CONTROLS, SURROGATES

WORDS_SOUGHT = 16
"""How many words of a search count; more only narrow it further."""
_UNSEEN = re.compile(f"[{CONTROLS}{SURROGATES}]+")


def folded(text: str) -> str:
    """``text`` without differences of case, accents, width and white space; what cannot be stored becomes a space."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(_UNSEEN.sub(" ", bare.casefold()).split())


def one_line_of(text: str, longest: int) -> str:
    """``text`` on one line of at most ``longest`` characters, cut between words where it is longer."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    head = cut.rpartition(" ")[0] if line[longest - 1] != " " else cut
    return (head if len(head) > longest // 2 else cut).rstrip() + "…"


def sought_words(text: str) -> list[str]:
    """The words of a search, each once; whatever was typed, they are words and no operators."""
    return list(dict.fromkeys(folded(text).split()))[:WORDS_SOUGHT]

"""What a model wants put before questions and passages: by its own configuration, else by what is known of its family.

sentence-transformers keeps prompts in ``config_sentence_transformers.json`` under names. Some models ask for prompts on
their card alone; those families that are known are listed here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIGURATION = "config_sentence_transformers.json"
FOR_QUESTIONS = ("query",)
FOR_PASSAGES = ("document", "passage", "corpus")
"""The names that sentence-transformers looks for, in its order."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """What is put before a question and before a passage; an empty text where nothing is."""

    question: str = ""
    passage: str = ""

    @property
    def key(self) -> str:
        """What tells these prompts from others; empty where there are none."""
        if not (self.question or self.passage):
            return ""
        return hashlib.sha256(f"{self.question}\0{self.passage}".encode()).hexdigest()[:8]


FAMILIES = {
    r"(?:multilingual-)?e5-(?:small|base|large)(?:-v2|-unsupervised)?": Prompts("query: ", "passage: "),
    r"multilingual-e5-large-instruct": Prompts(
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
    ),
    r"bge-(?:small|base|large)-en(?:-v1\.5)?": Prompts("Represent this sentence for searching relevant passages: "),
    r"bge-(?:small|base|large)-zh(?:-v1\.5)?": Prompts("为这个句子生成表示以用于检索相关文章："),
    r"nomic-embed-text-v1(?:\.5)?": Prompts("search_query: ", "search_document: "),
}
"""What the cards of these models ask for where their configuration does not; a folder counts by its own name."""


def prompts_of(name: str, folder: Path | None) -> Prompts:
    """The prompts of the model of this name, whose files are in the folder."""
    configured = _configured(folder / CONFIGURATION) if folder else Prompts()
    if configured.key:
        return configured
    last = Path(name).name.lower()
    return next((prompts for family, prompts in FAMILIES.items() if re.fullmatch(family, last)), Prompts())


def _configured(file: Path) -> Prompts:
    """The prompts in a configuration. One that is the default serves for both where neither has its own."""
    try:
        configuration: Any = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return Prompts()
    named = configuration.get("prompts") if isinstance(configuration, dict) else None
    if not isinstance(named, dict):
        return Prompts()
    own = Prompts(_first(named, FOR_QUESTIONS), _first(named, FOR_PASSAGES))
    default = _first(named, (configuration.get("default_prompt_name"),))
    return own if own.key else Prompts(default, default)


def _first(named: Mapping[str, object], names: tuple[object, ...]) -> str:
    """The first prompt of these names that is one."""
    return next((prompt for name in names if isinstance(prompt := named.get(str(name)), str) and prompt), "")

"""The forms in which a conversation can be taken elsewhere."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from typing import Literal, get_args

from assistant.conversations.bibliography import to_bibtex, to_csl
from assistant.conversations.cited_documents import references_of
from assistant.conversations.markdown_export import conversation_as_markdown
from assistant.conversations.values import Conversation

Format = Literal["markdown", "json", "bibtex", "csl"]
FORMATS: tuple[Format, ...] = get_args(Format)
ENDINGS: dict[Format, str] = {"markdown": ".md", "json": ".json", "bibtex": ".bib", "csl": ".csl.json"}


def export(conversation: Conversation, form: Format) -> str:
    """A conversation as a text: all of it as Markdown or JSON, or what it cites as BibTeX or CSL-JSON.

    Write it as UTF-8; the JSON is ASCII, and holds every field of `Conversation`.
    """
    if form == "markdown":
        return conversation_as_markdown(conversation)
    if form == "json":
        return json.dumps(asdict(conversation), indent=2) + "\n"
    references = references_of(conversation)
    return to_bibtex(references) if form == "bibtex" else to_csl(references)


def file_name(conversation: Conversation, form: Format) -> str:
    """A name for a file with that export, made of the title: letters, digits and hyphens, on every system."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", conversation.title).lower().replace("_", " "))
    return ("-".join(words)[:60].rstrip("-") or "conversation") + ENDINGS[form]

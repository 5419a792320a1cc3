"""What people are told about documents in languages that the embedding model was not made for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from assistant.reading.language import LANGUAGES
from assistant.types import DocumentRecord


def language_name(code: str) -> str:
    """The English name of a language; the code itself where it has none here."""
    return LANGUAGES.get(code, code)


def uncovered(records: Iterable[DocumentRecord]) -> str | None:
    """A sentence that names the languages which the embedding model does not cover, and the remedy; None if it does.

    The languages are those of the documents, that of most documents first.
    """
    counts = Counter(language_name(record.language) for record in records if not record.covered)
    if not counts:
        return None
    named = ", ".join(f"{name} ({count:,})" for name, count in counts.most_common())
    return (
        f"The embedding model does not cover the language of these documents: {named}. They are found mainly by their "
        "words. To find them by their meaning too, name a multilingual model: CITEWELL_EMBEDDING_MODEL."
    )

"""Which documents are listed, in which order: the same for the command line and the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, get_args

from assistant.reading import SOURCE_CODE
from assistant.rights import collection_of
from assistant.types import DocumentRecord, DocumentState

Column = Literal["source", "title", "kind", "publisher", "date", "passages", "added", "state"]
COLUMNS: tuple[Column, ...] = get_args(Column)
STATES: tuple[DocumentState, ...] = get_args(DocumentState)

_KINDS = {
    "PDF": (".pdf",),
    "Word": (".docx", ".docm"),
    "Slides": (".pptx", ".pptm", ".odp"),
    "Sheet": (".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".ods"),
    "Web page": (".html", ".htm", ".xhtml"),
    "Book": (".epub",),
    "Mail": (".eml", ".msg", ".mbox", ".ics"),
    "Text": (
        *(".md", ".markdown", ".mdx", ".qmd", ".rmd", ".txt", ".text", ".odt", ".rtf"),
        *(".tex", ".rst", ".org", ".adoc", ".asciidoc", ".log", ".bib", ".ris", ".srt", ".vtt"),
    ),
    "Data": (".json", ".jsonl", ".ndjson", ".ipynb", ".xml"),
    "Picture": (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"),
    "Feed": (".rss", ".atom"),
    "Program": SOURCE_CODE,
    "Archive": (".zip",),
}
_KIND_OF_SUFFIX = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes}
_FROM_THE_WEB = "web/"


@dataclass(frozen=True, slots=True)
class Listing:
    """A choice of documents and their order; "" lets every kind, publisher, state or collection pass.

    ``search`` is looked for in title, source, publisher and author, word by word and in any case.
    """

    search: str = ""
    kind: str = ""
    publisher: str = ""
    state: str = ""
    sort: Column = "title"
    descending: bool = False
    collection: str = ""

    def of(self, records: Iterable[DocumentRecord]) -> list[DocumentRecord]:
        """Those of the documents that pass, in order; what lacks the value that is sorted by comes last."""
        words = self.search.casefold().split()
        found = [record for record in records if self._passes(record, words)]
        key = _KEYS[self.sort]
        known = sorted((one for one in found if key(one)), key=lambda one: one.source)
        known.sort(key=key, reverse=self.descending)
        return known + sorted((one for one in found if not key(one)), key=lambda one: one.source)

    def _passes(self, record: DocumentRecord, words: Sequence[str]) -> bool:
        chosen = (
            (self.kind, kind_of(record)),
            (self.publisher, record.publisher),
            (self.state, record.state),
            (self.collection, collection_of(record.source)),
        )
        if any(wanted and wanted != known for wanted, known in chosen):
            return False
        told = " ".join(filter(None, (record.title, record.source, record.publisher, record.author))).casefold()
        return all(word in told for word in words)


def kind_of(record: DocumentRecord) -> str:
    """What kind of document it is, as in ``PDF``, by the suffix of its file and by where it came from."""
    if record.url and record.source.startswith(_FROM_THE_WEB):
        return "Web page"
    return _KIND_OF_SUFFIX.get(PurePosixPath(record.source).suffix.lower(), "Other")


def kinds(records: Iterable[DocumentRecord]) -> list[str]:
    """The kinds that there are, that of most documents first."""
    return [kind for kind, _ in Counter(map(kind_of, records)).most_common()]


def publishers(records: Iterable[DocumentRecord]) -> list[str]:
    """The publishers that there are, in alphabetical order."""
    return sorted({record.publisher for record in records if record.publisher}, key=str.casefold)


_KEYS: dict[Column, Callable[[DocumentRecord], tuple[int | str, ...]]] = {
    "source": lambda record: (record.source,),
    "title": lambda record: (record.title.casefold(),),
    "kind": lambda record: (kind_of(record),),
    "publisher": lambda record: (record.publisher.casefold(),) if record.publisher else (),
    "date": lambda record: (record.published,) if record.published else (),
    "passages": lambda record: (record.passages,),
    "added": lambda record: (record.added_at,) if record.added_at else (),
    "state": lambda record: (STATES.index(record.state),),
}

"""Libraries of references, such as Zotero exports them: each entry becomes a document, and each of its files."""

from __future__ import annotations

import filecmp
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assistant.corpus.addresses import is_web_address
from assistant.corpus.folder import CorpusFolder
from assistant.corpus.slugs import slug_of
from assistant.corpus.web import with_front_matter
from assistant.errors import CitewellError, CorpusError, ReadError
from assistant.reading import load, reader_for, sniff
from assistant.reading.csl import csl_references
from assistant.reading.dates import read_date
from assistant.reading.descriptions import Descriptions
from assistant.reading.limits import Description, Limits
from assistant.reading.plain import decode
from assistant.reading.references import ListedReference, bibtex_references, ris_references
from assistant.types import Failure

FOLDER = "library"
FORMATS = {".bib": bibtex_references, ".ris": ris_references, ".json": csl_references}
PUBLISHERS = ("journal", "journaltitle", "publisher", "booktitle", "institution", "school", "organization")
UNSAID = ("title", "abstract", "note", "annote", "file", "ID", "L1", "L2", "L3", "L4")
"""Facts that stand elsewhere in an entry's document, or lead to files of one computer."""
ELSEWHERE = "It is not in the folder of the library, {}. Put it there, or add it by itself with: citewell add PATH"
FOREIGN = (
    "There is another document of that name in the corpus, which did not come from a library. Rename or remove that "
    "one, or name another folder with --into."
)

Written = Callable[[str, bool], object]
"""Hears of each file that was not in the corpus with that content: its source, and whether none was there before."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A document to be: its source, what is known of it, and its content, which is that of a file or of an entry."""

    source: str
    description: Description
    content: Path | bytes


class Library:
    """Takes the entries of libraries, and their files, into a corpus."""

    def __init__(self, corpus: CorpusFolder, descriptions: Descriptions, limits: Limits) -> None:
        self._corpus = corpus
        self._descriptions = descriptions
        self._limits = limits

    def add(self, path: Path, *, into: str, written: Written) -> tuple[list[str], list[Failure]]:
        """Make documents of the entries of a library and of the files that they name, in a folder of the corpus.

        Returns their sources, and what could not be taken in with the reason. Documents that came from a library before
        are replaced where they changed; no others are, and none is removed. Files are taken from the library's own
        folder alone.

        Raises:
            CorpusError: there is no library at the path.
        """
        references, left_out = self._read(path)
        planned, not_found = _plan(references, path.resolve().parent, into or f"{FOLDER}/{path.stem}")
        known = self._descriptions.all()
        ours = {source: one for source, one in planned.items() if source in known or self._is_free(one)}
        failed = [*left_out, *not_found, *(Failure(source, FOREIGN) for source in planned if source not in ours)]
        self._descriptions.keep({source: one.description for source, one in ours.items()})
        for one in ours.values():
            failed += self._place(one, written)
        return list(ours), failed

    def _read(self, path: Path) -> tuple[list[ListedReference], tuple[Failure, ...]]:
        references_in = FORMATS.get(path.suffix.lower())
        try:
            if references_in is None:
                raise ReadError(f"It ends in none of {', '.join(FORMATS)}.")
            found, left_out = references_in(decode(load(path, self._limits)))
        except ReadError as error:
            raise CorpusError(
                f"{path} is no library that can be read. {error} Export one as BibTeX, RIS or CSL-JSON."
            ) from error
        if not found:
            raise CorpusError(f"{path} holds no references. Export it anew as BibTeX, RIS or CSL-JSON.")
        return found, left_out

    def _is_free(self, planned: _Planned) -> bool:
        """Whether no document has the name, or one with that content."""
        if not self._corpus.holds(planned.source):
            return True
        if isinstance(planned.content, bytes):
            return self._corpus.read(planned.source) == planned.content
        return filecmp.cmp(planned.content, self._corpus.path_of(planned.source), shallow=False)

    def _place(self, planned: _Planned, written: Written) -> list[Failure]:
        """Put a document into the corpus; returns what stood in the way."""
        if isinstance(planned.content, Path):
            folder = planned.source.rpartition("/")[0]
            return self._corpus.add(planned.content, into=folder, replace=True, check=sniff.check, written=written)[1]
        is_new = not self._corpus.holds(planned.source)
        if self._corpus.write(planned.source, planned.content):
            written(planned.source, is_new)
        return []


def _plan(references: list[ListedReference], home: Path, into: str) -> tuple[dict[str, _Planned], list[Failure]]:
    """The documents of entries and of their files, by source, and the files that cannot be taken in."""
    planned = {one.source: one for one in (_entry(reference, into) for reference in references)}
    failed: list[Failure] = []
    for reference in references:
        for name in reference.files:
            try:
                if file := _file(reference, name, home, into):
                    planned.setdefault(file.source, file)
            except CitewellError as error:
                failed.append(Failure(name, str(error)))
    return planned, failed


def _entry(reference: ListedReference, into: str) -> _Planned:
    description = _description_of(reference)
    return _Planned(_source_of(reference, into), description, _document_of(reference, description))


def _file(reference: ListedReference, name: str, home: Path, into: str) -> _Planned | None:
    """The file that an entry names, or None for an address of the web.

    Raises:
        CorpusError: it is not there, not in the folder ``home``, or hidden.
        ReadError: its format is not read.
    """
    if is_web_address(name):
        return None
    parts = urlsplit(name) if name.lower().startswith("file:") else None
    path = (home / (unquote(parts.path) if parts else name)).resolve()
    if not path.is_relative_to(home) or any(part.startswith(".") for part in path.relative_to(home).parts):
        raise CorpusError(ELSEWHERE.format(home))
    if not path.is_file():
        raise CorpusError(f"There is no file {path}. Export the library anew, with its files.")
    source = f"{into}/{path.relative_to(home).as_posix()}"
    reader_for(source)
    return _Planned(source, _description_of(reference), path)


def _source_of(reference: ListedReference, into: str) -> str:
    """The name of an entry's document: always the same, and no other entry's."""
    key = reference.key or " ".join(reference.first(name) for name in ("title", "author", "year", "date"))
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{into}/{slug_of(key, 'entry')}-{digest}.md"


def _description_of(reference: ListedReference) -> Description:
    people = [_in_order(one) for one in reference.facts.get("author") or reference.facts.get("editor") or ()]
    return Description(
        title=reference.first("title") or reference.key or "An entry without a title",
        author=", ".join(filter(None, people)),
        published=_published(reference),
        publisher=reference.first(*PUBLISHERS),
    )


def _in_order(name: str) -> str:
    """A name with the first names first."""
    last, comma, first = name.partition(",")
    return " ".join(f"{first} {last}".split()) if comma and "," not in first else " ".join(name.split())


def _published(reference: ListedReference) -> str:
    """When the work of an entry came out, as far as that is said, in ISO 8601; of a span of dates, its beginning."""
    day, month, year = (reference.first(name) for name in ("day", "month", "year"))
    in_parts = f"{year}-{month:>02}" if month.isdecimal() else f"{day} {month} {year}"
    said = (reference.first("date").split("/20")[0].rstrip("/"), in_parts, year.rstrip("/"))
    return next(filter(None, map(read_date, said)), None) or ""


def _document_of(reference: ListedReference, description: Description) -> bytes:
    """An entry as Markdown, with its facts in front and in its text."""
    doi = reference.first("doi")
    address = reference.first("url") or (f"https://doi.org/{doi}" if doi and not is_web_address(doi) else doi)
    facts = {
        "title": description.title,
        "author": description.author,
        "publisher": description.publisher,
        "published": description.published,
        "url": address if is_web_address(address) else "",
    }
    said = {name: "; ".join(filter(None, values)) for name, values in reference.facts.items() if name not in UNSAID}
    lines = [f"- {name}: {' '.join(value.split())}" for name, value in said.items() if value.strip()]
    texts = [value.strip() for name in ("abstract", "note", "annote") for value in reference.facts.get(name, ())]
    return with_front_matter(facts, "\n\n".join([f"# {description.title}", "\n".join(lines), *filter(None, texts)]))

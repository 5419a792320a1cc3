"""The values handed from stage to stage. All are frozen: a stage returns new values, it never edits old ones.

Offsets are characters (Python code points) into a document's stored text, half open: ``text[start:end]``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.places import Place as Place
from assistant.places import Places, place_over, places_between

Role = Literal["user", "assistant"]
Turn = tuple[Role, str]
History = Sequence[Turn]
"""Earlier turns of a conversation, oldest first: ``("user" or "assistant", text)`` pairs."""
Names = str | Sequence[str]
"""One name, or several."""

DEFAULT_LANGUAGE = "en"
"""The language of a document where it cannot be told."""
EXTRACTIVE = "extractive"
"""Who writes an answer of sentences quoted from the documents, in the place of a language model's name."""

Markup = Literal["plain", "markdown"]
Support = Literal["supported", "partial", "unsupported"]
DocumentState = Literal["ready", "being taken in", "partly read", "not read"]


@dataclass(frozen=True, slots=True)
class Document:
    """One document as read: its text, and what is known about it.

    ``source`` is the path relative to the corpus folder, with forward slashes, and is the document's identity.
    ``published`` is an ISO 8601 date or date and time, as far as it is known. ``language`` is an ISO 639-1 code: what
    the document says of itself, else what `assistant.reading.read` detects.

    ``places`` says from which offset on each page, slide, sheet or file goes, in order; one that begins within a line
    goes on with the paragraph before it. A page may come again, with a note that a paragraph ran past.

    ``characters`` leads from offsets back to a page's own characters: from each offset on, up to the next, ``text``
    holds the page's characters one for one, beginning with the number that stands beside it (-1 where the page has
    none, as in inserted marks).

    ``left_out`` says which parts could not be read, for example files of an archive, and why.
    """

    source: str
    title: str
    text: str
    markup: Markup = "plain"
    published: str | None = None
    publisher: str | None = None
    url: str | None = None
    author: str | None = None
    language: str = ""
    places: Places = ()
    characters: tuple[tuple[int, int], ...] = ()
    left_out: tuple[Failure, ...] = ()

    def place_at(self, offset: int) -> Place | None:
        """Where the character at an offset stands; None where the document has no places, or none yet."""
        index = bisect_right(self.places, offset, key=lambda one: one[0]) - 1
        return self.places[index][1] if index >= 0 else None

    def page_characters(self, start: int, end: int) -> list[tuple[int, int]]:
        """The numbers of a page's own characters in ``text[start:end]``, as half-open ranges in order."""
        ranges: list[tuple[int, int]] = []
        first = max(0, bisect_right(self.characters, start, key=lambda run: run[0]) - 1)
        for index in range(first, len(self.characters)):
            offset, character = self.characters[index]
            if offset >= end:
                break
            stop = self.characters[index + 1][0] if index + 1 < len(self.characters) else len(self.text)
            low, high = max(start, offset), min(end, stop)
            if character >= 0 and low < high:
                ranges.append((character + low - offset, character + high - offset))
        return ranges


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture: its edges as shares of the picture's width and height, from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page of a document, drawn: the picture as PNG, its size in pixels, and which of how many pages it is.

    ``marks`` are the boxes around the quote that is marked in the picture, line by line in reading order.
    """

    png: bytes
    page: int
    pages: int
    width: int
    height: int
    marks: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What the index knows about one document of the corpus, without its text.

    ``failure`` says why the file as it stands could not be read; a version read earlier may still be served,
    and ``passages`` then counts that version's passages (0 when there is none). ``covered`` says whether the embedding
    model was made for the document's language; True too where that is not known. ``language`` is
    empty when no version was read. ``left_out`` says what in the file was not read, and why; "" when all of it was.
    ``is_complete`` says that all of what was read is taken in; until it is, ``passages_expected`` is about how many
    passages there will be (0: nobody knows yet, or all are there). ``added_at`` and ``indexed_at`` are when the
    document was first indexed and when its present version was, ISO 8601.
    """

    source: str
    title: str
    passages: int
    characters: int
    published: str | None = None
    publisher: str | None = None
    url: str | None = None
    author: str | None = None
    indexed_at: str | None = None
    failure: str | None = None
    language: str = DEFAULT_LANGUAGE
    covered: bool = True
    left_out: str = ""
    added_at: str | None = None
    is_complete: bool = True
    passages_expected: int = 0

    @property
    def taking_in(self) -> TakingIn | None:
        """How far it is taken in; None where it is complete."""
        return None if self.is_complete else TakingIn(self.source, self.passages, self.passages_expected)

    @property
    def state(self) -> DocumentState:
        """Whether the file as it stands was read, wholly or in part, and all of what was read taken in."""
        if self.failure is not None:
            return "not read"
        if not self.is_complete:
            return "being taken in"
        return "partly read" if self.left_out else "ready"


@dataclass(frozen=True, slots=True)
class TakingIn:
    """A document that is being taken in, or waits for it: how many passages there are of about how many.

    ``expected`` is 0 where none has been made, so that nobody knows.
    """

    source: str
    passages: int
    expected: int

    @property
    def in_words(self) -> str:
        """As in ``big.txt: 12,000 of about 90,000 passages so far``."""
        if not self.expected:
            return f"{self.source}: no passages so far"
        return f"{self.source}: {self.passages:,} of about {self.expected:,} passages so far"


@dataclass(frozen=True, slots=True)
class RemovedFile:
    """A file that was taken out of the corpus and is kept: its source then, and when that was (ISO 8601)."""

    source: str
    removed_at: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one document, the unit that is embedded, searched and cited.

    ``text`` equals ``document.text[start:end]``. ``breadcrumb`` joins the headings above it with " › " and is
    empty where there are none. ``also_in`` names other sources that hold nearly the same text; in a citation, those
    that say what is quoted. ``table_head`` is the line with the column heads, where the passage goes on with a table
    that begins before it.

    ``place`` is where all of it stands, such as ``pages 3–4``. ``places`` says from which offset of the document on
    each of these pages goes, and is empty where it is one.
    """

    id: str
    source: str
    title: str
    breadcrumb: str
    text: str
    start: int
    end: int
    place: Place | None = None
    url: str | None = None
    published: str | None = None
    publisher: str | None = None
    author: str | None = None
    also_in: tuple[str, ...] = ()
    markup: Markup = "plain"
    language: str = DEFAULT_LANGUAGE
    table_head: str = ""
    places: Places = ()

    @property
    def each_place(self) -> Places:
        """From which offset of the document on each place goes that the passage stands in; () where there is none."""
        return self.places or (((self.start, self.place),) if self.place else ())

    def place_of(self, start: int, end: int) -> Place | None:
        """Where ``document.text[start:end]``, a part of the passage, stands; None where the document has no places."""
        return place_over(places_between(self.places, start, end)) or self.place


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search: documents or folders, publishers, and whole days of publication, both included (ISO 8601).

    A document passes that is in one of the sources, of one of the publishers, and of these days; what is empty lets all
    pass. With ``undated``, those documents pass, too, of which the day is not known.

    >>> str(Filters(sources=("reports",), since="2024-01-01"))
    'reports · since 2024'
    """

    sources: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    undated: bool = False

    def __bool__(self) -> bool:
        return any((self.sources, self.publishers, self.since, self.until))

    def __str__(self) -> str:
        """In words, as in ``a.md or reports · City Notes · 2024 to 2025``; "" where nothing is narrowed."""
        names = (" or ".join(self.sources), " or ".join(self.publishers))
        return " · ".join(filter(None, (*names, _days_in_words(self.since, self.until))))


def _days_in_words(since: str | None, until: str | None) -> str:
    """Two days in words, a year alone where it begins with the first or ends with the second."""
    first, last = (since or "").removesuffix("-01-01"), (until or "").removesuffix("-12-31")
    if first and last:
        return first if first == last else f"{first} to {last}"
    return f"since {first}" if first else f"until {last}" if last else ""


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage and its retrieval score for one question, 0 to 1, comparable within that question only."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered reference from an answer to a quote: ``quote == document.text[start:end]``.

    ``place`` is where the quote stands, by what the passage says unless it is given: a passage on pages 3–4 may hold a
    quote that is all on page 4.
    """

    number: int
    passage: Passage
    quote: str
    start: int
    end: int
    place: Place | None = None

    def __post_init__(self) -> None:
        if self.place is None:
            object.__setattr__(self, "place", self.passage.place_of(self.start, self.end))


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence (or list item) of an answer and the numbers of the citations that carry it.

    ``emphasis`` is the part of ``text`` that answers most directly, ``text[start:end]``; None where none stands out.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    emphasis: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class MentionList:
    """Where all ``documents`` are listed that an answer counted: what was looked for, and what that was narrowed to."""

    query: str
    filters: Filters
    documents: int


@dataclass(frozen=True, slots=True)
class SpeakersCompared:
    """Whose words an answer sets beside each other, about what, and what that was narrowed to."""

    subject: str
    speakers: tuple[str, ...]
    filters: Filters


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table that an answer rests on: its number, from 1, its cells, and the citation of it."""

    number: int
    cells: tuple[str, ...]
    citation: int


@dataclass(frozen=True, slots=True)
class Computation:
    """How an answer was computed over a table: of which document and table, under which condition, and by which SQL.

    ``values`` are those of the question marks in ``sql``. ``heads`` are the columns of ``rows``, which are the first of
    ``row_count`` rows that it rests on.
    """

    source: str
    table: str
    condition: str
    sql: str
    values: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[TableRow, ...]
    row_count: int


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One of several things that a question asks for, and the numbers of the citations whose quotes name it.

    Each citation is of another document.
    """

    name: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or an honest refusal of one.

    ``text`` carries citation markers like ``[1]``. ``confidence`` (0 to 1) says how sure Citewell is that the
    corpus answers the question. ``question`` is the question as understood, after follow-ups are resolved.
    ``also_found`` lists the best passages that are not cited; when ``abstained`` these are the closest ones.
    ``pending`` is what a language model has begun to write after ``text``, not yet checked; only in parts of a stream.
    ``mentions`` leads to the whole list where the answer counts documents, ``speakers`` to all that was said where it
    compares what some say.
    ``computation`` tells how it was computed, where it was over a table.
    ``items`` are the things asked for, those that most documents name first, where a question asks for several and what
    the documents say can be told thing by thing; they stand beside the sentences, which need not name them all.
    """

    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    abstained: bool
    confidence: float
    written_by: str
    question: str
    notices: tuple[str, ...] = ()
    also_found: tuple[ScoredPassage, ...] = ()
    pending: str = ""
    mentions: MentionList | None = None
    speakers: SpeakersCompared | None = None
    computation: Computation | None = None
    items: tuple[ListedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Who may write an answer: a language model, or "extractive" for sentences quoted from the documents.

    ``host`` says where a model gets the question and the passages: a server's name, or "this computer"; empty where
    nothing is sent anywhere.
    """

    name: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or a part of one, that could not be taken in, and why, in words for a person."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one ``sync`` did: each list names sources, in order.

    ``partial`` tells of those that were added or updated what in them could not be read, and why. ``waiting`` tells of
    those that were changed in the corpus but not in the index, since another process writes it, when they will be.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    partial: list[Failure] = field(default_factory=list)
    waiting: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a ``sync`` is: ``done`` of ``total`` documents; ``source`` is the one just finished or in work.

    Of the files that have to be read, ``bytes_done`` of ``bytes_total`` bytes are done; the time left follows from it.
    """

    done: int
    total: int
    source: str
    bytes_done: int = 0
    bytes_total: int = 0


ProgressListener = Callable[[SyncProgress], None]


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a corpus and its index, as ``citewell doctor`` shows it.

    ``problems`` are sentences for a person, each with its remedy; empty when all is well.
    ``generation`` counts the commits to the index; 0 means it has never been built. ``needs_sync`` says that files of
    the corpus came, went or changed since. ``reranker`` and ``reader`` are the optional models in force, and
    ``reader_threshold`` is the margin that the reader's best span must reach. ``taking_in`` are the documents that are
    still being taken in.
    """

    corpus_dir: str
    index_dir: str
    state_dir: str
    embedding_model: str
    documents: int
    passages: int
    failed: int
    generation: int
    needs_sync: bool
    reranker: str | None = None
    reader: str | None = None
    reader_threshold: float | None = None
    problems: tuple[str, ...] = ()
    taking_in: tuple[TakingIn, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """What the index holds: ``failed`` files could not be read; ``written_at`` is in seconds since 1970."""

    generation: int
    documents: int
    passages: int
    failed: int
    written_at: float


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which what was looked for is written, and how many of the documents found write it so.

    ``is_counted`` is False where it was switched off; ``documents`` then counts those that are left out or write it in
    another way too.
    """

    text: str
    documents: int
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Mention:
    """A document that mentions what was looked for, with the first sentence that does, or that it begins with.

    ``citation.number`` counts the documents from 1, the newest first. ``marks`` are the parts of ``citation.quote``
    that matched; none where only the title or a heading did, of which ``title_marks`` and ``heading_marks`` tell.
    ``is_prominent``: the title or the first passage mentions it.
    """

    citation: Citation
    marks: tuple[tuple[int, int], ...]
    title_marks: tuple[tuple[int, int], ...]
    heading_marks: tuple[tuple[int, int], ...]
    is_prominent: bool


@dataclass(frozen=True, slots=True)
class Mentions:
    """Every document that mentions something, counted; ``shown`` are some of them, from the one of number ``first`` on.

    ``prominent`` of the ``documents`` mention it in the title or the first passage. ``spellings`` are all ways in which
    it is written, the most frequent first; ``publishers`` who published the documents, and how many each.
    """

    query: str
    documents: int
    prominent: int
    spellings: tuple[Spelling, ...]
    publishers: tuple[tuple[str, int], ...]
    shown: tuple[Mention, ...]
    first: int = 1
    notices: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """How many documents there are, and how that was counted."""
        return self.counted("it")

    def counted(self, what: str) -> str:
        """As `in_words`, of what was looked for as it is called."""
        where = "the title or the first passage"
        if not self.documents:
            return f"No document mentions {what}."
        if self.documents == 1:
            return f"1 document mentions {what}, {'in' if self.prominent else 'but not in'} {where}."
        of_them = f"{self.prominent:,}" if self.prominent else "none"
        return f"{self.documents:,} documents mention {what}; in {of_them} of them {where} does."

"""The values that views of the news are made of. All are frozen; every line of a view has its citation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from assistant.text.english.event_times import Precision
from assistant.types import Citation

Labelled = tuple[tuple[str, Citation], ...]
"""All that a view cites, in the order of the numbers, each with what it is called there: a speaker, a day, a side."""


class CitedView(Protocol):
    """What every view has."""

    @property
    def in_words(self) -> str:
        """How much there is of it."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader is to be told of it."""

    @property
    def labelled(self) -> Labelled:
        """All that it cites."""


How = Literal["said", "reported", "denied"]
"""How sure a statement is: in the speaker's own name, by the word of others, or as what the speaker denies."""


@dataclass(frozen=True, slots=True)
class Position:
    """What somebody says, thinks or wants: ``citation.quote``, exactly as it stands in a document.

    ``named`` is how the sentence names the speaker. ``is_quoted`` says that it stands in quotation marks. ``sentence``
    is all of the sentence, as far as it stands in the passage, and ``mark`` where in it what is said stands.
    """

    citation: Citation
    how: How
    is_quoted: bool
    named: str
    sentence: str
    mark: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChangedPosition:
    """A statement that contradicts an earlier one of the same speaker."""

    newer: Position
    older: Position

    @property
    def in_words(self) -> str:
        """Both, by their numbers and days."""
        newer, older = self.newer.citation, self.older.citation
        days = [(one.passage.published or "")[:10] for one in (newer, older)]
        return f"Changed: {newer.number} ({days[0]}) contradicts {older.number} ({days[1]})."


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks, under the fullest name that the documents give, with the positions, the newest first.

    ``also`` are other names under which they stand. ``changes`` are those that contradict what they said on a day
    before.
    """

    name: str
    also: tuple[str, ...]
    positions: tuple[Position, ...]
    changes: tuple[ChangedPosition, ...] = ()


@dataclass(frozen=True, slots=True)
class Positions:
    """Who says what about a subject: the speakers, those with most documents first; positions are numbered through.

    ``documents`` are those that were searched for statements.
    """

    subject: str
    speakers: tuple[Speaker, ...]
    documents: int
    notices: tuple[str, ...] = ()

    @property
    def labelled(self) -> Labelled:
        """Each statement with its speaker."""
        return tuple((speaker.name, one.citation) for speaker in self.speakers for one in speaker.positions)

    @property
    def in_words(self) -> str:
        """How many speak, and how often."""
        count = sum(len(one.positions) for one in self.speakers)
        if not count:
            return "No document tells what somebody says about it."
        speakers = "1 speaker" if len(self.speakers) == 1 else f"{len(self.speakers):,} speakers"
        statements = "1 statement" if count == 1 else f"{count:,} statements"
        return f"{speakers}, {statements}."


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, or will: a sentence, ``citation.quote``, and when, by the words ``citation.quote[slice(*mark)]``.

    ``first`` and ``last`` are days (ISO 8601, both included), as exactly as the words say, which ``precision`` tells.
    ``is_planned``: it lies ahead of the day on which the document was published. ``also`` are sentences of other
    documents that tell the same.
    """

    citation: Citation
    first: str
    last: str
    precision: Precision
    is_planned: bool
    mark: tuple[int, int]
    also: tuple[Citation, ...] = ()

    @property
    def days(self) -> str:
        """One day, or the first and the last."""
        return self.first if self.first == self.last else f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened around a subject, in the order in which it did; ``documents`` are those that were read for it."""

    subject: str
    events: tuple[Event, ...]
    documents: int
    notices: tuple[str, ...] = ()

    @property
    def labelled(self) -> Labelled:
        """Each sentence with the days that it tells of."""
        return tuple((one.days, cited) for one in self.events for cited in (one.citation, *one.also))

    @property
    def in_words(self) -> str:
        """How many events there are, and over which days."""
        if not self.events:
            return "No document that has a date tells when something about it happened."
        count = "1 event" if len(self.events) == 1 else f"{len(self.events):,} events"
        return f"{count}, {self.events[0].first} to {max(one.last for one in self.events)}."


Stand = Literal["disagree", "agree", "alone"]
"""How a statement of one side stands to the others: contradicted, borne out, or told by this side alone."""


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A statement of one side, and beside it what others say to it; a cell for each side, None where it says nothing.

    ``notice`` tells what a dispute is about, "" where there is none.
    """

    stand: Stand
    cells: tuple[Citation | None, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What two or more sides say to a question: disputes first, then what they agree on, then what one alone tells.

    Citations are numbered through.
    """

    question: str
    sides: tuple[str, ...]
    rows: tuple[ComparedRow, ...]
    notices: tuple[str, ...] = ()

    @property
    def silent(self) -> tuple[str, ...]:
        """The sides that say nothing to it."""
        return tuple(
            side for at, side in enumerate(self.sides) if not any(row.cells[at] is not None for row in self.rows)
        )

    @property
    def labelled(self) -> Labelled:
        """Each statement with its side."""
        cells = ((side, cell) for row in self.rows for side, cell in zip(self.sides, row.cells, strict=True))
        return tuple((side, cell) for side, cell in cells if cell is not None)

    @property
    def in_words(self) -> str:
        """How many statements there are of each stand."""
        counts = [(stand, sum(row.stand == stand for row in self.rows)) for stand in get_args(Stand)]
        told = [f"{count} {COUNTED[stand]}" for stand, count in counts if count]
        return f"{', '.join(told)}." if told else "The documents do not answer this."


COUNTED: dict[Stand, str] = {"disagree": "disputed", "agree": "in agreement", "alone": "told by one alone"}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A sentence of a new article, the earlier one that it contradicts, and what is told of that."""

    new: Citation
    earlier: Citation
    notice: str


@dataclass(frozen=True, slots=True)
class Story:
    """What articles of some days tell of one story, under the title of the newest that adds something.

    ``lead`` is how that article begins, ``adds`` are sentences that say what no earlier article of the story did, the
    newest first. ``first`` and ``last`` are the days of its new articles, whose documents are ``sources``, ``texts``
    how many different texts these are, copies counted once. ``earlier``: how many articles it had before.
    """

    title: str
    lead: Citation
    adds: tuple[Citation, ...]
    contradicts: tuple[Contradiction, ...]
    first: str
    last: str
    sources: tuple[str, ...]
    publishers: tuple[str, ...]
    texts: int
    earlier: int

    @property
    def days(self) -> str:
        """One day, or the first and the last."""
        return self.first if self.first == self.last else f"{self.first} to {self.last}"

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All that is cited, in the order of the numbers."""
        disputed = (one for dispute in self.contradicts for one in (dispute.new, dispute.earlier))
        return (self.lead, *self.adds, *disputed)

    @property
    def in_words(self) -> str:
        """How many articles it has, from how many publishers, and whether it goes on."""
        articles = "1 article" if len(self.sources) == 1 else f"{len(self.sources):,} articles"
        texts = f" ({self.texts:,} different)" if 0 < self.texts < len(self.sources) else ""
        texts = texts or (" (copied)" if not self.texts else "")
        by = f" by {len(self.publishers):,} publishers" if len(self.publishers) > 1 else ""
        earlier = f"; {self.earlier:,} before" if self.earlier else "; new"
        return f"{articles}{texts}{by}{earlier}"


@dataclass(frozen=True, slots=True)
class News:
    """What is new from day to day (ISO 8601, both included): the stories, those with the newest articles first.

    ``stories_found`` and ``articles`` count all of them, also those that are not shown.
    """

    subject: str
    since: str
    until: str
    stories: tuple[Story, ...]
    stories_found: int
    articles: int
    notices: tuple[str, ...] = ()

    @property
    def labelled(self) -> Labelled:
        """Each sentence with the title of its story."""
        return tuple((story.title, one) for story in self.stories for one in story.citations)

    @property
    def in_words(self) -> str:
        """How many stories and articles there are, and of which days."""
        if not self.stories:
            return "Nothing is new."
        stories = "1 story" if self.stories_found == 1 else f"{self.stories_found:,} stories"
        articles = "1 article" if self.articles == 1 else f"{self.articles:,} articles"
        shown = f" The newest {len(self.stories):,} are shown." if len(self.stories) < self.stories_found else ""
        return f"{stories} in {articles}, {self.since} to {self.until}.{shown}"


@dataclass(frozen=True, slots=True)
class Theme:
    """What several documents are about: the terms that are typical of them, and the sentence that tells it best.

    ``sources`` are the documents, those that are most about it first.
    """

    label: str
    sources: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class LeadingName:
    """A person, a body or a place that is written about, under its fullest name, and the sentence that tells who it is.

    ``also`` are other names under which it stands; ``documents`` counts those that name it.
    """

    name: str
    also: tuple[str, ...]
    documents: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Overview:
    """What documents are about: their subjects, those of most documents first, and who and what is named in most.

    Without a ``subject`` it is of all documents, else of what they say about it. ``publishers`` come with the number
    of their documents; ``first`` and ``last`` are the days (ISO 8601) between which the documents were published,
    ``undated`` counts those of which the day is not known. ``single`` are documents in no theme, some of ``others``,
    each with the sentence that tells best what it is about. Citations are numbered through: of themes, of single
    documents, of names.
    """

    subject: str
    documents: int
    publishers: tuple[tuple[str, int], ...]
    first: str | None
    last: str | None
    undated: int
    themes: tuple[Theme, ...]
    single: tuple[Citation, ...]
    others: int
    names: tuple[LeadingName, ...]
    notices: tuple[str, ...] = ()

    @property
    def labelled(self) -> Labelled:
        """Each sentence with the subject, the document or the name that it tells of."""
        themes = ((one.label, one.citation) for one in self.themes)
        single = ((one.passage.title, one) for one in self.single)
        return (*themes, *single, *((one.name, one.citation) for one in self.names))

    @property
    def in_words(self) -> str:
        """How many documents there are, of how many publishers, and of which days."""
        if not self.documents:
            return "There is no document about it." if self.subject else "There are no documents."
        count = "1 document" if self.documents == 1 else f"{self.documents:,} documents"
        publishers = f" of {len(self.publishers):,} publishers" if len(self.publishers) > 1 else ""
        days = self.first if self.first == self.last else f"{self.first} to {self.last}"
        return f"{count}{publishers}{f', {days}' if self.first else ''}."


@dataclass(frozen=True, slots=True)
class BriefingLine:
    """A quote of a briefing, and what stands before it: a day, a speaker, what is disputed; "" for nothing."""

    label: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class BriefingSection:
    """A part of a briefing, under its title."""

    title: str
    lines: tuple[BriefingLine, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the documents say about a subject, in sections whose every line is a quote; citations are numbered through.

    ``open_questions`` are some that were asked of the documents, and that they do not answer.
    """

    subject: str
    sections: tuple[BriefingSection, ...]
    open_questions: tuple[str, ...]
    notices: tuple[str, ...] = ()

    @property
    def labelled(self) -> Labelled:
        """Each quote with the title of its section."""
        return tuple((section.title, line.citation) for section in self.sections for line in section.lines)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All quotes, in order."""
        return tuple(citation for _, citation in self.labelled)

    @property
    def in_words(self) -> str:
        """How much there is of it."""
        quotes = len(self.citations)
        if not quotes:
            return "No document says anything about it."
        documents = len({one.passage.source for one in self.citations})
        told = "1 quote" if quotes == 1 else f"{quotes:,} quotes"
        return f"{told} from {'1 document' if documents == 1 else f'{documents:,} documents'}."

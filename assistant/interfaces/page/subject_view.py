"""The view of one subject: who says what about it, when what happened, what is new, what sources say side by side."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from markupsafe import Markup

from assistant.answering.citations import quote_as_read
from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import web_address
from assistant.interfaces.mention_pieces import MentionPiece, pieces
from assistant.interfaces.page.cards import where
from assistant.interfaces.page.find_links import Search, find_link
from assistant.interfaces.page.search_view import SearchView, SearchWords, numbered_target
from assistant.interfaces.page.templates import render
from assistant.news.views import CitedView
from assistant.types import Citation

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.interfaces.page.visitors import Visitors

FORMS = {"csv": "CSV", "json": "JSON", "ics": "calendar", "md": "Markdown", "html": "web page", "docx": "Word"}
"""What a list may be saved as, by the ends of the files' names."""


class Lens(ABC):
    """One way to look at a subject. ``writers`` make a file of what is found, by the end of its name.

    ``of_all`` is what the same is called of all documents, without a subject; "" where it needs one. ``feed`` is where
    a feed of it is, "" where there is none.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    of_all: ClassVar[str] = ""
    feed: ClassVar[str] = ""
    writers: ClassVar[Mapping[str, Callable[[Any], str | bytes]]]

    @abstractmethod
    def look(self, assistant: Assistant, search: Search) -> CitedView:
        """What is found, as `Assistant` gives it."""

    @abstractmethod
    def shown(self, found: Any) -> Markup:
        """What is found as a list."""


class SubjectView(SearchView):
    """A subject, looked at in one of several ways."""

    words = SearchWords("subject", "Subject", "A subject: NATO expansion", "Show")

    def __init__(self, visitors: Visitors, lenses: Sequence[Lens]) -> None:
        super().__init__(visitors)
        self._lenses = {lens.id: lens for lens in lenses}
        self._first = lenses[0]

    def empty(self) -> Markup:
        """What to type, and what is found."""
        return render("subject.empty", lenses=[lens for lens in self._lenses.values() if lens.of_all])

    def is_asked(self, search: Search) -> bool:
        """Whether a subject is named, or one of the ways is chosen that need none."""
        return bool(search.query or (search.lens and self._lens(search).of_all))

    def found(self, assistant: Assistant, search: Search) -> tuple[Search, Markup]:
        """The ways to look at it, and what is found in the one that was chosen."""
        lens = self._lens(search)
        found = lens.look(assistant, search)
        forms = {end: FORMS[end] for end in lens.writers}
        shown = render(
            "subject.found",
            lenses=list(self._lenses.values()),
            chosen=lens,
            found=found,
            rows=lens.shown(found) if found.labelled else "",
            link=find_link(search, self.words.id),
            forms=forms,
        )
        return search, shown

    def citation(self, assistant: Assistant, search: Search, number: int) -> tuple[str, Citation] | None:
        """The one of a number."""
        lens = self._lens(search)
        return next((one for one in lens.look(assistant, search).labelled if one[1].number == number), None)

    def saved(self, assistant: Assistant, search: Search, form: str) -> tuple[str, str | bytes] | None:
        """All that was found."""
        lens = self._lens(search)
        return (f"{lens.id}.{form}", lens.writers[form](lens.look(assistant, search))) if form in lens.writers else None

    def _lens(self, search: Search) -> Lens:
        return self._lenses.get(search.lens, self._first)


class QuotedRow(NamedTuple):
    """A sentence that is quoted, as lists show it; ``manner`` is what is said beside it, "" for nothing."""

    target: str
    number: int
    manner: str
    sentence: list[MentionPiece]
    title: str
    where: str
    also_in: str
    address: str


def quoted_row(citation: Citation, sentence: list[MentionPiece], manner: str = "") -> QuotedRow:
    """A citation as lists show it, with the sentence in pieces."""
    passage = citation.passage
    address = web_address(passage.url)
    return QuotedRow(
        numbered_target(citation),
        citation.number,
        manner,
        sentence,
        passage.title,
        where(passage, citation.place) or passage.source,
        ", ".join(passage.also_in),
        quote_link(address, citation.quote) if address else "",
    )


def plain_row(citation: Citation, manner: str = "") -> QuotedRow:
    """A citation as lists show it, with nothing marked, and without the marks of its document's own markup."""
    return quoted_row(citation, pieces(quote_as_read(citation), ()), manner)


def narrowed_to(search: Search) -> dict[str, Any]:
    """The filters of a search, as `Assistant` takes them."""
    only = search.filters
    return {"since": only.since, "until": only.until, "source": only.sources, "publisher": only.publishers}

"""What documents are about: their subjects, and who and what is written about most; of a subject, or of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from markupsafe import Markup

from assistant.interfaces.as_json import to_json
from assistant.interfaces.page.find_links import Search, find_link
from assistant.interfaces.page.phrases import count
from assistant.interfaces.page.subject_view import Lens, QuotedRow, narrowed_to, plain_row
from assistant.interfaces.page.templates import render
from assistant.news.views import LeadingName, Overview

if TYPE_CHECKING:
    from assistant.assistant import Assistant


class NamedRow(NamedTuple):
    """A subject or a name as the view shows it; ``link`` finds all that is said of it, "" where nothing leads there."""

    name: str
    about: str
    link: str
    row: QuotedRow


class OverviewLens(Lens):
    """By subject, then by name."""

    id = "overview"
    name = "Overview"
    of_all = "What are these documents about?"
    writers: ClassVar = {"json": to_json}

    def look(self, assistant: Assistant, search: Search) -> Overview:
        """The overview."""
        return assistant.overview(search.query, **narrowed_to(search))

    def shown(self, found: Overview) -> Markup:
        """The subjects, then the names."""
        themes = [
            NamedRow(one.label, count(len(one.sources), "document"), "", plain_row(one.citation))
            for one in found.themes
        ]
        single = [NamedRow(one.passage.title, "", "", plain_row(one)) for one in found.single]
        return render("subject.overview", found=found, themes=[*themes, *single], names=list(map(_name, found.names)))


def _name(one: LeadingName) -> NamedRow:
    also = f"also {', '.join(one.also)} · " if one.also else ""
    link = find_link(Search(f'"{one.name}"'))
    return NamedRow(one.name, f"{also}{count(one.documents, 'document')}", link, plain_row(one.citation))

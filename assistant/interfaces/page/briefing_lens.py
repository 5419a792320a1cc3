"""A briefing on a subject: what the other ways to look at it tell, in brief, to be read and taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from markupsafe import Markup

from assistant.interfaces.as_json import to_json
from assistant.interfaces.briefing_files import WRITERS
from assistant.interfaces.page.find_links import Search
from assistant.interfaces.page.subject_view import Lens, QuotedRow, narrowed_to, plain_row
from assistant.interfaces.page.templates import render
from assistant.news.view_wording import UNANSWERED
from assistant.news.views import Briefing

if TYPE_CHECKING:
    from assistant.assistant import Assistant


class BriefingRows(NamedTuple):
    """A section as the view shows it: its title, and each quote under what stands before it."""

    title: str
    rows: list[tuple[str, QuotedRow]]


class BriefingLens(Lens):
    """Section by section."""

    id = "briefing"
    name = "Briefing"
    writers: ClassVar = {**WRITERS, "json": to_json}

    def look(self, assistant: Assistant, search: Search) -> Briefing:
        """The briefing."""
        return assistant.brief(search.query, **narrowed_to(search))

    def shown(self, found: Briefing) -> Markup:
        """The sections."""
        sections = [
            BriefingRows(
                section.title,
                [(line.label, plain_row(line.citation)) for line in section.lines],
            )
            for section in found.sections
        ]
        return render("subject.briefing", sections=sections, heading=UNANSWERED, unanswered=found.open_questions)

"""What is new of a subject: the stories, how each begins, what it adds to what was known, and what it contradicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from markupsafe import Markup

from assistant.interfaces.as_csv import news_csv
from assistant.interfaces.as_json import to_json
from assistant.interfaces.page.find_links import Search
from assistant.interfaces.page.phrases import day
from assistant.interfaces.page.subject_view import Lens, QuotedRow, narrowed_to, plain_row
from assistant.interfaces.page.templates import render
from assistant.news.views import News, Story

if TYPE_CHECKING:
    from assistant.assistant import Assistant


class DisputeRows(NamedTuple):
    """What a new article contradicts, as the view shows it."""

    notice: str
    rows: list[QuotedRow]


class StoryRows(NamedTuple):
    """A story as the view shows it."""

    title: str
    about: str
    rows: list[QuotedRow]
    disputes: list[DisputeRows]


class NewLens(Lens):
    """By story."""

    id = "new"
    name = "What is new"
    of_all = "What is new in them?"
    feed = "new.atom"
    writers: ClassVar = {"csv": news_csv, "json": to_json}

    def look(self, assistant: Assistant, search: Search) -> News:
        """The stories."""
        return assistant.whats_new(search.query, **narrowed_to(search))

    def shown(self, found: News) -> Markup:
        """The stories, those with the newest articles first."""
        return render("subject.stories", stories=list(map(_story, found.stories)))


def _story(story: Story) -> StoryRows:
    days = " to ".join(day(one) for one in dict.fromkeys((story.first, story.last)))
    rows = [plain_row(story.lead), *(plain_row(one, "adds") for one in story.adds)]
    disputes = [
        DisputeRows(one.notice, [plain_row(one.new), plain_row(one.earlier, "before")]) for one in story.contradicts
    ]
    return StoryRows(story.title, f"{days} \u00b7 {story.in_words}", rows, disputes)

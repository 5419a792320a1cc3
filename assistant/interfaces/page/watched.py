"""The view of watched questions: a box to add one, and below it each with its answer before and now, side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.answering.questions import MAXIMUM_QUESTION_CHARACTERS
from assistant.errors import CitewellError
from assistant.interfaces.mention_pieces import MentionPiece, pieces
from assistant.interfaces.page.answer import BULLET
from assistant.interfaces.page.filter_panel import FilterPanel, connect_filters, place_filters
from assistant.interfaces.page.opened_document import render_opened_document
from assistant.interfaces.page.phrases import byline, day
from assistant.interfaces.page.record import owner_of
from assistant.interfaces.page.source_panel import picked_passage, target_of
from assistant.interfaces.page.templates import render, render_problem
from assistant.interfaces.page.view_events import (
    QUIET,
    SKIP,
    Update,
    in_words,
    named_in,
    place_wish,
    script,
    wished,
)
from assistant.watches.answer_changes import Marks, new_words
from assistant.watches.watch_values import Watch, WatchedAnswer, WatchHistory

if TYPE_CHECKING:
    from assistant.interfaces.page.visitors import Visitors

_REMOVE = re.compile(r"remove:(\d{1,18})", re.ASCII)
REMOVED = "The question is watched no more."
ADDED = "This question is watched from now on. Whenever the index changes, it is asked again."


class WatchedUpdate(NamedTuple):
    """What an event makes of the view, part by part: a new value, or SKIP to leave it as it is."""

    question: Update = SKIP
    found: Update = SKIP
    reading: Update = SKIP


class WatchedView:
    """What happens in the view. Whose questions they are, the login says."""

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors
        self.filters = FilterPanel(visitors)

    def look(self, request: gr.Request) -> Update:
        """The list as it stands now."""
        return self._list(request)

    def add(
        self, question: str | None, documents: list[str] | None, publishers: list[str] | None, since: str | None,
        until: str | None, request: gr.Request,
    ) -> WatchedUpdate:  # fmt: skip
        """Watch what is in the box, within the filters; it is asked at once."""
        asked, first, last = ((one or "").strip() for one in (question, since, until))
        if not asked:
            return WatchedUpdate()
        try:
            self._visitors.of(request).add_watch(
                asked,
                owner=owner_of(request),
                since=first or None,
                until=last or None,
                source=documents,
                publisher=publishers,
            )
        except Exception as error:  # the edge: whatever went wrong, the person who adds it is told
            return WatchedUpdate(found=self._list(request, render_problem(in_words(error))))
        return WatchedUpdate("", self._list(request, render("shared.notice", told=ADDED)), "")

    def remove(self, wish: object, request: gr.Request) -> WatchedUpdate:
        """Watch the question no more that is named by its number."""
        if wish is None:
            return WatchedUpdate()
        owner, named = owner_of(request), _REMOVE.fullmatch(named_in(wish))
        told = render("shared.notice", told=REMOVED)
        try:
            self._visitors.of(request).watches.remove(owner, int(named[1]) if named else 0)
        except CitewellError as error:
            told = render_problem(str(error))
        return WatchedUpdate(found=self._list(request, told), reading="")

    def open(self, wish: object, request: gr.Request) -> Update:
        """The document that a citation of an answer names, as in ``12:cite:3``: of the answer with the id 12."""
        if wish is None:
            return SKIP
        target = target_of(named_in(wish))
        if target is None or target.kind != "cite":
            return ""
        try:
            assistant = self._visitors.of(request)
            answer = assistant.watches.answer(owner_of(request), target.position)
        except CitewellError as error:
            return render_problem(str(error))
        picked = picked_passage(answer, target)
        return render_opened_document(picked, target.view, assistant) if picked else ""

    def _list(self, request: gr.Request, told: str = "") -> Markup:
        """All questions of whoever looks, below what was just done; what was added or changed last comes first."""
        owner = owner_of(request)
        try:
            assistant = self._visitors.of(request)
            watches = assistant.watches
            newest_first = sorted(watches.all(owner), key=lambda one: max(one.changed_at, one.added_at), reverse=True)
            rows = [_row(watches.open(owner, one.number, 2)) for one in newest_first]
        except CitewellError as error:
            return render_problem(str(error))
        return render("watched.listed", rows=rows, told=told, told_to=assistant.told_to)


class SaidSentence(NamedTuple):
    """A sentence of an answer as the view shows it: in pieces, those that are new marked."""

    pieces: list[MentionPiece]
    citations: tuple[int, ...]


class AnswerSide(NamedTuple):
    """One of the two answers; ``text`` is shown where there are no sentences."""

    name: str
    id: int
    text: str
    sentences: list[SaidSentence]
    titles: dict[int, str]


class WatchRow(NamedTuple):
    """A question as the view shows it."""

    watch: Watch
    facts: str
    sides: list[AnswerSide]


def _row(history: WatchHistory) -> WatchRow:
    watch, (now, *before) = history.watch, history.answers
    marks = new_words(before[0].answer, now.answer) if before else ()
    sides = [_side(f"Before, {_day(one)}", one) for one in before]
    sides.append(_side(f"{'Now' if before else 'Unchanged'}, since {_day(now)}", now, marks))
    only = f"only in: {watch.filters}" if watch.filters else ""
    return WatchRow(watch, byline(f"asked {day(watch.asked_at)}, {watch.asked_at[11:16]} UTC", only), sides)


def _side(name: str, one: WatchedAnswer, marks: tuple[Marks, ...] = ()) -> AnswerSide:
    titles = {citation.number: citation.passage.title for citation in one.answer.citations}
    marked = marks or ((),) * len(one.answer.sentences)
    sentences = [
        SaidSentence(_pieces(said.text, new), tuple(number for number in said.citations if number in titles))
        for said, new in zip(one.answer.sentences, marked, strict=True)
    ]
    return AnswerSide(name, one.id, one.answer.text, sentences, titles)


def _pieces(text: str, marks: Marks) -> list[MentionPiece]:
    """A sentence without the bullet of an item."""
    shown = text.removeprefix(BULLET)
    cut = len(text) - len(shown)
    return pieces(shown, tuple((start - cut, end - cut) for start, end in marks), len(shown))


def _day(one: WatchedAnswer) -> str:
    return day(one.answered_at)


def place_watched(view: WatchedView, tab: gr.Tab) -> None:
    """The box and the filters over the list, and beside it the document opened."""
    wish = place_wish()
    with gr.Row(elem_id="watched-desk", elem_classes="desk search-desk"):
        with gr.Column(elem_id="watched-list", elem_classes="desk-list search-list"):
            with gr.Row(elem_classes="search-bar"):
                question = gr.Textbox(
                    label="Question to watch", show_label=False, placeholder="A question: Who leads the peace talks?",
                    container=False, max_lines=1, max_length=MAXIMUM_QUESTION_CHARACTERS, elem_id="watched-query",
                    elem_classes="search-query", min_width=120,
                )  # fmt: skip
                button = gr.Button(
                    "Watch", elem_id="watched-button", elem_classes="search-button", scale=0, min_width=80
                )
            filters = place_filters("watched-")
            found = _html("watched-found", "finding")
        with gr.Column(elem_id="watched-side", elem_classes="desk-side search-side"):
            reading = _html("watched-reading", "sources")
    parts: list[Any] = [question, found, reading]
    connect_filters(view.filters, filters, [question.submit, button.click], [])
    tab.select(view.look, None, found, **QUIET)
    gr.on([question.submit, button.click], view.add, [question, *filters.fields], parts, **QUIET)
    found.edit(view.remove, wish, parts, **wished("watched-found"))
    gr.on([found.select, reading.select], view.open, wish, reading, **wished("watched-side"))


def _html(name: str, scripts: str) -> gr.HTML:
    return gr.HTML(elem_id=name, js_on_load=script(scripts), apply_default_css=False)

"""The page put together from its views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.interfaces.page.ask import AskView, place_ask
from assistant.interfaces.page.briefing_lens import BriefingLens
from assistant.interfaces.page.compare_lens import CompareLens
from assistant.interfaces.page.corpus import CorpusView
from assistant.interfaces.page.corpus_parts import place_corpus
from assistant.interfaces.page.filter_panel import FilterPanel, connect_filters
from assistant.interfaces.page.finding import FindView
from assistant.interfaces.page.history import HistoryView, place_history
from assistant.interfaces.page.new_lens import NewLens
from assistant.interfaces.page.news import LOOKS_SECONDS, arrive, place_news, tell
from assistant.interfaces.page.overview_lens import OverviewLens
from assistant.interfaces.page.positions_lens import PositionsLens
from assistant.interfaces.page.search_view import SearchView, place_search
from assistant.interfaces.page.subject_view import SubjectView
from assistant.interfaces.page.templates import render
from assistant.interfaces.page.timeline_lens import TimelineLens
from assistant.interfaces.page.view_events import QUIET, SKIP, Update
from assistant.interfaces.page.visitors import Visitors
from assistant.interfaces.page.watched import WatchedView, place_watched

if TYPE_CHECKING:
    from assistant.assistant import Assistant


def build_blocks(assistant: Assistant) -> gr.Blocks:
    """The whole page over one assistant."""
    visitors = Visitors(assistant)
    asking = AskView(visitors)
    filters = FilterPanel(visitors)
    lenses = [PositionsLens(), TimelineLens(), NewLens(), CompareLens(), OverviewLens(), BriefingLens()]
    searches: dict[str, SearchView] = {"Find all": FindView(visitors), "Subject": SubjectView(visitors, lenses)}
    library = CorpusView(visitors, asking.welcome)

    def opened(last_visit: object, request: gr.Request) -> tuple[Update, ...]:
        """What the address names, or an empty conversation, and the news, for a page that was just opened."""
        arrived = asking.arrive(request)
        narrowed = filters.take_up(() if arrived.conversation is SKIP else arrived.conversation, request)
        found = (part for one in searches.values() for part in one.arrive(request))
        return *arrived, *narrowed, *found, *arrive(visitors, last_visit, request)

    def news(since: float, request: gr.Request) -> str:
        """What is new since the visit before this one."""
        return tell(visitors, since, request)

    blocks = gr.Blocks(title="Citewell", analytics_enabled=False, fill_width=True)
    with blocks:
        gr.HTML(render("page.masthead"), elem_id="masthead", js_on_load=None, apply_default_css=False)
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab("Ask"):
                visit = place_news()
                ask = place_ask(asking)
                connect_filters(
                    filters, ask.filters, [ask.everything.question.submit, ask.send.click], [ask.fresh.click]
                )
                place_history(HistoryView(visitors, asking, filters), ask)
            placed: list[Any] = []
            for name, view in searches.items():
                with gr.Tab(name, id=view.words.id):
                    placed += place_search(view, tabs)
            with gr.Tab("Watched", id="watched") as watched_tab:
                place_watched(WatchedView(visitors), watched_tab)
            with gr.Tab("Documents") as documents_tab:
                place_corpus(library, ask, documents_tab, assistant.settings.limit_file_megabytes)
        news_parts = [visit.line, visit.last, visit.since]
        blocks.load(opened, visit.last, [*ask.everything, *ask.filters.shown, *placed, *news_parts], **QUIET)
        gr.Timer(LOOKS_SECONDS).tick(news, visit.since, visit.line, **QUIET)
    return blocks

"""The Documents view: adding documents, the table of them, one of them opened, and what is looked after beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import gradio as gr
from gradio.utils import get_upload_folder

from assistant.errors import CitewellError, Stopped
from assistant.interfaces.listing import Listing, kinds, publishers
from assistant.interfaces.page import actions
from assistant.interfaces.page.actions import CorpusAction
from assistant.interfaces.page.conversation import Conversation
from assistant.interfaces.page.documents import Shown, render_collections, render_table
from assistant.interfaces.page.jobs import Jobs, steps_of
from assistant.interfaces.page.preview import render_preview
from assistant.interfaces.page.templates import render_problem
from assistant.interfaces.page.timeline_plot import render_timeline
from assistant.interfaces.page.tray import Ended, advanced, render_ended, render_running
from assistant.interfaces.page.upkeep import render_feeds, render_health, render_removed
from assistant.interfaces.page.uploads import discard, parse_uploads
from assistant.interfaces.page.view_events import SKIP, Update, in_words, named_in
from assistant.interfaces.publication_counts import publication_counts

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.interfaces.page.visitors import Visitors

LONGEST_SEARCH = 200
ELSEWHERE = "Add to no collection"
STOPPED = "Stopped. What was done until then is kept."


class CorpusUpdate(NamedTuple):
    """What an event makes of the view, part by part: a new value, or SKIP to leave it as it is."""

    tray: Update = SKIP
    shown: Update = SKIP
    table: Update = SKIP
    kind: Update = SKIP
    publisher: Update = SKIP
    preview: Update = SKIP
    timeline: Update = SKIP
    feeds: Update = SKIP
    removed: Update = SKIP
    health: Update = SKIP
    collections: Update = SKIP
    collection: Update = SKIP
    into: Update = SKIP


class CorpusView:
    """What happens in the view; ``welcome`` tells anew what can be asked, once documents came."""

    def __init__(self, visitors: Visitors, welcome: Callable[[gr.Request], str]) -> None:
        self._visitors = visitors
        self._welcome = welcome
        self._jobs = Jobs()
        self._turned: dict[str, Shown] = {}  # what the table was turned to while a job of its page ran, by session

    def look(self, shown: Shown, request: gr.Request) -> CorpusUpdate:
        """Everything as it stands now, but for the health of the index."""
        try:
            assistant = self._visitors.of(request)
            records = assistant.documents()
            listing = shown.listing
            kind, publisher = _choices(kinds(records), listing.kind), _choices(publishers(records), listing.publisher)
            collections = assistant.collections()
            return CorpusUpdate(
                shown=shown,
                table=render_table(records, shown),
                kind=gr.update(choices=[("Any kind", ""), *kind]),
                publisher=gr.update(choices=[("Any publisher", ""), *publisher]),
                timeline=render_timeline(publication_counts(records)),
                feeds=render_feeds(assistant.feeds()),
                removed=render_removed(assistant.removed()),
                collections=render_collections(collections, records),
                collection=_offered("Any collection", [one.name for one in collections]),
                into=_offered(ELSEWHERE, [one.name for one in collections if one.may_write]),
            )
        except CitewellError as error:
            return CorpusUpdate(table=render_problem(str(error)))

    def narrow(
        self, search: str | None, kind: str | None, publisher: str | None, state: str | None, collection: str | None,
        now: Shown, request: gr.Request,
    ) -> CorpusUpdate:  # fmt: skip
        """The documents that the fields above the table name."""
        words = (search or "")[:LONGEST_SEARCH]
        order = (now.listing.sort, now.listing.descending)
        listing = Listing(words, kind or "", publisher or "", state or "", *order, collection or "")
        return self._table(Shown(listing), request)

    def turn(self, shown: Shown, wish: object, request: gr.Request) -> CorpusUpdate:
        """The table in another order, or another page of it."""
        if wish is None:
            return CorpusUpdate()
        return self._table(shown.turned(named_in(wish)), request)

    def open(self, wish: object, request: gr.Request) -> Update:
        """The document that is named, its text from a character on; nothing where there is none."""
        if wish is None:
            return SKIP
        source, start = named_in(wish), wish.get("start") if isinstance(wish, dict) else 0
        try:
            assistant = self._visitors.of(request)
            record = next((one for one in assistant.documents() if one.source == source), None)
        except CitewellError as error:
            return render_problem(str(error))
        if record is None:
            return ""
        return render_preview(record, start if isinstance(start, int) else 0, assistant)

    def add_files(
        self, replacing: bool, into: str | None, shown: Shown, event: gr.EventData, request: gr.Request
    ) -> Iterator[CorpusUpdate]:
        """How the adding of files goes, to a collection or wherever they are named, and what became of each."""
        assistant = self._visitors.of(request)
        uploads = parse_uploads(getattr(event, "files", None), Path(get_upload_folder()))
        if into in [one.name for one in assistant.collections()]:
            uploads = [replace(one, name=f"{into}/{one.name}") for one in uploads]
        if getattr(event, "stopped", False):
            discard(uploads)
            yield CorpusUpdate(render_ended(Ended("Stopped. Nothing was added.")))
            return
        action = actions.add_files(assistant, uploads, replacing=bool(replacing))
        yield from self._do(action, shown, request)

    def add_page(self, address: str | None, shown: Shown, request: gr.Request) -> Iterator[CorpusUpdate]:
        """How the adding of a web page goes."""
        yield from self._do(actions.add_page(self._visitors.of(request), (address or "").strip()), shown, request)

    def follow(self, address: str | None, shown: Shown, request: gr.Request) -> Iterator[CorpusUpdate]:
        """How the first reading of a feed goes."""
        yield from self._do(actions.follow(self._visitors.of(request), (address or "").strip()), shown, request)

    def act(self, shown: Shown, event: gr.EventData, request: gr.Request) -> Iterator[CorpusUpdate]:
        """What a button in the table, the tray or a list names, done to the document or the address it names."""
        named, action = named_in(event), getattr(event, "action", None)
        makers: dict[str, Callable[[Assistant, str], CorpusAction]] = {
            "page": actions.add_page, "feed": actions.follow, "refresh": actions.refresh, "forget": actions.forget,
            "remove": actions.remove, "undo": actions.restore,
        }  # fmt: skip
        if action == "again":
            yield from self._do(actions.read_again(self._visitors.of(request)), shown, request)
        elif isinstance(action, str) and action in makers:
            for step in self._do(makers[action](self._visitors.of(request), named), shown, request):
                yield step._replace(preview="") if action == "remove" and step.table is not SKIP else step
        else:
            yield CorpusUpdate()

    def greet(self, conversation: Conversation, request: gr.Request) -> Update:
        """What can be asked now, where nothing was asked yet; in what took a while somebody may have."""
        return SKIP if conversation else self._welcome(request)

    def stop(self, request: gr.Request) -> None:
        """Stop what is under way."""
        self._jobs.stop(_session(request))

    def check(self, request: gr.Request) -> str:
        """How corpus and index fare."""
        try:
            return render_health(self._visitors.of(request).health())
        except CitewellError as error:
            return render_problem(str(error))

    def sync(self, shown: Shown, request: gr.Request) -> Iterator[CorpusUpdate]:
        """The index brought up to date."""
        yield from self._checked(
            self._do(actions.bring_up_to_date(self._visitors.of(request)), shown, request), request
        )

    def rebuild(self, shown: Shown, request: gr.Request) -> Iterator[CorpusUpdate]:
        """The index made anew."""
        yield from self._checked(self._do(actions.rebuild(self._visitors.of(request)), shown, request), request)

    def _checked(self, steps: Iterator[CorpusUpdate], request: gr.Request) -> Iterator[CorpusUpdate]:
        for step in steps:
            yield step._replace(health=self.check(request)) if step.table is not SKIP else step

    def _table(self, shown: Shown, request: gr.Request) -> CorpusUpdate:
        if self._jobs.is_under_way(_session(request)):
            self._turned[_session(request)] = shown
        try:
            return CorpusUpdate(shown=shown, table=render_table(self._visitors.of(request).documents(), shown))
        except CitewellError as error:
            return CorpusUpdate(table=render_problem(str(error)))

    def _do(self, action: CorpusAction, shown: Shown, request: gr.Request) -> Iterator[CorpusUpdate]:
        """How an action goes and how it ends, and then everything as it stands; nothing while another is under way."""
        with self._jobs.begun(_session(request)) as stop:
            if stop is None:
                yield CorpusUpdate()  # NOTE: Gradio empties every part of the page when nothing at all is yielded
                return
            self._turned.pop(_session(request), None)
            yield CorpusUpdate(render_running(action.title, None, action.items))
            try:
                items, before = action.items, None
                for step in steps_of(lambda tell: action.work(tell, stop)):
                    if isinstance(step, Ended):
                        ended = step
                        continue
                    for one in step:
                        items, before = advanced(items, before, one), one
                    if not stop.is_set():  # the page shows that it is stopping
                        yield CorpusUpdate(render_running(action.title, before, items))
            except Stopped:
                ended = Ended(STOPPED)
            except Exception as error:  # the edge: whatever went wrong, the person who began it is told
                ended = Ended(in_words(error), again=action.again)
        yield self.look(self._turned.pop(_session(request), shown), request)._replace(tray=render_ended(ended))


def _choices(names: list[str], chosen: str) -> list[tuple[str, str]]:
    """The names to choose from, among them the one that is chosen."""
    return [(name, name) for name in (names if not chosen or chosen in names else [chosen, *names])]


def _offered(none: str, names: list[str]) -> Update:
    """A choice among some names, shown where there are any."""
    return gr.update(choices=[(none, ""), *((name, name) for name in names)], visible=bool(names))


def _session(request: gr.Request) -> str:
    return request.session_hash or ""

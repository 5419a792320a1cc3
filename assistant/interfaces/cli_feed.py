"""The commands ``citewell refresh`` and ``citewell feed ...``, and the watching of ``sync --watch``."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.interfaces.cli_followed import exit_if_failed, show_refresh, show_refreshed, show_states
from assistant.interfaces.options import CorpusOption, IndexOption, JsonOption, opened
from assistant.interfaces.shell import CitewellCommand, CitewellGroup

if TYPE_CHECKING:
    from assistant.assistant import Assistant

NONE_FOLLOWED = "No feed is followed. Follow one with: citewell feed add ADDRESS"
feeds = typer.Typer(cls=CitewellGroup, no_args_is_help=True, help="Follow news feeds: RSS, Atom and JSON Feed.")
command = partial(feeds.command, cls=CitewellCommand)


@command("add")
def add_feed(
    named: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="The address of a feed or of its site, or an OPML file.")
    ],
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Follow a feed, or all feeds of an OPML file, and index their articles.

    The list of feeds is kept in corpus/feeds.opml, which any feed reader can import.
    """
    with opened(corpus, index) as assistant:
        show_refresh(lambda: assistant.add_feed(named), assistant.feeds, NONE_FOLLOWED, as_json=as_json)


@command("list")
def list_feeds(as_json: JsonOption = False, corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """List the feeds that are followed, and how each fares."""
    with opened(corpus, index) as assistant:
        states = assistant.feeds()
    show_states("Feed", states, NONE_FOLLOWED, as_json=as_json)


@command("remove")
def remove_feed(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The address, as citewell feed list shows it.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Follow a feed no more. Its articles stay; citewell remove takes out a document."""
    with opened(corpus, index) as assistant:
        assistant.remove_feed(address)


@command("refresh")
def refresh_feeds(
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="Only this feed, and at once, also if it failed lately.")
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Fetch the new and changed articles of the feeds, and index them.

    A feed that failed lately is left alone for a while: five minutes at first, a day at most.
    """
    with opened(corpus, index) as assistant:
        show_refresh(lambda: assistant.refresh_feeds(address), assistant.feeds, NONE_FOLLOWED, as_json=as_json)


def refresh_web(as_json: JsonOption = False, corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Fetch what changed of the web pages that were added, and what is new in feeds, sites and mailboxes.

    Pages that did not change are not sent again; those that cannot be had stay as they are.
    """
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import output, show_failures, show_notices, show_report, waiting

    with opened(corpus, index) as assistant:
        with waiting("Reading the web pages and feeds", quiet=as_json):
            report = assistant.refresh()
        follows_web = assistant.follows_web
    if as_json:
        print_json(report)
    else:
        output().print(f"Web pages: {len(report.pages.written):,} changed.")
        show_failures(report.pages.failed)
        show_refreshed(report.feeds)
        show_report(report.sync)
        show_notices(() if follows_web else ("No web page and no feed was added. Add one with: citewell add ADDRESS",))
    exit_if_failed(report.pages.failed, report.feeds, report.sync)


def watch_corpus(assistant: Assistant, *, as_json: bool) -> None:
    """Keep the index equal to the corpus until Ctrl-C, and tell of each change."""
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_notices, show_report

    stop = threading.Event()
    show_notices(() if as_json else (f"Watching {assistant.settings.corpus_dir}. Stop with Ctrl-C.",))
    try:
        for report in assistant.watch(stop):
            if as_json:
                print_json(report)
            else:
                show_report(report)
    finally:
        stop.set()

"""What is looked after beside the table: the feeds, what was removed, and the health of the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from markupsafe import Markup

from assistant.answering.taking_in import told_taking_in
from assistant.corpus.feeds import FeedState
from assistant.interfaces.page.phrases import byline, count, day
from assistant.interfaces.page.templates import render
from assistant.types import Health, RemovedFile

REMOVED_SHOWN = 50


def render_feeds(feeds: Sequence[FeedState]) -> Markup:
    """HTML of the feeds that are followed, each with how it fares."""
    return render("upkeep.feeds", feeds=[(feed, _fares(feed)) for feed in feeds])


def _fares(feed: FeedState) -> str:
    refreshed = f"refreshed {_moment(feed.refreshed_at)}" if feed.refreshed_at else "not read yet"
    return byline(refreshed, f"{count(feed.waiting, 'article')} yet to come" if feed.waiting else "")


def render_removed(removed: Sequence[RemovedFile]) -> Markup:
    """HTML of the documents that were removed and can be put back, the last one first."""
    return render("upkeep.removed", removed=removed[:REMOVED_SHOWN], more=len(removed) - REMOVED_SHOWN)


def render_health(health: Health) -> Markup:
    """HTML of the state of corpus and index: what they hold, then each problem with its remedy."""
    holds = (
        f"{count(health.documents, 'document')}, {count(health.passages, 'passage')}, "
        f"{count(health.failed, 'file')} not read"
    )
    current = "no: files came, went or changed since" if health.needs_sync else "yes"
    facts = [("Holds", holds), ("Up to date", current), ("Model", health.embedding_model)]
    facts += [("Reranker", health.reranker)] if health.reranker else []
    facts += [("Reader", health.reader)] if health.reader else []
    facts += [("Corpus", f"{health.corpus_dir} (back this up)"), ("State", f"{health.state_dir} (back this up)")]
    facts += [("Index", f"{health.index_dir} (made from the corpus; may be deleted)")]
    return render("upkeep.health", problems=health.problems, hints=told_taking_in(health.taking_in), facts=facts)


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{day(moment.isoformat())}, {moment:%H:%M} UTC"

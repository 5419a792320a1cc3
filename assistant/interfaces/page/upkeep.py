"""What is looked after beside the table: the feeds, what was removed, and the health of the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from assistant.answering.taking_in import told_taking_in
from assistant.conversations.places import web_address
from assistant.corpus.feeds import FeedState
from assistant.interfaces.page.markup import byline, count, day, plain
from assistant.types import Health, RemovedFile

REMOVED_SHOWN = 50
NO_FEED = "No feed is followed. Give the address of one above; new articles then come by themselves."


def render_feeds(feeds: Sequence[FeedState]) -> str:
    """HTML of the feeds that are followed, each with how it fares."""
    if not feeds:
        return f'<p class="hint">{NO_FEED}</p>'
    every = '<p><button type="button" data-do="refresh" data-named="">Refresh those that are due</button></p>'
    return f'{every}<ul class="kept">{"".join(map(_render_feed, feeds))}</ul>'


def _render_feed(feed: FeedState) -> str:
    refreshed = f"refreshed {_moment(feed.refreshed_at)}" if feed.refreshed_at else "not read yet"
    waiting = f"{count(feed.waiting, 'article')} yet to come" if feed.waiting else ""
    problem = f'<p class="state failed" dir="auto">{plain(feed.problem)}</p>' if feed.problem else ""
    address, title = plain(feed.address), plain(feed.title)
    linked = web_address(feed.address)
    shown = f'<a href="{plain(linked)}" target="_blank" rel="noopener noreferrer">{address}</a>' if linked else address
    return (
        f'<li><div><b dir="auto">{title}</b><p class="where">{shown}</p>'
        f'<p class="where">{byline(refreshed, waiting)}</p>{problem}</div>'
        f'<div class="deeds"><button type="button" data-do="refresh" data-named="{address}" '
        f'aria-label="Refresh {title}">Refresh</button><button type="button" data-do="forget" data-named="{address}" '
        f'aria-label="Follow {title} no more">Unfollow</button></div></li>'
    )


def render_removed(removed: Sequence[RemovedFile]) -> str:
    """HTML of the documents that were removed and can be put back, the last one first."""
    if not removed:
        return '<p class="hint">Nothing was removed.</p>'
    rows = "".join(
        f'<li><div><b dir="auto">{plain(one.source)}</b><p class="where">removed {day(one.removed_at)}, '
        f'{one.removed_at[11:16]} UTC</p></div><div class="deeds"><button type="button" data-do="undo" '
        f'data-named="{plain(one.source)}" aria-label="Put {plain(one.source)} back">Put back</button></div></li>'
        for one in removed[:REMOVED_SHOWN]
    )
    more = f'<p class="hint">{len(removed) - REMOVED_SHOWN:,} more: citewell restore</p>'
    return f'<ul class="kept">{rows}</ul>{more if len(removed) > REMOVED_SHOWN else ""}'


def render_health(health: Health) -> str:
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
    rows = "".join(f"<dt>{name}</dt><dd>{plain(value or '')}</dd>" for name, value in facts)
    problems = "".join(f'<p class="problem" role="alert" dir="auto">{plain(one)}</p>' for one in health.problems)
    problems += "".join(f'<p class="hint" dir="auto">{plain(one)}</p>' for one in told_taking_in(health.taking_in))
    verdict = problems or '<p class="well">No problems found.</p>'
    return f'{verdict}<dl class="facts">{rows}</dl>'


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{day(moment.isoformat())}, {moment:%H:%M} UTC"

"""A site of news for tests: numbered articles in editions, each on a page of its own, and feeds of them."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.corpus import CorpusFolder
from assistant.corpus.web import source_of
from tests.web_server import Page, Site

XML = "application/rss+xml"


def told(number: int, edition: int = 1) -> str:
    return (
        f"Article{number} tells in its edition{edition} how the council of ward{number} decided upon the harbour. "
        f"The vote was {number + 20} to {edition}, and the work begins in {number % 28 + 1} weeks."
    )


def page(number: int, edition: int = 1) -> Page:
    body = f"<html><head><title>Council {number}</title></head><body><article><h1>Council {number}</h1>" + "".join(
        f"<p>{told(number, edition)}</p>" for _ in range(1)
    )
    return Page(body + "</article></body></html>", etag=f'"{number}-{edition}"')


def item(site: Site, number: int, edition: int = 1, *, text: str = "", guid: str | None = None) -> str:
    return (
        f"<item><title>Council {number}</title><link>{site.url(f'/article/{number}')}</link>"
        f"<guid isPermaLink='false'>{guid or f'guid-{number}'}</guid>"
        f"<pubDate>{number % 28 + 1:02} Mar 2026 {edition % 24:02}:00:00 GMT</pubDate>"
        f"<description><![CDATA[{text}]]></description></item>"
    )


def rss(*items: str, title: str = "Harbour News") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'


def publish(site: Site, numbers: Sequence[int], edition: int = 1, path: str = "/feed") -> None:
    """Serve a feed of these articles and their pages."""
    body = rss(*(item(site, number, edition) for number in numbers))
    site.pages[path] = Page(body, media_type=XML, etag=f'"{hash(body)}"')
    for number in numbers:
        site.pages[f"/article/{number}"] = page(number, edition)


def texts(corpus: CorpusFolder) -> dict[str, str]:
    return {file.source: file.path.read_text() for file in corpus.files()}


def holds(site: Site, corpus: CorpusFolder, numbers: Sequence[int], edition: int = 1) -> None:
    """The corpus holds exactly these articles, each once, all of one edition."""
    found = texts(corpus)
    assert sorted(found) == sorted(source_of(site.url(f"/article/{number}")) for number in numbers)
    for number in numbers:
        assert told(number, edition) in found[source_of(site.url(f"/article/{number}"))]

"""What a web page of a site tells, apart from the site's navigation: its article, and who published it when."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from assistant.reading.blocks import one_line
from assistant.reading.dates import date_of

DATES = (
    "article:published_time datepublished date dc.date dcterms.date dc.date.issued dcterms.issued "
    "citation_publication_date pubdate parsely-pub-date"
).split()
"""What pages call the day of their publication."""
MOMENT = re.compile(
    r"(?:article:published_time|datePublished)[\"']?[^<>]{0,40}?[\"']"
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)[\"']"
)


def article_of(html: str) -> str:
    """The article of a page as Markdown, without navigation, comments and pictures; "" where none is found."""
    import trafilatura

    found = trafilatura.extract(
        html,
        output_format="markdown",
        include_comments=False,
        favor_precision=True,
        include_images=False,
        include_links=False,
        include_tables=True,
        with_metadata=False,
    )
    return (found or "").strip()


def facts_of(root: Any, shown: Callable[[Any], str]) -> dict[str, str]:
    """What the elements of a page say of it; "" for what they do not. ``shown`` gives the text of an element.

    ``published`` is the first date that can be read; what they say of it is there as it is written, too.
    """
    said = _said_by_head(root)
    heading = next((one_line(shown(one)) for one in root.iter("h1")), "")
    title = next((one_line(one.text_content()) for one in root.iter("title")), "")
    author = _first(said, "author", "article:author", "dc.creator", "citation_author")
    dates = [said[name] for name in DATES if said.get(name)]
    return {
        "title": _first(said, "og:title", "dc.title") or title or heading,
        "published": date_of(*dates)[0] or "",
        "said of its date": next(iter(dates), ""),
        "publisher": _first(said, "og:site_name", "dc.publisher", "application-name"),
        "author": "" if author.startswith("http") else author,
        "url": _canonical(root) or _first(said, "og:url"),
    }


def _said_by_head(root: Any) -> dict[str, str]:
    """What the meta elements of a page say, by their names in small letters; of several, the first counts."""
    said: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        said.setdefault(name, one_line(meta.get("content") or ""))
    return said


def _canonical(root: Any) -> str:
    """The address that a page calls its own."""
    return next((one.get("href") or "" for one in root.iter("link") if one.get("rel") == "canonical"), "")


def completed(facts: dict[str, str], html: str) -> dict[str, str]:
    """The facts with a date, an author and a publisher from the rest of the page, where its head names none."""
    import trafilatura

    if all(facts[name] for name in ("published", "author", "publisher")):
        return facts
    known = trafilatura.extract_metadata(html, extensive=False)
    exact = MOMENT.search(html)
    published = exact[1] if exact and exact[1][:10] == known.date else known.date
    found = {"published": published, "author": known.author, "publisher": known.sitename}
    return {name: value or found.get(name) or "" for name, value in facts.items()}


def _first(said: dict[str, str], *names: str) -> str:
    return next((said[name] for name in names if said.get(name)), "")

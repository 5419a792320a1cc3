"""Pages of a real server on this machine become documents: once, complete, in their own characters."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from assistant import Failure, FetchError, Settings
from assistant.assembly import open_web
from assistant.corpus import CorpusFolder, pages
from assistant.corpus.fetching import Fetched, FetchLimits
from assistant.corpus.online import Web
from assistant.corpus.pages import PagesRefresh
from assistant.corpus.web import page_from, source_of
from assistant.indexing import reading_ahead
from assistant.indexing.page_reader import ProcessPageReader
from assistant.reading import decode, read, reader_for
from assistant.reading.limits import Limits as ReadingLimits
from tests.index_tools import Desk
from tests.news_site import publish
from tests.web_server import Page, Site, redirect, served_site

SAID = (
    "The new bridge over the river Wend was opened on Monday by the mayor, after four years of work. "
    "It is 412 metres long, and carries two lanes and a path for cyclists."
)
COST = "The bridge cost 40 million euros, twice as much as the council had planned when it decided to build it."


def article(title: str = "The bridge is open", *said: str, head: str = "") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in said or (SAID, COST))
    return (
        f'<html lang="en"><head><title>{title} | City News</title><meta property="og:title" content="{title}">{head}'
        "</head><body><nav><a href='/'>Home</a> <a href='/sport'>Sport</a> <a href='/more'>More news</a></nav>"
        f"<article><h1>{title}</h1>{paragraphs}</article><footer>Contact us.</footer></body></html>"
    )


FACTS = """<meta property="og:site_name" content="City News"><meta name="author" content="Jane Roe">
<meta property="article:published_time" content="2026-03-02T10:15:00+01:00">"""


@pytest.fixture(scope="module")
def reader() -> Iterator[ProcessPageReader]:
    reader = ProcessPageReader(ReadingLimits())
    with reader.reading():
        yield reader


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as site:
        yield site


@pytest.fixture
def corpus(tmp_path: Path) -> CorpusFolder:
    folder = CorpusFolder(tmp_path / "corpus", tmp_path / "state" / "removed")
    folder.create()
    return folder


@pytest.fixture
def web(tmp_path: Path, corpus: CorpusFolder, reader: ProcessPageReader) -> Iterator[Web]:
    settings = Settings(
        corpus_dir=corpus.path, index_dir=tmp_path / "index", state_dir=tmp_path / "state", allow_private_urls=True
    )
    web = open_web(settings, corpus, FetchLimits(seconds=2.0, pause=0.0), reader)
    yield web
    web.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def sources(corpus: CorpusFolder) -> list[str]:
    return [file.source for file in corpus.files()]


def test_a_page_is_kept_as_markdown_with_its_facts_in_front(site: Site, corpus: CorpusFolder, web: Web) -> None:
    site.pages["/news/bridge.html"] = Page(article(head=FACTS))
    source, written = web.pages.add(site.url("/news/bridge.html#comments"))
    address = site.url("/news/bridge.html")
    assert (source, written) == (source_of(address), True)
    assert source.startswith(f"web/127.0.0.1-{site.address.rpartition(':')[2]}/news-bridge-")
    document = read(reader_for(source), source, (corpus.path / source).read_bytes())
    assert document.title == "The bridge is open"
    assert document.text.strip() == f"# The bridge is open\n\n{SAID}\n\n{COST}"
    assert (document.author, document.publisher) == ("Jane Roe", "City News")
    assert (document.published, document.url) == ("2026-03-02T10:15:00+01:00", address)


def test_a_page_that_did_not_change_is_not_sent_again(site: Site, web: Web) -> None:
    site.pages["/a"] = Page(article(), etag='"1"')
    source, _ = web.pages.add(site.url("/a"))
    assert web.pages.add(site.url("/a?utm_source=mail")) == (source, False)
    assert site.headers[-1]["if-none-match"] == '"1"'


def test_a_page_that_changed_replaces_its_document(site: Site, corpus: CorpusFolder, web: Web) -> None:
    site.pages["/a"] = Page(article(), etag='"1"')
    source, _ = web.pages.add(site.url("/a"))
    site.pages["/a"] = Page(article("The bridge is closed", COST, SAID), etag='"2"')
    assert web.pages.add(site.url("/a")) == (source, True)
    assert sources(corpus) == [source]
    assert "The bridge is closed" in (corpus.path / source).read_text()


def test_a_page_whose_file_was_removed_is_fetched_anew(site: Site, corpus: CorpusFolder, web: Web) -> None:
    site.pages["/a"] = Page(article(), etag='"1"')
    source, _ = web.pages.add(site.url("/a"))
    corpus.remove(source)
    assert web.pages.add(site.url("/a")) == (source, True)


class TestRefresh:
    """Pages that were added are asked again, and nothing else is."""

    def test_those_that_changed_are_replaced_and_the_others_not_sent(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        site.pages |= {f"/{name}": Page(article(f"Page {name}"), etag=f'"{name}"') for name in "abc"}
        for name in "abc":
            web.pages.add(site.url(f"/{name}?utm_source=mail"))
        site.pages["/b"] = Page(article("Page new"), etag='"new"')
        site.asked_for()
        changed = source_of(site.url("/b"))
        assert web.pages.refresh(only_due=False) == PagesRefresh((changed,))
        assert sorted(site.asked_for()) == ["/a", "/b", "/c"]
        assert [headers["if-none-match"] for headers in site.headers[-3:]] == ['"a"', '"b"', '"c"']
        assert "# Page new" in (corpus.path / changed).read_text()
        assert web.pages.refresh(only_due=False) == PagesRefresh()

    def test_a_page_that_cannot_be_had_stays_and_is_told(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        site.pages["/a"] = Page(article())
        source, _ = web.pages.add(site.url("/a"))
        site.pages["/a"] = Page(status=410)
        assert web.pages.refresh(only_due=False).failed == (Failure(source, f"{site.url('/a')} answered 410 Gone."),)
        assert sources(corpus) == [source]

    def test_a_page_that_was_removed_does_not_come_back(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        site.pages["/a"] = Page(article())
        corpus_source, _ = web.pages.add(site.url("/a"))
        corpus.remove(corpus_source)
        site.asked_for()
        assert web.pages.refresh(only_due=False) == PagesRefresh()
        assert (site.asked_for(), sources(corpus), web.pages.has_added()) == ([], [], False)

    def test_articles_of_feeds_are_left_to_their_feeds(self, site: Site, web: Web) -> None:
        publish(site, range(2))
        web.feeds.add(site.url("/feed"))
        list(web.feeds.refresh())
        site.asked_for()
        assert web.pages.refresh(only_due=False) == PagesRefresh()
        assert site.asked_for() == []

    def test_unasked_a_page_is_asked_less_and_less_often_while_it_stays(
        self, site: Site, web: Web, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = SimpleNamespace(now=1_000_000.0)
        clock.time = lambda: clock.now
        monkeypatch.setattr(pages, "time", clock)
        site.pages["/a"] = Page(article(), etag='"1"')
        web.pages.add(site.url("/a"))
        hours = []
        for edition in ("1", "1", "1", "2", "2"):
            site.pages["/a"].etag = f'"{edition}"'
            site.pages["/a"].body = article(f"Edition {edition}") if edition == "2" else article()
            site.asked_for()
            since = clock.now
            while not site.asked_for():
                clock.now += 900
                web.pages.refresh(only_due=True)
            hours.append(round((clock.now - since) / 3_600))
        assert hours == [1, 2, 4, 8, 1]


def test_all_ways_to_a_page_lead_to_one_document(site: Site, corpus: CorpusFolder, web: Web) -> None:
    canonical = f'<link rel="canonical" href="{site.url("/bridge")}">'
    site.pages |= {
        "/bridge": Page(article()),
        "/old": redirect("/bridge", 301),
        "/print?id=3": Page(article(head=canonical)),
    }
    for path in ("/old", "/bridge", "/bridge?utm_medium=x", "/print?id=3"):
        web.pages.add(site.url(path))
    assert sources(corpus) == [source_of(site.url("/bridge"))]


@pytest.mark.parametrize("claimed", ["https://bank.example/login", "/", "http://[", "javascript:alert(1)"])
def test_a_page_cannot_pass_for_one_of_another_site_or_for_all_of_its_own(
    site: Site, corpus: CorpusFolder, web: Web, claimed: str
) -> None:
    site.pages["/a"] = Page(article(head=f'<link rel="canonical" href="{claimed}">'))
    web.pages.add(site.url("/a"))
    assert sources(corpus) == [source_of(site.url("/a"))]


def test_pages_that_all_claim_the_same_address_stay_apart(site: Site, corpus: CorpusFolder, web: Web) -> None:
    for name in ("one", "two"):
        same = f'<link rel="canonical" href="{site.url("/all")}">'
        site.pages[f"/{name}"] = Page(article(f"Article {name}", head=same))
    for name in ("one", "two", "one", "two"):
        web.pages.add(site.url(f"/{name}"))
    assert sources(corpus) == sorted([source_of(site.url("/all")), source_of(site.url("/two"))])


CYRILLIC = article(
    "Мост открыт", "Новый мост через реку был открыт в понедельник мэром города после четырёх лет работ." * 2
)
WESTERN = article("Brücke eröffnet", "Die neue Brücke über den Fluß wurde am Montag eröffnet – nach vier Jahren." * 3)


@pytest.mark.parametrize(
    ("body", "media_type", "said"),
    [
        (CYRILLIC.encode("cp1251"), "text/html; charset=windows-1251", "Новый мост через реку"),
        (CYRILLIC.encode(), "text/html; charset=iso-8859-1", "Новый мост через реку"),  # the server is wrong
        (WESTERN.encode("cp1252"), "text/html; charset=utf-8", "Brücke über den Fluß wurde am Montag eröffnet –"),
        (WESTERN.encode("cp1252"), "text/html; charset=iso-8859-1", "eröffnet – nach vier"),
        (WESTERN.encode("utf-16"), "text/html", "Die neue Brücke"),
        (WESTERN.replace("<head>", '<head><meta charset="latin1">').encode("cp1252"), "text/html", "Die neue Brücke"),
        (WESTERN.encode(), "text/html; charset=no-such-charset", "Die neue Brücke"),
    ],
)
def test_characters_are_read_whatever_the_server_calls_them(
    site: Site, corpus: CorpusFolder, web: Web, body: bytes, media_type: str, said: str
) -> None:
    site.pages["/a"] = Page(body, media_type=media_type)
    source, _ = web.pages.add(site.url("/a"))
    assert said in (corpus.path / source).read_text("utf-8")


def test_what_is_named_is_tried_before_guessing() -> None:
    assert decode("日本語の文章です。".encode("iso2022_jp"), "iso-2022-jp") == "日本語の文章です。"
    assert decode(b"caf\xe9", "latin-1") == "café"


def test_text_is_kept_as_it_is_and_a_packed_page_unpacked(site: Site, corpus: CorpusFolder, web: Web) -> None:
    site.pages |= {
        "/notes.md": Page("# Notes\r\n\r\nThe bridge is open.", media_type="text/markdown"),
        "/packed": Page(gzip.compress(article().encode()), headers={"Content-Encoding": "gzip"}),
    }
    source, _ = web.pages.add(site.url("/notes.md"))
    assert (corpus.path / source).read_text() == (
        f"---\ntitle: Notes\npublisher: 127.0.0.1\nurl: {site.url('/notes.md')}\n---\n\n"
        "# Notes\n\nThe bridge is open.\n"
    )
    packed, _ = web.pages.add(site.url("/packed"))
    assert SAID in (corpus.path / packed).read_text()


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Page(b"%PDF-1.7", media_type="application/pdf"), "is of the type application/pdf"),
        (Page(b"\x89PNG", media_type="image/png"), "is of the type image/png"),
        (Page("<html><body><script>all()</script></body></html>"), "cannot be read. The file holds no text."),
        (Page(""), "cannot be read. The page is empty, or no HTML."),
        (Page(" ", media_type="text/plain"), "cannot be read: it holds no text."),
        (Page(status=403), "answered 403 Forbidden"),
    ],
)
def test_what_is_no_page_of_text_is_told_and_leaves_nothing(
    site: Site, corpus: CorpusFolder, web: Web, page: Page, said: str
) -> None:
    site.pages["/a"] = page
    with pytest.raises(FetchError, match=said):
        web.pages.add(site.url("/a"))
    assert sources(corpus) == []


NO_TEXT = "The file holds no text."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<div>" * 20_000, NO_TEXT),
        ("<!--" * 9_000, "The page is empty, or no HTML. Save it anew, or remove it."),
        ("\x00" * 9_000, "The file is not text: it holds binary data. Save it as text, or remove it."),
        ("<p " + "a=b " * 9_000, NO_TEXT),
        ('<script type="application/ld+json">[[[[{"@type":</script>', NO_TEXT),
        ('<meta property="article:published_time" content="x">', NO_TEXT),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_page_that_holds_nothing_to_read_is_refused(reader: ProcessPageReader, body: str, said: str) -> None:
    with pytest.raises(FetchError) as caught:
        page_from(Fetched("https://e.example/a", body.encode(), "text/html"), reader)
    assert (str(caught.value), caught.value.lasting) == (f"https://e.example/a cannot be read. {said}", True)


@pytest.mark.parametrize(
    ("body", "said"),
    [("<table><tr><td>a" * 2_000, "a"), ("&lt;" * 9_000, "<" * 9_000), ("<b>x<i>y" * 5_000, "xy")],
    ids=["tables", "characters", "emphasis"],
)
def test_a_page_may_be_as_odd_as_it_likes(reader: ProcessPageReader, body: str, said: str) -> None:
    assert said in page_from(Fetched("https://e.example/a", body.encode(), "text/html"), reader).text


def test_a_page_that_takes_too_long_costs_itself_only(site: Site, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_LIMIT_SECONDS", "5")
    site.pages |= {
        "/slow": Page("<nav></nav><div>" + "<span>word <b>and</b></span>" * 240_000),
        "/file": Page(b"%PDF-1.7", media_type="application/pdf"),
        "/empty": Page("<html><body><script>all()</script></body></html>"),
        "/bridge": Page(article()),
    }
    with desk.assistant() as assistant:
        report = assistant.add([site.url(path) for path in ("/slow", "/file", "/empty", "/bridge")])
        assert report.added == [source_of(site.url("/bridge"))]
    assert report.failed == [
        Failure(
            site.url("/slow"),
            f"{site.url('/slow')} cannot be read. Reading the file took longer than 5 s. Convert or split it, or raise "
            "CITEWELL_LIMIT_SECONDS and sync again.",
        ),
        Failure(
            site.url("/file"),
            f"{site.url('/file')} is of the type application/pdf; pages of HTML or text are fetched. "
            "Save it as a file, and add that.",
        ),
        Failure(site.url("/empty"), f"{site.url('/empty')} cannot be read. The file holds no text."),
    ]


def test_where_no_process_can_be_started_a_page_is_not_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading_ahead, "_start", _nothing_starts)
    with pytest.raises(FetchError, match="No process could be started") as caught:
        page_from(Fetched("https://e.example/a", article().encode(), "text/html"), ProcessPageReader(ReadingLimits()))
    assert not caught.value.lasting


def _nothing_starts() -> NoReturn:
    raise OSError("no process")


def test_facts_of_a_page_cannot_break_out_of_the_front_matter(site: Site, corpus: CorpusFolder, web: Web) -> None:
    site.pages["/a"] = Page(article("One: &quot;two&quot; &#10;---&#10;url: https://bank.example"))
    source, _ = web.pages.add(site.url("/a"))
    document = read(reader_for(source), source, (corpus.path / source).read_bytes())
    assert document.title == 'One: "two" --- url: https://bank.example'
    assert document.url == site.url("/a")


@pytest.mark.parametrize(
    "address",
    ["http://e.org/../../etc/passwd", "http://e.org/%2e%2e/%2f%00x", "http://e.org:81/.hidden", "http://[2606::1]/a",
     "http://e.org/" + "long-" * 200, "http://e.org/?q=1", "http://xn--bcher-kva.example/ä"],
    ids=lambda address: address[:40],
)  # fmt: skip
def test_every_address_gives_a_name_that_the_corpus_takes(corpus: CorpusFolder, address: str) -> None:
    assert corpus.write(source_of(address), b"text")
    assert sources(corpus) == [source_of(address)]
    assert source_of(address) != source_of(address + "x")


def test_a_page_that_is_added_is_asked_and_cited_with_its_address(site: Site, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    site.pages["/bridge"] = Page(article(head=FACTS))
    with desk.assistant() as assistant:
        report = assistant.add([site.url("/bridge"), site.url("/nowhere")])
        assert report.added == [source_of(site.url("/bridge"))]
        assert [failure.reason for failure in report.failed] == [f"{site.url('/nowhere')} answered 404 Not Found."]
        [hit] = assistant.search("How long is the bridge over the Wend?")
    assert (hit.passage.url, hit.passage.publisher) == (site.url("/bridge"), "City News")
    assert hit.passage.published == "2026-03-02T10:15:00+01:00"


def test_pages_of_this_machine_are_refused_unless_they_are_allowed(site: Site, tmp_path: Path) -> None:
    corpus = CorpusFolder(tmp_path / "corpus", tmp_path / "state")
    settings = Settings(corpus_dir=corpus.path, index_dir=tmp_path / "index", state_dir=tmp_path / "state")
    web = open_web(settings, corpus)
    with pytest.raises(FetchError, match="Set CITEWELL_ALLOW_PRIVATE_URLS=1"):
        web.pages.add(site.url("/a"))
    assert site.asked == []
    web.close()

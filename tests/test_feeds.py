"""Feeds of a real server on this machine: through errors, moves and cuts, each article becomes one document."""

from __future__ import annotations

import gzip
import json
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import CorpusError, FetchError, Settings
from assistant.assembly import open_web
from assistant.corpus import CorpusFolder, feeds, records
from assistant.corpus.addresses import checked_address
from assistant.corpus.feed_formats import Entry, feed_from
from assistant.corpus.feeds import FeedRefresh
from assistant.corpus.fetching import Fetched, FetchLimits
from assistant.corpus.online import Web
from assistant.corpus.opml import Feed
from assistant.corpus.web import source_of
from assistant.indexing.page_reader import ProcessPageReader
from assistant.reading import read, reader_for
from assistant.reading.limits import Limits as ReadingLimits
from tests.clocks import Clock, clock_of
from tests.news_site import XML, holds, item, page, publish, rss, texts, told
from tests.web_server import Page, Site, cut_short, redirect, served_site, trickle

READER = ProcessPageReader(ReadingLimits())


@pytest.fixture(scope="module", autouse=True)
def _one_process_reads_all_pages() -> Iterator[None]:
    with READER.reading():
        yield


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as site:
        yield site


@pytest.fixture
def corpus(tmp_path: Path) -> CorpusFolder:
    return CorpusFolder(tmp_path / "corpus", tmp_path / "state" / "removed")


def opened(corpus: CorpusFolder, at_once: int = 30) -> Web:
    settings = Settings(
        corpus_dir=corpus.path,
        index_dir=corpus.path.parent / "index",
        state_dir=corpus.path.parent / "state",
        allow_private_urls=True,
        feed_articles=at_once,
    )
    return open_web(settings, corpus, FetchLimits(seconds=1.0, pause=0.0), READER)


@pytest.fixture
def web(corpus: CorpusFolder) -> Iterator[Web]:
    web = opened(corpus)
    yield web
    web.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return clock_of(monkeypatch, feeds, records)


def follow(web: Web, address: str) -> FeedRefresh:
    [feed] = web.feeds.add(address)
    [refresh] = web.feeds.refresh(feed.address)
    return refresh


def refreshed(web: Web, only: str | None = None) -> FeedRefresh:
    [refresh] = web.feeds.refresh(only)
    return refresh


class TestRefresh:
    def test_every_article_becomes_a_document_with_its_facts(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        publish(site, range(3))
        assert len(follow(web, site.url("/feed")).written) == 3
        holds(site, corpus, range(3))
        source = source_of(site.url("/article/2"))
        document = read(reader_for(source), source, (corpus.path / source).read_bytes())
        assert (document.title, document.published) == ("Council 2", "2026-03-03T01:00:00+00:00")
        assert document.url == site.url("/article/2")

    def test_nothing_is_fetched_twice_while_nothing_changes(self, site: Site, web: Web) -> None:
        publish(site, range(3))
        follow(web, site.url("/feed"))
        assert site.asked_for() == ["/feed", "/feed", "/article/2", "/article/1", "/article/0"]
        assert refreshed(web) == FeedRefresh(site.url("/feed"), "Harbour News")
        assert site.asked_for() == ["/feed"]
        assert site.headers[-1]["if-none-match"] == site.pages["/feed"].etag

    def test_a_feed_without_validators_brings_nothing_twice(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        publish(site, range(3))
        site.pages["/feed"].etag = None
        follow(web, site.url("/feed"))
        site.asked_for()
        assert refreshed(web).written == ()
        assert site.asked_for() == ["/feed"]
        holds(site, corpus, range(3))

    def test_new_and_changed_articles_are_fetched_and_replaced(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        publish(site, range(3))
        follow(web, site.url("/feed"))
        publish(site, range(4), edition=2)
        assert len(refreshed(web).written) == 4
        holds(site, corpus, range(4), edition=2)

    def test_articles_that_left_the_feed_stay(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        publish(site, [0, 1])
        follow(web, site.url("/feed"))
        publish(site, [2, 3])
        refreshed(web)
        holds(site, corpus, range(4))

    def test_an_article_that_was_removed_does_not_come_back(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        publish(site, range(3))
        follow(web, site.url("/feed"))
        corpus.remove(source_of(site.url("/article/1")))
        publish(site, range(3), edition=2)
        refreshed(web)
        holds(site, corpus, [0, 2], edition=2)

    def test_so_many_at_a_time_are_fetched_newest_first_and_the_rest_later(
        self, site: Site, corpus: CorpusFolder
    ) -> None:
        web = opened(corpus, at_once=2)
        publish(site, range(5))
        first = follow(web, site.url("/feed"))
        assert (len(first.written), first.waiting) == (2, 3)
        holds(site, corpus, [3, 4])
        publish(site, [5])  # what waits is not lost when it leaves the feed
        assert [refreshed(web).waiting for _ in range(2)] == [2, 0]
        holds(site, corpus, range(6))
        web.close()

    def test_an_article_in_two_feeds_is_one_document_fetched_once(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        publish(site, range(2))
        publish(site, range(2), path="/other")
        follow(web, site.url("/feed"))
        site.asked_for()
        assert follow(web, site.url("/other")).written == ()
        assert site.asked_for() == ["/other", "/other"]
        holds(site, corpus, range(2))

    def test_an_article_without_a_page_is_what_its_feed_says(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        site.pages |= {
            "/robots.txt": Page("User-agent: *\nDisallow: /article/2"),
            "/feed": Page(
                rss(
                    item(site, 1, text=f"<p>{told(1)}</p><p>It was a <b>long</b> night.</p>"),
                    item(site, 2, text=told(2)),
                    "<item><title>Without a link</title><description>It says all that there is.</description></item>",
                    item(site, 3),
                ),
                media_type=XML,
            ),
        }
        refresh = follow(web, site.url("/feed"))
        found = texts(corpus)
        assert len(refresh.written) == len(found) == 3
        assert "It was a long night." in found[source_of(site.url("/article/1"))]
        assert told(2) in found[source_of(site.url("/article/2"))]
        assert [failure.source for failure in refresh.failed] == [site.url("/article/3")]
        assert refreshed(web).written == ()

    def test_a_feed_that_holds_the_whole_article_wins_over_a_page_that_holds_its_start(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        publish(site, [1])
        whole = f"<p>{told(1)}</p><p>{told(2)}</p><p>{told(3)}</p>"
        site.pages["/feed"] = Page(rss(item(site, 1, text=whole)), media_type=XML)
        follow(web, site.url("/feed"))
        assert told(3) in texts(corpus)[source_of(site.url("/article/1"))]


class TestBadDays:
    @pytest.mark.parametrize(
        "broken",
        [
            Page(status=500),
            Page(status=503, headers={"Retry-After": "60"}),
            Page(send=cut_short),
            Page(send=trickle),
            Page("<html><body>Down for maintenance</body></html>"),
            Page("", media_type=XML),
            Page(b"\x1f\x8b broken", media_type=XML, headers={"Content-Encoding": "gzip"}),
            redirect("/feed"),
        ],
    )
    def test_a_feed_recovers_with_nothing_doubled_and_nothing_lost(
        self, site: Site, corpus: CorpusFolder, web: Web, clock: Clock, broken: Page
    ) -> None:
        publish(site, [0, 1])
        follow(web, site.url("/feed"))
        site.pages["/feed"] = broken
        assert len(refreshed(web).failed) == 1
        assert [state.problem != "" for state in web.feeds.states()] == [True]
        holds(site, corpus, [0, 1])
        publish(site, [1, 2, 3])
        clock.now += 301
        assert len(refreshed(web).written) == 2
        holds(site, corpus, range(4))
        assert [state.problem for state in web.feeds.states()] == [""]

    @pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
    def test_a_feed_that_was_cut_short_is_not_half_believed(
        self, site: Site, corpus: CorpusFolder, web: Web, clock: Clock, share: float
    ) -> None:
        publish(site, [0])
        follow(web, site.url("/feed"))
        publish(site, range(5))
        whole = str(site.pages["/feed"].body)
        site.pages["/feed"] = Page(whole[: int(len(whole) * share)], media_type=XML, etag='"cut"')
        assert len(refreshed(web).failed) == 1
        holds(site, corpus, [0])
        site.pages["/feed"] = Page(whole, media_type=XML, etag='"cut"')
        clock.now += 301
        refreshed(web)
        holds(site, corpus, range(5))

    def test_articles_that_fail_are_asked_for_again_and_the_others_go_on(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        publish(site, range(4))
        site.pages["/article/1"] = Page(status=500)
        site.pages["/article/2"] = Page(send=cut_short)
        first = follow(web, site.url("/feed"))
        assert (len(first.written), first.waiting, len(first.failed)) == (2, 2, 2)
        site.pages["/article/1"], site.pages["/article/2"] = page(1), page(2)
        assert len(refreshed(web).written) == 2  # the feed itself says 304
        holds(site, corpus, range(4))

    def test_a_site_that_is_down_is_not_asked_for_each_article(self, site: Site, web: Web) -> None:
        publish(site, range(9))
        for number in range(9):
            site.pages[f"/article/{number}"] = Page(status=500)
        refresh = follow(web, site.url("/feed"))
        assert (len(refresh.failed), refresh.waiting) == (3, 9)

    def test_an_article_that_never_comes_is_what_its_feed_says_in_the_end(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        site.pages["/feed"] = Page(rss(item(site, 1, text=told(1))), media_type=XML)
        site.pages["/article/1"] = Page(status=500)
        follow(web, site.url("/feed"))
        assert [refreshed(web).waiting for _ in range(4)] == [1, 1, 1, 0]
        holds(site, corpus, [1])
        assert refreshed(web).written == ()

    def test_a_feed_that_fails_is_left_alone_for_longer_and_longer(self, site: Site, web: Web, clock: Clock) -> None:
        publish(site, [0])
        follow(web, site.url("/feed"))
        site.pages["/feed"] = Page(status=500)
        site.asked_for()
        waits = []
        for _ in range(4):
            since = clock.now
            while refreshed(web).skipped:
                clock.now += 60
            waits.append(round(clock.now - since))
        assert waits == [0, 300, 600, 1200]
        assert site.asked_for() == ["/feed"] * 4
        assert not refreshed(web, site.url("/feed")).skipped  # one that is named is asked at once

    def test_a_server_that_names_a_time_is_left_alone_till_then(self, site: Site, web: Web, clock: Clock) -> None:
        publish(site, [0])
        follow(web, site.url("/feed"))
        site.pages["/feed"] = Page(status=429, headers={"Retry-After": "7200"})
        refreshed(web)
        clock.now += 7_100
        assert refreshed(web).skipped
        clock.now += 101
        assert not refreshed(web).skipped

    def test_losing_the_records_loses_no_article_and_doubles_none(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        publish(site, range(3))
        follow(web, site.url("/feed"))
        before = texts(corpus)
        web.close()
        (corpus.path.parent / "state" / "web.sqlite").unlink()
        again = opened(corpus)
        assert refreshed(again).written == ()
        assert texts(corpus) == before
        again.close()


class TestMoves:
    def test_a_feed_that_moved_for_good_is_followed_there(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        publish(site, range(2))
        follow(web, site.url("/feed"))
        publish(site, range(3), path="/new")
        site.pages["/feed"] = redirect("/new", 301)
        assert len(refreshed(web).written) == 1
        assert [state.address for state in web.feeds.states()] == [site.url("/new")]
        site.asked_for()
        refreshed(web)
        assert site.asked_for() == ["/new"]
        holds(site, corpus, range(3))

    def test_a_feed_that_is_elsewhere_for_now_keeps_its_address(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        publish(site, range(2), path="/new")
        site.pages["/feed"] = redirect("/new", 302)
        follow(web, site.url("/feed"))
        assert [state.address for state in web.feeds.states()] == [site.url("/feed")]

    def test_a_feed_that_moved_to_one_that_is_followed_becomes_that_one(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        publish(site, range(2))
        publish(site, range(2), path="/new")
        follow(web, site.url("/feed"))
        follow(web, site.url("/new"))
        site.pages["/feed"] = redirect("/new", 308)
        assert [refresh.written for refresh in web.feeds.refresh()] == [(), ()]
        assert [state.address for state in web.feeds.states()] == [site.url("/new")]
        holds(site, corpus, range(2))

    def test_a_feed_that_gave_way_to_an_ordinary_page_has_not_moved(self, site: Site, web: Web) -> None:
        publish(site, [0])
        follow(web, site.url("/feed"))
        site.pages |= {"/feed": redirect("/sold", 301), "/sold": Page("<html><body>For sale</body></html>")}
        assert "is no feed" in refreshed(web).failed[0].reason
        assert [state.address for state in web.feeds.states()] == [site.url("/feed")]


class TestList:
    def test_it_is_kept_as_opml_among_the_documents_and_is_no_document(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        publish(site, [0])
        follow(web, site.url("/feed"))
        assert (corpus.path / "feeds.opml").read_text().split("\n") == [
            "<?xml version='1.0' encoding='UTF-8'?>",
            '<opml version="2.0">',
            "  <head>",
            "    <title>Feeds</title>",
            "  </head>",
            "  <body>",
            f'    <outline type="rss" text="Harbour News" title="Harbour News" xmlUrl="{site.url("/feed")}"/>',
            "  </body>",
            "</opml>",
        ]
        assert len(list(corpus.files())) == 1

    def test_a_feed_is_followed_once_and_can_be_followed_no_more(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        publish(site, [0])
        follow(web, site.url("/feed"))
        assert web.feeds.add(site.url("/feed")) == []
        web.feeds.remove(site.url("/feed"))
        assert web.feeds.states() == []
        holds(site, corpus, [0])
        with pytest.raises(CorpusError, match="is not followed"):
            web.feeds.remove(site.url("/feed"))

    def test_a_list_from_another_reader_is_imported_and_its_own_folders_stay(
        self, corpus: CorpusFolder, web: Web, tmp_path: Path
    ) -> None:
        other = tmp_path / "export.opml"
        other.write_text(
            '<opml version="1.0"><body><outline text="World"><outline text="A &amp; B" type="rss" '
            'xmlUrl="https://a.example/feed"/><outline text="Bad" xmlUrl="file:///etc/passwd"/></outline>'
            '<outline title="C" xmlUrl="HTTPS://C.example"/><outline xmlUrl="https://a.example/feed"/></body></opml>'
        )
        found = [Feed("https://a.example/feed", "A & B"), Feed("https://c.example/", "C")]
        assert web.feeds.add(str(other)) == found
        assert [state.address for state in web.feeds.states()] == [feed.address for feed in found]
        (corpus.path / "feeds.opml").write_bytes(other.read_bytes())
        web.feeds.remove("https://c.example/")
        kept = (corpus.path / "feeds.opml").read_text()
        assert '<outline text="World">' in kept
        assert "https://a.example/feed" in kept
        assert [state.title for state in web.feeds.states()] == ["A & B"]

    @pytest.mark.parametrize("content", ["", "no XML", "<html/>", "<opml><body>"])
    def test_what_is_no_list_is_told(self, web: Web, tmp_path: Path, content: str) -> None:
        (tmp_path / "bad.opml").write_text(content)
        with pytest.raises(CorpusError, match=r"^bad\.opml is not OPML"):
            web.feeds.add(str(tmp_path / "bad.opml"))

    def test_a_list_cannot_read_files_or_grow_without_end(self, web: Web, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("https://secret.example/")
        (tmp_path / "bad.opml").write_text(
            f'<!DOCTYPE opml [<!ENTITY s SYSTEM "{secret.as_uri()}">]><opml><body>'
            '<outline text="&s;" xmlUrl="https://a.example/"/></body></opml>'
        )
        with pytest.raises(CorpusError):
            web.feeds.add(str(tmp_path / "bad.opml"))

    @pytest.mark.parametrize(
        "link",
        [
            '<link rel="alternate" type="application/rss+xml" title="News" href="/feed">',
            "<LINK href='feed' type='application/atom+xml' rel='alternate home'/>",
        ],
    )
    def test_the_feed_of_a_page_is_followed(self, site: Site, corpus: CorpusFolder, web: Web, link: str) -> None:
        publish(site, [0])
        body = f'<html><head><link rel="alternate" hreflang="de" href="/de">{link}</head><body>hello</body></html>'
        site.pages["/page"] = Page(body)
        follow(web, site.url("/page"))
        assert [state.address for state in web.feeds.states()] == [site.url("/feed")]
        holds(site, corpus, [0])

    def test_what_is_no_feed_is_not_followed(self, site: Site, web: Web) -> None:
        site.pages["/page"] = Page("<html><body>hello</body></html>")
        with pytest.raises(
            FetchError, match=r"is no feed that can be read. It is neither RSS nor Atom nor JSON Feed\."
        ):
            web.feeds.add(site.url("/page"))
        assert web.feeds.states() == []

    def test_two_refreshes_do_not_meet(self, site: Site, web: Web) -> None:
        publish(site, [0])
        follow(web, site.url("/feed"))
        under_way = web.feeds.refresh()
        assert isinstance(under_way, Generator)
        next(under_way)
        with pytest.raises(CorpusError, match="refreshed by another program"):
            list(web.feeds.refresh())
        under_way.close()
        assert refreshed(web).written == ()


def parsed(body: str | bytes, media_type: str = "application/xml", charset: str | None = None) -> Sequence[Entry]:
    content = body.encode() if isinstance(body, str) else body
    return feed_from(Fetched("https://e.example/feed", content, media_type, charset), READER).entries


class TestFormats:
    def test_atom(self) -> None:
        body = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><id>urn:1</id>
        <title>Harbour &amp; port</title><link rel="alternate" href="/a?x=1&amp;y=2"/><author><name>Jane</name></author>
        <published>2026-03-02T10:00:00+02:00</published><updated>2026-03-03T10:00:00Z</updated>
        <content type="html">&lt;p&gt;It is open.&lt;/p&gt;</content></entry></feed>"""
        assert parsed(body) == (
            Entry("urn:1", "Harbour & port", "https://e.example/a?x=1&y=2", "<p>It is open.</p>", "Jane",
                  "2026-03-02T10:00:00+02:00", "2026-03-03T10:00:00+00:00"),
        )  # fmt: skip

    def test_json_feed(self) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "News",
            "items": [
                {"id": 7, "url": "/a", "title": "Harbour", "content_html": "<p>Open.</p>",
                 "date_published": "2026-03-02T10:00:00+02:00", "authors": [{"name": "Jane"}, {"name": "Joe"}]},
                {"id": "8", "external_url": "javascript:alert(1)", "content_text": "Plain"}, "no item",
            ],
        }  # fmt: skip
        assert parsed(json.dumps(feed)) == (
            Entry("7", "Harbour", "https://e.example/a", "<p>Open.</p>", "Jane, Joe", "2026-03-02T10:00:00+02:00"),
            Entry("8", "", "", "Plain"),
        )

    def test_a_json_feed_that_was_cut_short_is_refused(self) -> None:
        with pytest.raises(FetchError, match="was cut short, or is not JSON"):
            parsed('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"')

    @pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
    def test_characters_of_other_encodings(self, encoding: str) -> None:
        body = f'<?xml version="1.0" encoding="{encoding}"?>' + rss(
            "<item><title>Мост открыт</title><guid>1</guid></item>"
        ).removeprefix('<?xml version="1.0"?>')
        assert [entry.title for entry in parsed(body.encode(encoding))] == ["Мост открыт"]

    def test_a_feed_that_is_not_quite_xml_is_read_as_far_as_it_goes(self) -> None:
        assert [entry.title for entry in parsed(rss("<item><title>Fish & chips&nbsp;shop</title></item>"))] == [
            "Fish & chips shop"
        ]

    def test_entries_that_are_the_same_count_once_and_others_are_told_apart_whatever_their_guid(self) -> None:
        first, second = (f"<item><guid>1</guid><title>{title}</title></item>" for title in ("First", "Second"))
        found = parsed(rss(first, second, first))
        assert [entry.title for entry in found] == ["First", "Second"]
        assert len({entry.guid for entry in found} - {"1"}) == 2

    def test_entities_neither_grow_nor_read_files(self) -> None:
        bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
        body = f'<!DOCTYPE rss [<!ENTITY a0 "boom">{bomb}<!ENTITY f SYSTEM "file:///etc/hostname">]>' + rss(
            "<item><guid>1</guid><title>&a11; &f;</title></item>"
        ).removeprefix('<?xml version="1.0"?>')
        assert sum(len(entry.title) for entry in parsed(body)) < 1_000

    @pytest.mark.parametrize(
        ("end", "is_whole"),
        [
            ("<!-- made by -->" * 60, True),
            ("<script>track()</script>\n\0", True),
            ("<br /><b>Warning</b>: Unknown: write failed", True),
            ("<item><title>One", False),
            ("<!-- </rss> --><item ", False),
        ],
    )
    def test_junk_after_the_end_is_no_cut_and_an_entry_is(self, end: str, is_whole: bool) -> None:
        if is_whole:
            assert parsed(rss() + end) == ()
            return
        with pytest.raises(FetchError, match="was cut short"):
            parsed(rss() + end)

    def test_a_feed_that_takes_too_long_is_told(self) -> None:
        reader = ProcessPageReader(ReadingLimits(seconds=1))
        slow = rss("<item><title>One</title></item>" * 60_000).encode()
        with pytest.raises(FetchError, match="Reading the file took longer than 1 s"):
            feed_from(Fetched("https://e.example/feed", slow, XML), reader)

    @given(st.data())
    def test_whatever_a_feed_holds_it_is_read_or_refused(self, data: st.DataObject) -> None:
        whole = rss(
            "<item><guid>1</guid><title>One</title><pubDate>2 Mar 2026</pubDate><link>/a</link></item>"
        ).encode()
        start, end = sorted((data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, len(whole)))))
        broken = whole[:start] + data.draw(st.binary(max_size=20)) + whole[end:]
        try:
            entries = parsed(broken)
        except FetchError:
            return
        assert [entry for entry in entries if not entry.guid] == []

    @pytest.mark.parametrize("value", [None, 7, [], {}, "", "9" * 400, "<b>", ["a"], {"name": 7}])
    @pytest.mark.parametrize("name", "id url title content_html date_published authors author items version".split())
    def test_whatever_a_json_feed_holds_it_is_read_or_refused(self, name: str, value: object) -> None:
        item = {"id": "1", "url": "/a", "title": "One", "content_html": "<p>One</p>", name: value}
        feed = {
            "version": "https://jsonfeed.org/version/1",
            "items": [item],
            **({name: value} if name == "items" else {}),
        }
        assert len(parsed(json.dumps(feed))) == (0 if name == "items" else 1)

    def test_bytes_that_look_like_an_address_are_not_fetched(self, site: Site) -> None:
        with pytest.raises(FetchError, match="is no feed"):
            parsed(site.url("/secret"))
        assert site.asked == []


def test_a_packed_feed_is_unpacked(site: Site, corpus: CorpusFolder, web: Web) -> None:
    publish(site, range(2))
    whole = str(site.pages["/feed"].body).encode()
    site.pages["/feed"] = Page(gzip.compress(whole), media_type=XML, headers={"Content-Encoding": "gzip"})
    follow(web, site.url("/feed"))
    holds(site, corpus, range(2))


def test_news_is_what_came_since_a_moment(site: Site, web: Web, clock: Clock) -> None:
    publish(site, range(2))
    follow(web, site.url("/feed"))
    clock.now += 10
    last_visit = clock.now
    clock.now += 10
    publish(site, range(5), edition=2)
    refreshed(web)
    assert web.feeds.news_since(last_visit) == 3  # those that only changed are no news
    assert web.feeds.news_since(clock.now) == 0


class TestOneBadEntry:
    @pytest.mark.parametrize(
        "link",
        ["http://xn--/x", "http://xn--a/", "http://a:99999/", "http://a..b/", "http://\u2488.com/", "http://a%2Fb/"],
    )
    def test_is_told_and_the_others_go_on(self, site: Site, corpus: CorpusFolder, web: Web, link: str) -> None:
        bad = f"<item><title>Bad</title><guid>bad</guid><link>{link}</link></item>"
        publish(site, range(3))
        site.pages["/feed"] = Page(rss(bad, *(item(site, number) for number in range(3)), bad), media_type=XML)
        refresh = follow(web, site.url("/feed"))
        assert len(refresh.written) == 3
        assert len(refresh.failed) == 1
        holds(site, corpus, range(3))
        assert refreshed(web).written == ()

    @pytest.mark.parametrize(
        "to", ["//[", "http://xn--/", "http://[::1", "http://a:x/", "https://a\tb/", "http://a:99999"]
    )
    def test_whose_page_leads_nowhere_is_told_and_the_others_go_on(
        self, site: Site, corpus: CorpusFolder, web: Web, to: str
    ) -> None:
        publish(site, range(3))
        site.pages["/article/1"] = redirect(to)
        refresh = follow(web, site.url("/feed"))
        assert [one.source for one in refresh.failed] == [site.url("/article/1")]
        holds(site, corpus, [0, 2])

    def test_that_breaks_whoever_takes_it_in_costs_no_other(
        self, site: Site, corpus: CorpusFolder, web: Web, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(site, range(3))

        def breaking(address: str) -> str:
            if address.endswith("/article/1"):
                raise ZeroDivisionError
            return checked_address(address)

        monkeypatch.setattr(feeds, "checked_address", breaking)
        [failed] = follow(web, site.url("/feed")).failed
        assert failed.reason == "It could not be taken in (ZeroDivisionError). Please report it."
        holds(site, corpus, [0, 2])

    def test_titles_of_feeds_and_entries_are_cut(self) -> None:
        items = [{"id": "7", "title": "u" * 9_000}]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "t" * 9_000, "items": items}
        found = feed_from(Fetched("http://a.example/", json.dumps(feed).encode()), READER)
        assert (len(found.title), [len(entry.title) for entry in found.entries]) == (300, [300])


WALL = (
    "<html><head><title>Before you go on</title></head><body><article><h1>We value your privacy</h1><p>"
    + "We and our partners store cookies on this device to show adverts. Accept all of them, or manage what you allow. "
    * 5
    + "</p></article></body></html>"
)
TRAM = "The council of Osmund voted 17 to 4 for the new tram line, which opens in the spring."


def entry(title: str, text: str, link: str = "", guid: str = "") -> str:
    named = f"<link>{link}</link>" if link else ""
    known = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return f"<item><title>{title}</title>{named}{known}<description><![CDATA[{text}]]></description></item>"


class TestWhatAFeedSaysItself:
    @pytest.mark.parametrize("text", [TRAM, f"<p>{TRAM}</p><p>Read more on our site.</p>"])
    def test_is_kept_where_its_page_is_another_and_that_is_told(
        self, site: Site, corpus: CorpusFolder, web: Web, text: str
    ) -> None:
        site.pages |= {"/feed": Page(rss(entry("Tram", text, site.url("/a"), "1")), media_type=XML), "/a": Page(WALL)}
        refresh = follow(web, site.url("/feed"))
        [(source, kept)] = texts(corpus).items()
        assert refresh.written == (source,)
        assert [note.source for note in refresh.notes] == [source]
        assert "holds another text" in refresh.notes[0].reason
        assert (TRAM in kept, "cookies" in kept, f"url: {site.url('/a')}" in kept) == (True, False, True)

    def test_stands_before_a_page_that_has_its_title_alone(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        wall = WALL.replace("We value your privacy", "Osmund votes for its tram").replace("Before you go on", "Tram")
        site.pages |= {
            "/feed": Page(rss(entry("Osmund votes for tram", TRAM, site.url("/a"))), media_type=XML),
            "/a": Page(wall),
        }
        assert follow(web, site.url("/feed")).notes == ()
        [kept] = texts(corpus).values()
        assert kept.index(TRAM) < kept.index("cookies")

    @pytest.mark.parametrize("text", ["", "Comments", "Read more", told(1)[:60], told(1)])
    def test_gives_way_to_the_page_that_says_it_at_length(
        self, site: Site, corpus: CorpusFolder, web: Web, text: str
    ) -> None:
        publish(site, [1])
        site.pages["/feed"] = Page(rss(item(site, 1, text=text)), media_type=XML)
        assert follow(web, site.url("/feed")).notes == ()
        [kept] = texts(corpus).values()
        assert kept.endswith(f"---\n\n# Council 1\n\n{told(1)}\n")

    def test_is_taken_anew_when_it_changes_and_its_page_does_not(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        site.pages["/a"] = Page(WALL, etag='"wall"')
        for votes in ("17 to 4", "18 to 3"):
            body = rss(entry("Tram", TRAM.replace("17 to 4", votes), site.url("/a"), "1"))
            site.pages["/feed"] = Page(body, media_type=XML)
            refreshed(web) if web.feeds.states() else follow(web, site.url("/feed"))
            [kept] = texts(corpus).values()
            assert f"voted {votes}" in kept


class TestEntriesThatLookAlike:
    NOTES = tuple(f"Gauge number {number} stood at {1000 + number} millimetres in the morning." for number in range(3))

    def follows(self, site: Site, corpus: CorpusFolder, web: Web, *items: str) -> list[str]:
        """The texts after a feed of these entries was read twice, of which the second brings nothing."""
        site.pages["/feed"] = Page(rss(*items), media_type=XML)
        refresh = follow(web, site.url("/feed"))
        assert refresh.failed == ()
        found = texts(corpus)
        assert len(refresh.written) == len(found)
        assert refreshed(web).written == ()
        assert texts(corpus) == found
        return sorted(text.partition("---\n\n")[2].strip() for text in found.values())

    def test_without_links_each_is_a_document(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        items = [entry(f"Gauge {number}", text, guid=f"g{number}") for number, text in enumerate(self.NOTES)]
        assert self.follows(site, corpus, web, *items) == list(self.NOTES)

    @pytest.mark.parametrize("guid", ["", "always-the-same"])
    @pytest.mark.parametrize("title", ["Gauge {}", "Gauge"])
    def test_of_one_guid_or_none_each_is_a_document(
        self, site: Site, corpus: CorpusFolder, web: Web, guid: str, title: str
    ) -> None:
        items = [entry(title.format(n), text, guid=guid) for n, text in enumerate(self.NOTES)]
        assert self.follows(site, corpus, web, *items, items[0]) == list(self.NOTES)

    @pytest.mark.parametrize("link", ["/status", "/status#{}", "/status?utm_source={}"])
    def test_that_link_to_one_page_each_is_a_document(
        self, site: Site, corpus: CorpusFolder, web: Web, link: str
    ) -> None:
        site.pages["/status"] = page(1)
        items = [entry(f"Gauge {n}", text, site.url(link.format(n))) for n, text in enumerate(self.NOTES)]
        assert self.follows(site, corpus, web, *items) == list(self.NOTES)

    @pytest.mark.parametrize("link", ["", "/status"])
    def test_that_come_one_after_the_other_none_is_written_over(
        self, site: Site, corpus: CorpusFolder, web: Web, link: str
    ) -> None:
        site.pages["/status"] = page(1)
        for number, text in enumerate(self.NOTES):
            body = rss(entry(f"Gauge {number}", text, site.url(link) if link else ""))
            site.pages["/feed"] = Page(body, media_type=XML)
            refreshed(web) if web.feeds.states() else follow(web, site.url("/feed"))
        found = texts(corpus)
        assert sorted(text.partition("---\n\n")[2].strip() for text in found.values()) == list(self.NOTES)
        assert web.feeds.news_since(0) == 3

    def test_an_article_whose_guid_changes_stays_one_document(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        for edition in (1, 2):
            publish(site, [1], edition)
            said = told(1, edition)
            body = rss(item(site, 1, edition, guid=f"article-1#{edition}", text=said))
            site.pages["/feed"] = Page(body, media_type=XML)
            refreshed(web) if web.feeds.states() else follow(web, site.url("/feed"))
            holds(site, corpus, [1], edition)
        assert web.feeds.news_since(0) == 1


class TestWhatFeedsWrite:
    @pytest.mark.parametrize(
        ("title", "read"),
        [
            ("Fish &amp;amp; chips", "Fish & chips"),
            ("Fish &amp;amp;amp; chips", "Fish & chips"),
            ("&lt;b&gt;Fish&lt;/b&gt; and chips", "Fish and chips"),
            ("<![CDATA[It&#8217;s &quot;here&quot;]]>", 'It\u2019s "here"'),
            ("Was kostet &amp;euro;&amp;nbsp;5?", "Was kostet \u20ac 5?"),
        ],
    )
    def test_titles_hold_no_entities(self, title: str, read: str) -> None:
        assert [one.title for one in parsed(rss(f"<item><title>{title}</title></item>"))] == [read]

    def test_a_title_may_speak_of_a_tag(self) -> None:
        title = "<title type='text'>Use &lt;br> &amp; rest</title>"
        body = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{title}</entry></feed>"
        assert [one.title for one in parsed(body)] == ["Use <br> & rest"]

    def test_links_are_relative_to_what_the_feed_says(self) -> None:
        body = (
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://o.example/base/'><entry><id>1</id>"
            "<link href='a'/></entry><entry xml:base='sub/'><id>2</id><link href='b'/></entry></feed>"
        )
        assert [one.link for one in parsed(body)] == ["https://o.example/base/a", "https://o.example/base/sub/b"]
        assert [one.link for one in parsed(rss("<item><link>/c</link></item>"))] == ["https://e.example/c"]

    def test_all_texts_of_an_entry_are_kept_and_none_twice(self) -> None:
        said = [
            "<description>The history of eels, told at length in this episode by those who caught them.</description>",
            "<itunes:summary>Forty tonnes reached Osmere each year, says the guest.</itunes:summary>",
            "<itunes:subtitle>The history of eels</itunes:subtitle>",
        ]
        body = rss(f"<item>{''.join(said)}</item>").replace(
            "<rss", "<rss xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'"
        )
        [one] = parsed(body)
        assert one.html == (
            "<div>The history of eels, told at length in this episode by those who caught them.</div>"
            "<div>Forty tonnes reached Osmere each year, says the guest.</div>"
        )

    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("Di, 04 Mrz 2031 10:00:00 +0100", "2031-03-04T10:00:00+01:00"),
            ("mer., 05 mars 2031 10:00:00 +0100", "2031-03-05T10:00:00+01:00"),
            ("3/6/2031 2:15 PM", "2031-03-06T14:15:00"),
            ("1930212000", "2031-03-02T10:00:00+00:00"),
            ("2031-03-08 10:00:00", "2031-03-08T10:00:00"),
            ("Thu, 06 Mar 2031 10:00:00 GMT+0200", "2031-03-06T10:00:00+02:00"),
            ("Thu, 01 Jan 1970 00:00:00 GMT", None),
            ("0", None),
            ("2099-12-31T00:00:00Z", None),
            ("0001-01-01T00:00:00Z", None),
        ],
    )
    def test_dates_in_usual_wrong_forms(self, written: str, day: str | None) -> None:
        assert [one.published for one in parsed(rss(f"<item><pubDate>{written}</pubDate></item>"))] == [day]

    def test_a_date_of_two_readings_is_near_the_others(self) -> None:
        others = ["Tue, 04 Mar 2031 08:00:00 GMT", "05/03/2031", "03/06/2031", "Fri, 07 Mar 2031 08:00:00 GMT"]
        found = parsed(rss(*(f"<item><guid>{day}</guid><pubDate>{day}</pubDate></item>" for day in others)))
        assert [str(one.published)[:10] for one in found] == ["2031-03-04", "2031-03-05", "2031-03-06", "2031-03-07"]

    def test_junk_after_a_json_feed_is_no_cut(self) -> None:
        feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "One"}]})
        assert [one.title for one in parsed(feed + "\n<!-- made in 3 ms -->")] == ["One"]

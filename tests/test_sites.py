"""Sites of a real server on this machine, by their sitemaps and by their links: each page becomes one document."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import CorpusError, FetchError, Settings
from assistant.assembly import open_web
from assistant.corpus import CorpusFolder, records, sites
from assistant.corpus.feeds import FeedRefresh
from assistant.corpus.fetching import Fetched, FetchLimits
from assistant.corpus.links import links_in
from assistant.corpus.online import Web
from assistant.corpus.site_maps import is_site_map, site_map_from
from assistant.corpus.sites import scope_of
from assistant.corpus.web import source_of
from assistant.indexing.page_reader import ProcessPageReader
from assistant.reading.limits import Limits as ReadingLimits
from tests.clocks import Clock, clock_of
from tests.commands import Commands
from tests.web_server import Page, Site, redirect, served_site

READER = ProcessPageReader(ReadingLimits())
XML = "application/xml"


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


@pytest.fixture
def web(corpus: CorpusFolder, tmp_path: Path) -> Iterator[Web]:
    settings = Settings(
        corpus_dir=corpus.path, index_dir=tmp_path / "index", state_dir=tmp_path / "state", allow_private_urls=True
    )
    web = open_web(settings, corpus, FetchLimits(seconds=2.0, pause=0.0), READER)
    yield web
    web.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return clock_of(monkeypatch, sites, records)


def page(name: str, *links: str, head: str = "", edition: int = 1) -> Page:
    """A page about something, with links to others."""
    leads = "".join(f'<a href="{link}">onwards</a> ' for link in links)
    text = f"The {name} of Veldt is described on this page, which tells how it was built in the year {1900 + edition}."
    return Page(
        f"<html><head><title>The {name}</title>{head}</head><body><article><h1>The {name}</h1><p>{text}</p></article>"
        f"<nav>{leads}</nav></body></html>",
        etag=f'"{name}-{edition}-{len(links)}"',
    )


def site_map(site: Site, pages: dict[str, str]) -> str:
    listed = "".join(
        f"<url><loc>{site.url(path)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
        for path, changed in pages.items()
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'


def follow(web: Web, address: str, depth: int | None = None, most: int = 200) -> FeedRefresh:
    return refreshed(web, web.sites.add(address, depth, most))


def refreshed(web: Web, only: str | None = None) -> FeedRefresh:
    [refresh] = web.sites.refresh(only)
    return refresh


def held(corpus: CorpusFolder) -> list[str]:
    return [file.source for file in corpus.files()]


def named(site: Site, *paths: str) -> list[str]:
    return sorted(source_of(site.url(path)) for path in paths)


class TestSiteMaps:
    def test_every_page_that_is_listed_becomes_a_document(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        site.pages["/sitemap.xml"] = Page(site_map(site, {"/harbour": "", "/lighthouse": ""}), media_type=XML)
        site.pages |= {"/harbour": page("harbour"), "/lighthouse": page("lighthouse")}
        found = follow(web, site.url("/sitemap.xml"))
        assert (sorted(found.written), found.failed, found.notes) == (named(site, "/harbour", "/lighthouse"), (), ())
        assert held(corpus) == named(site, "/harbour", "/lighthouse")
        assert site.asked_for() == ["/sitemap.xml", "/harbour", "/lighthouse"]

    def test_a_sitemap_of_sitemaps_of_which_one_is_packed(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        index = (
            f"<sitemapindex><sitemap><loc>{site.url('/sitemap-1.xml')}</loc></sitemap>"
            f"<sitemap><loc>{site.url('/sitemap-2.xml.gz')}</loc></sitemap>"
            "<sitemap><loc>https://elsewhere.example/sitemap.xml</loc></sitemap></sitemapindex>"
        )
        packed = gzip.compress(site_map(site, {"/lighthouse": ""}).encode())
        site.pages |= {
            "/sitemap_index.xml": Page(index, media_type=XML),
            "/sitemap-1.xml": Page(site_map(site, {"/harbour": ""}), media_type=XML),
            "/sitemap-2.xml.gz": Page(packed, media_type="application/gzip"),
            "/harbour": page("harbour"),
            "/lighthouse": page("lighthouse"),
        }
        assert follow(web, site.url("/sitemap_index.xml")).failed == ()
        assert held(corpus) == named(site, "/harbour", "/lighthouse")

    def test_pages_are_fetched_again_once_the_sitemap_says_that_they_changed(self, site: Site, web: Web) -> None:
        site.pages |= {"/harbour": page("harbour"), "/lighthouse": page("lighthouse")}
        site.pages["/sitemap.xml"] = Page(site_map(site, {"/harbour": "2026-01-01", "/lighthouse": "2026-01-02"}))
        follow(web, site.url("/sitemap.xml"))
        assert site.asked_for() == ["/sitemap.xml", "/lighthouse", "/harbour"]
        assert refreshed(web, site.url("/sitemap.xml")).written == ()
        assert site.asked_for() == ["/sitemap.xml"]
        site.pages["/harbour"] = page("harbour", edition=2)
        site.pages["/sitemap.xml"] = Page(site_map(site, {"/harbour": "2026-02-01", "/lighthouse": "2026-01-02"}))
        assert refreshed(web, site.url("/sitemap.xml")).written == tuple(named(site, "/harbour"))
        assert site.asked_for() == ["/sitemap.xml", "/harbour"]

    def test_of_many_pages_those_are_taken_that_changed_last(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        listed = {f"/page-{number}": f"2026-01-{number + 1:02}" for number in range(9)}
        site.pages |= {path: page(path[1:]) for path in listed}
        site.pages["/sitemap.xml"] = Page(site_map(site, listed))
        found = follow(web, site.url("/sitemap.xml"), most=2)
        assert held(corpus) == named(site, "/page-7", "/page-8")
        assert [one.reason[:49] for one in found.notes] == ["It lists 9 pages, and the 2 that changed last are"]

    def test_the_sitemap_that_robots_txt_names_tells_the_pages_in_the_folder_of_the_address(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        site.pages |= {
            "/robots.txt": Page(
                f"User-agent: *\nDisallow: /docs/secret\nSitemap: {site.url('/map.xml')}\n", media_type="text/plain"
            ),
            "/map.xml": Page(site_map(site, {"/docs/harbour": "", "/docs/secret": "", "/news": "", "/docsuite": ""})),
            "/docs/harbour": page("harbour"),
            "/docs/secret": page("secret"),
            "/news": page("news"),
            "/docsuite": page("suite"),
        }
        found = follow(web, site.url("/docs/"))
        assert held(corpus) == named(site, "/docs/harbour")
        assert [one.source for one in found.notes] == [site.url("/docs/secret")]
        assert site.asked_for() == ["/map.xml", "/docs/harbour"]

    @pytest.mark.parametrize(
        "content",
        [
            b"<html><body>no map</body></html>",
            b"<urlset><url>",
            b"",
            gzip.compress(b"<urlset>" + b" " * 11_000_000),
            b"\x1f\x8bnot gzip",
            b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 100 + b'">]><other>&b;</other>',
        ],
        ids=["page", "cut short", "empty", "bomb", "no gzip", "another document"],
    )
    def test_what_is_no_sitemap_is_told(self, content: bytes) -> None:
        with pytest.raises(FetchError, match=r"https://a\.example/sitemap\.xml"):
            site_map_from(Fetched("https://a.example/sitemap.xml", content))

    def test_entities_are_not_replaced_and_addresses_that_cannot_be_asked_left_out(self, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("https://a.example/key")
        content = (
            f'<!DOCTYPE urlset [<!ENTITY key SYSTEM "file://{tmp_path}/key"><!ENTITY a "https://a.example/a">]>'
            "<urlset><url><loc>&key;</loc></url><url><loc>&a;</loc></url><url><loc>ftp://a.example/</loc></url>"
            "<url><loc>https://a.example/b?utm_source=map</loc></url><!-- a note --></urlset>"
        ).encode()
        assert site_map_from(Fetched("https://a.example/sitemap.xml", content)).pages == (("https://a.example/b", ""),)

    def test_how_sitemaps_are_called(self) -> None:
        called = ("/sitemap.xml", "/wp-sitemap.xml?page=2", "/a/Sitemap_1.xml.gz", "/sitemap", "/feed.xml")
        assert [is_site_map(f"https://a.example{one}") for one in called] == [True, True, True, False, False]


class TestLinks:
    def test_pages_that_links_lead_to_become_documents_up_to_a_depth(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        site.pages |= {
            "/docs/": page("start", "one", "/docs/one#part", "/news", "https://elsewhere.example/", "picture.png"),
            "/docs/one": page("one", "two", "/docs/"),
            "/docs/two": page("two", "three"),
            "/docs/three": page("three"),
            "/news": page("news"),
        }
        found = follow(web, site.url("/docs/"), depth=1)
        assert (found.failed, found.notes) == ((), ())
        assert held(corpus) == named(site, "/docs/", "/docs/one")
        assert site.asked_for() == ["/docs/", "/docs/one"]
        web.sites.remove(site.url("/docs/"))
        follow(web, site.url("/docs/"))
        assert held(corpus) == named(site, "/docs/", "/docs/one", "/docs/two")

    def test_while_nothing_changes_links_are_known_and_pages_not_sent_again(self, site: Site, web: Web) -> None:
        site.pages |= {"/": page("start", "/one"), "/one": page("one", "/two"), "/two": page("two")}
        assert len(follow(web, site.url("/")).written) == 3
        site.asked_for()
        site.headers.clear()
        assert refreshed(web, site.url("/")).written == ()
        assert site.asked_for() == ["/", "/one", "/two"]
        assert [one["if-none-match"] for one in site.headers if "if-none-match" in one] == [
            '"start-1-1"',
            '"one-1-1"',
            '"two-1-0"',
        ]
        site.pages["/one"] = page("one", "/two", "/new", edition=2)
        site.pages["/new"] = page("new")
        assert sorted(refreshed(web, site.url("/")).written) == named(site, "/new", "/one")

    def test_one_page_at_several_addresses_is_one_document(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        canonical = f'<link rel="canonical" href="{site.url("/one")}">'
        site.pages |= {
            "/": page("start", "/one?print=1", "/one", "/moved"),
            "/one": page("one", head=canonical),
            "/moved": redirect("/one"),
        }
        follow(web, site.url("/"))
        assert held(corpus) == named(site, "/", "/one")

    def test_what_people_removed_stays_away_and_its_links_are_still_followed(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        site.pages |= {"/": page("start", "/one"), "/one": page("one", "/two"), "/two": page("two")}
        follow(web, site.url("/"))
        corpus.remove(source_of(site.url("/one")))
        site.pages["/two"] = page("two", edition=2)
        assert refreshed(web, site.url("/")).written == tuple(named(site, "/two"))
        assert held(corpus) == named(site, "/", "/two")

    def test_a_page_that_was_added_by_itself_is_left_as_it_is_and_its_links_followed(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        site.pages |= {"/": page("start", "/one"), "/one": page("one")}
        web.pages.add(site.url("/"))
        assert follow(web, site.url("/")).written == tuple(named(site, "/one"))

    def test_a_page_without_a_text_is_told_and_its_links_are_followed(
        self, site: Site, corpus: CorpusFolder, web: Web
    ) -> None:
        site.pages |= {
            "/": Page('<html><body><a href="/one"></a><a href="/gone"></a></body></html>'),
            "/one": page("one"),
        }
        found = follow(web, site.url("/"))
        assert held(corpus) == named(site, "/one")
        assert ([one.source for one in found.notes], found.failed) == ([site.url("/"), site.url("/gone")], ())

    def test_what_leads_out_of_the_site_is_not_taken(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        with served_site() as other:
            other.pages["/trap"] = page("trap")
            site.pages |= {"/": page("start", "/out"), "/out": redirect(other.url("/trap"))}
            found = follow(web, site.url("/"))
        assert held(corpus) == named(site, "/")
        assert [one.source for one in found.notes] == [site.url("/out")]

    def test_no_more_pages_are_fetched_than_was_said(self, site: Site, corpus: CorpusFolder, web: Web) -> None:
        site.pages |= {f"/{n}": page(f"page {n}", f"/{n + 1}") for n in range(12)}
        follow(web, site.url("/0"), depth=10, most=3)
        assert held(corpus) == named(site, "/0")  # all that is in the folder of that address
        site.pages["/"] = page("start", *(f"/{n}" for n in range(12)))
        follow(web, site.url("/"), depth=10, most=3)
        assert held(corpus) == named(site, "/", "/0", "/1")


class TestFollowing:
    def test_a_site_is_asked_once_a_day(self, site: Site, web: Web, clock: Clock) -> None:
        site.pages["/"] = page("start")
        follow(web, site.url("/"))
        assert refreshed(web).skipped
        clock.now += 86_401
        assert not refreshed(web).skipped

    def test_a_site_that_cannot_be_had_is_told_and_left_alone_for_a_while(
        self, site: Site, web: Web, clock: Clock
    ) -> None:
        site.pages["/"] = Page("busy", 503)
        found = follow(web, site.url("/"))
        assert [one.reason for one in found.failed] == [f"{site.url('/')} answered 503 Service Unavailable."]
        [state] = web.sites.states()
        assert (state.address, state.problem) == (site.url("/"), found.failed[0].reason)
        assert refreshed(web).skipped
        clock.now += 301
        site.pages["/"] = page("start")
        assert len(refreshed(web).written) == 1
        assert web.sites.states()[0].problem == ""

    def test_private_addresses_are_refused(self, corpus: CorpusFolder, tmp_path: Path, site: Site) -> None:
        settings = Settings(corpus_dir=corpus.path, index_dir=tmp_path / "index", state_dir=tmp_path / "state")
        web = open_web(settings, corpus, FetchLimits(pause=0.0), READER)
        site.pages["/"] = page("start")
        for address in ("/", "/sitemap.xml"):
            found = follow(web, site.url(address))
            assert ["not on the public internet" in one.reason for one in found.failed] == [True]
        web.close()
        assert site.asked == []

    def test_a_site_that_is_not_followed_is_told(self, web: Web) -> None:
        for work in (lambda: web.sites.remove("https://a.example/"), lambda: list(web.sites.refresh("a.example"))):
            with pytest.raises((CorpusError, FetchError), match=r"a\.example"):
                work()


@pytest.mark.parametrize(
    ("address", "within", "without"),
    [
        ("https://a.example/", ["/", "/b", "/b/c"], []),
        ("https://a.example/docs", ["/docs", "/docs/", "/docs/b"], ["/", "/docsuite", "/news"]),
        ("https://www.a.example/docs/index.html", ["/docs/b"], ["/other"]),
    ],
)
def test_a_site_is_the_folder_of_its_address(address: str, within: list[str], without: list[str]) -> None:
    scope = scope_of(address)
    assert [one for one in [*within, *without] if scope.holds(f"https://a.example{one}")] == within
    assert not scope.holds("https://a.example.evil.example/docs/b")


def test_links_are_found_with_their_base_and_without_those_that_are_not_to_be_followed() -> None:
    html = (
        '<base href="/docs/"><a href="one">1</a><A HREF=\'two?utm_source=x&amp;a=1#top\'>2</A>'
        '<a rel="nofollow" href="three">3</a><a href="javascript:alert(1)">4</a><a name="five">5</a>'
        '<a href="https://[broken">6</a>'
    )
    found = links_in(Fetched("https://a.example/", html.encode(), "text/html"))
    assert found == ("https://a.example/docs/one", "https://a.example/docs/two?a=1")


def test_the_commands_follow_a_site_from_its_first_day_to_its_last(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Commands(tmp_path, monkeypatch).told
    site.pages |= {"/": page("start", "/one"), "/one": page("one")}
    site.pages["/sitemap.xml"] = Page(site_map(site, {"/map-only": ""}))
    site.pages["/map-only"] = page("map")
    assert run("site", "add", site.url("/"), "--depth", "1").startswith(f"{site.url('/')}: 2 new or changed.\n")
    assert run("add", site.url("/sitemap.xml")).startswith(f"Added {named(site, '/map-only')[0]}\n")
    assert [site.url(path) in run("site", "list") for path in ("/", "/sitemap.xml", "/one")] == [True, True, False]
    assert f"{site.url('/')}: left alone for now." in run("refresh")
    site.pages["/one"] = page("one", edition=2)
    assert run("site", "refresh", site.url("/")).startswith(f"{site.url('/')}: 1 new or changed.\n")
    run("site", "remove", site.url("/"))
    assert site.url("/sitemap.xml") in run("site", "list")

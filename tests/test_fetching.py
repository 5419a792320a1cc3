"""Fetching from a real server on this machine: within limits, politely, and never from inside unasked."""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from assistant import FetchError
from assistant.corpus.addresses import checked_address, identity, is_public, is_web_address
from assistant.corpus.fetching import Fetched, Fetcher, FetchLimits, Validators
from tests.web_server import Page, Site, cut_short, endless, redirect, served_site, trickle, trickled_head

SMALL = FetchLimits(maximum_bytes=100_000, seconds=1.0, pause=0.0)
ANYTHING = "*/*"


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as site:
        yield site


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow_private=True, limits=SMALL)


def refusal(fetcher: Fetcher, address: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.get(address, ANYTHING)
    return caught.value


class TestWhatIsTaken:
    def test_a_page_with_its_type_charset_and_validators(self, site: Site, fetcher: Fetcher) -> None:
        site.pages["/a"] = Page("hello", etag='"one"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT")
        assert fetcher.get(site.url("/a"), ANYTHING) == Fetched(
            site.url("/a"), b"hello", "text/html", "utf-8", Validators('"one"', "Mon, 02 Mar 2026 10:00:00 GMT")
        )

    @pytest.mark.parametrize("known", [Validators('"one"'), Validators(None, "Mon, 02 Mar 2026 10:00:00 GMT")])
    def test_what_has_not_changed_comes_without_content(self, site: Site, fetcher: Fetcher, known: Validators) -> None:
        site.pages["/a"] = Page("hello", etag='"one"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT")
        assert fetcher.get(site.url("/a"), ANYTHING, known) == Fetched(site.url("/a"), None, validators=known)

    @pytest.mark.parametrize(
        ("encoding", "packed"),
        [
            ("gzip", gzip.compress(b"hello" * 9, mtime=0)),
            ("deflate", zlib.compress(b"hello" * 9)),
            ("identity", b"hello" * 9),
        ],
    )
    def test_a_packed_body_is_unpacked(self, site: Site, fetcher: Fetcher, encoding: str, packed: bytes) -> None:
        site.pages["/a"] = Page(packed, headers={"Content-Encoding": encoding})
        assert fetcher.get(site.url("/a"), ANYTHING).content == b"hello" * 9

    @pytest.mark.parametrize(
        ("status", "for_good"), [(301, True), (308, True), (302, False), (303, False), (307, False)]
    )
    def test_redirects_are_followed_and_only_lasting_ones_remembered(
        self, site: Site, fetcher: Fetcher, status: int, for_good: bool
    ) -> None:
        site.pages |= {"/old": redirect("new", status), "/new": Page("here")}
        found = fetcher.get(site.url("/old"), ANYTHING)
        assert (found.content, found.address) == (b"here", site.url("/new"))
        assert found.moved_to == (site.url("/new") if for_good else None)

    @pytest.mark.parametrize(
        ("head", "is_followed"),
        [
            ('<meta http-equiv="refresh" content="0; url=/new">', True),
            ("<META HTTP-EQUIV=Refresh CONTENT='5;URL=\"new\"'>", True),
            ('<meta http-equiv="refresh" content="300; url=/new">', False),
            ('<meta http-equiv="refresh" content="0">', False),
            ('<meta http-equiv="refresh" content="0; url=/old#top">', False),
            ('<meta http-equiv="refresh" content="0; url=javascript:go()">', False),
            ('<noscript><meta http-equiv="refresh" content="0; url=/new"></noscript>', False),
            ('<!-- <meta http-equiv="refresh" content="0; url=/new"> -->', False),
        ],
    )
    def test_a_page_that_says_that_it_has_moved_leads_on(
        self, site: Site, fetcher: Fetcher, head: str, is_followed: bool
    ) -> None:
        site.pages |= {"/old": Page(f"<html><head>{head}</head>"), "/new": Page("here")}
        found = fetcher.get(site.url("/old"), ANYTHING)
        assert found.address == site.url("/new" if is_followed else "/old")
        assert found.moved_to is None

    def test_a_lasting_redirect_after_a_passing_one_is_not_remembered(self, site: Site, fetcher: Fetcher) -> None:
        site.pages |= {"/a": redirect("/b", 302), "/b": redirect("/c", 301), "/c": Page("here")}
        assert fetcher.get(site.url("/a"), ANYTHING).moved_to is None

    def test_the_server_is_told_who_asks_and_nothing_of_a_proxy_or_a_password(
        self, site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        site.pages["/a"] = Page("hello")
        fetcher.get(site.url("/a"), "text/html")
        sent = site.headers[-1]
        assert sent["user-agent"].startswith("Citewell/")
        assert sorted(sent) == ["accept", "accept-encoding", "connection", "host", "user-agent"]


class TestWhatIsRefused:
    @pytest.mark.parametrize("send", [trickle, trickled_head], ids=["body", "head"])
    def test_a_server_that_sends_a_byte_now_and_then(self, site: Site, fetcher: Fetcher, send: Any) -> None:
        site.pages["/slow"] = Page(send=send)
        assert str(refusal(fetcher, site.url("/slow"))) == f"{site.url('/slow')} did not answer within 1 seconds."

    def test_a_body_without_end(self, site: Site, fetcher: Fetcher) -> None:
        site.pages["/endless"] = Page(send=endless)
        error = refusal(fetcher, site.url("/endless"))
        assert str(error) == f"{site.url('/endless')} is larger than 0.1 MB, the most that is fetched."
        assert error.lasting

    def test_a_small_body_that_unpacks_into_a_huge_one(self, site: Site, fetcher: Fetcher) -> None:
        site.pages["/bomb"] = Page(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
        assert "is larger than 0.1 MB" in str(refusal(fetcher, site.url("/bomb")))

    @pytest.mark.parametrize(
        ("page", "said"),
        [
            (Page(send=cut_short), "without sending complete message body"),
            (Page(gzip.compress(b"hello" * 99)[:20], headers={"Content-Encoding": "gzip"}), "was cut short"),
            (Page(b"no gzip", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
            (Page(b"?", headers={"Content-Encoding": "br"}), "packed in a way that was not asked for: br"),
            (Page(status=500), "answered 500 Internal Server Error."),
            (Page(status=404), "answered 404 Not Found."),
            (redirect("/page"), "leads on and on: more than 5 redirects."),
            (redirect("file:///etc/passwd"), "only http and https addresses are."),
            (redirect("ftp://example.org/a"), "only http and https addresses are."),
            (redirect("http://me:secret@example.org/"), "user name or password"),
        ],
    )
    def test_what_is_broken_is_told(self, site: Site, fetcher: Fetcher, page: Page, said: str) -> None:
        site.pages["/page"] = page
        assert said in str(refusal(fetcher, site.url("/page")))

    @pytest.mark.parametrize(
        ("value", "seconds"), [("120", 120.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", None)]
    )
    def test_a_server_that_wants_to_be_left_alone_is_heard(
        self, site: Site, fetcher: Fetcher, value: str, seconds: float | None
    ) -> None:
        site.pages["/busy"] = Page(status=503, headers={"Retry-After": value})
        error = refusal(fetcher, site.url("/busy"))
        assert (error.status, error.retry_after, error.lasting) == (503, seconds, False)


class TestRobotsRules:
    def test_what_they_forbid_is_not_asked_for(self, site: Site, fetcher: Fetcher) -> None:
        site.pages |= {"/robots.txt": Page("User-agent: citewell\nDisallow: /private"), "/private/a": Page("secret")}
        error = refusal(fetcher, site.url("/private/a"))
        assert error.lasting
        assert "robots.txt does not let programs read it" in str(error)
        assert site.asked == ["/robots.txt"]

    def test_they_hold_behind_a_redirect_too(self, site: Site, fetcher: Fetcher) -> None:
        site.pages |= {
            "/robots.txt": Page("User-agent: *\nDisallow: /private"),
            "/open": redirect("/private/a"),
            "/private/a": Page("secret"),
        }
        refusal(fetcher, site.url("/open"))
        assert site.asked_for() == ["/open"]

    def test_they_are_fetched_once_for_many_pages(self, site: Site, fetcher: Fetcher) -> None:
        site.pages |= {"/a": Page("a"), "/b": Page("b")}
        for path in ("/a", "/b"):
            fetcher.get(site.url(path), ANYTHING)
        assert site.asked == ["/robots.txt", "/a", "/b"]

    def test_a_site_whose_rules_cannot_be_had_is_left_alone(self, site: Site, fetcher: Fetcher) -> None:
        site.pages |= {"/robots.txt": Page(status=500), "/a": Page("a")}
        assert "the rules of 127.0.0.1" in str(refusal(fetcher, site.url("/a")))
        assert site.asked_for() == []
        del site.pages["/robots.txt"]
        assert fetcher.get(site.url("/a"), ANYTHING).content == b"a"


INSIDE = """
http://127.0.0.1/ http://127.0.0.1:8080/ http://127.1/ http://127.0.1/ http://2130706433/ http://017700000001/
http://0x7f000001/ http://0x7f.0.0.1/ http://0177.0.0.1/ http://0177.0.0.01/ http://127.255.255.254/
http://0.0.0.0/ http://0/ http://0x0/ http://[::]/ http://[::1]/ http://[0:0:0:0:0:0:0:1]/
http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[::127.0.0.1]/ http://[64:ff9b::7f00:1]/
http://[64:ff9b::a9fe:a9fe]/ http://[2002:7f00:1::]/ http://[2002:a9fe:a9fe::1]/ http://[fe80::1]/
http://[fc00::1]/ http://[fd00:ec2::254]/ http://[ff02::1]/ http://10.0.0.1/ http://10.1/ http://172.16.0.1/
http://172.31.255.255/ http://192.168.0.1/ http://192.168.1/ http://169.254.169.254/latest/meta-data/
http://2852039166/ http://0xa9fea9fe/ http://0251.0376.0251.0376/ http://[::ffff:169.254.169.254]/
http://100.64.0.1/ http://100.100.100.200/latest/meta-data/ http://168.63.129.16/ http://192.0.0.192/
http://198.18.0.1/ http://224.0.0.1/ http://240.0.0.1/ http://255.255.255.255/ http://localhost/
http://LOCALHOST/ http://①②⑦.⓪.⓪.①/ http://127。0。0。1/ https://127.0.0.1/ http:/127.0.0.1/ http://127.0.0.1#@example.org/
""".split()
NOT_FETCHED = [
    "http://user@127.0.0.1/", "http://example.org@127.0.0.1/", "http://example.org:80@127.0.0.1/",
    "http://127.0.0.1@example.org/", "http://127.0.0.1\\@example.org/", "http://example.org\\@127.0.0.1/",
    "http://exam ple.org/", "http://exam\nple.org/", "http:///etc/passwd",
    "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://example.org/", "dict://127.0.0.1:11211/",
    "data:text/html,hello", "javascript:alert(1)", "//127.0.0.1/", "http://example.org:99999/", "http://[::1",
    "http://[fe80::1%25eth0]/", "http://" + "a" * 5_000 + "/",
]  # fmt: skip


NEVER = """
http://169.254.169.254/latest/meta-data/
http://[::ffff:169.254.169.254]/ http://[64:ff9b::a9fe:a9fe]/ http://[2002:a9fe:a9fe::1]/ http://169.254.10.1/
http://[fe80::1]/ http://[fd00:ec2::254]/ http://[fd20:ce::254]/ http://100.100.100.200/latest/meta-data/
http://168.63.129.16/ http://192.0.0.192/
""".split()


class TestInside:
    """No spelling, redirect or name leads to this machine or a private network."""

    @pytest.fixture(autouse=True)
    def _nothing_is_sent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("a connection was opened"))

    @pytest.mark.parametrize("address", INSIDE)
    def test_an_address_inside_is_refused(self, address: str) -> None:
        error = refusal(Fetcher(limits=SMALL), address)
        assert error.lasting or "cannot be found" in str(error)  # not every resolver knows every spelling

    @pytest.mark.parametrize("address", NEVER)
    def test_where_clouds_keep_keys_is_refused_even_when_private_ones_are_allowed(self, address: str) -> None:
        error = refusal(Fetcher(allow_private=True, limits=SMALL), address)
        assert "is not fetched: it is link-local" in str(error)
        assert error.lasting

    @pytest.mark.parametrize("address", NOT_FETCHED, ids=lambda address: ascii(address)[:40])
    def test_what_is_no_plain_web_address_is_refused_even_when_private_ones_are_allowed(self, address: str) -> None:
        error = refusal(Fetcher(allow_private=True, limits=SMALL), address)
        assert error.lasting or "cannot be found" in str(error)

    def test_a_name_with_one_private_address_among_public_ones_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resolve(monkeypatch, ["93.184.215.14", "10.0.0.7"])
        assert "mixed.example (10.0.0.7) is not on the public internet" in str(
            refusal(Fetcher(limits=SMALL), "http://mixed.example/")
        )

    @pytest.mark.parametrize(
        ("address", "public"),
        [("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("::ffff:8.8.8.8", True),
         ("::ffff:10.0.0.1", False), ("2001:0:7f00:1::", False), ("fe80::1%eth0", False), ("64:ff9b::808:808", True)],
    )  # fmt: skip
    def test_addresses_that_are_embedded_count(self, address: str, public: bool) -> None:
        assert is_public(address) is public


def resolve(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A resolver that gives the next answer at each look-up, the last one for ever; returns the names looked up."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        chosen = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in chosen]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_name_that_means_this_machine_at_the_second_look_up_is_refused_then(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    connect = socket.create_connection
    lookup = socket.getaddrinfo

    def to_the_site(address: Any, *arguments: Any, **named: Any) -> Any:  # what is public is served by the test's site
        opened.append(address)
        with monkeypatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", lookup)
            return connect(("127.0.0.1", int(site.address.rpartition(":")[2])), *arguments, **named)

    monkeypatch.setattr(socket, "create_connection", to_the_site)
    site.pages["/a"] = redirect("http://rebinding.example/secret")
    asked = resolve(monkeypatch, ["93.184.215.14"], ["93.184.215.14"], ["127.0.0.1"])
    error = refusal(Fetcher(limits=SMALL), "http://rebinding.example/a")
    assert "rebinding.example (127.0.0.1) is not on the public internet" in str(error)
    assert asked == ["rebinding.example"] * 3
    assert opened == [("93.184.215.14", 80)] * 2  # what was checked is what is connected to, not the name
    assert site.asked == ["/robots.txt", "/a"]


@pytest.mark.parametrize("inside", ["http://127.0.0.1:{port}/secret", "http://[::ffff:127.0.0.1]:{port}/secret"])
def test_a_redirect_from_outside_to_inside_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    port = int(site.address.rpartition(":")[2])
    connect, lookup = socket.create_connection, socket.getaddrinfo

    def getaddrinfo(host: str, *arguments: Any, **named: Any) -> Any:
        return lookup("93.184.215.14" if host == "outside.example" else host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(
        socket, "create_connection", lambda _, *arguments, **named: connect(("127.0.0.1", port), *arguments, **named)
    )
    site.pages |= {"/a": redirect(inside.format(port=port)), "/secret": Page("secret")}
    assert "is not on the public internet" in str(refusal(Fetcher(limits=SMALL), "http://outside.example/a"))
    assert site.asked_for() == ["/a"]


class TestAddresses:
    @pytest.mark.parametrize(
        ("given", "asked_for"),
        [
            ("HTTP://Example.ORG", "http://example.org/"),
            ("https:/example.org/a", "https://example.org/a"),
            ("https://example.org:443/a?b=1#part", "https://example.org/a?b=1"),
            ("http://bücher.example/ä", "http://xn--bcher-kva.example/ä"),
            ("http://[2606:2800::1]:8080/", "http://[2606:2800::1]:8080/"),
        ],
    )
    def test_one_spelling_is_asked_for(self, given: str, asked_for: str) -> None:
        assert checked_address(given) == asked_for

    def test_where_a_reader_came_from_is_no_part_of_a_page(self) -> None:
        assert identity("https://e.org/a?id=3&utm_source=rss&fbclid=x#top") == "https://e.org/a?id=3"
        assert identity("https://e.org/a?q=a%20b") == "https://e.org/a?q=a%20b"

    def test_files_are_no_web_addresses(self) -> None:
        assert [is_web_address(text) for text in ("https://e.org", "http:/e.org", "a.md", "C:/a.md", "httpd.md")] == [
            True, True, False, False, False,
        ]  # fmt: skip

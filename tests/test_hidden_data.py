"""What pages hold for their scripts, and feeds under a wrong root, are read."""

from __future__ import annotations

import json

import pytest

from assistant.reading import read, reader_for
from assistant.types import Document

SAID = "The ferry leaves at 6:40 from the north pier."
POST = {"post": {"title": "Ferry to Veldt", "id": "f1", "price": "12 euros", "berth": 7, "href": "/f", "body": SAID}}
SHOWN = f"## Ferry to Veldt\n\n{SAID}\n\nprice: 12 euros\nberth: 7\n\n"


def document(source: str, content: str) -> Document:
    return read(reader_for(source), source, content.encode())


def page(script: str, kind: str = "", body: str = "") -> str:
    named = f' type="{kind}"' if kind else ""
    return f'<html><head><title>Veldt</title></head><body><div id="app">{body}</div><script{named}>{script}</script>'


class TestPages:
    @pytest.mark.parametrize(
        "content",
        [
            page(json.dumps(POST), "application/json"),
            page(f"window.__STATE__ = {json.dumps(POST)}; start();"),
            page(f"start({json.dumps(POST)})", "module"),
            page(f"window.s = JSON.parse({json.dumps(json.dumps(POST))})"),
            page(f"self.__next_f.push({json.dumps([1, '5:' + json.dumps(POST) + chr(10)])})"),
        ],
    )
    def test_what_a_page_that_shows_nothing_is_given_as_data_is_read(self, content: str) -> None:
        assert document("a.html", content).text == SHOWN

    def test_a_list_of_things_is_a_table_where_there_is_no_prose(self) -> None:
        rows = [{"name": "Ann Orr", "role": "Keeper", "page": "https://a.example"}, {"name": "Bo Lee", "role": "Pilot"}]
        made = document("a.html", page(json.dumps({"staff": rows}), "application/json", "Loading"))
        assert made.text == "| name | role |\n| --- | --- |\n| Ann Orr | Keeper |\n| Bo Lee | Pilot |\n\nLoading\n\n"

    def test_what_a_page_shows_is_not_repeated_and_programs_are_no_text(self) -> None:
        shown = " ".join([SAID] * 6)
        assert document("a.html", page(f"s = {json.dumps(POST)}", body=f"<p>{shown}</p>")).text == f"{shown}\n\n"
        program = 'var a = {"b": "Please wait until the page has loaded."; if (x == "1") { f("y") }'
        assert document("a.html", page(program, body="<p>Nine.</p>")).text == "Nine.\n\n"


class TestFeeds:
    ITEM = "<item><title>One</title><description>Four cranes.</description></item>"
    CHANNEL = f"<channel><title>Port</title>{ITEM}</channel>"

    @pytest.mark.parametrize(
        "content",
        [
            CHANNEL,
            f"<data>{CHANNEL}</data>",
            f'<?xml version="1.0"?><root version="2.0"><meta/>{CHANNEL}</root>',
            f"<html><body><rss>{CHANNEL}</rss></body></html>",
        ],
    )
    @pytest.mark.parametrize("source", ["a.rss", "a.xml"])
    def test_a_feed_is_read_whatever_its_root_is_called(self, source: str, content: str) -> None:
        made = document(source, content)
        assert (made.title, made.text) == ("Port", "## One\n\nFour cranes.\n\n")

    def test_entries_without_a_channel_are_read_and_data_stays_data(self) -> None:
        assert document("a.rss", f"<items>{self.ITEM}</items>").text == "## One\n\nFour cranes.\n\n"
        made = document("a.xml", f"<stock>{self.ITEM}</stock>").text
        assert made.startswith("- stock \u203a item \u203a title: One\n")

    def test_who_makes_a_podcast_stands_in_its_text(self) -> None:
        itunes = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
        entry = "<item><title>One</title><itunes:author>Ann Orr</itunes:author><description>Eels.</description></item>"
        made = document(
            "a.rss", f"<rss {itunes}><channel><itunes:author>Mara Venn</itunes:author>{entry}</channel></rss>"
        )
        assert (made.author, made.text) == ("Mara Venn", "By Mara Venn\n\n## One\n\nAnn Orr\n\nEels.\n\n")

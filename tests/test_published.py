"""When a document was published: every usual form of a date is read, what is none is told, and no file's age is one."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus.feed_formats import feed_from
from assistant.corpus.fetching import Fetched
from assistant.indexing.page_reader import ProcessPageReader
from assistant.reading import read, reader_for
from assistant.reading.dates import read_date
from assistant.reading.limits import Limits
from assistant.types import Document, Failure
from tests.compound_files import compound
from tests.conftest import OpenCorpus
from tests.file_makers import assembled, docx, paragraph, pptx, xlsx, zipped

READER = ProcessPageReader(Limits())
UNREAD = "“{}” is no date that can be read, so the document has none. Write it like 2024-05-31.".format


def document(source: str, content: str | bytes) -> Document:
    return read(reader_for(source), source, content.encode() if isinstance(content, str) else content)


class TestForms:
    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("2022-06-01", "2022-06-01"),
            ("2022/06/01", "2022-06-01"),
            ("2022-6-1", "2022-06-01"),
            ("2022.06.01", "2022-06-01"),
            ("20220601", "2022-06-01"),
            ("2022-W22-3", "2022-06-01"),
            ("01.06.2022", "2022-06-01"),
            ("1. 6. 2022", "2022-06-01"),
            ("01.06.22", "2022-06-01"),
            ("31.12.98", "1998-12-31"),
            ("1 June 2022", "2022-06-01"),
            ("June 1, 2022", "2022-06-01"),
            ("1st June 2022", "2022-06-01"),
            ("the 1st of June, 2022", "2022-06-01"),
            ("Wednesday, June 1st, 2022", "2022-06-01"),
            ("Wednesday 1 June 2022", "2022-06-01"),
            ("Jun. 1 2022", "2022-06-01"),
            ("01-Jun-2022", "2022-06-01"),
            ("2022 June 1", "2022-06-01"),
            ("1. Juni 2022", "2022-06-01"),
            ("Marl, 3. März 2024", "2024-03-03"),
            ("1er juin 2022", "2022-06-01"),
            ("mercredi 3 décembre 2024", "2024-12-03"),
            ("1 de junio de 2022", "2022-06-01"),
            ("1 giugno 2022", "2022-06-01"),
            ("1 junho 2022", "2022-06-01"),
            ("10 mei 2022", "2022-05-10"),
            ("10 maja 2022", "2022-05-10"),
            ("3 мая 2022", "2022-05-03"),
            ("2022年6月1日", "2022-06-01"),
            ("2022년 6월 1일", "2022-06-01"),
            ("2022-06", "2022-06"),
            ("06/2022", "2022-06"),
            ("June 2022", "2022-06"),
            ("juin 2022", "2022-06"),
            ("2022", "2022"),
            ("2024-05-31, revised", "2024-05-31"),
            (date(2022, 6, 1), "2022-06-01"),
            (2022, "2022"),
        ],
    )
    def test_a_day_a_month_or_a_year(self, written: object, day: str) -> None:
        assert read_date(written) == day

    @pytest.mark.parametrize(
        ("written", "moment"),
        [
            ("2022-06-01T10:00", "2022-06-01T10:00:00"),
            ("2022-06-01T10:00:00Z", "2022-06-01T10:00:00+00:00"),
            ("2022-06-01 23:30:00 +0200", "2022-06-01T23:30:00+02:00"),
            ("2022-06-01 23:30:00 UTC", "2022-06-01T23:30:00+00:00"),
            ("2022/06/01 10:00", "2022-06-01T10:00:00"),
            ("20220601T101500Z", "2022-06-01T10:15:00+00:00"),
            ("20220601101500", "2022-06-01T10:15:00"),
            ("01.06.2022, 10:15 Uhr", "2022-06-01T10:15:00"),
            ("Wed, 01 Jun 2022 23:30:00 -0500", "2022-06-01T23:30:00-05:00"),
            ("Wed, 01 Jun 22 10:00:00 GMT", "2022-06-01T10:00:00+00:00"),
            ("Tue, 3 Mar 2026 01:00:00 +0100 (CET)", "2026-03-03T01:00:00+01:00"),
            ("June 1, 2022 at 5:00 PM EDT", "2022-06-01T17:00:00-04:00"),
            ("Jun 1 2022 12am", "2022-06-01T00:00:00"),
            ("1654041600", "2022-06-01T00:00:00+00:00"),
            ("1654041600000", "2022-06-01T00:00:00+00:00"),
            (1654041600.5, "2022-06-01T00:00:00+00:00"),
            (datetime(2022, 6, 1, 10, tzinfo=UTC), "2022-06-01T10:00:00+00:00"),
        ],
    )
    def test_a_time_keeps_its_zone_so_that_the_day_stays_the_one_that_is_written(
        self, written: object, moment: str
    ) -> None:
        assert read_date(written) == moment

    @pytest.mark.parametrize("written", ["3 Mar 2024 25:10", "3 March 2024 10:00 XYZ", "2024-03-03T10:00[Nowhere]"])
    def test_a_time_that_cannot_be_told_leaves_the_day(self, written: str) -> None:
        assert read_date(written) == "2024-03-03"

    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("13/06/2022", "2022-06-13"),
            ("06/13/2022", "2022-06-13"),
            ("06-13-2022", "2022-06-13"),
            ("05/06/2022", "2022-06-05"),
            ("05.06.2022", "2022-06-05"),
            ("2022/05/06", "2022-05-06"),
        ],
    )
    def test_what_is_over_12_is_the_day_and_else_it_comes_first(self, written: str, day: str) -> None:
        assert read_date(written) == day

    @pytest.mark.parametrize(
        "written",
        """May|may|March on|Monday|now|today|yesterday|second|soon|draft|n/a|TBD|10|12|12:30|1,2|3.5|v1.2.3|1.2.3|June
        |Chapter 3|Version 3 May 2022|2022 edition|in 2022|Spring 2022|Q3 2022|32 June 2022|31 February 2024|2024-02-31
        |2022-13-45|0000-00-00|0001-01-01|99999-99-99|3 March 2024 to 4 March 2024|last updated 3 March 2024|999
        |٣|²022|{}|1 June|June 5""".replace("\n", "").split("|"),
    )
    def test_ordinary_words_and_days_that_never_were_are_no_dates(self, written: str) -> None:
        assert read_date(written.strip()) is None

    @pytest.mark.parametrize("value", [None, "", True, [], {}])
    def test_no_value_is_no_date(self, value: object) -> None:
        assert read_date(value) is None

    @given(st.text(max_size=90) | st.from_regex(r"[\d./: T,+-]{4,30}"))
    def test_whatever_is_written_the_answer_is_a_date_in_iso_8601_or_none(self, written: str) -> None:
        found = read_date(written)
        if found is not None:
            assert datetime.fromisoformat(found + "2024-01-01"[len(found) :]).year >= 1000

    @pytest.mark.parametrize("piece", ["1 ", "1", "may ", "1.", "1:", "(", " ", "é", "june 1 ", "1/", "T1", "+0100"])
    def test_a_long_value_is_no_date(self, piece: str) -> None:
        assert read_date(piece * 100_000) is None


class TestFrontMatter:
    @pytest.mark.parametrize("field", ["date", "published", "Date"])
    def test_a_date_in_another_form_is_read(self, field: str) -> None:
        made = document("a.md", f'---\n{field}: "2022/06/01"\n---\nText.')
        assert (made.published, made.left_out) == ("2022-06-01", ())

    def test_of_two_the_one_that_can_be_read_counts(self) -> None:
        assert document("a.md", "---\npublished: soon\ndate: 1 June 2022\n---\nText.").published == "2022-06-01"

    @pytest.mark.parametrize("said", ["soon", "2022 (draft)", "2024-02-31"])
    def test_one_that_cannot_be_read_is_told_and_not_cut(self, said: str) -> None:
        made = document("a.md", f"---\ndate: {said}\n---\nText.")
        assert (made.published, made.left_out) == (None, (Failure("date", UNREAD(said)),))

    @pytest.mark.parametrize("said", ["", "null", "~", "[]"])
    def test_one_that_says_nothing_is_not_told(self, said: str) -> None:
        made = document("a.md", f"---\ndate: {said}\n---\nText.")
        assert (made.published, made.left_out) == (None, ())

    def test_the_document_is_shown_as_partly_read(self, open_corpus: OpenCorpus) -> None:
        [record] = open_corpus({"a.md": "---\ndate: the other day\n---\nThe ferry of Veldt sails."}).documents()
        assert (record.state, record.published) == ("partly read", None)
        assert record.left_out == f"date: {UNREAD('the other day')}"

    def test_a_question_of_that_day_finds_it(self, open_corpus: OpenCorpus) -> None:
        corpus = open_corpus({"a.md": "---\ndate: 1. Juni 2022\n---\nThe ferry of Veldt sails at nine."})
        assert [hit.passage.published for hit in corpus.search("ferry", since="2022-06-01", until="2022-06-01")] == [
            "2022-06-01"
        ]


class TestOtherPlaces:
    @pytest.mark.parametrize("name", ["article:published_time", "date", "dc.date", "citation_publication_date"])
    def test_the_head_of_a_page(self, name: str) -> None:
        made = document("a.html", f'<meta name="{name}" content="2022/06/01"><p>Four cranes stand.</p>')
        assert (made.published, made.left_out) == ("2022-06-01", ())

    def test_a_page_whose_first_date_cannot_be_read_has_the_next(self) -> None:
        head = '<meta name="date" content="now"><meta name="pubdate" content="June 1, 2022">'
        assert document("a.html", f"{head}<p>Four cranes stand.</p>").published == "2022-06-01"

    def test_a_page_whose_date_cannot_be_read_tells_it(self) -> None:
        made = document("a.html", '<meta name="date" content="long ago"><p>Four cranes stand.</p>')
        assert (made.published, made.left_out) == (None, (Failure("date", UNREAD("long ago")),))

    @pytest.mark.parametrize(
        ("header", "published"),
        [
            ("Wed, 01 Jun 2022 23:30:00 -0500", "2022-06-01T23:30:00-05:00"),
            ("1 Jun 2022 10:00", "2022-06-01T10:00:00"),
            ("2022-06-01 10:00:00 +0200", "2022-06-01T10:00:00+02:00"),
        ],
    )
    def test_a_mail(self, header: str, published: str) -> None:
        made = document("a.eml", f"From: ann@veldt.example\nSubject: Cranes\nDate: {header}\n\nFour stand.\n")
        assert (made.published, made.left_out) == (published, ())

    def test_a_mail_whose_date_cannot_be_read_tells_it(self) -> None:
        made = document("a.eml", "From: ann@veldt.example\nSubject: Cranes\nDate: at noon\n\nFour stand.\n")
        assert (made.published, made.left_out) == (None, (Failure("date", UNREAD("at noon")),))

    def test_an_outlook_mail_whose_date_has_no_weekday(self) -> None:
        headers = "Received: by x; Mon, 6 Jun 2022 10:00:00 +0000\r\nDate: 1 Jun 2022 10:00:00 +0200\r\nTo: Bo\r\n"
        streams = {"0037": "Cranes", "007D": headers, "1000": "Four cranes stand."}
        content = compound({f"__substg1.0_{tag}001F": said.encode("utf-16-le") for tag, said in streams.items()})
        assert document("a.msg", content).published == "2022-06-01T10:00:00+02:00"

    @pytest.mark.parametrize(
        ("written", "published"),
        [
            ("Wed, 01 Jun 2022 23:30:00 -0500", "2022-06-01T23:30:00-05:00"),
            ("1. Juni 2022", "2022-06-01"),
            ("long ago", "long ago"),
        ],
    )
    def test_a_feed_keeps_the_zone_and_what_cannot_be_read(self, written: str, published: str) -> None:
        feed = (
            '<rss version="2.0"><channel><title>News</title><item><guid>1</guid><title>A</title>'
            f"<pubDate>{written}</pubDate></item></channel></rss>"
        )
        [entry] = feed_from(Fetched("https://e.example/feed", feed.encode(), "application/xml", None), READER).entries
        assert entry.published == published

    def test_a_json_feed_is_read_with_its_dates(self) -> None:
        item = {"id": "1", "date_published": "1 June 2022"}
        feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [item]})
        fetched = Fetched("https://e.example/feed", feed.encode(), "application/feed+json", None)
        assert [entry.published for entry in feed_from(fetched, READER).entries] == ["2022-06-01"]

    def test_a_book_is_of_its_publication_and_not_of_its_making(self) -> None:
        dates = '<date event="creation">2024-05-31</date><date event="publication">May 1911</date>'
        book = f'<p><metadata>{dates}</metadata><manifest><item id="c" href="c.html"/></manifest>{{}}</p>'
        files = {
            "META-INF/container.xml": '<c><rootfile full-path="book.opf"/></c>',
            "book.opf": book.format('<spine><itemref idref="c"/></spine>'),
            "c.html": "<p>Four cranes stand.</p>",
        }
        assert document("a.epub", zipped(files)).published == "1911-05"


PDF = assembled(
    [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length 47 >>\nstream\nBT /F1 12 Tf 72 720 Td (Four cranes stand.) Tj ET\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /CreationDate (D:20240531120000Z) /ModDate (D:20240531120000Z) /Title (Cranes of Veldt) >>",
    ],
    b"/Root 1 0 R /Info 6 0 R",
)
ODT = zipped(
    {
        "content.xml": "<d><body><text><p>Four cranes stand.</p></text></body></d>",
        "meta.xml": "<d><meta><creation-date>2024-05-31T10:00</creation-date><date>2024-06-01</date></meta></d>",
    }
)


class TestTheAgeOfAFile:
    @pytest.mark.parametrize(
        ("source", "content"),
        [
            ("a.pdf", PDF),
            ("a.docx", docx(paragraph("Four cranes stand."))),
            ("a.pptx", pptx(("Cranes", "Four cranes stand."))),
            ("a.xlsx", xlsx({"Cranes": [["Crane", "Metres"], ["One", 30]]})),
            ("a.odt", ODT),
            ("a.rtf", rb"{\rtf1{\info{\title Cranes}{\creatim\yr2024\mo5\dy31}}Four cranes stand.}"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_when_a_file_was_made_is_no_publication(self, source: str, content: bytes) -> None:
        made = document(source, content)
        assert "rane" in made.text
        assert (made.published, made.left_out) == (None, ())

"""Texts that programs and people write by hand are read with their structure; what is left out of them is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.errors import ReadError
from assistant.reading import read, reader_for
from assistant.types import Document, Failure


def document(source: str, text: str) -> Document:
    return read(reader_for(source), source, text.encode())


def facts(made: Document) -> tuple[str, str | None, str | None, str | None]:
    return made.title, made.author, made.published, made.publisher


class TestSubtitles:
    SRT = """\ufeff1
00:00:58,000 --> 00:00:59,500
<i>The harbour</i> opened

2
00:01:00,000 --> 00:01:02,000
in {\\an8}1950.

3
00:01:03,000 --> 00:01:05,000 X1:10 X2:20
It had
12 cranes.

4
01:02:00.000 --> 01:02:01.000
It is closed.
"""
    VTT = """WEBVTT - A film

NOTE nobody reads this

STYLE
::cue { color: red }

intro
00:58.000 --> 00:59.500 align:start
<v Ann Orr>The <c.loud>harbour</c> opened &amp;

01:00.000 --> 01:02.000
closed again.

01:03.000 --> 01:04.000
closed again.
<v.loud Bo>How many cranes?
"""

    def test_what_is_said_is_read_under_its_minute(self) -> None:
        made = document("films/The_harbour.srt", self.SRT.replace("\n", "\r\n"))
        assert made.title == "The harbour"
        assert made.text == (
            "## 0:00\n\nThe harbour opened in 1950.\n\n## 0:01\n\nIt had 12 cranes.\n\n## 1:02\n\nIt is closed.\n\n"
        )

    def test_who_speaks_begins_a_line_and_a_line_that_rolls_up_is_read_once(self) -> None:
        assert document("a.vtt", self.VTT).text == (
            "## 0:00\n\nAnn Orr: The harbour opened & closed again.\n\n## 0:01\n\nBo: How many cranes?\n\n"
        )

    @pytest.mark.parametrize("text", ["", "Only text.\n", "00:01 --> 00:02\nToo short.\n"])
    def test_what_holds_no_subtitles_is_refused(self, text: str) -> None:
        with pytest.raises(ReadError, match="holds no subtitles"):
            document("a.srt", text)


class TestNotebooks:
    @staticmethod
    def made(*outputs: dict[str, Any]) -> Document:
        cell = {"cell_type": "code", "source": ["fit()\n", "show()"], "outputs": outputs}
        return document("a.ipynb", json.dumps({"cells": [cell]}))

    CODE = "```\nfit()\nshow()\n```\n\n"

    def test_what_was_printed_stands_below_the_code_as_a_terminal_shows_it(self) -> None:
        printed = ["10%|#   |\r100%|####|\n", "\x1b[31mslope:\x1b[0m 0.42 cm\n"]
        made = self.made({"output_type": "stream", "name": "stdout", "text": printed})
        assert made.text == f"{self.CODE}100%|####|\n\nslope: 0.42 cm\n\n"

    def test_a_result_of_columns_is_a_table(self) -> None:
        plain = "     gauge  mean\n0  Lowmill   412\n1  Upmill   977"
        table = "|  | gauge | mean |\n| --- | --- | --- |\n| 0 | Lowmill | 412 |\n| 1 | Upmill | 977 |\n\n"
        html = "<table><tr><th></th><th>gauge</th></tr><tr><th>0</th><td>Lowmill</td></tr></table>"
        of_html = "|  | gauge |\n| --- | --- |\n| 0 | Lowmill |\n\n"
        made = self.made({"output_type": "execute_result", "data": {"text/plain": plain}})
        assert made.text == self.CODE + table
        made = self.made({"output_type": "execute_result", "data": {"text/plain": plain, "text/html": html}})
        assert made.text == self.CODE + of_html

    def test_an_error_says_what_went_wrong(self) -> None:
        made = self.made({"output_type": "error", "ename": "ValueError", "evalue": "no gauge", "traceback": ["..."]})
        assert made.text == f"{self.CODE}ValueError: no gauge\n\n"

    def test_a_picture_is_told(self) -> None:
        made = self.made({"output_type": "display_data", "data": {"image/png": "iVB", "text/plain": "<Figure 1>"}})
        assert made.text == self.CODE
        assert made.left_out == (Failure("cell 1", "An output of it holds a picture or a program, and no text."),)

    def test_an_older_notebook_has_its_cells_in_sheets(self) -> None:
        cells = [
            {"cell_type": "heading", "level": 2, "source": "Levels"},
            {"cell_type": "code", "input": "1 + 1", "outputs": [{"output_type": "pyout", "text": ["2"]}]},
        ]
        made = document("a.ipynb", json.dumps({"worksheets": [{"cells": cells}]}))
        assert (made.title, made.text) == ("Levels", "## Levels\n\n```\n1 + 1\n```\n\n2\n\n")


class TestJsonLines:
    def test_a_broken_line_is_told_and_the_others_are_read(self) -> None:
        made = document("a.jsonl", '{"a": 1, "b": 2}\n{"a": 3,\n\n{"a": 5, "b": 6}\n')
        assert made.text == "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 5 | 6 |\n\n"
        [left_out] = made.left_out
        assert (left_out.source, left_out.reason[:15]) == ("line 2", "It is no JSON: ")

    def test_a_value_over_several_lines_is_one(self) -> None:
        assert document("a.jsonl", '{\n"a": 1,\n"b": 2\n}\n').text == "- a: 1\n- b: 2\n\n"

    def test_what_holds_no_json_is_refused(self) -> None:
        with pytest.raises(ReadError, match="are no JSON"):
            document("a.jsonl", "one\ntwo\n")


class TestXml:
    def test_an_article_has_its_facts_headings_notes_and_tables(self) -> None:
        made = document(
            "a.xml",
            """<?xml version="1.0"?><article xml:lang="en"><front>
            <journal-meta><journal-title>Tide Letters</journal-title></journal-meta>
            <article-meta><article-id>10.1</article-id><title-group><article-title>Eels of <italic>Mere</italic>
            </article-title></title-group><contrib-group>
            <contrib><name><surname>Venn</surname><given-names>Mara</given-names></name></contrib>
            <contrib><name><surname>Holt</surname><given-names>Dag</given-names></name></contrib></contrib-group>
            <pub-date><day>2</day><month>3</month><year>2031</year></pub-date>
            <abstract><p>They are back.</p></abstract></article-meta></front>
            <body><sec><title>Methods</title>
            <p>We counted<xref rid="r1"><sup>1</sup></xref>
            412 eels<fn><p>At night.</p></fn> in May [<xref>1</xref>].</p>
            <list><list-item><p>nets</p></list-item></list>
            <table-wrap><caption><title>Counts</title></caption><table><tr><th>Lake</th><th>Eels</th></tr>
            <tr><td>Mere</td><td>412</td></tr></table></table-wrap><sec><title>Gear</title><p>Nets.</p></sec></sec></body>
            <back><ref-list><title>References</title><ref id="r1"><label>1</label><mixed-citation>Orr A.
            <article-title>On eels</article-title>. 2020.</mixed-citation></ref></ref-list></back></article>""",
        )
        assert facts(made) == ("Eels of Mere", "Mara Venn, Dag Holt", "2031-03-02", "Tide Letters")
        assert made.text == (
            "# Eels of Mere\n\nThey are back.\n\n## Methods\n\n"
            "We counted 412 eels in May [1].\n\nAt night.\n\n- nets\n\n"
            "Counts\n\n| Lake | Eels |\n| --- | --- |\n| Mere | 412 |\n\n### Gear\n\nNets.\n\n"
            "## References\n\nOrr A. On eels. 2020.\n\n"
        )

    def test_an_edition_has_its_notes_below_and_its_rows_in_columns(self) -> None:
        made = document(
            "a.xml",
            """<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="de"><teiHeader><titleStmt><title>Briefe</title>
            <author>Ada Lenz</author></titleStmt><publicationStmt><publisher>Archiv</publisher>
            <date when="1912-05-03">Mai 1912</date></publicationStmt></teiHeader><text><body><div><head>An Otto</head>
            <p>Das Schiff<note n="1">Die Alma.</note> fährt um <hi>acht</hi>.</p>
            <lg><l>Rosen rot</l><l>Meer blau</l></lg>
            <table><row><cell>Ort</cell><cell>Zahl</cell></row><row><cell>Kiel</cell><cell>4</cell></row></table>
            </div></body></text></TEI>""",
        )
        assert (*facts(made), made.language) == ("Briefe", "Ada Lenz", "1912-05-03", "Archiv", "de")
        assert made.text == (
            "## An Otto\n\nDas Schiff fährt um acht.\n\nDie Alma.\n\nRosen rot\n\nMeer blau\n\n"
            "| Ort | Zahl |\n| --- | --- |\n| Kiel | 4 |\n\n"
        )

    def test_news_have_their_headline_once(self) -> None:
        made = document(
            "a.xml",
            """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"><itemMeta><provider>Wend Wire</provider>
            <versionCreated>2031-10-02T08:00:00Z</versionCreated></itemMeta><contentMeta>
            <headline>Pier closes</headline>
            <by>Jo Ray</by></contentMeta><contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><head>
            <title>Pier closes</title></head><body><p>The pier closes in May.</p></body></html></inlineXML></contentSet>
            </newsItem>""",
        )
        assert facts(made) == ("Pier closes", "Jo Ray", "2031-10-02T08:00:00+00:00", "Wend Wire")
        assert made.text == "# Pier closes\n\nThe pier closes in May.\n\n"

    def test_data_have_a_line_or_a_row_for_each_value(self) -> None:
        orders = (
            '<order id="7"><item>rope</item><price in="EUR">5</price></order><order id="8"><item>net</item></order>'
        )
        made = document("a.xml", f"<orders>{orders}<total>5</total></orders>")
        assert made.text == (
            "- orders › order › 1 › id: 7\n- orders › order › 1 › item: rope\n"
            "- orders › order › 1 › price: 5 (in EUR)\n"
            "- orders › order › 2 › id: 8\n- orders › order › 2 › item: net\n- orders › total: 5\n\n"
        )

    def test_an_attribute_and_an_element_of_one_name_are_both_read(self) -> None:
        made = document("a.xml", '<piers><pier name="Old"><name>New</name><depth>3</depth></pier></piers>')
        assert made.text == "- piers › pier › name: Old, New\n- piers › pier › depth: 3\n\n"

    def test_entities_are_not_replaced(self) -> None:
        bomb = '<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;">]><a><p>It is &d; here.</p></a>'
        assert "cccc" not in document("a.xml", bomb).text

    def test_a_feed_is_read_as_its_entries(self) -> None:
        made = document(
            "a.xml",
            "<rss version='2.0'><channel><title>Mere</title><item><title>Eels</title>"
            "<description>They are back.</description></item></channel></rss>",
        )
        assert (made.title, made.text) == ("Mere", "## Eels\n\nThey are back.\n\n")


class TestTex:
    def test_what_is_typeset_is_read(self) -> None:
        made = document(
            "a.tex",
            r"""\documentclass{article}\title{On \emph{Eels}}\author{Mara Venn\thanks{Orr Press} \and Bo Lee}
            \date{2 March 2031}\begin{document}\maketitle % nobody reads this
            \section{Methods}\label{m} We counted~412 eels\footnote{At night.} in the Caf\'e, 5\,\% of $x^2$.

            Next \textbf{one}.
            \begin{itemize}\item nets \item traps\end{itemize}
            \begin{table}\caption{Counts}\begin{tabular}{lr}\hline Lake & Eels \\ Mere & 412 \\\end{tabular}\end{table}
            \begin{verbatim}
x = 1
\end{verbatim}
            \input{part2}\end{document}""",
        )
        assert facts(made)[1:] == ("Mara Venn , Bo Lee", "2031-03-02", None)
        assert (made.title, made.left_out) == (
            "On Eels",
            (Failure("part2", "It is a file of its own. Add it, too."),),
        )
        assert made.text == (
            "## Methods\n\nWe counted 412 eels in the Café, 5 % of x^2.\n\n"
            "Next one.\n\nAt night.\n\n- nets\n- traps\n\n"
            "Counts\n\n| Lake | Eels |\n| --- | --- |\n| Mere | 412 |\n\n```\nx = 1\n```\n\n"
        )


class TestMarkup:
    def test_restructured_text_has_directives_and_roles_of_any_name(self) -> None:
        made = document(
            "a.rst",
            "====\nEels\n====\n\n:Author: Mara Venn\n:Date: 2031-03-02\n\nMethods\n=======\n\n"
            "We *counted* 412 eels, see `the plan <http://a.example>`_ and :ref:`other words <there>`.\n\n"
            ".. hint::\n\n   Bring nets.\n\n.. versionadded:: 2.1\n   :of: us\n\n   By hand.\n\n"
            "===== ====\nLake  Eels\n===== ====\nMere  412\n===== ====\n\n.. nobody reads this\n\n"
            "=== ===\nabcd ef\n=== ===\n\n.. include:: part2.rst\n",
        )
        assert facts(made) == ("Eels", "Mara Venn", "2031-03-02", None)
        assert made.text == (
            "# Eels\n\n- Author: Mara Venn\n- Date: 2031-03-02\n\n## Methods\n\n"
            "We counted 412 eels, see the plan and other words.\n\nHint\n\nBring nets.\n\n2.1\n\nBy hand.\n\n"
            "| Lake | Eels |\n| --- | --- |\n| Mere | 412 |\n\n```\n=== ===\nabcd ef\n=== ===\n```\n\n"
        )
        assert made.left_out == (Failure(".. include:: part2.rst", "It names other files. Add them, too."),)

    def test_restructured_text_reads_no_other_file(self) -> None:
        made = document("a.rst", f"Words.\n\n.. include:: {__file__}\n\n.. raw:: html\n   :file: {__file__}\n")
        assert "import" not in made.text
        assert [one.reason for one in made.left_out] == ["It names other files. Add them, too."] * 2

    def test_org_mode(self) -> None:
        made = document(
            "a.org",
            "#+TITLE: The quay\n#+AUTHOR: Mara Venn\n#+DATE: <2031-03-02 Sun>\n# nobody reads this\n"
            "* TODO [#A] Plan :port:\n:PROPERTIES:\n:ID: 7\n:END:\n"
            "The *new* quay costs 6[fn:1],\nsee [[file:x.org][the plan]]. A path a/b/c.\n** Depths\n"
            "- [X] survey :: done\n"
            "  - inner\n| Berth | Depth |\n|---+---|\n| B1 | 7 m |\n\n#+begin_src sh\n* ls\n#+end_src\n"
            "[fn:1] It was confirmed.\n",
        )
        assert facts(made) == ("The quay", "Mara Venn", "2031-03-02", None)
        assert made.text == (
            "# Plan\n\nThe new quay costs 6, see the plan. A path a/b/c.\n\n## Depths\n\n- survey: done\n  - inner\n\n"
            "| Berth | Depth |\n| --- | --- |\n| B1 | 7 m |\n\n```\n* ls\n```\n\nIt was confirmed.\n\n"
        )

    def test_asciidoc(self) -> None:
        made = document(
            "a.adoc",
            "= The quay\nMara Venn <m@a.example>\nv1.2, 2031-03-02: final\n:cost: 6.1 million\n\n// nobody reads this\n"
            "The *new* quay costs {cost}.footnote:[Confirmed.] See <<plan,the plan>>.\n\n[[plan]]\nDepths\n------\n\n"
            "NOTE: Bring `nets`.\n\n|===\n|Berth |Depth\n\n|B1\n|7 m\n|===\n\n"
            "* one\n** two\n\nLow season:: 31 crowns\n\n"
            "[source,sh]\n----\n= ls\n----\n\ninclude::part2.adoc[]\n",
        )
        assert facts(made) == ("The quay", "Mara Venn", "2031-03-02", None)
        assert made.text == (
            "# The quay\n\nThe new quay costs 6.1 million. (Confirmed.) See the plan.\n\n"
            "## Depths\n\nNOTE: Bring nets.\n\n"
            "| Berth | Depth |\n| --- | --- |\n| B1 | 7 m |\n\n- one\n  - two\n\nLow season: 31 crowns\n\n"
            "```\n= ls\n```\n\n"
        )
        assert made.left_out == (Failure("part2.adoc", "It is a file of its own. Add it, too."),)

    @pytest.mark.parametrize(("source", "opening"), [("a.org", "#+begin_comment"), ("a.adoc", "----")])
    def test_a_block_that_never_ends_is_read(self, source: str, opening: str) -> None:
        assert document(source, f"Before.\n\n{opening}\nAfter.\n").text == "Before.\n\n```\nAfter.\n```\n\n"


class TestReferences:
    def test_bibtex(self) -> None:
        made = document(
            "a.bib",
            '@article{a, title={{Eels} of H\\"ohe}, author={Venn, Mara and Holt, Dag}, '
            "year=2031, abstract={They came.}}\n"
            "@book{b, title={No end\n",
        )
        assert made.text == "## Eels of Höhe\n\n- author: Mara Venn; Dag Holt\n- year: 2031\n\nThey came.\n\n"
        assert [one.source for one in made.left_out] == ["a reference"]

    def test_ris(self) -> None:
        made = document(
            "a.ris",
            "TY  - JOUR\r\nAU  - Venn, Mara\r\nAU  - Holt, Dag\r\n"
            "TI  - Eels of Mere\r\nAB  - They came\r\nback.\r\nER  - \r\n"
            "TY  - BOOK\r\nTI  - Nets\r\nPY  - 2031\r\nER  - \r\n",
        )
        assert made.text == (
            "## Eels of Mere\n\n- author: Venn, Mara; Holt, Dag\n\nThey came back.\n\n## Nets\n\n- year: 2031\n\n"
        )

    @pytest.mark.parametrize("source", ["a.bib", "a.ris"])
    def test_what_holds_none_is_refused(self, source: str) -> None:
        with pytest.raises(ReadError, match="holds no references"):
            document(source, "Nothing here.\n")


def test_a_program_stays_as_it_is_and_a_log_is_as_a_terminal_shows_it() -> None:
    made = document("gauge.py", "# Gauges\nPORT = 7071\n")
    assert (made.title, made.text) == ("gauge.py", "# Gauges\nPORT = 7071\n")
    assert document("a.log", "10:00 \x1b[31mERROR\x1b[0m gauge 7\n").text == "10:00 ERROR gauge 7\n"

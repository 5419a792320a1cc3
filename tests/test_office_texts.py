"""Word, PowerPoint and the like: what is shown is read once, what is not shown is left out and told."""

from __future__ import annotations

import io
import zipfile

import pytest

from assistant.errors import ReadError
from assistant.reading import read, reader_for
from assistant.types import Document, Failure
from tests.file_makers import A, P, R, W, docx, epub, odf, paragraph, relations, zipped

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
C = f'xmlns:c="{CHART}"'


def document(source: str, content: bytes) -> Document:
    return read(reader_for(source), source, content)


def run(text: str, properties: str = "", inside: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{inside}<w:t>{text}</w:t></w:r>"


def row(*cells: str | tuple[str, str]) -> str:
    """A row of a table in Word: texts, and texts with the properties of their cells."""
    made = [(one, "") if isinstance(one, str) else one for one in cells]
    return f"<w:tr>{''.join(f'<w:tc><w:tcPr>{kind}</w:tcPr>{paragraph(text)}</w:tc>' for text, kind in made)}</w:tr>"


class TestWord:
    def test_notes_stand_once_below_the_paragraph_that_refers_to_them(self) -> None:
        referred = f'<w:p>{run("The quay is shut.", inside="")}<w:r><w:{{}}Reference w:id="2"/></w:r></w:p>'
        notes = '<w:{0}s {1}><w:{0} w:type="separator" w:id="0">{2}</w:{0}><w:{0} w:id="2">{3}</w:{0}></w:{0}s>'
        for kind in ("footnote", "endnote"):
            part = notes.format(kind, W, paragraph("---"), paragraph("Until 3 May."))
            body = referred.format(kind) + referred.format(kind) + paragraph("Ships wait.")
            made = document("a.docx", docx(body, {f"{kind}s": part}))
            assert made.text == "The quay is shut.\n\nUntil 3 May.\n\nThe quay is shut.\n\nShips wait.\n\n"

    def test_headers_and_footers_stand_once_without_page_numbers(self) -> None:
        field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>7</w:t></w:r></w:fldSimple>'
        long = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>".format
        pages = (
            f"{long('begin')}<w:r><w:instrText>NUMPAGES</w:instrText></w:r>{long('separate')}{run('9')}{long('end')}"
        )
        header = f"<w:hdr {W}>{paragraph('File KX-4471')}</w:hdr>"
        footer = (
            f"<w:ftr {W}><w:p>{run('Page ')}{field}{run(' of ')}{pages}</w:p>{paragraph('Valid until May')}</w:ftr>"
        )
        section = "<w:sectPr><w:headerReference w:type='default' r:id='r2'/><w:footerReference r:id='r3'/></w:sectPr>"
        first = "<w:sectPr><w:headerReference w:type='first' r:id='r4'/></w:sectPr>"
        unused = f"<w:hdr {W}>{paragraph('Draft')}</w:hdr>"
        body = f"<w:p><w:pPr>{section}</w:pPr></w:p>{paragraph('It ends.')}{section}{first}"
        made = document("a.docx", docx(body, {"header": header, "footer": footer}))
        assert made.text == "File KX-4471\n\nIt ends.\n\nValid until May\n\n"
        assert "Draft" not in document("a.docx", docx(body, {"header": header, "footer": footer, "x": unused})).text

    def test_what_is_deleted_hidden_or_crossed_out_is_left_out_and_the_latter_told(self) -> None:
        texts = run("secret ", "<w:vanish/>") + run("ten ", "<w:strike/>") + run("nine ", '<w:strike w:val="0"/>')
        deleted = "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>gone</w:t></w:r></w:p></w:tc></w:tr>"
        table = f"<w:tbl>{row('Crane', 'Height')}{deleted}{row('Old', '30')}</w:tbl>"
        made = document("a.docx", docx(f"<w:p>{run('It costs ')}{texts}{run('crowns.')}</w:p>{table}"))
        assert made.text == "It costs nine crowns.\n\n| Crane | Height |\n| --- | --- |\n| Old | 30 |\n\n"
        assert made.left_out == (
            Failure("the text", "Text that is hidden in it was not read. Show it and save the file, to have it read."),
            Failure("the text", "Text that is crossed out in it was not read."),
        )

    def test_merged_cells_repeat_their_value_and_two_rows_of_heads_are_one(self) -> None:
        wide, begins, goes_on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
        table = (
            f"<w:tbl>{row(('Ship', begins), ('Income', wide))}{row(('', goes_on), '2030', '2031')}"
            f"{row(('Merle', begins), '1', '2')}{row(('', goes_on), '3', '4')}</w:tbl>"
        )
        assert document("a.docx", docx(table)).text == (
            "| Ship | Income 2030 | Income 2031 |\n| --- | --- | --- |\n| Merle | 1 | 2 |\n| Merle | 3 | 4 |\n\n"
        )

    def test_a_text_box_stands_once_also_in_a_cell(self) -> None:
        box = "<w:txbxContent>{}</w:txbxContent>".format(paragraph("Mind the step."))
        both = f"<x><Choice>{box}</Choice><Fallback>{box}</Fallback></x>"
        boxed = f"<w:p>{run('Gate')}<w:r>{both}</w:r></w:p>"
        cell = f"<w:tc>{boxed}</w:tc><w:tc>{paragraph('7')}</w:tc>"
        assert document("a.docx", docx(boxed)).text == "Gate\n\nMind the step.\n\n"
        table = f"<w:tbl><w:tr>{cell}</w:tr>{row('Pier', '8')}</w:tbl>"
        assert document("a.docx", docx(table)).text.count("Mind the step.") == 1

    def test_lists_and_headings_have_the_numbers_that_are_shown(self) -> None:
        kinds = (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("upperRoman", "%4"))
        levels = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="{4 if at == 3 else 1}"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{shown}"/></w:lvl>'
            for at, (kind, shown) in enumerate(kinds)
        )
        again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        numbering = (
            f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum><w:num w:numId="5">'
            f'<w:abstractNumId w:val="0"/></w:num><w:num w:numId="6"><w:abstractNumId w:val="0"/>{again}</w:num>'
            "</w:numbering>"
        )

        def item(text: str, level: int, number: int = 5, style: str = "") -> str:
            properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
            return paragraph(text, style or "x").replace("</w:pPr>", f"{properties}</w:pPr>")

        body = (
            item("Rent", 0, style="H1") + item("when due", 1) + item("late", 2) + item("later", 2) + item("fourth", 3)
            + item("how paid", 1) + item("Term", 0) + item("from May", 1) + item("Anew", 0, 6)
        )  # fmt: skip
        assert document("a.docx", docx(body, {"numbering": numbering})).text == (
            "# 1. Rent\n\n  - 1.1 when due\n    - (a) late\n    - (b) later\n      - IV fourth\n  - 1.2 how paid\n"
            "2. Term\n  - 2.1 from May\n1. Anew\n\n"
        )

    def test_a_chart_is_a_table_of_numbers_as_they_are_shown(self) -> None:
        body = f'<w:p><w:r><c:chart {C} r:id="r2"/></w:r></w:p>'
        assert document("a.docx", docx(body, {"chart": chart()})).text == SHOWN_CHART

    def test_what_a_control_asks_for_is_no_text_and_a_file_within_is_told(self) -> None:
        prompt = (
            f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph('Enter.')}</w:sdtContent></w:sdt>"
        )
        made = document("a.docx", docx(prompt + paragraph("Done."), {"oleObject": ""}))
        assert made.text == "Done.\n\n"
        reason = "It is a file within the document, and not read. Add it by itself."
        assert made.left_out == (Failure("word/oleObject.xml", reason),)


def chart() -> str:
    def points(kind: str, code: str, *values: str) -> str:
        listed = "".join(f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values))
        cached = f"<c:numCache><c:formatCode>{code}</c:formatCode>{listed}</c:numCache>"
        return f"<c:{kind}><c:numRef>{cached}</c:numRef></c:{kind}>"

    series = f"<c:ser><c:tx><c:v>Costs</c:v></c:tx>{points('cat', 'yyyy', '47849', '48214')}"
    return f"<c:chartSpace {C}>{series}{points('val', '0%', '0.07', '0.125')}</c:ser></c:chartSpace>"


SHOWN_CHART = "|  | Costs |\n| --- | --- |\n| 2031-01-01 | 7% |\n| 2032-01-01 | 13% |\n\n"


def deck(*slides: str, chart_part: str = "") -> bytes:
    """A presentation of slides, each an attribute of the slide, then its shapes."""
    names = [f"slide{number}.xml" for number in range(1, len(slides) + 1)]
    ids = "".join(f'<p:sldId id="{255 + i}" r:id="r{i}"/>' for i in range(1, len(slides) + 1))
    files: dict[str, str | bytes] = {
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {P} {R}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(*(("slide", name) for name in names)),
        "ppt/chart.xml": chart_part,
    }
    for name, slide in zip(names, slides, strict=True):
        shown, _, shapes = slide.partition("|")
        files[f"ppt/{name}"] = f"<p:sld {P} {A} {R} {shown}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        files[f"ppt/_rels/{name}.rels"] = relations(("chart", "chart.xml"))
    return zipped(files)


def shape(text: str, kind: str = "", properties: str = "") -> str:
    body = f"<p:txBody><a:p><a:r><a:rPr {properties}/><a:t>{text}</a:t></a:r></a:p></p:txBody>"
    return f"<p:sp><p:nvSpPr><p:nvPr>{kind}</p:nvPr></p:nvSpPr>{body}</p:sp>"


class TestPowerPoint:
    def test_a_hidden_slide_is_left_out_and_told_and_the_others_keep_their_numbers(self) -> None:
        made = document("a.pptx", deck("|" + shape("Four."), 'show="0"|' + shape("999"), "|" + shape("Five.")))
        assert (made.text, [place.label for _, place in made.places]) == ("Four.\n\nFive.\n\n", ["1", "3"])
        reason = "It is hidden, and so not read. Show it in the presentation and save that, to have it read."
        assert made.left_out == (Failure("slide 2", reason),)

    def test_a_footer_stands_once_and_what_is_crossed_out_not_at_all(self) -> None:
        footer = shape("Harbour board", '<p:ph type="ftr"/>')
        struck = shape("ten", properties='strike="sngStrike"')
        assert document("a.pptx", deck(f"|{shape('Four.')}{footer}", f"|{struck}{shape('Five.')}{footer}")).text == (
            "Four.\n\nHarbour board\n\nFive.\n\n"
        )

    def test_merged_cells_repeat_their_value(self) -> None:
        def cell(text: str, kind: str = "") -> str:
            return f"<a:tc {kind}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"

        rows = (
            cell("Ship") + cell("Crew", 'gridSpan="2"') + cell("", 'hMerge="1"'),
            cell("Merle", 'rowSpan="2"') + cell("mate") + cell("cook"),
            cell("", 'vMerge="1"') + cell("pilot") + cell("smith"),
        )
        table = f"<p:graphicFrame><a:tbl>{''.join(f'<a:tr>{one}</a:tr>' for one in rows)}</a:tbl></p:graphicFrame>"
        assert document("a.pptx", deck(f"|{table}")).text == (
            "| Ship | Crew | Crew |\n| --- | --- | --- |\n| Merle | mate | cook |\n| Merle | pilot | smith |\n\n"
        )

    def test_a_chart_shows_its_numbers_in_their_format(self) -> None:
        frame = f'<p:graphicFrame><c:chart {C} r:id="r1"/></p:graphicFrame>'
        assert document("a.pptx", deck(f"|{frame}", chart_part=chart())).text == SHOWN_CHART


UNSEEN = ["Text that is hidden", "Text that is crossed out"]


class TestRtf:
    OPENING = r"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\fcharset238 Arial;}}"

    @pytest.mark.parametrize(
        ("title", "expected"),
        [(r"P\'f8\'edstav", "Přístav"), (r"Caf\u233?", "Café"), (r"{\b Deep} quay", "Deep quay")],
        ids=["bytes", "unicode", "group"],
    )
    def test_a_title_is_decoded(self, title: str, expected: str) -> None:
        made = document("a.rtf", f"{self.OPENING}{{\\info{{\\title {title}}}{{\\author \\'8aa}}}}Ships.}}".encode())
        assert (made.title, made.author, made.text) == (expected, "Ša", "Ships.\n\n")

    def test_headers_notes_and_boxes_are_read_once_without_page_numbers(self) -> None:
        header = r"{\header File KX-4471\par}{\headerf File KX-4471\par}"
        header += r"{\footer Page {\field{\*\fldinst PAGE}{\fldrslt 3}}\par Until May\par}"
        box = r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt Mind the step.\par}}{\shprslt Mind the step.}}"
        note = r"The quay is shut{\super\chftn{\footnote\chftn  Until 3 May.}}."
        made = document("a.rtf", f"{self.OPENING}{header}{note}\\par {box}}}".encode())
        assert made.text == "File KX-4471\n\nThe quay is shut ( Until 3 May.).\n\nMind the step.\n\nUntil May\n\n"

    def test_what_is_not_shown_is_left_out_and_told(self) -> None:
        styles = r"{\stylesheet{\s1\v Hidden;}}"
        text = r"It costs {\v secret}{\deleted eight }{\strike ten }\strike nine \strike0 five crowns."
        made = document("a.rtf", f"{self.OPENING}{styles}{text}}}".encode())
        assert made.text == "It costs five crowns.\n\n"
        assert [failure.reason[:24] for failure in made.left_out] == [
            "Text that is hidden in i",
            "Text that is crossed out",
            "Text whose deletion is r",
        ]
        assert document("a.rtf", f"{self.OPENING}{styles}Ships.}}".encode()).left_out == ()

    def test_a_table_has_heads_and_merged_cells_repeat(self) -> None:
        def row(definition: str, *cells: str) -> str:
            written = "".join(cell + r"\cell " for cell in cells)
            return rf"\trowd{definition}\pard\intbl {written}\row "

        plain, below = r"\cellx1\cellx2", r"\clvmgf\cellx1\cellx2"
        rows = row(plain, "Ship", "Crew") + row(below, "Merle", r"a|b\par c") + row(r"\clvmrg\cellx1\cellx2", "", "d")
        made = document("a.rtf", f"{self.OPENING}Fleet\\par {rows}\\pard End\\par}}".encode())
        assert made.text == "Fleet\n\n| Ship | Crew |\n| --- | --- |\n| Merle | a\\|b c |\n| Merle | d |\n\nEnd\n\n"


class TestOpenDocument:
    def test_merged_cells_repeat_their_value(self) -> None:
        cell = "<table:table-cell {}><text:p>{}</text:p></table:table-cell>".format
        covered = "<table:covered-table-cell/>"
        rows = (
            cell('table:number-rows-spanned="2"', "Ship") + cell('table:number-columns-spanned="2"', "Crew") + covered,
            covered + cell("", "deck") + cell("", "engine"),
            cell("", "Merle") + cell("", "3") + cell("", "4"),
        )
        table = f"<table:table>{''.join(f'<table:table-row>{one}</table:table-row>' for one in rows)}</table:table>"
        assert document("a.odt", odf(table)).text == (
            "| Ship | Crew deck | Crew engine |\n| --- | --- | --- |\n| Merle | 3 | 4 |\n\n"
        )

    def test_what_is_hidden_or_crossed_out_is_left_out_and_told(self) -> None:
        styles = (
            '<x:style x:name="H"><x:text-properties text:display="none"/></x:style>'
            '<x:style x:name="S"><x:text-properties x:text-line-through-style="solid"/></x:style>'
        )
        spans = '<text:span text:style-name="H">secret</text:span><text:span text:style-name="S">ten</text:span>'
        content = odf(f"<text:p>Five{spans} crowns</text:p>", styles=styles)
        made = document("a.odt", content)
        assert made.text == "Five crowns\n\n"
        assert [one.reason.split(" in it")[0] for one in made.left_out] == [
            "Text that is hidden",
            "Text that is crossed out",
        ]

    def test_hidden_sheets_rows_and_columns_and_slides_are_left_out_and_told(self) -> None:
        styles = (
            '<x:style x:name="H"><x:table-properties table:display="false"/></x:style>'
            '<x:style x:name="D"><x:drawing-page-properties presentation:visibility="hidden"/></x:style>'
        )
        cells = "".join(f"<table:table-cell><text:p>{one}</text:p></table:table-cell>" for one in ("{0}", "{1}", "{2}"))
        rows = [
            f"<table:table-row {{3}}>{cells}</table:table-row>".format(*row)
            for row in (
                ("Ship", "Price", "Crew", ""),
                ("Merle", "9", "3", ""),
                ("Dorn", "9", "5", 'table:visibility="collapse"'),
                ("Skua", "9", "4", ""),
            )
        ]
        columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
        table = '<table:table table:name="{}" table:style-name="{}">{}</table:table>'.format
        sheets = table("Fleet", "V", columns + "".join(rows)) + table("Draft", "H", rows[1])
        made = document("a.ods", odf(sheets, "spreadsheet", styles))
        assert made.text == "| Ship | Crew |\n| --- | --- |\n| Merle | 3 |\n| Skua | 4 |\n\n"
        assert [one.source for one in made.left_out] == ["sheet Fleet", "sheet Draft"]
        assert made.left_out[0].reason.startswith("Hidden in it, and so not read: rows and columns.")
        slide = '<draw:page draw:style-name="{}"><text:p>{}</text:p></draw:page>'.format
        made = document("a.odp", odf(slide("D", "999") + slide("V", "Five."), "presentation", styles))
        assert (made.text, made.left_out[0].source, made.places[0][1].label) == ("Five.\n\n", "slide 1", "2")

    def test_lists_and_headings_have_the_numbers_that_are_shown(self) -> None:
        level = '<x:l text:level="{}" x:num-format="{}" x:num-suffix="{}" text:display-levels="{}"/>'.format
        styles = (
            f'<text:list-style x:name="L">{level(1, "1", ".", 1)}{level(2, "a", ")", 1)}</text:list-style>'
            f"<text:outline-style>{level(1, '1', '', 1)}{level(2, '1', '', 2)}</text:outline-style>"
        )
        heading = '<text:h text:outline-level="{}">{}</text:h>'.format
        item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>".format
        inner = f"<text:list>{item('late', '')}{item('later', '')}</text:list>"
        listed = f'<text:list text:style-name="L">{item("Rent", inner)}{item("Term", "")}</text:list>'
        body = heading(1, "Quay") + heading(2, "Gate") + listed + "<text:p>Also:</text:p>" + listed
        once = "1. Rent\n  - a) late\n  - b) later\n2. Term\n\n"
        assert document("a.odt", odf(body, styles=styles)).text == f"# 1 Quay\n\n## 1.1 Gate\n\n{once}Also:\n\n{once}"

    def test_a_value_without_a_text_is_read_and_a_formula_without_a_value_told(self) -> None:
        cell = "<table:table-cell {}/>".format
        rows = (
            "".join(map(cell, (f'office:string-value="{head}"' for head in ("Ship", "Share", "Sum")))),
            cell('office:string-value="Merle"') + cell('office:value-type="percentage" office:value="0.125"')
            + cell('table:formula="of:=[.B2]*2"'),
        )  # fmt: skip
        table = "".join(f"<table:table-row>{one}</table:table-row>" for one in rows)
        made = document("a.ods", odf(f'<table:table table:name="Fleet">{table}</table:table>', "spreadsheet"))
        assert made.text == "| Ship | Share | Sum |\n| --- | --- | --- |\n| Merle | 12.5% | =[.B2]*2 |\n\n"
        assert [one.source for one in made.left_out] == ["sheet Fleet"]


class TestBooks:
    FIRST = (
        '<h1>Boats</h1><p>The yard had 14<sup><a href="#n1">2</a></sup> workers and '
        '3<a epub:type="noteref" href="#n2">1</a> boats; see <a href="#b">page 7</a>.</p>'
        '<nav epub:type="toc"><a href="c2.html">Steam</a></nav>'
        '<aside id="n1">In all. <a role="doc-backlink" href="#r">↩</a></aside>'
    )

    def test_marks_of_notes_are_no_digits_of_a_number_and_chapters_are_places(self) -> None:
        made = document("a.epub", epub(self.FIRST, "<h2>Steam</h2><p>It came in 1861.</p>"))
        assert made.text == (
            "# Boats\n\nThe yard had 14 workers and 3 boats; see page 7.\n\nIn all.\n\n## Steam\n\nIt came in 1861.\n\n"
        )
        assert [(place.kind, place.label) for _, place in made.places] == [("chapter", "Boats"), ("chapter", "Steam")]

    def test_a_chapter_that_is_missing_is_told_and_one_that_is_encrypted_refuses_the_book(self) -> None:
        book = epub("<p>One.</p>", "<p>Two.</p>")
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        without = document("a.epub", zipped({name: part for name, part in files.items() if name != "c2.html"}))
        assert without.left_out == (Failure("c2.html", "The book names it as a chapter and does not hold it."),)
        locked = zipped(files | {"META-INF/encryption.xml": '<e><CipherReference URI="c1.html"/></e>'})
        with pytest.raises(ReadError, match="protected against copying"):
            document("a.epub", locked)

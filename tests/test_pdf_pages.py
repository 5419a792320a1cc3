"""What PDF pages hold that no plain line of text is: forms, notes, files, initials, numbers, turned pages, tables."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.reading import read, reader_for
from assistant.types import Document, Failure, Place
from tests.file_makers import PlacedLine, assembled, placed

WIDE = "The harbour of Veldt, which the old count had built, has four cranes and"


def document(*pages: Sequence[PlacedLine]) -> Document:
    return read(reader_for("a.pdf"), "a.pdf", placed(*pages))


def one_page(content: str, page: str = "", root: str = "", *objects: bytes) -> Document:
    """What is read of a page of A4 with this content and entries, in a PDF with these entries and objects from 6 on."""
    stream = content.encode()
    made = [
        f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >> >> {page} >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *objects,
    ]
    return read(reader_for("a.pdf"), "a.pdf", assembled(made, b"/Root 1 0 R"))


def shown(*lines: tuple[float, float, str]) -> str:
    return " ".join(f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET" for x, y, text in lines)


class TestNotes:
    FORM = (
        b"<< /Fields [7 0 R 8 0 R 9 0 R] /DA (/F1 12 Tf 0 g) /DR << /Font << /F1 5 0 R >> >> /NeedAppearances true >>"
    )

    def test_the_values_of_a_form_stand_behind_their_labels_and_ticks_behind_their_names(self) -> None:
        field = "<< /Type /Annot /Subtype /Widget /F 4 /DA (/F1 12 Tf 0 g) /Rect [230 {} 430 {}] {} >>".format
        made = one_page(
            shown((72, 780, "A berth"), (72, 750, "Name of the applicant:"), (72, 720, "Length:")),
            "/Annots [7 0 R 8 0 R 9 0 R]",
            "/AcroForm 6 0 R",
            self.FORM,
            field(746, 764, "/FT /Tx /T (applicant) /V (Berit Solan)").encode(),
            field(716, 734, "/FT /Tx /T (length) /V (11.4 m)").encode(),
            field(686, 704, "/FT /Btn /T (insured) /V /Yes /AS /Yes /AP << /N << /Yes 10 0 R >> >>").encode(),
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream",
        )
        assert made.text == "A berth\n\nName of the applicant: Berit Solan\n\nLength: 11.4 m\n\ninsured: Yes\n\n"

    def test_what_is_typed_for_a_password_is_not_read(self) -> None:
        field = (
            b"<< /Type /Annot /Subtype /Widget /F 4 /Ff 8192 /FT /Tx /T (key) /V (secret) /Rect [230 746 430 764] >>"
        )
        form = b"<< /Fields [7 0 R] >>"
        made = one_page(shown((72, 750, "Key of the gate:")), "/Annots [7 0 R]", "/AcroForm 6 0 R", form, field)
        assert "secret" not in made.text

    def test_a_comment_is_read_with_who_wrote_it(self) -> None:
        note = b"<< /Type /Annot /Subtype /Text /Rect [300 700 320 720] /T (Ann Orr) /Contents (The pier is shut.) >>"
        made = one_page(shown((72, 750, "The pier is open.")), "/Annots [6 0 R]", "", note)
        assert made.text == "The pier is open.\n\nAnn Orr: The pier is shut.\n\n"
        assert made.place_at(made.text.index("Ann")) == Place("page", "1")

    def test_embedded_files_are_read_as_places_or_told(self) -> None:
        names = b"<< /Names [(a) 7 0 R (b) 9 0 R] >>"
        made = one_page(
            shown((72, 750, "The weir is long.")),
            "",
            "/Names << /EmbeddedFiles 6 0 R >>",
            names,
            b"<< /Type /Filespec /F (annex.txt) /EF << /F 8 0 R >> >>",
            b"<< /Type /EmbeddedFile /Length 15 >>\nstream\nThe weir leaks.\nendstream",
            b"<< /Type /Filespec /F (plan.dwg) /EF << /F 8 0 R >> >>",
        )
        assert made.text == "The weir is long.\n\n# annex.txt\n\nThe weir leaks.\n\n"
        assert made.place_at(made.text.index("leaks")) == Place("file", "annex.txt")
        assert [one.source for one in made.left_out] == ["plan.dwg"]

    def test_a_form_made_by_xfa_is_told(self) -> None:
        made = one_page(
            shown((72, 750, "Please wait.")), "", "/AcroForm 6 0 R /NeedsRendering true",
            b"<< /Fields [] /XFA 7 0 R >>", b"<< /Length 11 >>\nstream\n<xdp></xdp>\nendstream",
        )  # fmt: skip
        assert made.left_out == (
            Failure("the form", "It is made by XFA, which is not read. Print it to a PDF, and add that."),
        )


class TestPage:
    def test_what_stands_outside_the_part_that_is_shown_is_not_read(self) -> None:
        made = one_page(shown((72, 750, "The weir is long."), (72, 20, "Job 4471")), "/CropBox [0 60 595 842]")
        assert made.text == "The weir is long.\n\n"

    @pytest.mark.parametrize(
        ("turn", "matrix"), [(90, "0 1 -1 0 595 0"), (270, "0 -1 1 0 0 842"), (180, "-1 0 0 -1 595 842")]
    )
    def test_a_table_on_a_turned_page_is_one(self, turn: int, matrix: str) -> None:
        rows = [("Harbour", "Cod", "Herring"), ("Skell", "312", "1,044"), ("Tarnwick", "95", "410")]
        cells = [
            (50 + 150 * column, 500 - 20 * row, text)
            for row, texts in enumerate(rows)
            for column, text in enumerate(texts)
        ]
        made = one_page(f"q {matrix} cm {shown(*cells)} Q", f"/Rotate {turn}")
        assert (
            made.text
            == "| Harbour | Cod | Herring |\n| --- | --- | --- |\n| Skell | 312 | 1,044 |\n| Tarnwick | 95 | 410 |\n\n"
        )


class TestLetters:
    @pytest.mark.parametrize(
        ("before", "raised", "after", "text"),
        [
            ("It was built in 1931.", "6", " It stands.", "It was built in 1931. It stands."),
            ("They landed 312", "4", " tonnes.", "They landed 312 ⁴ tonnes."),
            ("The yard is 900 m", "2", " large.", "The yard is 900 m² large."),
            ("The sailors", "12", " left.", "The sailors left."),
        ],
    )
    def test_raised_numbers_are_no_part_of_what_stands_before_them(
        self, before: str, raised: str, after: str, text: str
    ) -> None:
        content = f"BT /F1 11 Tf 72 760 Td ({before}) Tj /F1 7 Tf 4 Ts ({raised}) Tj /F1 11 Tf 0 Ts ({after}) Tj ET"
        assert one_page(content).text == f"{text}\n\n"

    def test_a_large_initial_begins_the_first_word(self) -> None:
        made = document(
            [(72, 700, "T", 48), (104, 726, "he bell of Pell Bridge was cast in the year of 1644, and it"),
             (104, 712, "has been rung by hand.")]
        )  # fmt: skip
        assert made.text.split("\n\n")[0] == (
            "The bell of Pell Bridge was cast in the year of 1644, and it has been rung by hand."
        )

    def test_lam_and_alef_of_one_glyph_stand_in_their_order(self) -> None:
        letters = "<01> <06440627> <02> <0633> <03> <0645> <04> <0020> <05> <0641>"
        mapped = f"5 beginbfchar {letters} endbfchar".encode()
        stream = b"BT /F2 12 Tf 72 700 Td <0301020504030102> Tj ET"
        made = assembled(
            [
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
                b"/Resources << /Font << /F2 5 0 R >> >> >>",
                b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
                b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 1 /LastChar 5 "
                b"/Widths [500 500 500 300 500] /ToUnicode 6 0 R >>",
                b"<< /Length %d >>\nstream\n%s\nendstream" % (len(mapped), mapped),
            ],
            b"/Root 1 0 R",
        )
        assert read(reader_for("a.pdf"), "a.pdf", made).text == "سلام فسلام\n\n"

    def test_a_hyphen_stays_at_a_line_end_where_the_word_has_one_elsewhere(self) -> None:
        made = document(
            [
                (70, 780, "The well-known mill of Veldt was sold by the count, and all of the"),
                (70, 766, "people came to see it."),
            ],
            [
                (70, 780, "The harbour, which has been built by the count himself, is well-"),
                (70, 766, "known, and its light-"),
                (70, 752, "house is seen from the islands."),
            ],
        )
        assert "is well-known, and its lighthouse is seen" in made.text


class TestLineNumbers:
    TEXT = ("The boat was seen for the last time on", "the eleventh of May, shortly after the",
            "ferry had left. Two red boxes were on", "board, as the keeper of the lighthouse",
            "said later. Nobody had opened them.")  # fmt: skip

    def test_numbers_that_count_the_lines_are_no_text(self) -> None:
        numbered = [(67, 780 - 14 * row, str(row + 1)) for row in range(5)]
        made = document([*numbered, *((100, 780 - 14 * row, line) for row, line in enumerate(self.TEXT))])
        assert made.text == f"{' '.join(self.TEXT)}\n\n"

    def test_ranks_in_a_table_stay(self) -> None:
        names = ("Skell", "Tarnwick", "Osmere", "Lowmill", "Highmere")
        rows = [((67, 780 - 14 * row, str(row + 1)), (120, 780 - 14 * row, name)) for row, name in enumerate(names)]
        amounts = [(220, 780 - 14 * row, "12 t") for row in range(len(names))]
        made = document([cell for row, amount in zip(rows, amounts, strict=True) for cell in (*row, amount)])
        assert "2 Tarnwick 12 t" in made.text


class TestTables:
    HEAD = ((70, 780, "Harbour"), (220, 780, "Cod"), (370, 780, "Boats"))

    def test_a_cell_stands_under_its_head_where_one_before_it_is_empty(self) -> None:
        made = document(
            [*self.HEAD, (70, 760, "Skell"), (370, 760, "27"), (70, 740, "Osmere"), (220, 740, "18"), (370, 740, "4")]
        )
        assert made.text == "| Harbour | Cod | Boats |\n| --- | --- | --- |\n| Skell |  | 27 |\n| Osmere | 18 | 4 |\n\n"

    def test_a_head_over_several_columns_stands_in_front_of_those_below_it(self) -> None:
        upper = [(220, 740, "Cod"), (400, 740, "Herring")]
        lower = [(72, 720, "Trawler"), (200, 720, "2029"), (280, 720, "2030"), (380, 720, "2029"), (460, 720, "2030")]
        skarv = [(72, 700, "Skarv"), (200, 700, "411"), (280, 700, "422"), (380, 700, "433"), (460, 700, "444")]
        terne = [(72, 680, "Terne"), (200, 680, "511"), (280, 680, "522"), (380, 680, "533"), (460, 680, "544")]
        assert document([*upper, *lower, *skarv, *terne]).text == (
            "| Trawler | Cod 2029 | Cod 2030 | Herring 2029 | Herring 2030 |\n| --- | --- | --- | --- | --- |\n"
            "| Skarv | 411 | 422 | 433 | 444 |\n| Terne | 511 | 522 | 533 | 544 |\n\n"
        )

    def test_heads_and_cells_that_nearly_touch_are_parted_where_the_columns_are(self) -> None:
        heads = [(70, 780, "District"), (150, 780, "Inhabitants"), (220, 780, "Schools"), (275, 780, "Mayor")]
        first = [(70, 760, "Holm"), (150, 760, "3,797"), (220, 760, "26"), (275, 760, "Eva Saur")]
        second = [(70, 740, "Upper Bosk"), (150, 740, "13,009"), (220, 740, "5"), (275, 740, "Dan Reis")]
        made = document([*heads, *first, *second])
        assert made.text == (
            "| District | Inhabitants | Schools | Mayor |\n| --- | --- | --- | --- |\n"
            "| Holm | 3,797 | 26 | Eva Saur |\n| Upper Bosk | 13,009 | 5 | Dan Reis |\n\n"
        )

    def test_what_is_wrapped_in_a_cell_belongs_to_it(self) -> None:
        first = [(70, 750, "Skell with the"), (220, 750, "312"), (370, 750, "27"), (70, 737, "northern pier")]
        made = document([*self.HEAD, *first, (70, 707, "Osmere"), (220, 707, "18"), (370, 707, "4")])
        assert "| Skell with the northern pier | 312 | 27 |\n| Osmere | 18 | 4 |\n" in made.text

    def test_a_table_goes_on_on_the_next_page_under_its_head(self) -> None:
        made = document(
            [*self.HEAD, (70, 760, "Skell"), (220, 760, "312"), (370, 760, "27")],
            [*self.HEAD, (70, 760, "Osmere"), (220, 760, "18"), (370, 760, "4")],
            [
                (70, 780, "Lowmill"),
                (220, 780, "7"),
                (370, 780, "1"),
                (70, 760, "Veldt"),
                (220, 760, "9"),
                (370, 760, "2"),
            ],
        )
        assert made.text == (
            "| Harbour | Cod | Boats |\n| --- | --- | --- |\n| Skell | 312 | 27 |\n| Osmere | 18 | 4 |\n"
            "| Lowmill | 7 | 1 |\n| Veldt | 9 | 2 |\n\n"
        )
        assert made.place_at(made.text.index("Osmere")) == Place("page", "2")
        assert made.place_at(made.text.index("Veldt")) == Place("page", "3")

    def test_another_table_on_the_next_page_is_one_of_its_own(self) -> None:
        made = document(
            [*self.HEAD, (70, 760, "Skell"), (220, 760, "312"), (370, 760, "27")],
            [
                (70, 780, "Month"),
                (220, 780, "Rain"),
                (370, 780, "Snow"),
                (70, 760, "May"),
                (220, 760, "18"),
                (370, 760, "4"),
            ],
        )
        assert made.text.count("| --- | --- | --- |") == 2

    SUB = ((72, 684, "Pier"), (200, 684, "Cranes"), (270, 684, "Cost"), (350, 684, "Cranes"), (420, 684, "Cost"))
    NORTH = ((72, 668, "North"), (200, 668, "4"), (270, 668, "120"), (350, 668, "5"), (420, 668, "130"))
    SOUTH = ((72, 652, "South"), (200, 652, "2"), (270, 652, "80"), (350, 652, "3"), (420, 652, "90"))
    TEXT = "All that was moved over the piers of the harbour in these years stands in the table below it."
    BOTH_YEARS = (
        "| Pier | 2029 Cranes | 2029 Cost | 2030 Cranes | 2030 Cost |\n| --- | --- | --- | --- | --- |\n"
        "| North | 4 | 120 | 5 | 130 |\n| South | 2 | 80 | 3 | 90 |\n"
    )

    def test_a_head_that_stands_beside_wider_ones_is_over_its_own_column_alone(self) -> None:
        upper = [(72, 700, "Pier"), (225, 700, "2029"), (375, 700, "2030")]
        made = document([(72, 730, self.TEXT), *upper, *self.SUB[1:], *self.NORTH, *self.SOUTH])
        assert made.text == f"{self.TEXT}\n\n{self.BOTH_YEARS}\n"

    @pytest.mark.parametrize("at", [(200, 350), (225, 375), (240, 390)])
    def test_two_rows_of_heads_that_stand_on_both_pages_are_one_head(self, at: tuple[int, int]) -> None:
        upper = [(at[0], 700, "2029"), (at[1], 700, "2030")]
        east = [(x, y, text) for (x, y, _), text in zip(self.NORTH, ("East", "1", "20", "2", "25"), strict=True)]
        first = [(72, 730, self.TEXT), *upper, *self.SUB, *self.NORTH, *self.SOUTH]
        made = document(first, [*upper, *self.SUB, *east, (72, 600, self.TEXT)])
        assert made.text == f"{self.TEXT}\n\n{self.BOTH_YEARS}| East | 1 | 20 | 2 | 25 |\n\n{self.TEXT}\n\n"
        assert made.place_at(made.text.index("East")) == Place("page", "2")

    def test_units_below_heads_and_the_second_line_of_heads_belong_to_them(self) -> None:
        units = [(200, 672, "pcs"), (270, 672, "EUR m"), (350, 672, "pcs"), (420, 672, "%")]
        rows = [(x, y - 12, text) for x, y, text in (*self.NORTH, *self.SOUTH)]
        made = document([*self.SUB, *units, *rows, (72, 600, self.TEXT)])
        assert made.text.startswith(
            "| Pier | Cranes (pcs) | Cost (EUR m) | Cranes (pcs) | Cost (%) |\n| --- | --- | --- | --- | --- |\n"
        )
        heads = ("Pier", "Number of", "Cost in", "Loads in", "Share in")
        names = [(x, y, head) for (x, y, _), head in zip(self.SUB, heads, strict=True)]
        more = [(200, 672, "cranes"), (270, 672, "EUR m"), (350, 672, "t"), (420, 672, "%")]
        made = document([*names, *more, *rows, (72, 600, self.TEXT)])
        assert made.text.startswith("| Pier | Number of cranes | Cost in EUR m | Loads in t | Share in % |\n| --- ")

"""A sentence that runs on over the end of a page or a column is read whole, and nothing else is joined."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import pytest

from assistant.answering.questions import QuestionKind
from assistant.answering.retrieval import join_neighbours
from assistant.answering.selection import choose
from assistant.answering.sentence_scoring import ScoredSentence, SentenceFit
from assistant.generation.prompts import numbered
from assistant.indexing.passages import split
from assistant.interfaces.as_json import to_json
from assistant.interfaces.console import show_answer
from assistant.interfaces.wording import place_in_words
from assistant.langchain import CorpusRetriever
from assistant.places import place_over, places_between
from assistant.reading.pdf_sentences import ends_in_an_abbreviation
from assistant.reading.readers import read, reader_for
from assistant.text.answer_sentences import sentences_of
from assistant.types import Citation, Document, Passage, Place, ScoredPassage
from tests.conftest import OpenCorpus
from tests.file_makers import PlacedLine, pdf, placed, pptx, zipped
from tests.test_scans import BY_PROGRAM, SCAN, program

BEGUN = (
    "The commission heard forty witnesses and read several thousand pages of letters",
    "between the builders and the road office, and it visited the site on three days and",
    "said that the chief engineer, Harald Brink, had warned the road office of",
)
ENDED = (
    "rusted cables in a letter of 14 March 2009, and that nobody had ever replied to",
    "him. The road office denied this.",
)
FIRST, SECOND = " ".join(BEGUN), " ".join(ENDED)
WHOLE = f"{FIRST} {SECOND}\n\n"
HEAD = "Inquiry into the Marrow Bridge"
LEFT = (
    "The chief engineer, Harald",
    "Brink, told them that he had",
    "been on the bridge and had",
    "warned the road office of",
)
RIGHT = (
    "rusted cables in a letter of",
    "that very year, and that no-",
    "body had ever replied to it.",
    "Nobody else had seen them.",
)
BOTH_COLUMNS = (
    "The chief engineer, Harald Brink, told them that he had been on the bridge and had warned the road office of "
    "rusted cables in a letter of that very year, and that nobody had ever replied to it. "
    "Nobody else had seen them.\n\n"
)


def document(content: bytes, source: str = "a.pdf") -> Document:
    return read(reader_for(source), source, content)


def column(lines: Sequence[str], left: float = 70, top: float = 780, size: float = 12) -> list[PlacedLine]:
    return [(left, top - 1.2 * size * at, line, size) for at, line in enumerate(lines)]


def in_any_script(lines: Sequence[str], *, leftwards: bool = False) -> list[PlacedLine]:
    """Lines in the font for all scripts, 10 points wide each letter; leftwards, they end at 500 and are drawn so."""
    if leftwards:
        return [(500 - 10 * len(line), 780 - 12 * at, line[::-1], 10, "F3") for at, line in enumerate(lines)]
    return [(70, 780 - 12 * at, line, 10, "F3") for at, line in enumerate(lines)]


def pages(made: Document) -> dict[str, str]:
    """The text on each page; each page comes once."""
    ends = [*(offset for offset, _ in made.places[1:]), len(made.text)]
    return {place.label: made.text[start:end] for (start, place), end in zip(made.places, ends, strict=True)}


class TestPages:
    def test_a_sentence_over_two_pages_is_one(self) -> None:
        made = document(placed(column(BEGUN), column(ENDED)))
        assert made.text == WHOLE
        assert made.places == ((0, Place("page", "1")), (len(FIRST) + 1, Place("page", "2")))

    def test_so_it_is_where_each_page_holds_a_line(self) -> None:
        judges = "the five judges ruled that minister Orla Denby had broken the law on tenders"
        made = document(pdf([[judges], ["in none of the seven cases."]]))
        assert made.text == f"{judges} in none of the seven cases.\n\n"

    def test_it_may_run_over_three_pages_and_past_one_without_text(self) -> None:
        middle = (
            "rusted cables in a letter of 14 March 2009, which he had sent to the minister and",
            "to all the members of the commission that had been called together to look into",
        )
        made = document(placed(column(BEGUN), column(middle), [], column(["the matter."])))
        assert made.text == f"{FIRST} {' '.join(middle)} the matter.\n\n"
        assert [place.label for _, place in made.places] == ["1", "2", "3", "4"]
        assert pages(made) == {"1": f"{FIRST} ", "2": f"{' '.join(middle)} ", "3": "", "4": "the matter.\n\n"}

    @pytest.mark.parametrize("order", [1, -1])
    def test_heads_feet_and_page_numbers_stand_aside_in_whatever_order_they_are_drawn(self, order: int) -> None:
        def page(number: int, lines: Sequence[str]) -> list[PlacedLine]:
            head: list[PlacedLine] = [(70, 815, HEAD, 9), (300, 30, f"- {number} -", 9)]
            return [one for part in (head, column(lines))[::order] for one in part]

        made = document(placed(page(1, BEGUN), page(2, ENDED)))
        assert pages(made) == {"1": f"{HEAD}\n\n- 1 -\n\n{FIRST} ", "2": f"{SECOND}\n\n{HEAD}\n\n- 2 -\n\n"}

    def test_a_head_of_the_second_page_alone_stands_aside(self) -> None:
        made = document(placed(column(BEGUN), [(70, 815, HEAD), *column(ENDED)]))
        assert made.text == f"{WHOLE}{HEAD}\n\n"

    @pytest.mark.parametrize("size", [9, 12])
    def test_a_footnote_stands_before_the_paragraph_that_runs_past_it(self, size: float) -> None:
        note = "1 The letter is in the archive of the road office."
        made = document(placed([*column(BEGUN), (70, 60, note, size)], column(ENDED)))
        assert made.text == f"{note}\n\n{WHOLE}"

    def test_a_footnote_may_run_on_itself(self) -> None:
        first = [*column(BEGUN), (70, 60, "1 The letter is in the archive of the road office, in the box with", 9)]
        second = [*column(ENDED), (70, 60, "all the other letters.", 9)]
        made = document(placed(first, second))
        note = "1 The letter is in the archive of the road office, in the box with all the other letters."
        assert made.text == f"{WHOLE}{note}\n\n"
        assert [place.label for _, place in made.places] == ["1", "2", "1", "2"]
        found = [made.place_at(made.text.index(words)) for words in ("Harald", "rusted", "1 The", "all the")]
        assert found == [Place("page", number) for number in ("1", "2", "1", "2")]

    def test_a_caption_on_top_of_the_second_page_is_run_past(self) -> None:
        caption = "Figure 3: The bridge before it fell."
        made = document(placed(column(BEGUN), [(70, 780, caption), *column(ENDED, top=740)]))
        assert made.text == f"{WHOLE}{caption}\n\n"

    def test_a_note_on_a_page_that_is_all_one_paragraph_comes_after_it(self) -> None:
        middle = ("rusted cables in a letter of 14 March 2009, which he had sent to the minister and of",)
        made = document(placed(column(BEGUN), [*column(middle), (70, 60, "1 A note.", 9)], column(ENDED)))
        assert made.text == f"{FIRST} {middle[0]} {SECOND}\n\n1 A note.\n\n"
        assert made.place_at(made.text.index("1 A note")) == Place("page", "2")

    @pytest.mark.parametrize(
        ("end", "start", "joined"),
        [
            ("had been warned of rus-", "ted cables in a letter.", "had been warned of rusted cables in a letter."),
            ("had been warned by North-", "Eastern Railways.", "had been warned by North-Eastern Railways."),
            ("had been warned of rus\xad", "ted cables in a letter.", "had been warned of rusted cables in a letter."),
        ],
    )
    def test_a_word_that_is_hyphenated_over_the_break_is_whole(self, end: str, start: str, joined: str) -> None:
        made = document(placed(column([*BEGUN[:2], end]), column([start])))
        assert made.text == f"{' '.join(BEGUN[:2])} {joined}\n\n"

    @pytest.mark.parametrize(
        ("end", "start"),
        [
            ("said that on all three of those days they had warned the minister", "Orla Denby"),
            ("said that the road office had been told of all of this, in May, by Mr.", "Oddvar-Kristian Brink"),
            ("He had written his letter to the office in the year", "2009, and he"),
            ("He had written his letter to the office on the", "14th of March 2009, and he"),
            ("He had seen the rusted cables, and he had told them,", "Orla Denby"),
        ],
    )  # fmt: skip
    def test_names_and_numbers_go_on_with_a_full_line(self, end: str, start: str) -> None:
        lines = textwrap.wrap(f"{start} wrote of rusted cables, and nobody had ever replied to the letter.", len(end))
        full = (*textwrap.wrap(FIRST, len(end))[:2], end)
        made = document(placed(column(full), column(lines)))
        assert made.text == f"{' '.join((*full, *lines))}\n\n"

    def test_a_picture_of_a_page_goes_on_with_the_next(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        said = (
            f"n=$(cat {tmp_path}/n 2>/dev/null || echo 0); echo $((n + 1)) > {tmp_path}/n; cat > /dev/null\n"
            'case "$n" in 1) printf "Harbour\\n\\nThe harbour of Veldt\\nhas four very old\\n";; '
            '2) printf "cranes.\\n\\nIts light is green.\\n";; esac'
        )
        monkeypatch.setenv("PATH", program(tmp_path, said))
        made = read(reader_for("a.pdf"), "a.pdf", pdf([[], []], drawing=SCAN), BY_PROGRAM)
        assert made.text == "Harbour\n\nThe harbour of Veldt\nhas four very old cranes.\n\nIts light is green.\n\n"
        assert made.place_at(made.text.index("cranes")) == Place("page", "2")


class TestNoFalseJoins:
    @pytest.mark.parametrize(
        "second",
        [
            [(70, 780, "Findings", 18), *column(ENDED, top=750)],
            [(70, 780, "Findings"), *column(["The bridge was old, and had been for years."], top=750)],
            [(70, 780, "findings of the commission", 12, "F2"), *column(["The bridge was old."], top=750)],
            column(["- rusted cables in a letter", "- old bolts"]),
            column(["a) rusted cables in a letter", "b) old bolts"]),
            column(["3. rusted cables in a letter", "4. old bolts"]),
            [(90, 780, "iPhones were sold in May to all who wanted one of these"), *column(["phones."], top=765.6)],
            column([ENDED[0].capitalize()], size=16),
        ],
    )  # fmt: skip
    def test_headings_items_and_new_paragraphs_begin_anew(self, second: list[PlacedLine]) -> None:
        made = document(placed(column(BEGUN), second))
        assert made.text.startswith(f"{FIRST}\n\n")
        assert made.text[made.places[1][0] - 1] == "\n"

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (["The shop sells phones."], ["iPhone sales rose in May."]),
            ([BEGUN[0], "and sells phones."], ["iPhone sales rose in May, as was to be expected."]),
            ([*BEGUN[:2], "said that he had warned the minister"], ["Orla Denby wrote to the office, and to", "him."]),
            (["A report on the harbour"], ["Contents"]),
            ([*BEGUN[:2], "said that the road office had been told of all of this, in May, by all men."], list(ENDED)),
            (["The bridges of the town of Marl are these:"], ["the Marrow Bridge"]),
        ],
    )  # fmt: skip
    def test_what_has_ended_or_is_short_is_not_gone_on_with(self, first: list[str], second: list[str]) -> None:
        made = document(placed(column(first), column(second)))
        assert made.text.split("\n\n") == [" ".join(first), " ".join(second), ""]

    def test_lists_without_marks_stay_lists(self) -> None:
        lines = ["harbour dues", "fees of pilots in winter", "crane hire", "tugs"]
        first, second = ([(70, 780, one), (70, 740, other)] for one, other in (lines[:2], lines[2:]))
        assert document(placed(first, second)).text == "".join(f"{line}\n\n" for line in lines)

    def test_slides_never_go_on(self) -> None:
        made = document(pptx(("", "The harbour of Veldt has"), ("", "four old cranes.")), "a.pptx")
        assert made.text == "The harbour of Veldt has\n\nfour old cranes.\n\n"
        spans = split(made, lambda texts: [len(text.split()) for text in texts], 100)
        assert [made.text[span.start : span.end] for span in spans] == ["The harbour of Veldt has", "four old cranes."]


class TestScripts:
    CHINESE = (
        "港口有四台旧起重机它们由玛尔镇的工人建造并且每年",
        "由工程师检查一次检查的结果由镇议会公布总工程师哈",
        "拉尔德说他曾在信中警告道路办公室注意生锈的缆绳但",
    )
    GOES_ON = ("没有人回答他也没有人问过他道路办公室否认了这一点", "它说档案中没有这样的信件。")
    HEBREW = (
        "הוועדה שמעה ארבעים עדים וקראה אלפי עמודים",
        "בין הבונים ובין משרד הדרכים והמהנדס אמר",
        "שהוא הזהיר את משרד הדרכים מפני כבלים ישנים",
    )
    REPLY = ("במכתב ממרץ ושאיש לא ענה לו. המשרד הכחיש", "את הדבר.")

    def test_chinese_goes_on_after_a_full_line_without_a_space(self) -> None:
        made = document(placed(in_any_script(self.CHINESE), in_any_script(self.GOES_ON)))
        assert made.text == f"{''.join((*self.CHINESE, *self.GOES_ON))}\n\n"
        assert made.places[1] == (len("".join(self.CHINESE)), Place("page", "2"))

    @pytest.mark.parametrize(
        ("last", "second"),
        [
            ("拉尔德说他曾在信中警告", GOES_ON),
            ("拉尔德说他曾在信中警告道路办公室注意生锈的缆绳。", GOES_ON),
            (CHINESE[2], ("第二章",)),
            (CHINESE[2], (f"\u3000\u3000{GOES_ON[0][2:]}", GOES_ON[1])),
        ],
    )
    def test_chinese_does_not_after_a_short_line_a_full_stop_or_before_a_heading_or_a_paragraph(
        self, last: str, second: tuple[str, ...]
    ) -> None:
        made = document(placed(in_any_script([*self.CHINESE[:2], last]), in_any_script(second)))
        assert made.text.split("\n\n") == ["".join((*self.CHINESE[:2], last)), "".join(second).strip(), ""]

    def test_hebrew_goes_on_where_a_line_is_full_at_its_left_end(self) -> None:
        first = in_any_script(self.HEBREW, leftwards=True)
        made = document(placed(first, in_any_script(self.REPLY, leftwards=True)))
        assert made.text == f"{' '.join((*self.HEBREW, *self.REPLY))}\n\n"

    def test_hebrew_does_not_after_a_short_line(self) -> None:
        first = in_any_script([*self.HEBREW[:2], "שהוא הזהיר"], leftwards=True)
        made = document(placed(first, in_any_script(self.REPLY, leftwards=True)))
        assert made.text.split("\n\n")[1] == " ".join(self.REPLY)

    @pytest.mark.parametrize(
        ("end", "language", "is_one"),
        [("by Mr.", "en", True), ("by men.", "en", False), ("unter der Nr.", "de", True)],
    )
    def test_abbreviations_are_told_by_language(self, end: str, language: str, is_one: bool) -> None:
        assert ends_in_an_abbreviation(end, "Brink told them", language) == is_one


class TestColumns:
    left, right = column(LEFT, 60, 700, 11), column(RIGHT, 310, 700, 11)

    @pytest.mark.parametrize(
        "page",
        [
            [*left, *right],
            [*right, *left],
            [line for row in zip_longest(left, right) for line in row if line],
            [*left, (60, 600, "1 A note below a column.", 8), *right],
        ],
        ids=["as read", "the right one first", "row by row", "past a note"],
    )
    def test_a_sentence_over_two_columns_is_one(self, page: list[PlacedLine]) -> None:
        made = document(placed(page))
        assert made.text.removeprefix("1 A note below a column.\n\n") == BOTH_COLUMNS
        assert made.places == ((0, Place("page", "1")),)

    def test_a_line_over_both_columns_is_no_part_of_the_text_below_it(self) -> None:
        title = "The inquiry into the collapse of the Marrow Bridge, in the year 2009 and later"
        made = document(placed([(60, 740, title, 11), *self.left, *self.right, (290, 40, "7", 9)]))
        assert made.text == f"{title}\n\n{BOTH_COLUMNS}7\n\n"

    def test_three_columns_and_a_name_on_top_of_one(self) -> None:
        texts = (
            ("The council of the town", "of Ferndale voted on the", "plan of its old councillor"),
            ("Ada Lunt to close its pool", "at the end of the season,", "and the spokesman of the"),
            ("swimmers called the vote", "a betrayal."),
        )
        lines = [line for at, text in enumerate(texts) for line in column(text, 60 + 170 * at, 700, 11)]
        assert document(placed(lines)).text == f"{' '.join(' '.join(text) for text in texts)}\n\n"

    def test_a_sentence_runs_from_the_last_column_onto_the_next_page(self) -> None:
        made = document(placed([*self.left, *self.right[:2]], [*column(RIGHT[2:], 60, 780, 11)]))
        assert made.text == BOTH_COLUMNS
        assert made.place_at(made.text.index("body")) == Place("page", "2")

    def test_right_columns_are_read_first_in_hebrew(self) -> None:
        right = in_any_script(["אחת שתיים", "שלוש ארבע", "חמש ושש גם"], leftwards=True)
        left = [(line[0] - 250, *line[1:]) for line in in_any_script(["שבע שמונה", "תשע עשר."], leftwards=True)]
        text = document(placed([*left, *right])).text
        assert text.index("אחת") < text.index("חמש") < text.index("שבע")

    def test_a_table_stays_a_table(self) -> None:
        rows = [("Clamp", "Holds the cable"), ("Bolt", "Holds the clamp"), ("Span", "Carries it"), ("Pier", "Stands")]
        sides = [(60, 0), (310, 1)]
        lines: list[PlacedLine] = [(left, 700 - 14 * at, row[i]) for at, row in enumerate(rows) for left, i in sides]
        assert document(placed(lines)).text.startswith("| Clamp | Holds the cable |\n| --- | --- |\n| Bolt | Holds")

    def test_so_does_one_whose_cells_are_phrases(self) -> None:
        cells = [(f"the old clamp of cable number {n}", f"was taken off in the month {n}") for n in range(10, 16)]
        lines: list[PlacedLine] = [
            (left, 700 - 14 * at, cell)
            for at, row in enumerate(cells)
            for left, cell in zip((60, 310), row, strict=False)
        ]
        assert document(placed(lines)).text.startswith(f"| {cells[0][0]} | {cells[0][1]} |\n")


class TestPlaces:
    def test_several_pages_are_one_place(self) -> None:
        [one, two, three, four, *_] = numbered = [Place("page", str(number)) for number in range(1, 12)]
        known = tuple((10 * at, place) for at, place in enumerate(numbered))
        assert places_between(known, 15, 35) == ((15, two), (20, three), (30, four))
        assert places_between(known, 0, 10) == ((0, one),)
        assert place_over(places_between(known, 15, 35)) == Place("page", "2\u20134")
        assert place_over(places_between(known, 85, 105)) == Place("page", "9\u201311")
        assert place_over(places_between(known, 15, 20)) == two
        assert place_over(()) is None

    def test_places_are_told_in_words(self) -> None:
        assert Place("page", "3").in_words == "page 3"
        assert Place("page", "3").through(Place("page", "4")).in_words == "pages 3\u20134"
        assert Place("sheet", "2020\u20132024").in_words == "sheet 2020\u20132024"
        files = [Place("file", f"a, page 9.pdf, page {number}") for number in (3, 4)]
        assert files[0].through(files[1]).in_words == "file a, page 9.pdf, pages 3\u20134"
        assert Place("slide", "3").through(Place("slide", "4")) == Place("slide", "3")

    def test_a_citation_stands_where_its_quote_does(self) -> None:
        passage = Passage("1", "a.pdf", "A", "", "One two. Three.", 5, 20, Place("page", "3\u20134"),
                          places=((5, Place("page", "3")), (9, Place("page", "4"))))  # fmt: skip
        assert Citation(1, passage, "One two.", 5, 13).place == Place("page", "3\u20134")
        assert Citation(1, passage, "Three.", 14, 20).place == Place("page", "4")
        assert Citation(1, replace(passage, places=(), place=None), "Three.", 14, 20).place is None


def test_passages_answers_and_drawn_pages_know_both_pages(open_corpus: OpenCorpus) -> None:
    filler = ["Exhibit 4 shows a clamp, which was taken off on the very day of the collapse.", ""]
    assistant = open_corpus({"a.pdf": placed([(70, 810, filler[0]), *column(BEGUN)], column(ENDED))})
    stored = assistant.document("a.pdf")
    begins = stored.text.index("rusted")
    [passage] = assistant.passages("a.pdf")
    assert (passage.place, passage.places) == (
        Place("page", "1\u20132"), ((0, Place("page", "1")), (begins, Place("page", "2"))),
    )  # fmt: skip
    answer = assistant.ask("Of what had chief engineer Harald Brink warned the road office?")
    citation = answer.citations[0]
    assert citation.quote == f"{FIRST} {SECOND.removesuffix(' The road office denied this.')}"
    assert stored.text[citation.start : citation.end] == citation.quote
    assert citation.place == Place("page", "1\u20132")

    quote = (citation.start, citation.end)
    marks = [len(assistant.draw_page("a.pdf", number, quote=quote).marks) for number in (1, 2)]
    assert marks == [3, 2]
    assert assistant.draw_page("a.pdf", quote=quote).page == 1

    denied = stored.text.index("The road office denied this.")
    [sentence] = [one for one in sentences_of(passage) if one.start == denied]
    assert passage.place_of(sentence.start, sentence.end) == Place("page", "2")


def test_whoever_shows_an_answer_names_both_pages(open_corpus: OpenCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    assistant = open_corpus({"a.pdf": placed(column(BEGUN), column(ENDED))})
    answer = assistant.ask("Of what had chief engineer Harald Brink warned the road office?")
    show_answer(answer)
    assert "a.pdf, pages 1\u20132\n" in capsys.readouterr().out
    [citation] = json.loads(to_json(answer))["citations"]
    assert citation["place"] == citation["passage"]["place"] == {"kind": "page", "label": "1\u20132"}
    assert [place["label"] for _, place in citation["passage"]["places"]] == ["1", "2"]
    [found] = CorpusRetriever(assistant=assistant).invoke("Harald Brink")
    assert found.metadata["place"] == {"kind": "page", "label": "1\u20132"}
    assert "\nPlace: pages 1\u20132\n" in numbered(1, answer.citations[0].passage)
    assert place_in_words(answer.citations[0].place) == "Pages 1\u20132"


def test_passages_that_adjoin_on_one_page_are_joined_and_know_all_their_pages() -> None:
    text = "One two. Three. Four."
    two, three = Place("page", "2"), Place("page", "3")
    first = Passage("1", "a.pdf", "A", "", text[:15], 0, 15, two.through(three), places=((0, two), (9, three)))
    second = Passage("2", "a.pdf", "A", "", text[16:], 16, 21, three)
    hits = [ScoredPassage(second, 0.9), ScoredPassage(first, 0.8)]
    [joined] = join_neighbours(hits, lambda _: text)
    assert (joined.passage.text, joined.passage.place) == (text, Place("page", "2\u20133"))
    assert joined.passage.places == ((0, two), (9, three))
    apart = replace(second, place=Place("page", "4"))
    assert len(join_neighbours([ScoredPassage(apart, 0.9), hits[1]], lambda _: text)) == 2


def test_so_do_those_of_a_pdf_in_an_archive(open_corpus: OpenCorpus) -> None:
    assistant = open_corpus({"a.zip": zipped({"b.pdf": placed(column(BEGUN), column(ENDED)), "c.txt": "Other."})})
    found = {passage.place.in_words if passage.place else "" for passage in assistant.passages("a.zip")}
    assert found == {"file b.pdf, pages 1\u20132", "file c.txt"}


def test_of_two_that_answer_as_well_the_whole_sentence_leads() -> None:
    cut, whole = "The road office had been warned of the old", "The road office had been warned of the old cables."
    fit = SentenceFit(0.5, 1, 1, 0.5, 0, 1, 2, 0)

    def evidence(number: int, text: str, score: float) -> ScoredSentence:
        passage = Passage(str(number), f"{number}.pdf", "A", "", text, 0, len(text), Place("page", "1"))
        [sentence] = sentences_of(passage)
        return ScoredSentence(sentence, 1.0, fit, score)

    found = [evidence(1, cut, 10.2), evidence(2, whole, 10.0)]
    chosen = choose(QuestionKind.FACT, "Of what was the road office warned?", found, [])
    assert chosen.sentences[0].text == whole
    assert choose(QuestionKind.FACT, "Of what was it warned?", found[:1], []).sentences[0].text == cut

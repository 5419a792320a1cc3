"""Every document that mentions something: what is counted, in which spellings, and that it equals a scan."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant, CorpusError, Filters, MentionList, Mentions, QuestionError
from assistant.finding.mention_answers import mention_question
from assistant.finding.query_language import MOST_CHARACTERS, MOST_WORDS, Clause, MentionQuery, Phrase, parse
from assistant.text.spellings import Vocabulary, sound_of
from assistant.text.terms import words
from assistant.text.written_words import written_words
from tests.index_tools import Desk


def article(title: str, published: str, publisher: str, body: str) -> str:
    return f"---\ntitle: {title}\npublished: {published}\npublisher: {publisher}\n---\n\n{body}\n"


FILES = {
    "news/mayor.md": article(
        "The council", "2024-03-01", "Wire", "# Front\n\nThe council met. Kyiv's mayor spoke of drones. It rained."
    ),
    "news/plant.md": article("Kiev under fire", "2023-03-01", "Agency", "A drone hit the power plant. Is Kiev ready?"),
    "президент.md": article(
        "Президент", "2022-05-01", "Wire", "Президент Зеленский прибыл в Киев. О Зеленском писали."
    ),
    "speech.md": "# Zelenskyy speaks\n\nVolodymyr Zelensky met Zelenský. Al-Qaeda is elsewhere.\n\n## Bells of Kyiv\n\n"
    + "They ring. They are long-range bells, and the alqaeda files say so.\n",
    "新闻.md": article("新闻", "2021-01-01", "Wire", "乌克兰总统泽连斯基说，基辅受到攻击。俄罗斯没有回应。"),
    "خبر.md": article("خبر", "2020-01-01", "Agency", "وصل الرئيس إلى كييف اليوم. التقى الوزير."),
    "table.csv": "City,Mayor\nLviv,Sadovyi\nKharkiv,Terekhov\n",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("mentions"))
    desk.write(FILES)
    desk.sync()
    with desk.assistant() as assistant:
        yield assistant


def sources(found: Mentions) -> list[str]:
    return [one.citation.passage.source for one in found.shown]


def spellings(found: Mentions) -> dict[str, int]:
    return {one.text: one.documents for one in found.spellings}


class TestCounting:
    def test_a_name_is_counted_in_every_spelling_the_newest_document_first(self, assistant: Assistant) -> None:
        found = assistant.mentions("Kyiv")
        assert found.in_words == "4 documents mention it; in 3 of them the title or the first passage does."
        assert sources(found) == ["news/mayor.md", "news/plant.md", "президент.md", "speech.md"]
        assert spellings(found) == {"Kyiv": 2, "Kiev": 1, "Киев": 1}
        assert found.publishers == (("Wire", 2), ("Agency", 1))

    def test_the_first_sentence_is_shown_with_what_matched(self, assistant: Assistant) -> None:
        shown = assistant.mentions("Kyiv").shown
        told = [
            (
                one.citation.quote,
                [one.citation.quote[start:end] for start, end in one.marks],
                [one.citation.passage.title[start:end] for start, end in one.title_marks],
                [one.citation.passage.breadcrumb[start:end] for start, end in one.heading_marks],
            )
            for one in shown
        ]
        assert told == [
            ("Kyiv's mayor spoke of drones.", ["Kyiv"], [], []),
            ("Is Kiev ready?", ["Kiev"], ["Kiev"], []),
            ("Президент Зеленский прибыл в Киев.", ["Киев"], [], []),
            ("They ring.", [], [], ["Kyiv"]),
        ]
        for one in shown:
            text = assistant.document(one.citation.passage.source).text
            assert text[one.citation.start : one.citation.end] == one.citation.quote

    def test_a_spelling_that_is_switched_off_does_not_count(self, assistant: Assistant) -> None:
        found = assistant.mentions("Kyiv", without=["Kiev", "Киев"])
        assert sources(found) == ["news/mayor.md", "speech.md"]
        assert [(one.text, one.documents, one.is_counted) for one in found.spellings] == [
            ("Kyiv", 2, True),
            ("Kiev", 1, False),
            ("Киев", 1, False),
        ]

    def test_pages_hold_what_comes_next(self, assistant: Assistant) -> None:
        everything = assistant.mentions("Kyiv")
        pages = [assistant.mentions("Kyiv", first=first, limit=3) for first in (1, 4, 7)]
        assert [one for page in pages for one in page.shown] == list(everything.shown)
        assert [(page.documents, page.first, len(page.shown)) for page in pages] == [(4, 1, 3), (4, 4, 1), (4, 7, 0)]

    def test_filters_narrow_as_everywhere(self, assistant: Assistant) -> None:
        assert sources(assistant.mentions("Kyiv", source="news")) == ["news/mayor.md", "news/plant.md"]
        assert sources(assistant.mentions("Kyiv", publisher="Wire")) == ["news/mayor.md", "президент.md"]
        assert sources(assistant.mentions("Kyiv", since="2023-01-01")) == ["news/mayor.md", "news/plant.md"]
        assert spellings(assistant.mentions("Kyiv", until="2022-12-31")) == {"Киев": 1}
        with pytest.raises(CorpusError, match="no document or folder 'old'"):
            assistant.mentions("Kyiv", source="old")

    def test_nothing_found_is_told(self, assistant: Assistant) -> None:
        found = assistant.mentions("Atlantis")
        assert (found.in_words, found.shown, found.spellings) == ("No document mentions it.", (), ())

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("Kyiv AND drones", ["news/mayor.md", "news/plant.md"]),
            ("Kyiv NOT drones", ["президент.md", "speech.md"]),
            ("Kyiv AND NOT drones", ["президент.md", "speech.md"]),
            ("Kyiv NOT Kiev", ["news/mayor.md", "speech.md"]),
            ("Kyiv NEAR/3 drones", ["news/mayor.md"]),
            ("Kyiv NEAR/2 drones", []),
            ("drones NEAR/3 Kyiv", ["news/mayor.md"]),
            ('"power plant"', ["news/plant.md"]),
            ('"plant power"', []),
            ("\u201cpower plant\u201d Kiev", ["news/plant.md"]),
            ("Volodymyr Zelenskyy", ["speech.md"]),
            ('"Volodymyr Zelenskyy"', []),
            ("Al Qaeda", ["speech.md"]),
            ("long range", ["speech.md"]),
            ("drone", ["news/mayor.md", "news/plant.md"]),
            ('"drone"', ["news/plant.md"]),
            ("泽连斯基", ["新闻.md"]),
            ("泽连斯基 NOT 俄罗斯", []),
            ("俄", ["新闻.md"]),
            ("كييف", ["خبر.md"]),
            ("Зеленский", ["президент.md", "speech.md"]),
            ("Kharkov", ["table.csv"]),
            ("KHARKIV", ["table.csv"]),
        ],
    )
    def test_queries(self, assistant: Assistant, query: str, expected: list[str]) -> None:
        assert sources(assistant.mentions(query)) == expected

    def test_what_a_hyphen_joins_is_found_written_as_one(self, assistant: Assistant) -> None:
        assert spellings(assistant.mentions("Al-Qaeda")) == {"Al Qaeda": 1, "alqaeda": 1}

    def test_a_chinese_name_is_marked_as_a_whole(self, assistant: Assistant) -> None:
        [one] = assistant.mentions("泽连斯基").shown
        assert [one.citation.quote[start:end] for start, end in one.marks] == ["泽连斯基"]

    def test_a_document_that_is_removed_is_counted_no_more(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        desk.write(FILES)
        desk.sync()
        with desk.assistant() as assistant:
            assert assistant.mentions("Kyiv").documents == 4
            desk.write({source: text for source, text in FILES.items() if source != "speech.md"})
            desk.sync()
            assert sources(assistant.mentions("Kyiv")) == ["news/mayor.md", "news/plant.md", "президент.md"]
            assert spellings(assistant.mentions("Zelensky")) == {"Зеленский": 1, "Зеленском": 1}


class TestUnderstanding:
    def test_words_side_by_side_are_a_phrase_and_operators_part_them(self) -> None:
        kyiv, power = Phrase(("kyiv",), is_exact=False), Phrase(("air", "power"), is_exact=True)
        assert parse('Kyiv AND "air power" NOT drones') == MentionQuery(
            (Clause((kyiv,)), Clause((power,))), (Clause((Phrase(("drones",), is_exact=False),)),)
        )
        assert parse('Kyiv NEAR/7 "air power"') == MentionQuery((Clause((kyiv, power), 7),), ())
        assert parse("air power").phrases == (Phrase(("air", "power"), is_exact=False),)
        assert parse('"AND"').phrases == (Phrase(("and",), is_exact=True),)

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("", "Say what to find"),
            ("  ?! ", "Say what to find"),
            ("NOT Kyiv", "Say what to find"),
            ("Kyiv NOT", "follow NOT and NEAR"),
            ("Kyiv NEAR/5", "follow NOT and NEAR"),
            ("NEAR/5 Kyiv", "NEAR stands between two"),
            ("a NEAR/5 b NEAR/5 c", "NEAR stands between two"),
            ("x" * (MOST_CHARACTERS + 1), "at most 500 are understood"),
            (" ".join("abcdefghij"[number % 10] for number in range(MOST_WORDS + 1)), "At most 40 words"),
        ],
    )
    def test_what_makes_no_sense_is_told(self, assistant: Assistant, query: str, told: str) -> None:
        with pytest.raises(QuestionError, match=told):
            assistant.mentions(query)

    @given(st.text(st.sampled_from('ab "ANDOTER/59\u201c\u00e9基'), max_size=40))
    def test_whatever_is_typed_is_understood_or_told(self, text: str) -> None:
        try:
            understood = parse(text)
        except QuestionError:
            return
        assert all(word for phrase in understood.phrases for word in phrase.words)


class TestQuestions:
    @pytest.mark.parametrize(
        ("question", "query"),
        [
            ("Which documents mention Kyiv?", "Kyiv"),
            ("what articles are about the drones?", "drones"),
            ("Who writes about drones?", "drones"),
            ("How many articles are about NATO expansion?", "NATO expansion"),
            ("How many articles are there about Kyiv and drones?", "Kyiv AND drones"),
            ("How many documents about Iran are there?", "Iran"),
            ("In how many articles is Zelensky mentioned?", "Zelensky"),
            ('Which reports cover "air defence"?', '"air defence"'),
            ("Which sources name Putin but not Trump?", "Putin NOT Trump"),
            ("List all documents about Hungary in my documents.", "Hungary"),
            ("Which documents does the treaty require?", None),
            ("Which articles mention that the port closed?", None),
            ("Which documents mention it?", None),
            ("How many articles does the constitution have?", None),
            ("How many files are on the server?", None),
            ("Which countries mention Ukraine?", None),
            ("Who wrote the report about the bridge that fell into the river last year?", None),
            ("What documents are required for a visa?", None),
        ],
    )
    def test_what_asks_for_mentions(self, question: str, query: str | None) -> None:
        asked = mention_question(question)
        assert (asked and asked.query) == query

    def test_the_answer_counts_and_quotes_the_newest(self, assistant: Assistant) -> None:
        answer = assistant.ask("How many articles mention Kyiv?")
        assert answer.text == (
            "4 documents mention “Kyiv”; in 3 of them the title or the first passage does. [1] [2] [3] [4]\n"
            "- Kyiv's mayor spoke of drones. [1]\n- Is Kiev ready? [2]\n- Президент Зеленский прибыл в Киев. [3]\n"
            "- They ring. [4]"
        )
        assert answer.notices == ("Counted in these spellings: Kyiv (2), Kiev (1), Киев (1).",)
        assert answer.mentions == MentionList("Kyiv", Filters(), 4)
        assert not answer.abstained
        for citation in answer.citations:
            assert assistant.document(citation.passage.source).text[citation.start : citation.end] == citation.quote
        assert [answer.sentences[1].text[slice(*one.emphasis or ())] for one in answer.sentences[1:2]] == ["Kyiv"]

    def test_who_writes_so_is_told_by_publishers(self, assistant: Assistant) -> None:
        answer = assistant.ask("Who writes about Kyiv?", since="2022-01-01")
        assert answer.sentences[0].text == (
            "3 documents mention “Kyiv”; in 3 of them the title or the first passage does. "
            "Their publishers: Wire (2), Agency (1)."
        )
        assert answer.mentions == MentionList("Kyiv", Filters(since="2022-01-01"), 3)

    def test_days_that_are_named_narrow_the_list_too(self, assistant: Assistant) -> None:
        answer = assistant.ask("Which articles from 2024 mention Kyiv?")
        assert answer.mentions == MentionList("Kyiv", Filters(since="2024-01-01", until="2024-12-31"), 1)

    def test_what_nothing_mentions_is_told_with_the_closest_passages(self, assistant: Assistant) -> None:
        answer = assistant.ask("Which documents mention Atlantis?")
        assert (answer.text, answer.abstained) == ("No document mentions “Atlantis”.", True)
        assert answer.also_found != ()


class TestSpellings:
    @pytest.mark.parametrize(
        "names",
        [
            "kyiv kiev kiew київ киев",
            "zelensky zelenskyy zelenskiy selenskyj зеленський зеленский",
            "kharkiv kharkov харків",
            "luhansk lugansk",
            "odesa odessa",
            "erdogan erdoğan",
            "qatar katar",
            "navalny nawalny навальный",
            "putin путин",
        ],
    )
    def test_one_name_sounds_alike_in_every_system(self, names: str) -> None:
        assert len({sound_of(name) for name in names.split()}) == 1

    @pytest.mark.parametrize(
        "names", ["biden baden", "bell bill", "gill hill", "merz mers", "bond bund", "iran iron", "marin marines", ""]
    )
    def test_other_names_do_not(self, names: str) -> None:
        sounds = [sound_of(name) for name in names.split()]
        assert len(set(sounds)) == len(sounds)

    def test_forms_of_a_word_are_spellings_but_not_words_of_one_stem(self) -> None:
        vocabulary = Vocabulary("drone drones city cities news new university universe marin marine".split(), ["en"])
        found = {
            word: sorted(vocabulary.spellings(word).same) for word in ("drone", "cities", "news", "universe", "marin")
        }
        assert found == {"drone": ["drones"], "cities": ["city"], "news": [], "universe": [], "marin": []}

    def test_accents_are_no_difference(self) -> None:
        vocabulary = Vocabulary(["cafe", "café", "zelenský"], ["en"])
        assert vocabulary.spellings("cafe").same == {"café"}
        assert vocabulary.spellings("café").same == {"cafe"}
        assert vocabulary.spellings("zelensky").same == {"zelenský"}

    def test_a_common_word_is_not_taken_for_the_name_that_sounds_like_it(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        desk.write({"a.md": "The reed grew tall.\n", "b.md": "Then Reid spoke.\n"})
        desk.sync()
        with desk.assistant() as assistant:
            assert sources(assistant.mentions("reed")) == ["a.md"]
            assert sources(assistant.mentions("Reid")) == ["b.md"]


class TestPlaces:
    @given(st.text(st.sampled_from("aB'’s \n1,0.5éÉ\u0301ß基辅说ภาСе\u0301ло\u00adﬁ-—حَ"), max_size=60))
    def test_written_words_are_the_words_of_the_text_in_their_places(self, text: str) -> None:
        found = list(written_words(text))
        assert [one.word for one in found] == words(text)
        assert all(0 <= one.start <= one.end <= len(text) for one in found)
        assert all(one.start <= other.start for one, other in pairwise(found))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Kyiv's 1,000 (long-range) drones", ["Kyiv", "1,000", "long", "range", "drones"]),
            ("за́мок и е\u0301lan", ["за́мок", "и", "е\u0301lan"]),
            ("说基辅。", ["说基", "基辅"]),
        ],
    )
    def test_places(self, text: str, expected: list[str]) -> None:
        assert [text[one.start : one.end] for one in written_words(text)] == expected


# Equal to a scan of the texts

POOL = "kyiv kiev drone drones power plant the of war 基辅 俄罗斯 киев".split()
WRITTEN = {"kyiv": "Kyiv", "kiev": "Kiev", "киев": "Киев"}
ALIKE = [{"kyiv", "kiev", "киев"}, {"drone", "drones"}]


def made_document(number: int) -> str:
    """A document of words drawn from a few, so that some hold what is looked for, over several passages."""
    chance = random.Random(number)
    size = chance.choice((2, 5, 12, 60, 200))

    def said(count: int) -> str:
        return " ".join(WRITTEN.get(word, word) for word in chance.choices(POOL[: 2 + number % 11], k=count))

    parts = [f"# {said(3)}"] if number % 3 else []
    parts += [". ".join(said(chance.randint(1, 9)) for _ in range(size // 5 + 1)) + "." for _ in range(3)]
    return f"---\ntitle: {said(2)}\n---\n\n" + "\n\n".join(parts) + "\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("made"))
    desk.write({f"{number:02}.md": made_document(number) for number in range(40)})
    desk.sync()
    with desk.assistant() as assistant:
        yield assistant


class Stretches:
    """The words of title and text of each document, by source; no dataclass, which hypothesis would print whole."""

    def __init__(self, assistant: Assistant) -> None:
        documents = [assistant.document(record.source) for record in assistant.documents()]
        self.of = {document.source: (words(document.title), words(document.text)) for document in documents}


@pytest.fixture(scope="module")
def stretches(made: Assistant) -> Stretches:
    return Stretches(made)


def ends(
    stretch: Sequence[str], phrase: Sequence[str], *, exactly: bool, but_for: frozenset[str]
) -> list[tuple[int, int]]:
    """Where a phrase stands, compared word by word."""

    def same(here: str, asked: str) -> bool:
        is_alike = not exactly and any({here, asked} <= alike for alike in ALIKE) and here not in but_for
        return here == asked or is_alike

    size = len(phrase)
    starts = range(len(stretch) - size + 1)
    return [(at, at + size) for at in starts if all(map(same, stretch[at : at + size], phrase))]


@st.composite
def clauses(draw: st.DrawFn) -> tuple[str, list[tuple[list[str], bool]], int]:
    """A clause as it is written, its phrases with whether each is quoted, and how near they shall be."""
    phrases = draw(st.lists(st.lists(st.sampled_from(POOL), min_size=1, max_size=3), min_size=1, max_size=2))
    quoted = [draw(st.booleans()) for _ in phrases]
    near = draw(st.integers(1, 6)) if len(phrases) == 2 else 0
    said = [
        " ".join(WRITTEN.get(word, word) for word in phrase) if not exactly else f'"{" ".join(phrase)}"'
        for phrase, exactly in zip(phrases, quoted, strict=True)
    ]
    parted = [(words(" ".join(phrase)), exactly) for phrase, exactly in zip(phrases, quoted, strict=True)]
    return f" NEAR/{near} ".join(said), parted, near


def holds(
    stretch: Sequence[str], phrases: list[tuple[list[str], bool]], near: int, but_for: frozenset[str] = frozenset()
) -> bool:
    found = [ends(stretch, phrase, exactly=quoted, but_for=but_for) for phrase, quoted in phrases]
    if len(found) == 1:
        return bool(found[0])
    return any(0 <= max(one[0], other[0]) - min(one[1], other[1]) <= near for one in found[0] for other in found[1])


@settings(max_examples=30)
@given(wanted=st.lists(clauses(), min_size=1, max_size=2), unwanted=st.lists(clauses(), max_size=1))
def test_what_is_found_equals_a_scan_of_the_texts(
    made: Assistant,
    stretches: Stretches,
    wanted: list[tuple[str, list[tuple[list[str], bool]], int]],
    unwanted: list[tuple[str, list[tuple[list[str], bool]], int]],
) -> None:
    query = " AND ".join(said for said, _, _ in wanted) + "".join(f" NOT {said}" for said, _, _ in unwanted)
    typed = frozenset(word for _, phrases, _ in wanted for phrase, _ in phrases for word in phrase)
    scanned = [
        source
        for source, of_one in sorted(stretches.of.items())
        if all(any(holds(one, phrases, near) for one in of_one) for _, phrases, near in wanted)
        and not any(holds(one, phrases, near, typed) for one in of_one for _, phrases, near in unwanted)
    ]
    found = made.mentions(query, limit=100)
    assert (sources(found), found.documents) == (scanned, len(scanned)), query
    if all(len(phrase) == 1 for _, phrases, _ in wanted for phrase, _ in phrases):  # none runs on from a heading
        assert all(one.marks or one.title_marks or one.heading_marks for one in found.shown), query

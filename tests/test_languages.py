"""Documents in many languages: each is recognised, cut into sentences and terms by its own rules, and answered from."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.answering.term_weights import TermWeights
from assistant.errors import StorageError
from assistant.indexing import Embedder
from assistant.indexing.engines import LexicalEntry, LexicalIndex
from assistant.indexing.lexical import TantivyIndex
from assistant.interfaces.console import show_documents
from assistant.interfaces.doctor import diagnose
from assistant.interfaces.page.documents import render_table
from assistant.reading import language as language_module
from assistant.reading import read, reader_for
from assistant.reading.language import LANGUAGES, detect, language_code
from assistant.text.scripts import languages_by_script
from assistant.text.sentences import Span, sentences
from assistant.text.terms import content_words, forms, likeliest_language, stem, terms
from assistant.types import DocumentRecord
from tests.conftest import Files, OpenCorpus

LIGHTHOUSES = {
    "ar.md": """# منارة الميناء الصافي

افتتحت المنارة في 3 مايو 1890. يبلغ ارتفاع المنارة 31 مترا. كانت أول حارسة للمنارة فاطمة الحسن.

## الميناء

تقف اليوم قوارب الصيد في الميناء. في القرن التاسع عشر صدرت المدينة الملح إلى النرويج.
""",
    "de.md": """# Der Leuchtturm von Norderhaven

Der Leuchtturm wurde am 3. Mai 1890 eingeweiht. Die erste Leuchtturmwärterin hieß Greta Harms. Sie zündete Lampen an.

## Hafen

Im Hafen liegen heute Fischerboote. Im 19. Jahrhundert exportierte die Stadt z. B. Salz nach Norwegen.
""",
    "en.md": """# The Clearport lighthouse

The lighthouse was opened on 3 May 1890. The first keeper was Ada Thorne. She lit the lamps every evening.

## The harbour

Today fishing boats lie in the harbour. In the 19th century the town exported salt to Norway.
""",
    "es.md": """# El faro de Puerto Claro

El faro se inauguró el 3 de mayo de 1890. La primera farera se llamaba Carmen Ruiz. Encendía las lámparas cada noche.

## El puerto

Hoy el puerto está lleno de barcos. En el siglo XIX la ciudad exportaba sal a Noruega.
""",
    "fr.md": """# Le phare de Port-Clair

Le phare a été inauguré le 3 mai 1890. La première gardienne s'appelait Mme. Lefèvre. Elle allumait les lampes.

## Le port

Aujourd'hui, des bateaux occupent le port. Au XIXe siècle, la ville exportait du sel vers la Norvège.
""",
    "ja.md": """# 明港の灯台

灯台は1890年5月3日に完成した。高さは31メートルである。最初の灯台守は山田花子だった。

## 港

今では漁船が港に並んでいる。十九世紀、この町はノルウェーに塩を輸出していた。
""",
    "ru.md": """# Маяк на острове Светлый

Маяк построили 3 мая 1890 г. на скале. Первой смотрительницей маяка была Анна Петрова. Она зажигала лампы.

## Гавань

Сегодня в гавани стоят лодки. В XIX в. город вывозил соль, т. е. главный товар, в Норвегию.
""",
    "th.md": """# ประภาคารเกาะใส

ประภาคารสร้างเสร็จเมื่อปี ค.ศ. 1890 และสูง 31 เมตร ผู้ดูแลประภาคารคนแรกชื่อสมหญิง ใจดี เธอจุดตะเกียงทุกเย็น

## ท่าเรือ

ปัจจุบันมีเรือประมงจอดอยู่ในท่าเรือ ในศตวรรษที่สิบเก้าเมืองนี้ส่งออกเกลือไปยังนอร์เวย์
""",
    "zh.md": """# 明港灯塔

明港灯塔于1890年5月3日建成。灯塔高31米。第一位看守人是李秀兰。

## 港口

如今港口停满了渔船。十九世纪，这座城市向挪威出口食盐。
""",
}
ASKED = [
    ("ar.md", "من كانت أول حارسة للمنارة؟", "كانت أول حارسة للمنارة فاطمة الحسن."),
    ("ar.md", "ماذا صدرت المدينة إلى النرويج؟", "في القرن التاسع عشر صدرت المدينة الملح إلى النرويج."),
    ("de.md", "Wie hieß die erste Leuchtturmwärterin?", "Die erste Leuchtturmwärterin hieß Greta Harms."),
    ("de.md", "Wann wurde der Leuchtturm eingeweiht?", "Der Leuchtturm wurde am 3. Mai 1890 eingeweiht."),
    (
        "de.md",
        "Wohin exportierte die Stadt Salz?",
        "Im 19. Jahrhundert exportierte die Stadt z. B. Salz nach Norwegen.",
    ),
    ("en.md", "Who was the first keeper?", "The first keeper was Ada Thorne."),
    ("en.md", "What did the town export to Norway?", "In the 19th century the town exported salt to Norway."),
    ("es.md", "¿Cómo se llamaba la primera farera?", "La primera farera se llamaba Carmen Ruiz."),
    ("es.md", "¿Qué exportaba la ciudad a Noruega?", "En el siglo XIX la ciudad exportaba sal a Noruega."),
    ("fr.md", "Comment s'appelait la première gardienne ?", "La première gardienne s'appelait Mme. Lefèvre."),
    ("fr.md", "Quand le phare a-t-il été inauguré ?", "Le phare a été inauguré le 3 mai 1890."),
    ("ja.md", "最初の灯台守は誰でしたか？", "最初の灯台守は山田花子だった。"),
    ("ja.md", "この町はノルウェーに何を輸出していましたか？", "十九世紀、この町はノルウェーに塩を輸出していた。"),
    ("ru.md", "Кто был первой смотрительницей маяка?", "Первой смотрительницей маяка была Анна Петрова."),
    (
        "ru.md",
        "Что вывозил город в Норвегию?",
        "В XIX в. город вывозил соль, т. е. главный товар, в Норвегию.",
    ),
    ("th.md", "ผู้ดูแลประภาคารคนแรกชื่ออะไร", "ผู้ดูแลประภาคารคนแรกชื่อสมหญิง ใจดี"),
    ("th.md", "เมืองนี้ส่งออกอะไรไปยังนอร์เวย์", "ในศตวรรษที่สิบเก้าเมืองนี้ส่งออกเกลือไปยังนอร์เวย์"),
    ("zh.md", "第一位看守人是谁？", "第一位看守人是李秀兰。"),
    ("zh.md", "城市向挪威出口什么？", "十九世纪，这座城市向挪威出口食盐。"),
]


class TestDetection:
    @pytest.mark.parametrize("source", sorted(LIGHTHOUSES))
    def test_a_short_document_is_recognised(self, source: str) -> None:
        assert detect(LIGHTHOUSES[source]) == source[:2]

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Der Leuchtturm wurde im Jahr 1890 gebaut.", "de"),
            ("Ce phare a été construit il y a longtemps.", "fr"),
            ("Маяк построили в 1890 году.", "ru"),
            ("灯塔于1890年建成，高31米。", "zh"),
            ("등대는 1890년에 지어졌다.", "ko"),
        ],
    )
    def test_one_sentence_is_enough(self, text: str, language: str) -> None:
        assert detect(text) == language

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "1890, 31 m, 54.3",
            "Berlin",
            "Milch, Brot, Eier",
            "TODO: fix",
            "Guten Morgen",
            "for i in range(10):\n    total += values[i]\n",
            "Ask for Señor García at the Café de la Paix; he keeps the key of the lighthouse.",
            "The inscription reads: „Der Turm wurde im Jahr 1890 gebaut.“ Nobody in the town can read it today, and "
            "the mayor wants it to be translated before the summer.",
            "Read https://beispiel.example/der-leuchtturm/wurde/im/jahr/1890/gebaut/und/steht/noch first.",
            "See below.\n\n```\nDies ist ein langer deutscher Text, der in einem Kasten steht.\n```\n\nThat is all.",
        ],
    )
    def test_what_is_too_short_or_mixed_or_no_language_counts_as_english(self, text: str) -> None:
        assert detect(text) == "en"

    def test_english_around_a_document_does_not_hide_its_language(self) -> None:
        navigation = "Home\nNews\nContact us\nSign in\nSearch this website\n"
        assert detect(navigation + LIGHTHOUSES["de.md"] * 3) == "de"

    @given(st.text(max_size=300))
    def test_whatever_the_text_is_the_answer_is_a_known_language(self, text: str) -> None:
        assert detect(text) in LANGUAGES

    @pytest.mark.parametrize(
        ("said", "code"),
        [("de", "de"), ("pt-BR", "pt"), ("zh_Hans_CN", "zh"), (" FR ", "fr"), ("nb", "no"), ("iw", "he")],
    )
    def test_a_language_that_is_named_is_taken_by_its_code(self, said: str, code: str) -> None:
        assert language_code(said) == code

    @pytest.mark.parametrize("said", [None, "", "German", "deu", "d", "de fr", "../de"])
    def test_what_is_no_code_names_no_language(self, said: str | None) -> None:
        assert language_code(said) == ""

    def test_a_full_disk_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(**_: object) -> NoReturn:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
        language_module._identifier.cache_clear()
        with pytest.raises(StorageError, match=r"cannot be unpacked in .*: No space left on device\. Free disk space"):
            detect("The lighthouse was built in 1890.")


class TestReading:
    @pytest.mark.parametrize("source", ["a.md", "a.txt"])
    def test_every_format_gets_its_language(self, source: str) -> None:
        document = read(reader_for(source), source, LIGHTHOUSES["fr.md"].encode())
        assert document.language == "fr"

    def test_front_matter_overrules_detection(self) -> None:
        content = f"---\nlanguage: gsw-CH\n---\n{LIGHTHOUSES['de.md']}".encode()
        assert read(reader_for("a.md"), "a.md", content).language == "de"
        content = f"---\nlanguage: nl-NL\n---\n{LIGHTHOUSES['de.md']}".encode()
        assert read(reader_for("a.md"), "a.md", content).language == "nl"


class TestSentences:
    @pytest.mark.parametrize(
        ("language", "expected"),
        [
            ("ar", ["بنيت المنارة عام 1890.", "هل هي قديمة؟", "د. أحمد يعمل هناك."]),
            (
                "de",
                ["Am 3. Mai kam z. B. Dr. Maier an.", "Im 19. Jahrhundert war hier, d. h. am Ufer, nichts.", "Gut!"],
            ),
            ("de", ["Er wohnt in der 2. Etage.", "Es waren 12.", "Danach kamen 13."]),
            ("es", ["El Sr. García llegó a las 3 p. m. del lunes.", "¿Quién lo vio?", "¡Nadie!"]),
            ("fr", ["M. Dupont et Mme. Martin sont venus.", "« Oui. » dit-il.", "Pourquoi ?", "Parce que."]),
            ("ja", ["灯台は1890年に建てられた。", "「はい。」と彼は言った。", "高さは30.5メートルです！", "本当？"]),
            ("km", ["នេះជាប្រយោគ។", "ទីពីរ។"]),
            ("ru", ["Это т. е. Пётр.", "В 1999 г. Иван уехал.", "Им. А. С. Пушкина дом.", "Он стоит 5 млн. рублей."]),
            ("th", ["ประภาคารสร้างเมื่อปี ค.ศ. 1890 บนเกาะ", "ผู้ดูแลประภาคารคนแรกชื่อสมหญิง ใจดี", "เธอจุดตะเกียงทุกเย็น"]),
            ("zh", ["灯塔建于1890年。", "“是的。”他说。", "高度为30.5米！", "真的吗？"]),
        ],
    )
    def test_a_text_has_these_sentences(self, language: str, expected: list[str]) -> None:
        text = ("" if language in ("ja", "zh") else " ").join(expected)
        assert [text[span.start : span.end] for span in sentences(text, 0, len(text), language)] == expected

    def test_offsets_count_from_the_start_of_the_text(self) -> None:
        text = "# Turm\n\nAm 3. Mai war\nalles z. B. neu. Heute nicht."
        assert sentences(text, 8, len(text), "de") == [Span(8, 38), Span(39, 51)]

    @given(st.text(max_size=200), st.sampled_from(sorted(LANGUAGES)), st.data())
    def test_nothing_but_space_is_lost_between_sentences(self, text: str, language: str, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        position = start
        for span in sentences(text, start, end, language):
            assert position <= span.start < span.end <= end
            assert text[position : span.start].strip() == ""
            assert text[span.start : span.end].strip() == text[span.start : span.end]
            position = span.end
        assert text[position:end].strip() == ""

    @given(
        st.text(st.sampled_from("กขคง .ฯ0៛។。」と“”说AaÄzäЯят.е«»-M\n\u0301"), max_size=60),
        st.sampled_from(["th", "lo", "km", "ja", "zh", "de", "ru", "fr", "ar", "uk", ""]),
    )
    def test_nothing_is_lost_where_a_language_has_rules_of_its_own(self, text: str, language: str) -> None:
        spans = sentences(text, 0, len(text), language)
        kept = "".join("".join(text[span.start : span.end].split()) for span in spans)
        assert kept == "".join(text.split())


class TestTerms:
    @pytest.mark.parametrize(
        ("language", "text", "expected"),
        [
            ("ar", "المنارةُ منارة", ["منار", "منار"]),
            ("de", "Häuser und Straßen", ["haus", "und", "strass"]),
            ("es", "canción, canciones, investigación", ["cancion", "cancion", "investig"]),
            ("fr", "L'eau mangée, manger", ["l", "eau", "mang", "mang"]),
            ("hi", "हिन्दी वाक्य", ["हिन्द", "वाक्य"]),
            ("ja", "灯台の高さ", ["灯台", "台の", "の高", "高さ"]),
            ("ru", "За́мок и замки", ["замок", "и", "замк"]),
            ("th", "ที่ไทย", ["ที", "ี่", "่ไ", "ไท", "ทย"]),
            ("zh", "灯塔ISO", ["灯塔", "iso"]),
        ],
    )
    def test_a_text_has_these_terms_in_its_language(self, language: str, text: str, expected: list[str]) -> None:
        assert terms(text, language) == expected

    @pytest.mark.parametrize(
        ("word", "language", "as_in"),
        [
            ("книги", "en", "ru"),
            ("книги", "de", "ru"),
            ("houses", "ru", "en"),
            ("houses", "zh", "en"),
            ("маяк", "uk", "uk"),
        ],
    )
    def test_a_word_in_another_script_is_of_that_scripts_likeliest_language(
        self, word: str, language: str, as_in: str
    ) -> None:
        assert stem(word, language) == stem(word, as_in)

    @pytest.mark.parametrize(
        ("language", "question", "expected"),
        [
            ("de", "Wie hieß die erste Wärterin des Turms?", ["hiess", "erst", "wart", "turm"]),
            ("es", "¿Cómo se llamaba la primera farera?", ["llam", "primer", "farer"]),
            ("fr", "Quand le phare a-t-il été construit ?", ["phar", "construit"]),
            ("ru", "Какова высота маяка?", ["высот", "маяк"]),
        ],
    )
    def test_stop_words_are_those_of_the_language(self, language: str, question: str, expected: list[str]) -> None:
        assert [stem(word, language) for word in content_words(question, language)] == expected

    @pytest.mark.parametrize(
        ("question", "language"),
        [
            ("Wie hieß die erste Wärterin?", "de"),
            ("What did he die of?", "en"),
            ("Où est le phare ?", "fr"),
            ("¿Dónde está el faro?", "es"),
            ("Leuchtturm", "de"),
        ],
    )
    def test_a_question_is_of_the_language_whose_stop_words_it_has_and_else_of_the_commonest(
        self, question: str, language: str
    ) -> None:
        assert likeliest_language(question, ["de", "en", "es", "fr"]) == language

    def test_an_english_question_is_known_among_documents_in_other_languages(self) -> None:
        assert likeliest_language("What is the height of it?", ["de"]) == "en"

    def test_a_word_has_each_form_once_and_one_where_all_documents_are_english(self) -> None:
        assert forms("maisons", ["en", "fr", "de"]) == ("maison",)
        assert forms("nationalen", ["en", "de"]) == ("nationalen", "national")
        assert forms("drones", ["en"]) == ("drone",)
        assert forms("маяка", ["en", "de", "ru"]) == ("маяк",)


class TestSearchingByWords:
    @pytest.fixture
    def index(self, tmp_path: Path) -> LexicalIndex:
        index = TantivyIndex(tmp_path / "words", create=True)
        entries = [
            LexicalEntry("de-0", "", "", " ".join(terms("Die Kinder sahen Häuser.", "de"))),
            LexicalEntry("en-0", "", "", " ".join(terms("The children saw houses.", "en"))),
        ]
        index.rebuild(entries, 1)
        return index

    def test_a_passage_is_found_by_the_stem_of_its_own_language(self, index: LexicalIndex) -> None:
        found = {word: [id for id, _ in index.best([forms(word, ["de", "en"])], 5)] for word in ("haus", "house")}
        assert found == {"haus": ["de-0"], "house": ["en-0"]}

    def test_a_word_counts_once_however_many_forms_it_has(self, index: LexicalIndex) -> None:
        [(_, alone)] = index.best([("haus",)], 5)
        [(_, among_others)] = index.best([("haus", "haus", "hauser")], 5)
        assert among_others == alone


def test_coverage_compares_terms_of_the_language_of_the_text() -> None:
    weights = TermWeights("Wo sind die Häuser?", lambda _: 1, 10, ["en", "de"])
    assert weights.coverage(set(terms("Dort ist ein Haus.", "de")), "de") == 1.0
    assert weights.coverage(set(terms("Dort ist ein Haus.", "en")), "en") == 0.0
    assert weights.coverage(set(terms("Häuser are houses.", "en")), "en") == 1.0


@pytest.fixture(scope="module")
def mixed(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(LIGHTHOUSES)


class TestAnswers:
    @pytest.mark.parametrize(("source", "question", "quote"), ASKED)
    def test_a_question_is_answered_from_the_document_in_its_language(
        self, mixed: Assistant, source: str, question: str, quote: str
    ) -> None:
        answer = mixed.ask(question)
        first = answer.citations[0]
        assert (first.passage.source, first.passage.language, first.quote) == (source, source[:2], quote)
        assert mixed.document(source).text[first.start : first.end] == quote

    def test_the_index_knows_each_documents_language(self, mixed: Assistant) -> None:
        assert {record.source: record.language for record in mixed.documents()} == {
            source: source[:2] for source in LIGHTHOUSES
        }
        assert mixed.document("ru.md").language == "ru"

    @pytest.mark.parametrize(
        ("source", "question", "quote"), [asked for asked in ASKED if asked[0] in ("de.md", "ru.md")]
    )
    def test_a_corpus_in_one_language_answers_too(
        self, open_corpus: OpenCorpus, source: str, question: str, quote: str
    ) -> None:
        alone = open_corpus({source: LIGHTHOUSES[source]})
        assert alone.ask(question).citations[0].quote == quote


class TestWhatTheModelCovers:
    @pytest.mark.parametrize(
        ("card", "languages"),
        [
            ("---\nlanguage: en\n---\n# A model", {"en"}),
            ("---\nlanguage:\n- de\n- pt-BR\nlicense: mit\n---\n", {"de", "pt"}),
            ("---\nlanguage: multilingual\n---\n", None),
            ("---\nlanguage:\n- en\n- multilingual\n---\n", None),
            ("---\nlicense: mit\n---\n", None),
            ("# A model", None),
        ],
    )
    def test_a_model_covers_what_its_card_says(self, tmp_path: Path, card: str, languages: set[str] | None) -> None:
        (tmp_path / "README.md").write_text(card, "utf-8")
        assert Embedder(str(tmp_path), tmp_path).languages == languages

    def test_a_model_without_a_card_covers_nobody_knows_what(self, tmp_path: Path) -> None:
        assert Embedder(str(tmp_path), tmp_path).languages is None
        assert Embedder("nobody/has-this-model", tmp_path).languages is None
        assert Embedder("not a name: of a model", tmp_path).languages is None

    def test_the_packaged_model_covers_english(self, embedder: Embedder) -> None:
        assert embedder.languages == frozenset({"en"})

    def test_documents_in_other_languages_are_marked(self, open_corpus: OpenCorpus) -> None:
        files: Files = {source: LIGHTHOUSES[source] for source in ("de.md", "en.md")} | {"broken.txt": b"\x00" * 90}
        records = open_corpus(files).documents()
        assert [(record.source, record.covered) for record in records] == [
            ("broken.txt", True),
            ("de.md", False),
            ("en.md", True),
        ]

    def test_doctor_says_so_and_finds_no_fault_in_it(self, open_corpus: OpenCorpus) -> None:
        files = {"a.md": LIGHTHOUSES["de.md"], "b.md": LIGHTHOUSES["en.md"], "c.md": LIGHTHOUSES["de.md"]}
        diagnosis = diagnose(open_corpus({**files, "d.md": LIGHTHOUSES["ru.md"]}).settings)
        assert diagnosis.problems == ()
        assert diagnosis.notes == (
            "The embedding model does not cover the language of these documents: German (2), Russian (1). They are "
            "found mainly by their words. To find them by their meaning too, name a multilingual model: "
            "CITEWELL_EMBEDDING_MODEL.",
        )

    def test_the_page_says_so_above_the_table_and_at_the_document(self) -> None:
        german = DocumentRecord("a.md", "A", 1, 90, language="de", covered=False)
        english = DocumentRecord("b.md", "B", 1, 90)
        html = render_table([german, english])
        assert html.startswith(
            '<p class="hint">The embedding model does not cover the language of these documents: German'
        )
        assert html.count("<p>German: not covered by the embedding model.</p>") == 1
        assert "not cover" not in render_table([english])

    def test_the_list_of_documents_says_so_beside_the_table(self, capsys: pytest.CaptureFixture[str]) -> None:
        show_documents([DocumentRecord("a.md", "A", 1, 90, language="de", covered=False)])
        shown = capsys.readouterr()
        assert [line.split() for line in shown.out.splitlines()][1] == ["a.md", "A", "de", "1"]
        assert shown.err.startswith(
            "Note: The embedding model does not cover the language of these documents: German (1)."
        )


class TestQuestionsInAScriptThatTheModelDoesNotCover:
    NOTICE = (
        "The embedding model does not cover {}, the language of the question: only documents with the question's own "
        "words are found. Name a multilingual model in CITEWELL_EMBEDDING_MODEL to search by meaning, or ask in a "
        "language that the model covers."
    )

    @pytest.mark.parametrize(
        ("question", "language"),
        [
            ("第一位看守人是谁？", "Chinese"),
            ("最初の灯台守は誰でしたか？", "Japanese"),
            ("ใครเป็นผู้ดูแลประภาคารคนแรก", "Thai"),
            ("من كانت أول حارسة للمنارة؟", "Arabic"),
            ("Кто был первым смотрителем маяка?", "Russian"),
            ("첫 번째 등대지기는 누구였습니까?", "Korean"),
        ],
    )
    def test_english_documents_do_not_answer_it_and_a_notice_says_why(
        self, open_corpus: OpenCorpus, question: str, language: str
    ) -> None:
        answer = open_corpus({"en.md": LIGHTHOUSES["en.md"]}).ask(question)
        assert (answer.abstained, answer.notices) == (True, (self.NOTICE.format(language),))

    def test_high_cosines_alone_do_not_answer_it(
        self, open_corpus: OpenCorpus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("assistant.answering.answerability.answerability", lambda *_: 0.9)
        corpus = open_corpus({"en.md": LIGHTHOUSES["en.md"], "zh.md": LIGHTHOUSES["zh.md"]})
        assert corpus.ask("法国的首都是什么？").confidence == 0.0
        answered = corpus.ask("第一位看守人是谁？")
        assert (answered.sentences[0].text, answered.confidence) == ("第一位看守人是李秀兰。", 0.9)
        assert answered.notices == ()
        assert not corpus.ask("Who was the first keeper?").abstained

    @pytest.mark.parametrize(
        ("text", "languages"),
        [
            ("Who was the first keeper?", ()),
            ("1890?", ()),
            ("Что такое NATO?", ("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg")),
            ("What does 港口 mean in English?", ()),
            ("港口", ("zh", "ja")),
            ("港口はどこですか", ("ja",)),
            ("ποιος", ("el",)),
        ],
    )
    def test_a_script_tells_the_languages(self, text: str, languages: tuple[str, ...]) -> None:
        assert languages_by_script(text) == languages

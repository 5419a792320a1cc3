"""What documents are about, over a corpus: in Python, on the command line, as JSON, and in the chat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant import Assistant, Citation, CorpusError, Overview
from assistant.interfaces.cli import app
from assistant.models.embedder import Vectors
from assistant.news.overview_answers import overview_subject
from assistant.news.themes import looked_at
from assistant.news.themes.grouping import NEAR, grouped

if TYPE_CHECKING:
    from tests.conftest import OpenCorpus

HEAD = "---\ntitle: {title}\npublished: {day}\npublisher: {publisher}\n---\n\n{text}\n"


def article(title: str, day: str, text: str, publisher: str = "Veldt Courier") -> str:
    return HEAD.format(title=title, day=day, publisher=publisher, text=text)


FILES = {
    "toll/fair.md": article(
        "The harbour toll",
        "2025-03-02",
        "Marta Kroll is the mayor of Veldt. The harbour toll of Veldt rises by a tenth. Fishing boats pay the "
        "harbour toll at the quay. They also wait for hours.",
    ),
    "toll/later.md": article(
        "Harbour toll again",
        "2025-06-09",
        "The harbour toll keeps ferries and fishing boats away from the quay of Veldt. Mayor Kroll defends the harbour "
        "toll. Each boat pays it at the quay.",
        "Stane Notes",
    ),
    "toll/boats.md": article(
        "Boats and toll",
        "2025-06-11",
        "Skippers of fishing boats avoid Veldt because of the harbour toll. Marta Kroll met skippers at the quay.",
    ),
    "owls/night.md": article(
        "Owls at night",
        "2025-06-10",
        "Barn owls hunt voles at night in the old wood. The barn owl nests in hollow trees. Pia Lund rings young owls.",
    ),
    "owls/voles.md": article(
        "Voles and owls",
        "2025-07-01",
        "Few voles mean few barn owls in the wood. Pia Lund, a ranger, feeds barn owls in winter. She counts them.",
    ),
    "comet.md": article("A comet", "2025-08-01", "A bright comet crosses the evening sky above the desert in August."),
}


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(FILES)


def cited(found: Overview) -> list[Citation]:
    return [*(one.citation for one in found.themes), *found.single, *(one.citation for one in found.names)]


def test_subjects_come_with_their_documents_and_the_sentence_that_tells_them(assistant: Assistant) -> None:
    found = assistant.overview()
    assert [(one.label, one.sources, one.citation.quote) for one in found.themes] == [
        (
            "Harbour toll",
            ("toll/fair.md", "toll/later.md", "toll/boats.md"),
            "The harbour toll keeps ferries and fishing boats away from the quay of Veldt.",
        ),
        (
            "Barn owls, Pia Lund, wood",
            ("owls/night.md", "owls/voles.md"),
            "Pia Lund, a ranger, feeds barn owls in winter.",
        ),
    ]
    assert [(one.passage.source, one.quote) for one in found.single] == [
        ("comet.md", "A bright comet crosses the evening sky above the desert in August.")
    ]
    assert found.others == 1


def test_documents_are_counted_with_publishers_and_days(assistant: Assistant) -> None:
    found = assistant.overview()
    assert found.publishers == (("Veldt Courier", 5), ("Stane Notes", 1))
    assert (found.documents, found.first, found.last, found.undated) == (6, "2025-03-02", "2025-08-01", 0)
    assert found.in_words == "6 documents of 2 publishers, 2025-03-02 to 2025-08-01."


def test_names_are_joined_over_surnames_and_told_by_who_they_are(assistant: Assistant) -> None:
    found = assistant.overview()
    assert [(one.name, one.also, one.documents, one.citation.quote) for one in found.names] == [
        ("Marta Kroll", ("Kroll",), 3, "Marta Kroll is the mayor of Veldt."),
        ("Veldt", (), 3, "The harbour toll of Veldt rises by a tenth."),
        ("Pia Lund", (), 2, "Pia Lund, a ranger, feeds barn owls in winter."),
    ]


def test_where_a_report_was_written_and_words_that_open_sentences_are_no_names(open_corpus: OpenCorpus) -> None:
    texts = ("Ada Thorne opened the fair. Now it rains.", "Ada Thorne closed the fair. Now the sun shines.")
    files = {f"{n}.md": article(f"Fair {n}", "2025-03-01", f"Veldt (ZNA) {text}") for n, text in enumerate(texts)}
    assert [one.name for one in open_corpus(files).overview().names] == ["Ada Thorne"]


def test_a_surname_that_nobody_is_introduced_by_stands_by_itself(open_corpus: OpenCorpus) -> None:
    files = {
        "1.md": article("Quay", "2025-01-01", "Mayor Kroll opened the new quay of Veldt on a cold and windy morning."),
        "2.md": article("Bridge", "2025-01-02", "Mayor Kroll closed the old bridge of Veldt as its pillars break."),
    }
    assert [one.name for one in open_corpus(files).overview().names] == ["Kroll", "Veldt"]


def test_every_quote_is_exact_and_numbered_through_and_no_document_is_in_two_subjects(assistant: Assistant) -> None:
    for found in (assistant.overview(), assistant.overview("harbour toll"), assistant.overview(source="owls/")):
        quotes = cited(found)
        assert [one.number for one in quotes] == list(range(1, len(quotes) + 1))
        for one in quotes:
            assert assistant.document(one.passage.source).text[one.start : one.end] == one.quote
            assert one.passage.start <= one.start < one.end <= one.passage.end
        sources = [source for theme in found.themes for source in theme.sources]
        assert len(sources) == len(set(sources)) == found.documents - found.others


def test_the_same_corpus_has_the_same_overview(assistant: Assistant, open_corpus: OpenCorpus) -> None:
    again = open_corpus(dict(reversed(FILES.items())))
    assert again.overview() == assistant.overview()


def test_a_subject_and_filters_narrow_it(assistant: Assistant) -> None:
    assert {one.passage.source for one in cited(assistant.overview("harbour toll"))} == {
        "toll/fair.md",
        "toll/later.md",
        "toll/boats.md",
    }
    narrowed = assistant.overview(since="2025-06-01", publisher="Veldt Courier")
    assert (narrowed.documents, narrowed.first) == (4, "2025-06-10")
    with pytest.raises(CorpusError):
        assistant.overview(source="no such folder")


def test_what_nothing_is_about_is_told(assistant: Assistant, open_corpus: OpenCorpus) -> None:
    assert assistant.overview("lunar bases").in_words == "There is no document about it."
    empty = open_corpus({"empty.txt": ""}).overview()
    assert (empty.themes, empty.single, empty.names) == ((), (), ())


def test_sentences_that_stand_in_many_documents_are_no_subject(open_corpus: OpenCorpus) -> None:
    subjects = ("owls nest in barns", "comets cross the sky", "ferries cross the bay", "tolls rise in May", "voles dig")
    files = {
        f"{number}.md": article(
            subject, "2025-01-01", f"The {subject} of Veldt. Send the Courier Desk your letters soon."
        )
        for number, subject in enumerate(subjects)
    }
    found = open_corpus(files).overview()
    assert "Courier Desk" not in [one.name for one in found.names]
    assert not any("letters" in one.quote for one in cited(found))


def test_copies_of_one_document_are_one_subject_beside_others(open_corpus: OpenCorpus) -> None:
    copies = {f"{number}.md": FILES["toll/boats.md"] for number in range(5)}
    found = open_corpus(copies | {"comet.md": FILES["comet.md"]}).overview()
    assert [one.sources for one in found.themes] == [tuple(copies)]
    assert found.themes[0].citation.quote.startswith("Skippers of fishing boats avoid Veldt")


def test_of_very_many_documents_some_are_looked_at_and_it_is_told(
    open_corpus: OpenCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_at, "MOST_DOCUMENTS", 3)
    found = open_corpus(FILES).overview()
    assert (found.documents, found.notices) == (
        6,
        ("Of 6 documents, 3 were looked at, spread evenly over their names.",),
    )
    assert {one.passage.source for one in cited(found)} <= {"comet.md", "owls/voles.md", "toll/fair.md"}


def test_the_command_shows_it_and_prints_json(assistant: Assistant) -> None:
    def run(*options: str) -> str:
        folders = ["--corpus", str(assistant.settings.corpus_dir), "--index", str(assistant.settings.index_dir)]
        result = CliRunner().invoke(app, ["overview", *options, *folders])
        assert result.exit_code == 0, result.output
        return result.stdout

    shown = run()
    assert shown.startswith(
        "6 documents of 2 publishers, 2025-03-02 to 2025-08-01.\n\n  1. Harbour toll (3 documents)\n"
        "     The harbour toll keeps ferries and fishing boats away from the quay of Veldt.\n"
    )
    assert "  4. Marta Kroll, also Kroll (3 documents)\n     Marta Kroll is the mayor of Veldt.\n" in shown
    found = json.loads(run("harbour", "toll", "--json"))
    assert (found["subject"], found["in_words"]) == (
        "harbour toll",
        "3 documents of 2 publishers, 2025-03-02 to 2025-06-11.",
    )


def test_the_chat_answers_with_the_sentences_of_the_subjects(assistant: Assistant) -> None:
    answer = assistant.ask("What are these documents about?")
    assert answer.text == (
        "6 documents of 2 publishers, 2025-03-02 to 2025-08-01. [1] [2] [3]\n"
        "- Harbour toll: The harbour toll keeps ferries and fishing boats away from the quay of Veldt. [1]\n"
        "- Barn owls, Pia Lund, wood: Pia Lund, a ranger, feeds barn owls in winter. [2]\n"
        "- A comet: A bright comet crosses the evening sky above the desert in August. [3]"
    )
    assert not answer.abstained
    assert assistant.ask("Give me an overview of lunar bases.").abstained


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What are these documents about?", ""),
        ("What is in my documents?", ""),
        ("What’s in the documents?", ""),
        ("Give me an overview", ""),
        ("Give me an overview of the documents, please.", ""),
        ("Give me an overview of the harbour toll.", "the harbour toll"),
        ("Give me an overview of the toll, please", "the toll"),
        ("Give me an overview of the documents about owls", "owls"),
        ("Summarise my articles on the harbour toll", "the harbour toll"),
        ("Please summarise the documents", ""),
        ("Can you sum up all my articles?", ""),
        ("Which topics do the documents cover?", ""),
    ],
)
def test_questions_for_an_overview_are_recognised(question: str, subject: str) -> None:
    assert overview_subject(question) == subject


@pytest.mark.parametrize(
    "question",
    [
        "What is the overview effect?",
        "What are the documents required for a visa?",
        "What is the Harbour Act about?",
        "What are the documents about the harbour toll?",
        "What do the documents say about owls?",
        "What is in the document that Kroll signed?",
        "Who gave an overview of the plan?",
        "Give me the documents about owls.",
        "Summarise the mayor's speech",
        "What is the report about?",
        "Give me a summary of the mayor's speech",
        "What are in the documents the rules for ferries?",
        "Give me an overview of it",
        "Give me an overview of how the toll of the harbour came about and who pays it today",
        "overview",
    ],
)
def test_other_questions_are_not_taken_for_one(question: str) -> None:
    assert overview_subject(question) is None


@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.integers(1, 6))
def test_groups_are_those_of_average_linkage(seed: int, count: int, kinds: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(kinds, 8))[random.integers(kinds, size=count)] + 0.3 * random.normal(size=(count, 8))
    groups = grouped(vectors.astype(np.float32))
    assert sorted(row for group in groups for row in group) == list(range(count))
    assert groups == _merged_one_by_one(vectors.astype(np.float32))


def _merged_one_by_one(vectors: Vectors) -> list[list[int]]:
    """Average linkage as it is defined: the two groups that are most alike become one, as long as they are near."""
    groups = [[row] for row in range(len(vectors))]
    if len(vectors) < 2:
        return groups
    centred = vectors - vectors.mean(axis=0)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    alike = (centred @ centred.T).astype(np.float64)
    while len(groups) > 1:
        pairs = [(alike[np.ix_(one, two)].mean(), one, two) for at, one in enumerate(groups) for two in groups[:at]]
        nearness, one, two = max(pairs)
        if nearness < NEAR - 1 / (len(vectors) - 1):
            break
        groups = [group for group in groups if group not in (one, two)] + [sorted(one + two)]
    return sorted(groups, key=lambda group: (-len(group), group))

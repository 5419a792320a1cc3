"""Passages that adjoin in their document and were both found are shown as one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assistant import Passage, ScoredPassage, Settings, open_assistant
from assistant.answering.retrieval import GAP, LONGEST, join_neighbours
from assistant.types import Place

TEXT = "The lamp was lit. It burnt all night.\n\nAda kept it.   \n The log tells more. " + "x" * 3_000


def hit(start: int, end: int, score: float = 0.5, source: str = "a.txt") -> ScoredPassage:
    id = f"{source}:{start}"
    return ScoredPassage(Passage(id, source, "Log", "", TEXT[start:end], start, end), score)


def join(*hits: ScoredPassage) -> list[tuple[str, int, int, float]]:
    joint = join_neighbours(hits, lambda _: TEXT)
    assert all(each.passage.text == TEXT[each.passage.start : each.passage.end] for each in joint)
    return [(each.passage.id, each.passage.start, each.passage.end, each.score) for each in joint]


def test_a_passage_joins_the_better_one_before_or_after_it_and_takes_its_place() -> None:
    assert join(hit(39, 51, 0.9), hit(60, 80, 0.7), hit(0, 37, 0.6)) == [
        ("a.txt:39", 0, 51, 0.9),
        ("a.txt:60", 60, 80, 0.7),
    ]


def test_a_passage_between_two_that_were_found_joins_the_better_one() -> None:
    assert join(hit(0, 17, 0.9), hit(39, 51, 0.8), hit(18, 37, 0.7)) == [
        ("a.txt:0", 0, 37, 0.9),
        ("a.txt:39", 39, 51, 0.8),
    ]


def test_passages_of_other_documents_headings_or_pages_stay_apart() -> None:
    one = hit(0, 17)
    assert len(join(one, hit(18, 37, source="b.txt"))) == 2
    for other in ({"breadcrumb": "Later"}, {"place": Place("page", "2")}, {"also_in": ("copy.txt",)}):
        second = hit(18, 37)
        assert len(join(one, replace(second, passage=replace(second.passage, **other)))) == 2


def test_two_parts_of_a_table_join_and_the_first_says_what_heads_the_columns() -> None:
    first, second = hit(0, 17, 0.5), hit(18, 37, 0.9)
    second = replace(second, passage=replace(second.passage, table_head="| Lamp | Year |"))
    [joint] = join_neighbours([second, first], lambda _: TEXT)
    assert (joint.passage.id, joint.passage.start, joint.passage.end) == ("a.txt:18", 0, 37)
    assert joint.passage.table_head == ""


def test_what_would_be_too_long_stays_apart() -> None:
    assert len(join(hit(82, 82 + LONGEST - 1), hit(81 + LONGEST, 83 + LONGEST))) == 2
    assert len(join(hit(82, 82 + LONGEST - 1), hit(81 + LONGEST, 82 + LONGEST))) == 1


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 300)), max_size=12))
def test_joining_loses_no_character_and_keeps_the_order_of_scores(cuts: list[tuple[int, int]]) -> None:
    hits = [hit(start, start + length, 1 - n / 100) for n, (start, length) in enumerate(cuts)]
    joint = join(*hits)
    covered = {place for _, start, end, _ in joint for place in range(start, end)}
    wanted = {place for each in hits for place in range(each.passage.start, each.passage.end)}
    assert wanted <= covered
    assert len(covered - wanted) <= GAP * len(hits)
    assert [score for *_, score in joint] == sorted((score for *_, score in joint), reverse=True)


def test_a_search_joins_two_passages_of_one_section_that_both_fit(tmp_path: Path) -> None:
    sentences = [f"The lamp of Marrow burnt {n} measures of oil in its {n}th year at sea." for n in range(2, 22)]
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "log.txt").write_text(" ".join(sentences), "utf-8")
    with open_assistant(Settings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index")) as assistant:
        assistant.sync()
        assert len(assistant.passages("log.txt")) == 2
        [found] = assistant.search("How much oil did the lamp of Marrow burn?")
        text = assistant.document("log.txt").text
        assert (found.passage.start, found.passage.end, found.passage.text) == (0, len(text), text)

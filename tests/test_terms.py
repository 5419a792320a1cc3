"""Words become terms, in the one way that questions, passages and sentences share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import terms as module
from assistant.text.terms import (
    content_words,
    is_stop_word,
    stem,
    terms,
    words,
)

spoken_words = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=12)
anything = st.text(max_size=80)


class TestTerms:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", []),
            ("?! … — 🦉", []),
            ("Reported drones", ["report", "drone"]),
            ("report a DRONE, twice: drone", ["report", "a", "drone", "twice", "drone"]),
            ("NATO's view", ["nato", "view"]),
            ("NATO’s view", ["nato", "view"]),
            ("café Straße ﬁne", ["cafe", "strass", "fine"]),
            ("1,000.50 metres", ["1000.50", "metr"]),
            ("версии книги", ["верс", "книг"]),
            ("state-of-the-art", ["state", "of", "the", "art"]),
            ("foo_bar", ["foo_bar"]),
            ("北京大学", ["北京", "京大", "大学"]),
            ("京", ["京"]),
            ("iPhone発売日", ["iphon", "発売", "売日"]),
            ("２０２４", ["2024"]),
        ],
    )
    def test_a_text_has_these_terms(self, text: str, expected: list[str]) -> None:
        assert terms(text) == expected

    @pytest.mark.parametrize(
        ("one", "other"),
        [("expansion", "expansions"), ("Romania", "ROMANIA"), ("naïve", "naive"), ("Россия", "россии")],
    )
    def test_forms_of_one_word_are_one_term(self, one: str, other: str) -> None:
        assert terms(one) == terms(other)

    def test_a_decomposed_letter_is_the_same_as_a_composed_one(self) -> None:
        assert terms("cafe\u0301") == terms("caf\u00e9") == ["cafe"]

    @given(anything)
    def test_a_term_is_one_token_for_the_word_index(self, text: str) -> None:
        assert [term for term in terms(text) if term.split() != [term]] == []

    @given(st.lists(spoken_words, max_size=8))
    def test_case_is_of_no_account(self, spoken: list[str]) -> None:
        text = " ".join(spoken)
        assert terms(text.upper()) == terms(text)

    @given(anything, anything)
    def test_texts_apart_have_the_terms_of_each(self, one: str, other: str) -> None:
        assert terms(f"{one}\n\n{other}") == terms(one) + terms(other)

    @given(st.lists(spoken_words, max_size=8))
    def test_a_term_for_each_word(self, spoken: list[str]) -> None:
        assert terms(" ".join(spoken)) == [stem(word) for word in spoken]


class TestContentTerms:
    def test_stop_words_are_left_out(self) -> None:
        assert [stem(word) for word in content_words("What is the capital of Peru?", "en")] == ["capit", "peru"]

    def test_russian_stop_words_are_left_out(self) -> None:
        assert [stem(word) for word in content_words("Что он сказал о войне?", "en")] == ["сказа", "войн"]

    def test_a_text_of_stop_words_keeps_them_all(self) -> None:
        kept = content_words("to be or not to be", "en")
        assert [stem(word) for word in kept] == ["to", "be", "or", "not", "to", "be"]

    @given(anything)
    def test_they_are_the_terms_less_stop_words_or_all(self, text: str) -> None:
        every = words(text)
        assert content_words(text, "en") in ([word for word in every if not is_stop_word(word, "en")], every)
        assert bool(content_words(text, "en")) == bool(every)


@given(st.text(st.characters(max_codepoint=127)))
def test_words_of_plain_ascii_are_found_as_among_other_letters(text: str) -> None:
    assert [*words(text), "\u00e9t\u00e9"] == words(f"{text} \u00c9t\u00e9")


def test_typeset_signs_part_words_as_typed_ones_do() -> None:
    typeset = "The harbour\u2019s \u201cold\u2014new\u201d pier\u2026 cost 3,5\u20134\xa0million, \u2018rot\u2019 set"
    assert words(typeset) == "the harbour old new pier cost 35 4 million rot set".split()
    assert [*words(typeset), "\u00e9t\u00e9"] == words(f"{typeset} \u00c9t\u00e9")


def test_terms_stay_what_they_are_when_more_words_come_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STEMS_REMEMBERED", 2)
    spoken = ["owls", "nesting", "barns", "owls", "hunted"]
    assert [stem(word) for word in spoken * 2] == ["owl", "nest", "barn", "owl", "hunt"] * 2

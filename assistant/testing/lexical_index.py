"""What every `assistant.indexing.engines.LexicalIndex` promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import IndexDamaged
from assistant.indexing.engines import Engine, Found, LexicalEntry, LexicalIndex
from assistant.indexing.scope import Scope, version_number

ENTRIES = (
    LexicalEntry("a-0", "harbour", "", "ship quay crane"),
    LexicalEntry("a-1", "harbour", "trade", "ship harbour tariff"),
    LexicalEntry("b-0", "law", "", "tariff treaty court"),
    LexicalEntry("c-0", "weather", "wind", "storm ship wind wind"),
)


def about(found: Found) -> Any:
    """The same passages, with scores that may differ in their last digits."""
    return [(id, pytest.approx(score)) for id, score in found]


class Breaks(Exception):
    """What the tests break off a change with."""


class LexicalIndexContract:
    """To be inherited by a class of tests that names the ``engine``."""

    engine: Engine[LexicalIndex]

    @contextmanager
    def opened(self, path: Path, *, create: bool = False, only_read: bool = False) -> Iterator[LexicalIndex]:
        """The index in a folder, closed when the block ends."""
        with closing(self.engine.open(path, create=create, only_read=only_read)) as index:
            yield index

    def made(self, path: Path, entries: Iterable[LexicalEntry] = ENTRIES) -> Path:
        """The folder, with an index of these passages in it that was closed; its generation is 7."""
        with self.opened(path, create=True) as index:
            index.rebuild(entries, 7)
        return path

    def test_empty_index_finds_nothing(self, tmp_path: Path) -> None:
        for create in (True, False):
            with self.opened(tmp_path / "words", create=create) as index:
                assert (index.generation, index.count()) == (0, 0)
                assert index.best([["ship"]], 5) == []
                assert index.document_frequency("ship") == 0
                assert (index.first_passages("ship"), index.vocabulary()) == ({}, [])

    def test_missing_index_is_told_with_its_folder_and_the_remedy(self, tmp_path: Path) -> None:
        for only_read in (False, True):
            with (
                pytest.raises(IndexDamaged) as caught,
                self.opened(tmp_path / "nowhere", only_read=only_read) as index,
            ):
                index.count()
            assert str(tmp_path / "nowhere") in str(caught.value)
            assert "citewell sync --rebuild" in str(caught.value)

    def test_index_whose_files_were_emptied_is_told_as_damaged(self, tmp_path: Path) -> None:
        path = self.made(tmp_path / "words")
        for file in path.rglob("*"):
            if file.is_file():
                file.write_bytes(b"")
        with (
            pytest.raises(IndexDamaged, match="citewell sync --rebuild"),
            self.opened(path, only_read=True) as index,
        ):
            index.best([["ship"]], 5)

    def test_passages_that_hold_any_of_the_words_are_found_best_first(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "words")) as index:
            assert {id for id, _ in index.best([["ship"]], 5)} == {"a-0", "a-1", "c-0"}
            assert {id for id, _ in index.best([["court"], ["quay"]], 5)} == {"a-0", "b-0"}
            found = index.best([["ship"], ["tariff"]], 5)
            assert found[0][0] == "a-1"
            assert {id for id, _ in found} == {"a-0", "a-1", "b-0", "c-0"}
            assert sorted((score for _, score in found), reverse=True) == [score for _, score in found]
            assert found[-1][1] > 0
            assert index.best([["nothing"], ["of"], ["it"]], 5) == []
            assert index.best([], 5) == []

    def test_no_more_than_the_limit_are_found(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "words")) as index:
            everything = index.best([["ship"], ["tariff"]], 10)
            for limit in (1, 2, 3, 4):
                assert index.best([["ship"], ["tariff"]], limit) == everything[:limit]

    def test_rare_words_weigh_more_than_common_ones(self, tmp_path: Path) -> None:
        entries = [LexicalEntry(f"a-{number}", "", "", "common other") for number in range(8)]
        rare = LexicalEntry("b-0", "", "", "rare other")
        with self.opened(self.made(tmp_path / "words", [*entries, rare])) as index:
            assert index.best([["common"], ["rare"]], 1)[0][0] == "b-0"

    def test_words_of_the_text_weigh_more_than_those_of_title_and_headings(self, tmp_path: Path) -> None:
        entries = [
            LexicalEntry("a-0", "crane", "other", "other other"),
            LexicalEntry("a-1", "other", "crane", "other other"),
            LexicalEntry("a-2", "other", "other", "crane other"),
        ]
        with self.opened(self.made(tmp_path / "words", entries)) as index:
            found = index.best([["crane"]], 5)
            assert found[0][0] == "a-2"
            assert {id for id, _ in found} == {"a-0", "a-1", "a-2"}
            assert index.document_frequency("crane") == 1

    def test_passages_are_counted_by_the_words_of_their_text(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "words")) as index:
            counts = {word: index.document_frequency(word) for word in ("ship", "harbour", "wind", "law", "nothing")}
        assert counts == {"ship": 3, "harbour": 1, "wind": 1, "law": 0, "nothing": 0}

    def test_within_a_scope_its_passages_alone_are_counted(self, tmp_path: Path) -> None:
        entries = [LexicalEntry(f"d{number}-{part}", "", "", "ship") for number in range(40) for part in range(3)]
        with self.opened(self.made(tmp_path / "words", [*entries, *ENTRIES])) as index:
            for documents in ({"a": 2}, {"d3": 3, "a": 2, "unknown": 1}, {f"d{number}": 3 for number in range(40)}, {}):
                scope = Scope(documents)
                expected = sum(f"d{number}" in documents for number in range(40)) * 3 + 2 * ("a" in documents)
                assert index.document_frequency("ship", scope) == expected
                assert index.document_frequency("nothing", scope) == 0

    def test_of_the_forms_of_a_word_the_best_counts_once(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "words")) as index:
            assert {id for id, _ in index.best([["quay", "court"]], 5)} == {"a-0", "b-0"}
            alone = index.best([["quay"]], 5)
            assert index.best([["quay", "quay", "kai"]], 5) == about(alone)
            assert index.best([["quay"], ["quay"]], 5) == about(alone)

    def test_any_text_may_be_asked_for(self, tmp_path: Path) -> None:
        entry = LexicalEntry("a-0", "", "", "what's nato's 中文 маяк c++ foo:bar")
        with self.opened(self.made(tmp_path / "words", [entry])) as index:
            for word in ("what's", "中文", "маяк", "c++", "foo:bar"):
                assert [id for id, _ in index.best([[word]], 5)] == ["a-0"]
            for word in ("(", '"', "*", "a AND", "foo:", "[1 TO 2]", ""):
                assert index.best([[word]], 5) == []

    def test_within_a_scope_its_passages_are_scored_as_among_all(self, tmp_path: Path) -> None:
        words = [["ship"], ["tariff"]]
        with self.opened(self.made(tmp_path / "words")) as index:
            everywhere = index.best(words, 10)
            for documents in ({"a": 2}, {"b": 1}, {"b": 1, "c": 1}, {"a": 2, "b": 1, "c": 1}):
                scope = Scope(documents)
                expected = about([(id, score) for id, score in everywhere if id in scope])
                for limit in (1, 10):
                    assert index.best(words, limit, scope) == expected[:limit]
            assert index.best(words, 10, Scope({})) == []
            assert index.best(words, 10, Scope({"unknown": 3})) == []

    def test_a_small_scope_is_found_among_many(self, tmp_path: Path) -> None:
        entries = [LexicalEntry(f"d{number}-0", "", "", "ship " * (1 + number % 3)) for number in range(500)]
        with self.opened(self.made(tmp_path / "words", entries)) as index:
            scope = Scope({"d3": 1, "d9": 1, "d498": 1})
            assert {id for id, _ in index.best([["ship"]], 10, scope)} == {"d3-0", "d9-0", "d498-0"}
            assert len(index.best([["ship"]], 10, scope)) == 3
            most = Scope({f"d{number}": 1 for number in range(400)})
            found = [id for id, _ in index.best([["ship"]], 500, most)]
            assert (len(found), set(found)) == (400, {f"d{number}-0" for number in range(400)})

    def test_each_version_that_holds_a_word_as_written_is_told_with_its_first_passage(self, tmp_path: Path) -> None:
        entries = [
            LexicalEntry(f"a-{number}", "", "", "kyiv", words="Kyiv" if number in (3, 11) else "other")
            for number in range(12)
        ]
        entries += [LexicalEntry("b-0", "", "", "other", words="kiev Kyiv"), LexicalEntry("c-0", "", "", "Kyiv")]
        with self.opened(self.made(tmp_path / "words", entries)) as index:
            assert index.first_passages("Kyiv") == {version_number("a"): 3, version_number("b"): 0}
            assert index.first_passages("kiev") == {version_number("b"): 0}
            assert index.first_passages("kyiv") == {}
            index.change((), ["a-3"], 8)
            assert index.first_passages("Kyiv") == {version_number("a"): 11, version_number("b"): 0}
            index.change((), ["a-11"], 9)
            assert index.first_passages("Kyiv") == {version_number("b"): 0}

    def test_all_of_many_versions_are_told(self, tmp_path: Path) -> None:
        entries = [LexicalEntry(f"d{number}-0", "", "", "", words="ship") for number in range(3_000)]
        with self.opened(self.made(tmp_path / "words", entries)) as index:
            assert index.first_passages("ship") == {version_number(f"d{number}"): 0 for number in range(3_000)}

    def test_the_vocabulary_has_every_word_as_written_once(self, tmp_path: Path) -> None:
        entries = [
            LexicalEntry("a-0", "harbour", "", "ship", words="harbour ships 基辅"),
            LexicalEntry("b-0", "", "", "ship", words="ships ship"),
        ]
        with self.opened(self.made(tmp_path / "words", entries)) as index:
            assert sorted(index.vocabulary()) == ["harbour", "ship", "ships", "基辅"]
            index.change([LexicalEntry("c-0", "", "", "", words="quay")], (), 8)
            assert sorted(index.vocabulary()) == ["harbour", "quay", "ship", "ships", "基辅"]

    def test_change_adds_replaces_and_removes(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "words")) as index:
            added = [LexicalEntry("d-0", "", "", "ship pilot"), LexicalEntry("b-0", "", "", "pilot")]
            index.change(added, ["c-0", "unknown-0"], 8)
            assert (index.generation, index.count()) == (8, 4)
            assert {id for id, _ in index.best([["ship"]], 5)} == {"a-0", "a-1", "d-0"}
            assert {id for id, _ in index.best([["pilot"]], 5)} == {"b-0", "d-0"}
            assert index.best([["court"], ["wind"]], 5) == []
            index.change((), (), 9)
            assert (index.generation, index.count()) == (9, 4)

    def test_rebuilt_index_holds_the_new_passages_alone(self, tmp_path: Path) -> None:
        with self.opened(self.made(tmp_path / "words")) as index:
            index.rebuild(iter([LexicalEntry("d-0", "", "", "pilot")]), 3)
            assert (index.generation, index.count()) == (3, 1)
            assert index.best([["ship"]], 5) == []
            assert [id for id, _ in index.best([["pilot"]], 5)] == ["d-0"]
            index.rebuild((), 4)
            assert (index.generation, index.count()) == (4, 0)

    def test_change_that_breaks_off_changes_nothing(self, tmp_path: Path) -> None:
        path = self.made(tmp_path / "words")

        def entries() -> Iterator[LexicalEntry]:
            yield LexicalEntry("d-0", "", "", "pilot")
            raise Breaks

        with self.opened(path) as index:
            with pytest.raises(Breaks):
                index.change(entries(), ["a-0"], 8)
            with pytest.raises(Breaks):
                index.rebuild(entries(), 8)
        with self.opened(path, only_read=True) as index:
            assert (index.generation, index.count()) == (7, 4)
            assert index.best([["pilot"]], 5) == []
            assert [id for id, _ in index.best([["quay"]], 5)] == ["a-0"]

    def test_what_was_written_is_there_when_the_index_is_opened_again(self, tmp_path: Path) -> None:
        path = self.made(tmp_path / "words")
        with self.opened(path) as index:
            index.change([LexicalEntry("d-0", "", "", "pilot")], ["a-0"], 8)
            before = index.best([["ship"], ["pilot"]], 5)
        for only_read in (False, True):
            with self.opened(path, only_read=only_read) as index:
                assert (index.generation, index.count()) == (8, 4)
                assert index.best([["ship"], ["pilot"]], 5) == before

    def test_one_that_is_open_goes_on_as_it_was_while_another_writes(self, tmp_path: Path) -> None:
        path = self.made(tmp_path / "words")
        with self.opened(path, only_read=True) as reader, self.opened(path) as writer:
            before = reader.best([["ship"]], 5)
            writer.change([LexicalEntry("d-0", "", "", "ship pilot")], ["a-0"], 8)
            assert (reader.generation, reader.count()) == (7, 4)
            assert reader.best([["ship"]], 5) == before
            assert reader.document_frequency("pilot") == 0
            with self.opened(path, only_read=True) as after:
                assert after.generation == 8
                assert {id for id, _ in after.best([["ship"]], 5)} == {"a-1", "c-0", "d-0"}

    def test_two_indexes_know_nothing_of_each_other(self, tmp_path: Path) -> None:
        first, second = self.made(tmp_path / "1"), self.made(tmp_path / "2", ENTRIES[:1])
        with self.opened(first) as many, self.opened(second) as one:
            one.change((), ["a-0"], 8)
            assert (many.generation, many.count(), one.generation, one.count()) == (7, 4, 8, 0)

    def test_many_threads_find_the_same_while_another_writes(self, tmp_path: Path) -> None:
        path = self.made(tmp_path / "words")

        def write() -> None:
            with self.opened(path) as writer:
                for number in range(5):
                    writer.change([LexicalEntry(f"d-{number}", "", "", "ship")], (), 8 + number)

        with self.opened(path, only_read=True) as reader, ThreadPoolExecutor(4) as threads:
            expected = reader.best([["ship"]], 5)
            writing = threads.submit(write)
            while not writing.done():
                assert list(threads.map(lambda _: reader.best([["ship"]], 5), range(6))) == [expected] * 6
            writing.result()

"""Files become documents: encodings, titles, front matter; and what is no document is refused in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ftfy.badness import is_bad
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.errors import ReadError
from assistant.reading import READERS, load, read, reader_for
from assistant.reading.limits import Limits
from assistant.reading.markdown import read_markdown, split_front_matter
from assistant.reading.plain import decode, decode_names, read_plain
from assistant.text.characters import without_unseen
from assistant.types import Document

FRENCH = (
    "Les élèves ont été reçus à l'hôtel près de la forêt où le maître français déjeune. Après le dîner, ils sont allés "
    "à la bibliothèque pour étudier l'histoire de la région. Même les plus âgés ont dansé jusqu'à la fin de la soirée."
)
RUSSIAN = (
    "Расширение альянса на восток остаётся главной темой переговоров. Министры обсудили новые предложения и "
    "договорились встретиться снова весной следующего года в столице."
)
JAPANESE = "東京は日本の首都であり、世界最大級の都市です。人口は約千四百万人で、経済と文化の中心地となっています。"


def text_or_refusal(content: bytes) -> str:
    """The text, or the words it is refused with; any other error is a failure of the test."""
    try:
        return decode(content)
    except ReadError as error:
        return str(error)


class TestDecoding:
    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            (FRENCH, "utf-8"),
            (FRENCH, "utf-8-sig"),
            (FRENCH, "utf-16"),
            (RUSSIAN, "utf-32"),
            (FRENCH, "cp1252"),
            (RUSSIAN, "cp1251"),
            (RUSSIAN, "koi8-r"),
            (JAPANESE, "shift_jis"),
            (JAPANESE, "euc_jp"),
            (JAPANESE, "iso2022_jp"),
            (FRENCH, "utf-16-le"),
            (RUSSIAN, "utf-16-be"),
            ("Трамвай идёт до рынка.", "koi8-r"),
            ("Večeře byla výborná, řekl starosta Žďáru.", "iso8859-2"),
            ("Święto miasta trwało osiem dni, a wójt płacił.", "cp1250"),
            ("Der Bürgermeister öffnete die Straße.", "cp850"),
            ("Le préfet a fermé la forêt à l’été.", "mac_roman"),
            ("Die Prüfung dauert länger.", "cp1252"),
            ("이 시장은 오늘 문을 닫았다.", "euc_kr"),
            ("市场今天关门了。", "gbk"),
        ],
    )
    def test_a_text_in_a_common_encoding_reads_as_written(self, text: str, encoding: str) -> None:
        assert decode(text.encode(encoding)) == text

    def test_big_endian_utf_16_reads_by_its_mark(self) -> None:
        assert decode(b"\xfe\xff" + FRENCH.encode("utf-16-be")) == FRENCH

    @pytest.mark.parametrize(
        ("text", "encoding", "named"),
        [
            ("Größe und Länge", "utf-8", "iso-8859-1"),
            ("“So ist es” – 5 €", "cp1252", "iso-8859-1"),
            ("Größe und Länge", "cp1252", "utf-8"),
            (RUSSIAN, "cp1251", "iso-8859-1"),
            (RUSSIAN, "koi8-r", "no-such-charset"),
            (JAPANESE, "iso2022_jp", "iso-2022-jp"),
            ("Größe und Länge", "cp1252", "utf-16"),
            ("朱镕基说话", "gb18030", "gb2312"),
            ("Größe und Länge", "cp1252", "punycode"),
        ],
    )
    def test_what_is_named_is_believed_unless_it_is_a_lie(self, text: str, encoding: str, named: str) -> None:
        assert decode(text.encode(encoding), named) == text

    def test_a_few_stray_bytes_in_utf_8_are_read_alone(self) -> None:
        assert decode("Crème brûlée, 5 €, ".encode() + "café – naïve".encode("cp1252")) == (
            "Crème brûlée, 5 €, café – naïve"
        )

    @pytest.mark.parametrize(
        "garbled",
        [
            "La crÃ¨me brÃ»lÃ©e coÃ»te 5 â‚¬, dit-il. Itâ€™s good.",
            "La crème brûlée coûte 5 €, dit-il. Itâ€™s good.",
            "La crème brûlée coûte 5 €, dit-il. It’s good.".encode().decode("cp1252").encode().decode("cp1252"),
        ],
    )
    def test_what_was_encoded_twice_is_put_right(self, garbled: str) -> None:
        assert decode(f"Menu – 中文\n{garbled}".encode()) == (
            "Menu – 中文\nLa crème brûlée coûte 5 €, dit-il. It’s good."
        )

    def test_an_encoding_is_found_far_down_in_a_text(self) -> None:
        text = "No accents up here.\n" * 30_000 + FRENCH
        assert decode(text.encode("cp1252")) == text

    def test_colours_of_a_terminal_are_no_japanese(self) -> None:
        assert decode(b"\x1b[31mred\x1b[0m and blue") == "\x1b[31mred\x1b[0m and blue"

    def test_characters_that_show_nothing_hide_no_word(self) -> None:
        assert decode("The har\u200bbour-\u00admas\u00adter\u2060 of\ufeff Ve\u200dldt".encode()) == (
            "The harbour-master of Veldt"
        )
        kept = "می\u200cخواهم and \U0001f469\u200d\U0001f680"  # here they change what is seen
        assert decode(kept.encode()) == kept

    def test_names_that_belong_together_are_read_together(self) -> None:
        names = ["Отчёт.docx", "Счёт.pdf", "Договор.doc"]
        assert decode_names([name.encode("cp866") for name in names]) == names
        mixed = ["Straße.txt".encode(), "Müller.txt".encode("cp1252"), "会議.txt".encode("cp932"), b"plain.txt"]
        assert decode_names(mixed) == ["Straße.txt", "Müller.txt", "会議.txt", "plain.txt"]

    def test_line_ends_become_line_feeds(self) -> None:
        assert decode(b"one\r\ntwo\rthree\nfour") == "one\ntwo\nthree\nfour"

    def test_a_stray_nul_becomes_the_replacement_character(self) -> None:
        assert decode(b"a" * 60 + b"\x00" + b"b" * 60) == "a" * 60 + "\ufffd" + "b" * 60

    def test_a_lone_surrogate_becomes_the_replacement_character(self) -> None:
        content = b"\xff\xfe" + "before ".encode("utf-16-le") + b"\x00\xd8" + " after".encode("utf-16-le")
        assert decode(content) == "before \ufffd after"

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=["Cc"])))
    def test_utf_8_reads_character_for_character(self, text: str) -> None:
        assume(not is_bad("x" + text))  # as a text that was encoded twice is
        assume(without_unseen("x" + text) == "x" + text)
        assert decode(("x" + text).encode()) == "x" + text

    @given(st.binary(max_size=300))
    def test_any_bytes_become_storable_text_or_a_read_error(self, content: bytes) -> None:
        text = text_or_refusal(content)
        assert text.encode().decode() == text
        assert [character for character in "\r\x00" if character in text] == []

    def test_a_binary_file_named_as_text_is_refused(self) -> None:
        content = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4
        with pytest.raises(ReadError, match=r"^The file is not text"):
            read(reader_for("image.txt"), "image.txt", content)


class TestPlain:
    def test_a_heading_like_first_line_is_the_title(self) -> None:
        document = read_plain("notes/veldt.txt", b"\nThe harbour of Veldt\n\nIt has four cranes.\n")
        assert document == Document(
            source="notes/veldt.txt",
            title="The harbour of Veldt",
            text="\nThe harbour of Veldt\n\nIt has four cranes.\n",
        )

    @pytest.mark.parametrize(
        "text",
        [
            "The harbour has four cranes.\n\nIt is old.",
            "- cranes\n- silos",
            "x" * 121 + "\n\nIt is old.",
            "The only line",
            "A\n\nIt is old.",
        ],
    )
    def test_any_other_first_line_leaves_the_name_as_title(self, text: str) -> None:
        assert read_plain("news/Fresno__California.txt", text.encode()).title == "Fresno California"

    def test_markdown_marks_in_plain_text_are_plain_text(self) -> None:
        document = read_plain("a.txt", b"---\ntitle: No\n---\nText.")
        assert (document.text, document.markup) == ("---\ntitle: No\n---\nText.", "plain")


class TestMarkdown:
    def test_front_matter_becomes_fields_and_leaves_the_text(self) -> None:
        content = (
            "---\ntitle: Veldt's harbour\npublished: 2024-05-31\npublisher: The Veldt Times\n"
            "url: https://veldt.example/harbour\nauthor: [Ann Orr, Bo Lind]\n---\n# Cranes\n\nFour.\n"
        )
        assert read_markdown("harbour.md", content.encode()) == Document(
            source="harbour.md",
            title="Veldt's harbour",
            text="# Cranes\n\nFour.\n",
            markup="markdown",
            published="2024-05-31",
            publisher="The Veldt Times",
            url="https://veldt.example/harbour",
            author="Ann Orr, Bo Lind",
        )

    def test_windows_line_ends_do_not_hide_front_matter(self) -> None:
        document = read_markdown("a.md", b"---\r\ntitle: Cranes\r\n---\r\nFour.\r\n")
        assert (document.title, document.text) == ("Cranes", "Four.\n")

    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("# Cranes\n\nFour.", "Cranes"),
            ("Cranes\n======\n\nFour.", "Cranes"),
            ("Intro.\n\n# Cranes #\n", "Cranes"),
            ("## Cranes\n\nFour.", "my notes"),
            ("```\n# not a heading\n```\n\n# Cranes\n", "Cranes"),
            ("#hashtag\n\nFour.", "my notes"),
        ],
    )
    def test_without_a_title_field_the_first_heading_is_the_title(self, text: str, title: str) -> None:
        assert read_markdown("my_notes.md", text.encode()).title == title

    @pytest.mark.parametrize(
        ("value", "published"),
        [
            ("2024-05-31", "2024-05-31"),
            ("'2024-05-31'", "2024-05-31"),
            ("2024-05-31T10:20:30", "2024-05-31T10:20:30"),
            ("2024-05-31 10:20:30+02:00", "2024-05-31T10:20:30+02:00"),
            ("2024-05", "2024-05"),
            ("2024", "2024"),
            ("2024-05-31, updated later", "2024-05-31"),
            ("soon", None),
            ("", None),
            ("[2024-05-31]", "2024-05-31"),
            ("{on: 2024-05-31}", None),
        ],
    )
    def test_published_is_an_iso_date_or_nothing(self, value: str, published: str | None) -> None:
        document = read_markdown("a.md", f"---\ntitle: A\npublished: {value}\n---\nText.".encode())
        assert document.published == published

    def test_a_basic_format_date_is_written_in_full_so_that_dates_compare(self) -> None:
        assert read_markdown("a.md", b"---\npublished: 20240531\n---\nText.").published == "2024-05-31"

    def test_date_stands_in_for_published(self) -> None:
        assert read_markdown("a.md", b"---\ndate: 2024-05-31\n---\nText.").published == "2024-05-31"

    def test_an_impossible_date_does_not_cost_the_other_fields(self) -> None:
        document = read_markdown("a.md", b"---\ntitle: Cranes\npublished: 2024-02-31\n---\nText.")
        assert (document.title, document.published, document.text) == ("Cranes", None, "Text.")

    def test_an_unquoted_colon_does_not_cost_the_fields(self) -> None:
        document = read_markdown("a.md", b"---\ntitle: Russia: a view\npublisher: The Times\n---\nText.")
        assert (document.title, document.publisher, document.text) == ("Russia: a view", "The Times", "Text.")

    def test_nor_does_a_field_without_a_value_beside_it(self) -> None:
        document = read_markdown("a.md", b"---\ndate:\ntitle: Russia: a view\n---\nText.")
        assert (document.title, document.published, document.text) == ("Russia: a view", None, "Text.")

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "file:///etc/passwd", "https://", "//veldt.example", "data:,"]
    )
    def test_only_web_addresses_are_kept_as_url(self, url: str) -> None:
        assert read_markdown("a.md", f"---\nurl: '{url}'\n---\nText.".encode()).url is None

    def test_values_become_one_line(self) -> None:
        document = read_markdown(
            "a.md", b"---\ntitle: |\n  Two\n  lines\nauthor: {name: Ann}\nlanguage: {a: en}\n---\nText."
        )
        assert (document.title, document.author, document.language) == ("Two lines", "Ann", "")

    @pytest.mark.parametrize(
        "text",
        [
            "--- not a fence\ntitle: A\n",
            "---\nno end of it\n\nText.",
            "Text.\n\n---\ntitle: A\n---\n",
            "---\n- a list\n---\nText.",
        ],
    )
    def test_what_is_no_front_matter_stays_text(self, text: str) -> None:
        assert split_front_matter(text) == ({}, text)

    def test_prose_between_two_rules_is_not_lost(self) -> None:
        text = "---\n\nIt costs 5: a lot: really.\n\n---\n\nThe rest.\n"
        assert read_markdown("a.md", text.encode()).text == text

    def test_empty_front_matter_is_cut_or_kept_but_never_an_error(self) -> None:
        assert read_markdown("a.md", b"---\n---\nText.").text.endswith("Text.")

    @pytest.mark.parametrize(
        "field",
        [
            "title: 0x" + "F" * 5000,
            "title: " + "9" * 5000,
            "title: " + "[" * 2000,
            "title: *nowhere",
            "title: !!python/object/apply:os.system [echo]",
            "title: !!set {a, b}",
            "title: 'unfinished",
            "\ttitle: tab",
            "published: 99999-99-99",
            "? [complex, key]\n: value",
        ],
        ids=lambda field: field[:24].strip(),
    )
    def test_hostile_front_matter_leaves_the_text_readable(self, field: str) -> None:
        assert read_markdown("a.md", f"---\n{field}\n---\nText.".encode()).text.endswith("Text.")


class TestReaders:
    @pytest.mark.parametrize("name", ["a.md", "A.MD", "a.markdown", "deep/er/a.txt", "a.text", "a.b.TXT"])
    def test_a_known_suffix_has_a_reader(self, name: str) -> None:
        assert reader_for(name) is READERS["." + name.rsplit(".", 1)[1].lower()]

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            (
                "a.exe",
                "Files of the format .exe are not read. Save it in one that is, such as .pdf or .txt, and add that.",
            ),
            (
                "README",
                "Files without a suffix that names their format are not read. "
                "Save it in one that is, such as .pdf or .txt, and add that.",
            ),
            ("a.tar.gz", "Files of the format .gz are not read. Save it as .zip, and add that."),
            ("a.mobi", "Files of the format .mobi are not read. Save it as .epub, and add that."),
            ("a.DOC", "Files of the format .doc are not read. Save it as .docx, and add that."),
            ("a.ppt", "Files of the format .ppt are not read. Save it as .pptx, and add that."),
            ("scan.gif", "Files of the format .gif are not read. Save it as .png, and add that."),
        ],
    )
    def test_a_format_that_is_not_read_is_refused_with_what_to_save_it_as(self, name: str, reason: str) -> None:
        with pytest.raises(ReadError) as refused:
            reader_for(name)
        assert str(refused.value) == reason

    @pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"---\ntitle: Nothing under it\n---\n"])
    def test_a_file_without_text_is_refused(self, content: bytes) -> None:
        with pytest.raises(ReadError, match=r"^The file holds no text\.$"):
            read(reader_for("a.md"), "a.md", content)

    def test_readers_name_their_versions_apart(self) -> None:
        versions = {reader.version for reader in READERS.values()}
        assert len(versions) == len({id(reader) for reader in READERS.values()})


class TestLoad:
    def test_the_bytes_come_back_unchanged(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_bytes(b"one\r\n\x00two")
        assert load(tmp_path / "a.txt") == b"one\r\n\x00two"

    def test_a_file_over_the_limit_is_refused_with_both_numbers(self, tmp_path: Path) -> None:
        with (tmp_path / "a.txt").open("wb") as file:
            file.truncate(3_000_000)
        with pytest.raises(ReadError) as refused:
            load(tmp_path / "a.txt", Limits(file_megabytes=2))
        assert str(refused.value) == (
            "The file is 3 MB; at most 2 MB are read. "
            "Split the file, or raise CITEWELL_LIMIT_FILE_MEGABYTES and sync again."
        )

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("secret")
        (tmp_path / "a.txt").symlink_to(tmp_path / "secret.txt")
        with pytest.raises(ReadError, match=r"^The file cannot be opened: "):
            load(tmp_path / "a.txt")

    def test_what_is_no_regular_file_is_refused(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.txt")
        with pytest.raises(ReadError, match=r"^This is no regular file\. Remove it\.$"):
            load(tmp_path / "a.txt")

    def test_a_file_that_is_gone_is_a_read_error(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError, match=r"^The file cannot be opened: No such file or directory\.$"):
            load(tmp_path / "a.txt")

    def test_a_file_without_permission_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "a.txt").write_text("secret")

        def refuse(path: Path, _flags: int) -> int:
            raise PermissionError(13, os.strerror(13), str(path))

        monkeypatch.setattr(os, "open", refuse)  # root may read anything, so chmod would prove nothing
        with pytest.raises(ReadError, match=r"^Permission to read the file is missing; grant it and sync again\.$"):
            load(tmp_path / "a.txt")

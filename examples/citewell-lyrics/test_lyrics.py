"""Song texts are read as what is sung, minute by minute."""

import pytest
from citewell_lyrics import read_lyrics

from assistant import ReadError
from assistant.reading import Options

SONG = """\ufeff[ar:Ada Thorne]
[ti: The harbour ]
[length:02:10]

[00:58.00]The harbour <00:58.40>opened
[00:59.50] in 1950.
[01:03]It had 12 cranes.
[02:01.10]
[02:02.10][00:10.00]It is closed.
"""


def test_what_is_sung_is_read_under_its_minute() -> None:
    document = read_lyrics("songs/harbour.lrc", SONG.replace("\n", "\r\n").encode(), Options())
    assert (document.title, document.author) == ("The harbour", "Ada Thorne")
    assert document.text == (
        "## 0:00\n\nThe harbour opened\nin 1950.\nIt is closed.\n\n"
        "## 1:00\n\nIt had 12 cranes.\n\n## 2:00\n\nIt is closed.\n\n"
    )


@pytest.mark.parametrize("content", [b"", b"Only text.\n", b"[ti:A song]\n[00:10.00]\n"])
def test_what_holds_no_song_text_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError, match="no song text in the LRC format"):
        read_lyrics("a.lrc", content, Options())

"""Subtitles are read as what is said, minute by minute."""

import pytest
from citewell_subrip import read_subrip

from assistant import ReadError
from assistant.reading import Options

FILM = """\ufeff1
00:00:58,000 --> 00:00:59,500
<i>The harbour</i> opened

2
00:01:00,000 --> 00:01:02,000
in {\\an8}1950.

3
00:01:03,000 --> 00:01:05,000 X1:10 X2:20
It had
12 cranes.

4
01:02:00.000 --> 01:02:01.000
It is closed.
"""


def test_what_is_said_is_read_under_its_minute() -> None:
    document = read_subrip("films/harbour.srt", FILM.replace("\n", "\r\n").encode(), Options())
    assert document.title == "harbour"
    assert document.text == (
        "## 0:00\n\nThe harbour opened in 1950.\n\n## 0:01\n\nIt had 12 cranes.\n\n## 1:02\n\nIt is closed.\n\n"
    )


@pytest.mark.parametrize("content", [b"", b"Only text.\n", b"00:01 --> 00:02\nToo short.\n"])
def test_what_holds_no_subtitles_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError, match="no subtitles in the SubRip format"):
        read_subrip("a.srt", content, Options())

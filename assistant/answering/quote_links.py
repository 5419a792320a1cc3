"""Links that open a web page at a quote, by text fragments (https://wicg.github.io/scroll-to-text-fragment)."""

from __future__ import annotations

from urllib.parse import quote as percent_encoded
from urllib.parse import urldefrag

from assistant.answering.citations import plain
from assistant.text.tables import cells

LONG = 12
"""Words from which on only the first and the last of a quote are given: pages differ from it in small ways."""
AT_EACH_END = 5


def quote_link(url: str, quote: str) -> str:
    """``url`` as a link that scrolls to the quote where the browser can, and else opens the page.

    A table row is named by its first and its last cell, which a page holds apart.
    """
    page, fragment = urldefrag(url)
    row = [cell for cell in cells(quote) if cell]
    words = plain(quote).split()
    if quote.lstrip().startswith("|"):
        ends = [plain(cell) for cell in (row if len(row) < 2 else (row[0], row[-1]))]
    elif len(words) > LONG:
        ends = [" ".join(words[:AT_EACH_END]), " ".join(words[-AT_EACH_END:])]
    else:
        ends = [" ".join(words)]
    if not ends or not all(ends):
        return url
    return f"{page}#{fragment.partition(':~:')[0]}:~:text={','.join(map(_encoded, ends))}"


def _encoded(words: str) -> str:
    """``words`` as a text fragment holds them: dashes, commas and ampersands have a meaning of their own there."""
    return percent_encoded(words, safe="", errors="replace").replace("-", "%2D")

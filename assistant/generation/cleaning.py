"""What a language model writes, without what could do more than be read: HTML, images, links and foreign addresses.

No answer may make a page load anything, or lead a reader away on behalf of a document: an image's address alone can
carry a secret out. Thinking aloud between ``<think>`` marks is no part of an answer either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_letters
from urllib.parse import urlsplit

from assistant.generation.markers import MARKER
from assistant.text.scripts import WITHOUT_SPACES
from assistant.types import Passage

LEFT_OUT = "(address left out)"
DROPPED = re.compile(r"<(think|thinking|reasoning|script|style|iframe|object|svg)\b[^<>]*>", re.IGNORECASE)
LONGEST_TAG = 2_000
BRACKETS = re.compile("([<>])")
BEGINS_A_TAG = tuple(f"{ascii_letters}!?")
OPENS_A_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
"""What is left of a tag that is never closed; a space makes it text, as in "a < b"."""
IMAGE = re.compile(r"!\[[^\[\]]{0,600}\](?:\([^()\s]{0,2000}(?:\s[^()]{0,600})?\)|\[[^\[\]]{0,200}\])")
LINK = re.compile(r"\[([^\[\]]{0,600})\](?:\(\s*+(?:[^()\s]|\([^()\s]*\)){0,2000}+(?:\s[^()]{0,600}+)?\))")
DEFINITION = re.compile(r"^[ \t]*\[[^\[\]]{1,100}\]:[ \t]*\S+.*$", re.MULTILINE)
TOP_LEVEL = (
    r"(?:com|org|net|info|biz|io|co|app|dev|ai|me|xyz|top|site|online|shop|store|club|link|click|live|page|cloud|tech|"
    r"website|space|icu|tk|ml|ga|cf|gq|ru|cn|ly|to|gg|tv|cc|ws|su|pw|us|uk|eu|de|fr|nl|it|es|pl|in|br|jp|example|test)"
)
NOT_IN_AN_ADDRESS = rf"\s<>\"'`{WITHOUT_SPACES}\u3000-\u303f\uff00-\uffef"
ADDRESS = re.compile(
    rf"(?:[a-z][a-z0-9+.-]{{1,15}}:)?//[^{NOT_IN_AN_ADDRESS}]+"
    rf"|\b(?:https?|ftp|data|javascript|mailto|file|tel):[^{NOT_IN_AN_ADDRESS}]+|\bwww\.[^{NOT_IN_AN_ADDRESS}]+"
    r"|[\w.+-]{1,64}+@(?:[\w-]{1,63}\.){1,8}\w{2,24}"
    rf"|(?<![a-z0-9-])(?:[a-z0-9-]{{1,63}}+\.){{1,8}}(?=[a-z]{{2,7}}\b){TOP_LEVEL}(?:[:/?#][^{NOT_IN_AN_ADDRESS}]*)?",
    re.IGNORECASE,
)
"""An address, with a scheme or without; what ends a sentence after it is cut off again."""
AFTER_AN_ADDRESS = ".,;:!?)]}*_\u201d\u2019\u3002\uff0c\uff09"
UNSETTLED = re.compile(
    r"(?:!?\[[^\[\]]{0,600}(?:\]\([^()]{0,2600})?|<[a-zA-Z/!?][^<>]{0,2000}|!)$|^[ \t]*\[[^\[\]]{1,100}\]:[^\n]*$",
    re.MULTILINE,
)
"""What may become a link, an image or a tag when more of the text comes."""
GROWING = re.compile(rf"[^\s{WITHOUT_SPACES}\u3000-\u303f\uff00-\uffef]*$")
"""A word that may go on, and prove to be an address."""
DEEPEST = 8
"""Links and images that may stand within one another; of deeper ones the addresses alone go."""
LONGEST_WORD = 2_000
LONGEST_END = 40
"""How much of what is dropped is kept, to find where it ends."""


class Cleaner:
    """Cleans a text while it grows. What is given of it never changes, whatever follows."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        """Addresses are kept on the hosts of these passages' own addresses, and bare names that their texts hold."""
        hosts = (urlsplit(passage.url).hostname for passage in passages if passage.url)
        self._hosts = {host.lower() for host in hosts if host}
        self._known = "\n".join(passage.text for passage in passages).lower()
        self._raw = ""
        self._inside = ""
        self.text = ""
        self.left_out = 0

    def add(self, more: str) -> None:
        """Take in more of what is written; `text` grows by what of it can no longer change."""
        self._raw += more
        while True:
            if self._inside:
                ended = re.search(rf"</{self._inside}\s*+>", self._raw, re.IGNORECASE)
                if not ended:
                    self._raw = self._raw[-LONGEST_END:]
                    return
                self._raw, self._inside = self._raw[ended.end() :], ""
            opened = DROPPED.search(self._raw)
            if not opened:
                break
            self._take(opened.start())
            self._raw, self._inside = self._raw[len(opened[0]) :], opened[1]
        self._take(self._settled())

    def finish(self) -> None:
        """Take what is left as it stands."""
        self.text += self._clean(self._closed())
        self._raw = ""

    @property
    def tail(self) -> str:
        """What follows `text` so far, cleaned as if nothing more came."""
        left_out = self.left_out
        tail = self._clean(self._closed())
        self.left_out = left_out
        return tail

    def _take(self, end: int) -> None:
        self.text += self._clean(self._raw[:end])
        self._raw = self._raw[end:]

    def _settled(self) -> int:
        """How much of the raw text can be read already: up to a word, link or tag that may go on."""
        size = len(self._raw)
        growing = GROWING.search(self._raw, max(0, size - LONGEST_WORD))
        end = growing.start() if growing else size
        unsettled = UNSETTLED.search(self._raw[:end], max(0, end - 3_000))
        return unsettled.start() if unsettled else end

    def _closed(self) -> str:
        """The raw text up to what has begun and not ended: thinking aloud, a tag, the address of a link."""
        return "" if self._inside else re.sub(r"<[a-zA-Z/!?][^<>]*$|\]\([^()]*$", "", self._raw)

    def _clean(self, raw: str) -> str:
        text = _without_tags(raw)
        for _ in range(DEEPEST):  # an image may stand in a link
            before, text = text, LINK.sub(_label, IMAGE.sub("", text))
            if text == before:
                break
        text = OPENS_A_TAG.sub("< ", _without_tags(DEFINITION.sub("", text)))
        return ADDRESS.sub(self._address, text)

    def _address(self, found: re.Match[str]) -> str:
        address = found[0].rstrip(AFTER_AN_ADDRESS)
        rest = found[0][len(address) :]
        if not address or self._is_kept(address):
            return found[0]
        self.left_out += 1
        return LEFT_OUT + rest

    def _is_kept(self, address: str) -> bool:
        if "\\" in address:  # to a browser it is a slash, and ends the host
            return False
        if re.match(r"(?:[a-z][a-z0-9+.-]{0,15}:)?//|www\.", address, re.IGNORECASE):
            try:
                parts = urlsplit(address if "//" in address else f"//{address}")
                is_of_the_web = parts.scheme in ("", "http", "https") and "@" not in parts.netloc
                return is_of_the_web and (parts.hostname or "").lower() in self._hosts
            except ValueError:  # "http://[": no address at all
                return False
        if re.match(r"(?:data|javascript|file|mailto|ftp|tel|https?):", address, re.IGNORECASE):
            return False
        return address.lower() in self._known


def _without_tags(text: str) -> str:
    """The text without tags, those included that only stand there when others are gone, as in ``<<b>img src=x>``."""
    kept: list[str] = []
    opened: list[int] = []
    for piece in filter(None, BRACKETS.split(text)):
        if piece == "<":
            opened.append(len(kept))
        if piece == ">" and opened:
            start = opened.pop()
            inner = "".join(kept[start + 1 : start + 3])
            if inner.removeprefix("/").startswith(BEGINS_A_TAG) and _is_short(kept, start):
                del kept[start:]
                continue
        kept.append(piece)
    return "".join(kept)


def _is_short(pieces: Sequence[str], start: int) -> bool:
    """Whether the pieces from ``start`` on are no longer than a tag may be."""
    length = 0
    for place in range(start, len(pieces)):
        length += len(pieces[place])
        if length > LONGEST_TAG:
            return False
    return True


def _label(found: re.Match[str]) -> str:
    """What is read of a link. A marker that is written as a link stays one."""
    marker = f"[{found[1]}]"
    return marker if MARKER.fullmatch(marker) else found[1]

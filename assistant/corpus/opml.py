"""The list of feeds as OPML, the format in which feed readers exchange theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from lxml import etree

from assistant.corpus.addresses import checked_address
from assistant.corpus.folder import FEEDS_FILE, CorpusFolder
from assistant.errors import CorpusError, FetchError, StorageError

EMPTY = b'<opml version="2.0"><head><title>Feeds</title></head><body/></opml>'
WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it is listed: its address and its name."""

    address: str
    title: str


class FeedList:
    """The file ``feeds.opml`` of a corpus; what else people keep in it, such as folders, stays."""

    def __init__(self, corpus: CorpusFolder, state_dir: Path) -> None:
        self._corpus = corpus
        self._state_dir = state_dir

    def feeds(self) -> list[Feed]:
        """The feeds, in the order of the list.

        Raises:
            CorpusError: the list cannot be understood.
        """
        return feeds_in(self._corpus.read(FEEDS_FILE) or EMPTY, FEEDS_FILE)

    def add(self, feed: Feed) -> bool:
        """Put a feed on the list; False if its address is on it already."""

        def change(root: Any) -> bool:
            if _outlines(root, feed.address):
                return False
            body = root.find("body")
            if body is None:
                body = etree.SubElement(root, "body")
            title = _allowed(feed.title)
            etree.SubElement(body, "outline", type="rss", text=title, title=title, xmlUrl=feed.address)
            return True

        return self._change(change)

    def remove(self, address: str) -> bool:
        """Take a feed off the list; False if it is not on it."""

        def change(root: Any) -> bool:
            found = _outlines(root, address)
            for outline in found:
                outline.getparent().remove(outline)
            return bool(found)

        return self._change(change)

    def move(self, old: str, new: str) -> bool:
        """List a feed under its new address; if that is listed too, once."""

        def change(root: Any) -> bool:
            found = _outlines(root, old)
            listed = bool(_outlines(root, new))
            for outline in found:
                if listed:
                    outline.getparent().remove(outline)
                outline.set("xmlUrl", new)
                listed = True
            return bool(found)

        return self._change(change)

    def _change(self, change: Callable[[Any], bool]) -> bool:
        with self._alone():
            root = _parsed(self._corpus.read(FEEDS_FILE) or EMPTY, FEEDS_FILE)
            changed = change(root)
            if changed:
                etree.indent(root)
                self._corpus.create()
                self._corpus.write(FEEDS_FILE, etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
            return changed

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self._state_dir.mkdir(parents=True, exist_ok=True)
            with FileLock(self._state_dir / "feeds.lock", timeout=WAIT_SECONDS, thread_local=False):
                yield
        except Timeout as error:
            raise StorageError("The list of feeds is being changed by another program. Try again.") from error
        except OSError as error:
            raise StorageError(f"{self._state_dir} cannot be written: {error.strerror or error}.") from error


def feeds_in(content: bytes, name: str) -> list[Feed]:
    """The feeds of an OPML file, each once; addresses that cannot be fetched are left out.

    Raises:
        CorpusError: the file is not OPML.
    """
    found: dict[str, Feed] = {}
    for outline in _parsed(content, name).iter("outline"):
        address = _address(outline)
        if address is None:
            continue
        title = outline.get("title") or outline.get("text") or address
        found.setdefault(address, Feed(address, " ".join(title.split())))
    return list(found.values())


def _outlines(root: Any, address: str) -> list[Any]:
    """The outlines that list a feed, however they spell its address."""
    return [outline for outline in root.iter("outline") if _address(outline) == address]


def _address(outline: Any) -> str | None:
    try:
        return checked_address(outline.get("xmlUrl") or "")
    except FetchError:
        return None


def _parsed(content: bytes, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CorpusError(
            f"{name} is not OPML: {error}. Correct it, or export it anew from the feed reader."
        ) from error
    if root.tag != "opml":
        raise CorpusError(f"{name} is not OPML. Export the list of feeds from the feed reader as OPML.")
    return root


def _allowed(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(character for character in text if character >= " " and character not in "\ufffe\uffff")

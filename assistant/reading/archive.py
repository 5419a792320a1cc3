"""ZIP archives and the XML in them, unpacked in memory within limits; nothing in them names a place on the disk."""

from __future__ import annotations

import io
import posixpath
import stat
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from typing import Any

from assistant.errors import ReadError
from assistant.reading.limits import SMALL, Limits
from assistant.reading.plain import decode_names

PIECE = 1 << 16
"""Bytes that are unpacked at once: what a part unpacks to is known only then, whatever the directory says."""
IN_UTF_8 = 0x800
"""The flag of a file whose name is in UTF-8; Python reads every other name as cp437."""
DAMAGED = "The file is damaged, or not of the format its name says. Save it anew, or remove it."
OLE = b"\xd0\xcf\x11\xe0"


class ZipArchive:
    """The parts of a ZIP archive by name."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        """Open an archive.

        Raises:
            ReadError: it is damaged or encrypted, or would unpack to more than the limits allow.
        """
        if content.startswith(OLE):
            raise ReadError("The file is encrypted, or of an older format. Save it without a password, and add that.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise ReadError(DAMAGED) from error
        self._limits = limits
        self._taken = 0
        files = [info for info in self._zip.infolist() if _is_file(info)]
        self._parts = dict(zip(_names(files), files, strict=True))
        if len(self._zip.infolist()) > limits.unpacked_files:
            raise limits.refusal("unpacked_files", f"The archive holds {len(self._zip.infolist()):,} files")
        total = sum(info.file_size for info in self._parts.values())
        if total > limits.unpacked_megabytes * 1_000_000:
            raise limits.refusal("unpacked_megabytes", f"The archive unpacks to {total / 1e6:,.0f} MB")
        for info in self._parts.values():
            ratio = info.file_size / max(1, info.compress_size)
            if info.file_size > SMALL and ratio > limits.ratio:
                raise limits.refusal("ratio", f"A part of the archive unpacks to {ratio:,.0f} times its size")

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def names(self) -> list[str]:
        """The names of all files in the archive, in its order."""
        return list(self._parts)

    def read(self, name: str) -> bytes:
        """The bytes of one file.

        Raises:
            ReadError: there is no such file, it is damaged, encrypted, larger than the directory says or packed in a
                rare way, or all that was read of the archive is more than the limits allow.
        """
        return b"".join(self._pieces(name))

    def check_all(self) -> None:
        """See that every file can be unpacked, for those who unpack the archive without this class.

        Raises:
            ReadError: see `read`.
        """
        for name in self._parts:
            for _ in self._pieces(name):
                pass
        self._taken = 0

    def _pieces(self, name: str) -> Iterator[bytes]:
        if name not in self._parts:
            raise ReadError(DAMAGED)
        info = self._parts[name]
        if info.flag_bits & 0x1:
            raise ReadError("The archive is encrypted. Unpack it, and add what is in it.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ReadError("The archive is packed in a rare way. Pack it anew as an ordinary ZIP archive.")
        size = checksum = 0
        try:
            for piece in _unpacked(self._zip, info):
                size, checksum = size + len(piece), zlib.crc32(piece, checksum)
                self._taken += len(piece)
                if size > info.file_size:
                    raise ReadError(DAMAGED)
                if self._taken > self._limits.unpacked_megabytes * 1_000_000:
                    raise self._limits.refusal(
                        "unpacked_megabytes", f"The archive unpacks to {self._taken / 1e6:,.0f} MB"
                    )
                yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise ReadError(DAMAGED) from error
        if size != info.file_size or checksum != info.CRC:
            raise ReadError(DAMAGED)

    def xml(self, name: str) -> Any:
        """The root element of an XML file; see `parse_xml`."""
        return parse_xml(self.read(name))

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What an Office document's part refers to inside the archive: the kind and the name of each, by id."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", name + ".rels")
        if relations not in self:
            return {}
        return {
            one.get("Id", ""): (
                one.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
            )
            for one in self.xml(relations)
            if isinstance(one.tag, str) and one.get("TargetMode") != "External"
        }


def parse_xml(content: bytes) -> Any:
    """The root element. Entities are not replaced and nothing is fetched.

    Raises:
        ReadError: it is not XML.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise ReadError(DAMAGED) from error


def local(element: Any) -> str:
    """An element's name without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """The value of the attribute of that local name, whatever its namespace."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def children(element: Any, name: str) -> Iterator[Any]:
    """The children of that local name."""
    return (child for child in element if local(child) == name)


def child(element: Any, *path: str) -> Any:
    """The first descendant along a path of local names, or None."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def descendants(element: Any, name: str) -> Iterator[Any]:
    """Every element of that local name below another, in order."""
    return (one for one in element.iter() if local(one) == name)


def facts(root: Any) -> dict[str, str]:
    """The texts of a list of properties, by local name."""
    return {local(one): " ".join("".join(one.itertext()).split()) for one in root.iter() if local(one)}


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """What is in a file of an archive, in pieces, to its very end."""
    packed = copy(info)  # NOTE: read as if it were stored, since zipfile unpacks all of a chunk at once
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, info.compress_size
    del packed.CRC
    unpacker = None if info.compress_type == zipfile.ZIP_STORED else zlib.decompressobj(-zlib.MAX_WBITS)
    with archive.open(packed) as file:
        while piece := file.read(PIECE):
            if unpacker is None:
                yield piece
                continue
            while piece and not unpacker.eof:
                yield unpacker.decompress(piece, PIECE)
                piece = unpacker.unconsumed_tail
    if unpacker:
        while not unpacker.eof and (piece := unpacker.decompress(unpacker.unconsumed_tail, PIECE)):
            yield piece


def _names(files: list[zipfile.ZipInfo]) -> list[str]:
    """The names of files, those that are not said to be in UTF-8 being in whatever encoding they are likeliest in."""
    odd = [info.filename for info in files if not info.flag_bits & IN_UTF_8 and not info.filename.isascii()]
    read = dict(zip(odd, decode_names([name.encode("cp437") for name in odd]), strict=True))
    return [read.get(info.filename, info.filename) for info in files]


def _is_file(info: zipfile.ZipInfo) -> bool:
    return bool(info.filename) and not info.is_dir() and not stat.S_ISLNK(info.external_attr >> 16)

"""A file becomes a `Document`: one module per family of formats, one table from suffix to reader, and plugins."""

from assistant.reading.blocks import Blocks
from assistant.reading.limits import Options
from assistant.reading.plain import decode
from assistant.reading.readers import READERS, SOURCE_CODE, Reader, is_isolated, load, read, reader_for

__all__ = [
    "READERS",
    "SOURCE_CODE",
    "Blocks",
    "Options",
    "Reader",
    "decode",
    "is_isolated",
    "load",
    "read",
    "reader_for",
]

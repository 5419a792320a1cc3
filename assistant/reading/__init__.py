"""A file becomes a `Document`: one module per family of formats, one table from suffix to reader."""

from assistant.reading.readers import READERS, Reader, is_isolated, load, read, reader_for

__all__ = ["READERS", "Reader", "is_isolated", "load", "read", "reader_for"]

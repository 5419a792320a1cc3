"""What of a file is not read, in words for a person: the same in all formats."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from assistant.types import Failure

LARGE = 125.0
"""Square centimetres, a fifth of A4: a picture of that size may say what nothing else does; smaller ones are logos.

Whether it may hold text at all is told by `assistant.reading.picture_text`.
"""
HIDDEN, STRUCK, DELETED, COMMENTS, PICTURES = "hidden", "struck", "deleted", "comments", "pictures"
TOLD = {
    HIDDEN: Failure("the text", "Text that is hidden in it was not read. Show it and save the file, to have it read."),
    STRUCK: Failure("the text", "Text that is crossed out in it was not read."),
    DELETED: Failure("the text", "Text whose deletion is recorded in it was not read."),
    COMMENTS: Failure("the comments", "Comments in it were not read."),
    PICTURES: Failure("the pictures", "Pictures in it were not read. Add those that hold text as files of their own."),
}
"""What is told of each kind of what a reader comes across and leaves out."""


@dataclass(slots=True)
class Strikes:
    """Leaves out what is crossed out, unless ``are_kept``; ``seen`` then names that kind of what is left out."""

    are_kept: bool = False
    seen: set[str] = field(default_factory=set)

    def shown(self, text: str) -> str:
        """What is shown of a text that is crossed out."""
        if self.are_kept:
            return text
        self.seen.update([STRUCK] if text.strip() else [])
        return ""


def told(seen: Collection[str]) -> list[Failure]:
    """What is told of the kinds that a reader has seen and left out."""
    return [failure for kind, failure in TOLD.items() if kind in seen]


def file_within(name: str) -> Failure:
    """What is told of a file that stands within a document."""
    return Failure(name, "It is a file within the document, and not read. Add it by itself.")


def is_large(width: float, height: float) -> bool:
    """Whether a picture of so many centimetres may hold text that counts."""
    return width * height >= LARGE

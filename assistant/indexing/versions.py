"""New versions of documents get their vectors; a text whose vector is known is not embedded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.indexing.known_vectors import KnownVectors
from assistant.indexing.layout import IndexLayout
from assistant.indexing.schema import Version
from assistant.models.embedder import Embedder, Vectors

EMBEDDED_AT_ONCE = 256
"""How many texts are embedded between two reports of how far it is: about a second's work."""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that is ready to be written, or a part of one: what the manifest will say, and the texts to embed.

    ``characters`` of the document's text are in it.
    """

    version: Version
    embedded_texts: tuple[str, ...]
    characters: int


@dataclass(frozen=True, slots=True)
class EmbeddedVersions:
    """Versions with the vectors of all their passages, by the hash of the text embedded."""

    versions: tuple[Version, ...]
    vectors: Mapping[str, Vectors]


class VersionEmbedder:
    """Embeds what no build holds. It remembers the versions before, which may still be on their way to the stores."""

    def __init__(
        self,
        embedder: Embedder,
        stored: Callable[[Sequence[str]], Mapping[str, Vectors]],
        others: Sequence[IndexLayout],
    ) -> None:
        """``stored`` tells what the build written to holds, by hash; ``others`` hold more in their live builds."""
        self._embedder = embedder
        self._stored = stored
        self._others = others
        self._known: KnownVectors | None = None
        self._latest: Mapping[str, Vectors] = {}

    def embed(self, new_versions: Sequence[NewVersion], tell: Callable[[float], None]) -> EmbeddedVersions:
        """The versions with their vectors. ``tell`` hears, between portions, which share of the work is done."""
        text_of = {
            row.embedded_hash: text
            for new in new_versions
            for row, text in zip(new.version.passages, new.embedded_texts, strict=True)
        }
        if self._known is None:
            self._known = KnownVectors.of(self._others, self._embedder.key)
        vectors = {key: self._latest[key] for key in text_of if key in self._latest}
        for find in (self._stored, self._known.find):
            vectors.update(find([key for key in text_of if key not in vectors]))
        vectors.update(self._made_anew({key: text for key, text in text_of.items() if key not in vectors}, tell))
        self._latest = vectors
        return EmbeddedVersions(tuple(new.version for new in new_versions), vectors)

    def _made_anew(self, text_of: Mapping[str, str], tell: Callable[[float], None]) -> Iterator[tuple[str, Vectors]]:
        """The vectors that no build has, by hash, computed in portions."""
        keys = list(text_of)
        for start in range(0, len(keys), EMBEDDED_AT_ONCE):
            some = keys[start : start + EMBEDDED_AT_ONCE]
            if start:
                tell(start / len(keys))
            yield from zip(some, self._embedder.embed([text_of[key] for key in some]), strict=True)

    def close(self) -> None:
        """Let go of the other builds."""
        if self._known:
            self._known.close()

"""Changes of a corpus folder are noticed as they happen, and told once the files have come to rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from assistant.corpus.folder import CorpusFile, CorpusFolder
from assistant.errors import CorpusError

SETTLED_SECONDS = 1.5
"""A file that has not changed for so long is complete."""
LOOK_MILLISECONDS = 500
"""How often one looks whether files that changed have come to rest, and whether to stop."""
UNNOTICED_SECONDS = 60.0
"""So often the folder is compared in any case: some network drives tell nobody of changes."""


def changes(corpus: CorpusFolder, stop: threading.Event) -> Iterator[frozenset[str]]:
    """Each time the corpus changed: the sources of the files that are still being written. Ends when ``stop`` is set.

    The first comes at once, since nobody knows what happened before.
    """
    from watchfiles import watch

    known: dict[str, str] | None = None
    unfinished = frozenset[str]()
    looked_at = 0.0
    for events in watch(corpus.path, stop_event=stop, step=50, debounce=400, rust_timeout=LOOK_MILLISECONDS,
                        yield_on_timeout=True, watch_filter=None, raise_interrupt=True):  # fmt: skip
        is_due = known is None or unfinished or time.monotonic() - looked_at > UNNOTICED_SECONDS
        if not is_due and not any(_is_visible(Path(path), corpus.path) for _, path in events):
            continue
        looked_at = time.monotonic()
        with suppress(CorpusError):  # a folder went while it was being listed; the next look sees what is left
            now, unfinished = _look(corpus, known or {})
            if now != known:
                known = now
                yield unfinished


def _look(corpus: CorpusFolder, known: Mapping[str, str]) -> tuple[dict[str, str], frozenset[str]]:
    """The stamp of every file, and which are still being written; these keep the stamp that is known of them."""
    files = list(corpus.files())
    unfinished = frozenset(file.source for file in files if is_unfinished(file))
    stamps = {file.source: file.stamp for file in files if file.source not in unfinished}
    return stamps | {source: known[source] for source in unfinished & known.keys()}, unfinished


def is_unfinished(file: CorpusFile) -> bool:
    """Whether a file changed a moment ago. One from the future, by a clock that goes wrong, counts as complete."""
    age = time.time() - max(file.modified, file.changed) / 1e9
    return 0 <= age < SETTLED_SECONDS


def _is_visible(path: Path, folder: Path) -> bool:
    """Whether a path is not that of a hidden file, such as those that get their name when they are complete."""
    return not (path.is_relative_to(folder) and any(part.startswith(".") for part in path.relative_to(folder).parts))

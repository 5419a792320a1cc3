"""What a question may be narrowed to: a document of the corpus, or a folder of it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import PurePosixPath

from assistant.errors import CorpusError

SUGGESTED = 3
SHOWN = 200
"""How many characters of an unknown name are told and compared with the known ones."""
LIKENESS = 0.6
"""How alike two names must be (difflib's ratio) for one to be suggested for the other."""


def check_source(source: str, sources: Sequence[str]) -> None:
    """Make sure that ``source`` is one of the sources, or a folder that holds one.

    Raises:
        CorpusError: it is not; the names most like it are suggested.
    """
    folder = source.rstrip("/") + "/"
    if any(known == source or known.startswith(folder) for known in sources):
        return
    source = source if len(source) <= SHOWN else f"{source[:SHOWN]}..."
    like = _most_alike(source, sources)
    suggestion = f" Did you mean {' or '.join(like)}?" if like else ""
    raise CorpusError(
        f"There is no document or folder {source!r} in the index.{suggestion} See the names with: citewell list"
    )


def _most_alike(source: str, sources: Sequence[str]) -> list[str]:
    """Sources and folders whose path or last name holds ``source``, or is most like it, their endings aside."""
    paths = [PurePosixPath(known) for known in sources]
    paths += dict.fromkeys(folder for path in paths for folder in path.parents if folder.name)
    called: dict[str, str] = {}
    for path in paths:
        for name in (str(path), path.name, path.stem):
            called.setdefault(name.casefold(), str(path))
    wanted = source.rstrip("/").casefold()
    alike = get_close_matches(wanted, called, 2 * SUGGESTED, LIKENESS) + [name for name in called if wanted in name]
    return list(dict.fromkeys(called[name] for name in alike))[:SUGGESTED]

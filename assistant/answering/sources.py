"""What a question may be narrowed to: a document of the corpus, a folder of it, or a publisher."""

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
    shown = _shown(source)
    raise CorpusError(
        f"There is no document or folder {shown!r} in the index.{_suggestion(_most_alike(shown, sources))} "
        "See the names with: citewell list"
    )


def check_publishers(publishers: Sequence[str], known: Sequence[str]) -> None:
    """Make sure that each of ``publishers`` is one of the known ones, letter by letter.

    Raises:
        CorpusError: one is not; the names most like it are suggested.
    """
    called = {name.casefold(): name for name in known}
    for publisher in publishers:
        if publisher not in known:
            shown = _shown(publisher)
            like = get_close_matches(shown.casefold(), called, SUGGESTED, LIKENESS)
            raise CorpusError(
                f"No document in the index is published by {shown!r}.{_suggestion([called[name] for name in like])} "
                "See the publishers with: citewell list"
            )


def _shown(name: str) -> str:
    return name if len(name) <= SHOWN else f"{name[:SHOWN]}..."


def _suggestion(names: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(names)}?" if names else ""


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

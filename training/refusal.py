"""Nothing that measures may enter training: rows that share a run of eight words with a benchmark are refused."""

import json
import re
from collections.abc import Iterable, Iterator, Set
from hashlib import blake2b
from pathlib import Path

RUN = 8
_WORD = re.compile(r"\w+")


def runs(text: str) -> Iterator[int]:
    """A hash of each run of eight words of `text`, whatever its case and punctuation."""
    words = _WORD.findall(text.lower())
    for start in range(len(words) - RUN + 1):
        yield int.from_bytes(blake2b(" ".join(words[start : start + RUN]).encode(), digest_size=8).digest())


def runs_of_folder(folder: Path) -> set[int]:
    """The runs of every text and every string of JSON in the files of `folder`."""
    found: set[int] = set()
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".txt", ".md", ".csv"):
            found.update(runs(file.read_text(encoding="utf-8", errors="replace")))
        elif file.suffix == ".jsonl":
            for line in file.read_text(encoding="utf-8").splitlines():
                for text in _strings(json.loads(line)):
                    found.update(runs(text))
    return found


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def is_refused(texts: Iterable[str], kept_out: Set[int]) -> bool:
    """Whether one of `texts` shares a run of eight words with what is kept out."""
    return any(not kept_out.isdisjoint(runs(text)) for text in texts)

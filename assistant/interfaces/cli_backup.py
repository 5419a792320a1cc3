"""The commands ``citewell backup`` and ``restore-backup``: everything people made, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.interfaces.options import CorpusOption, IndexOption, JsonOption, audit, settings_with

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The backup, such as citewell-2026-05-31.tar.gz.")]


def take_backup(
    file: FileArgument,
    with_index: Annotated[
        bool, typer.Option("--with-index", help="Keep the index too, which a sync makes anew; no sync runs meanwhile.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Write documents, removed files, conversations, watched questions, feeds and users into one file.

    The page may run meanwhile: the backup holds what was there at one moment. It holds passwords, and may be read by
    you alone.
    """
    from assistant.backups import take
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_notices, waiting

    settings = settings_with(corpus_dir=corpus, index_dir=index)
    with waiting("Taking a backup", quiet=as_json):
        taken = take(settings, file, with_index=with_index)
    audit().note("backup-taken", str(taken.path))
    if as_json:
        print_json(taken)
        return
    size, packed = _in_words(taken.bytes), _in_words(taken.archive_bytes)
    typer.echo(f"Backed up {taken.files:,} files ({size}) in {taken.path} ({packed}).")
    show_notices(tuple(f"Left out: {name}, as {reason}." for name, reason in sorted(taken.left_out.items())))


def restore_backup(
    file: FileArgument,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is there, which is kept under another name.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Put back what a backup holds, where the settings have documents, state and users. Stop the page first.

    Every file is checked before the first one is put in place. The index then follows with: citewell sync
    """
    from assistant.backups import restore
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_notices, waiting
    from assistant.interfaces.options import with_folders

    settings = settings_with(corpus_dir=corpus, index_dir=index)
    with waiting("Restoring", quiet=as_json):
        restored = restore(settings, file, replace=replace)
    audit().note("backup-restored", str(file), f"as it was at {restored.taken_at}")
    if as_json:
        print_json(restored)
        return
    typer.echo(f"Restored {restored.files:,} files ({_in_words(restored.bytes)}), as they were at {restored.taken_at}.")
    for name, place in restored.places.items():
        typer.echo(f"  {name}: {place}")
    kept = (f"What was there before lies in {path}. Delete it once you do not need it." for path in restored.before)
    show_notices((*kept, with_folders("Bring the index up to date with: citewell sync", corpus, index)))


def _in_words(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"

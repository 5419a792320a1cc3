"""What surrounds every command: streams that never fail, ``--debug`` anywhere, errors told in a line, exit codes."""

from __future__ import annotations

import io
import sys
import traceback
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

EXIT_ERROR = 1
EXIT_ABSTAINED = 3
EXIT_STOPPED = 130


class CitewellGroup(TyperGroup):
    """All commands together: ``--debug`` may stand anywhere, and no character makes printing fail."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run, on streams that show a character they cannot encode as an escape."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **options)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Understand ``citewell ask ... --debug`` as ``citewell --debug ask ...``."""
        end = args.index("--") if "--" in args else len(args)
        if "--debug" in args[:end]:
            args = ["--debug", *(word for word in args[:end] if word != "--debug"), *args[end:]]
        return super().parse_args(ctx, args)


class CitewellCommand(TyperCommand):
    """One command, whose errors are told in a line to the person who typed it."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an error becomes a message on standard error and an exit code."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            typer.echo("\nStopped. What was done is kept; run the same command again to finish it.", err=True)
            raise typer.Exit(EXIT_STOPPED) from None
        except Exception as error:
            _tell(error, debug=ctx.find_root().params["debug"])
            raise typer.Exit(EXIT_ERROR) from error


def _tell(error: Exception, *, debug: bool) -> None:
    """Tell an error on standard error: in one line, or with its traceback."""
    from assistant.interfaces.wording import describe, one_line, printable

    told = printable(traceback.format_exc()) if debug else f"Error: {one_line(describe(error))}"
    typer.echo(told, err=True)

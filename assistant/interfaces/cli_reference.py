"""Writes docs/cli.md from the commands themselves: ``python -m assistant.interfaces.cli_reference > docs/cli.md``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any

import typer

from assistant.interfaces.cli import app

HEAD = """# The command line

Made from the commands by `python -m assistant.interfaces.cli_reference > docs/cli.md`; a test checks that it is so.
Every command knows `-h` and `--help`, and shows its errors with their tracebacks after `--debug`.
"""


def reference() -> str:
    """Every command with its arguments and options, as Markdown."""
    return "\n".join([HEAD, *_sections(typer.main.get_command(app), None, "citewell")])


def _sections(command: Any, parent: Any, name: str) -> Iterator[str]:
    """A command, and those below it in the order in which ``--help`` lists them."""
    context = command.make_context(name, [], parent, resilient_parsing=True)
    inner = getattr(command, "commands", {})
    yield f"## {context.command_path}\n"
    yield f"{_escaped(inspect.cleandoc(command.help or ''))}\n"
    yield f"```\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```\n"
    told = [row for one in command.params if (row := _parameter(one, context))]
    told += [(f"{context.command_path} {one}", inner[one].get_short_help_str(200)) for one in inner]
    if told:
        rows = [f"| `{_escaped(what)}` | {_escaped(' '.join(says.split()))} |" for what, says in told]
        yield "\n".join(["| | |", "|---|---|", *rows, ""])
    for one in inner:
        yield from _sections(inner[one], context, one)


def _parameter(parameter: Any, context: Any) -> tuple[str, str] | None:
    """How a parameter is given, and what it does; None where it is not told."""
    record: tuple[str, str] | None = parameter.get_help_record(context)
    if record is None:
        return None
    is_argument = parameter.param_type_name == "argument"
    return (parameter.metavar or parameter.name.upper()) if is_argument else record[0], record[1]


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference())

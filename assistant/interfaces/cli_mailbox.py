"""The commands ``citewell mailbox ...``: folders of mails on a server, read by IMAP."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

from assistant.interfaces.cli_followed import show_refresh, show_states
from assistant.interfaces.options import CorpusOption, IndexOption, JsonOption, opened
from assistant.interfaces.shell import CitewellCommand, CitewellGroup

NONE_FOLLOWED = "No mailbox is followed. Follow one with: citewell mailbox add NAME ADDRESS"
mailboxes = typer.Typer(cls=CitewellGroup, no_args_is_help=True, help="Follow mailboxes: folders of mails, by IMAP.")
command = partial(mailboxes.command, cls=CitewellCommand)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What the mailbox is called here, such as work.")]


@command("add")
def add_mailbox(
    name: NameArgument,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="The folder, as imaps://ann@mail.example.org/INBOX.")
    ],
    from_input: Annotated[
        bool, typer.Option("--password-stdin", help="Take the password from the input, one line, instead of asking.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Follow a folder of mails on a server, and index them: each mail a document, with what is attached to it.

    The password is asked for, and kept in the state folder, readable by you alone. Nothing on the server is changed,
    and no mail is marked as read. All who may read the corpus may read the mails, unless the collection mail is closed.
    """
    password = sys.stdin.readline().rstrip("\r\n") if from_input else typer.prompt("Password", hide_input=True)
    with opened(corpus, index) as assistant:
        show_refresh(
            lambda: assistant.add_mailbox(name, address, password), assistant.mailboxes, NONE_FOLLOWED, as_json=as_json
        )


@command("list")
def list_mailboxes(as_json: JsonOption = False, corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """List the mailboxes that are followed, and how each fares."""
    with opened(corpus, index) as assistant:
        states = assistant.mailboxes()
    show_states("Mailbox", states, NONE_FOLLOWED, as_json=as_json)


@command("remove")
def remove_mailbox(name: NameArgument, corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Follow a mailbox no more, and forget its password. Its mails stay; citewell remove takes out a document."""
    with opened(corpus, index) as assistant:
        assistant.remove_mailbox(name)


@command("refresh")
def refresh_mailboxes(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Only this mailbox, and at once, also if it failed lately.")
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Fetch the new mails of the mailboxes, a thousand of each at most, and index them."""
    with opened(corpus, index) as assistant:
        show_refresh(lambda: assistant.refresh_mailboxes(name), assistant.mailboxes, NONE_FOLLOWED, as_json=as_json)

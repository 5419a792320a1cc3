"""The command line: ``citewell add``, ``list``, ``remove``, ``sync``, ``search``, ``ask``, ``eval``, ``serve``...

Exit codes: 0 done or answered, 3 the documents do not answer, 1 an error, 2 wrong usage, 130 stopped by Ctrl-C.

Only the standard library and typer are imported here at once; the rest is imported by the command that needs it,
so that ``citewell --help`` comes at once.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import __version__
from assistant.interfaces.cli_audit import list_audit
from assistant.interfaces.cli_backup import restore_backup, take_backup
from assistant.interfaces.cli_brief import show_briefing
from assistant.interfaces.cli_collection import collections
from assistant.interfaces.cli_compare import compare_sides
from assistant.interfaces.cli_conversation import (
    conversations,
    keep_exchange,
    resumed,
    tell_where_kept,
    went_before,
)
from assistant.interfaces.cli_documents import list_documents, remove_document, restore_document
from assistant.interfaces.cli_eval import evaluate_corpus
from assistant.interfaces.cli_feed import feeds, refresh_web, watch_corpus
from assistant.interfaces.cli_library import libraries
from assistant.interfaces.cli_mailbox import mailboxes
from assistant.interfaces.cli_mcp import serve_program
from assistant.interfaces.cli_mentions import list_mentions
from assistant.interfaces.cli_new import show_new
from assistant.interfaces.cli_overview import show_overview
from assistant.interfaces.cli_positions import list_positions
from assistant.interfaces.cli_show import show_document
from assistant.interfaces.cli_site import sites
from assistant.interfaces.cli_timeline import show_timeline
from assistant.interfaces.cli_token import tokens
from assistant.interfaces.cli_user import users
from assistant.interfaces.cli_watch import watches
from assistant.interfaces.options import (
    CorpusOption,
    IndexOption,
    JsonOption,
    PublisherOption,
    SinceOption,
    SourceOption,
    UntilOption,
    only_one,
    opened,
    settings_with,
    with_folders,
)
from assistant.interfaces.shell import EXIT_ABSTAINED, EXIT_ERROR, CitewellCommand, CitewellGroup

if TYPE_CHECKING:
    from assistant.types import SyncReport

app = typer.Typer(
    name="citewell",
    cls=CitewellGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
command = partial(app.command, cls=CitewellCommand)

QuestionArgument = Annotated[
    list[str], typer.Argument(metavar="QUESTION", help="The question, in your own words.", show_default=False)
]


def main() -> None:
    """Run the command line; the entry point of the console script ``citewell``."""
    app(prog_name="citewell")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"citewell {__version__}")
        raise typer.Exit


@app.callback()
def citewell(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Ask your documents; every sentence of the answer cites its source.

    Start with: citewell add PATH, then citewell ask "your question", or citewell serve for the chat page.

    Exit codes: 0 done or answered, 3 the documents do not answer the question, 1 error, 2 wrong usage.
    """


@command()
def add(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Files, folders of files, or addresses of web pages.")
    ],
    into: Annotated[str, typer.Option(metavar="FOLDER", help="A folder of the corpus to put them in.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace documents of the same name.")] = False,
    password: Annotated[
        str | None, typer.Option(metavar="PASSWORD", help="Opens encrypted documents; kept in the state folder.")
    ] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Copy files, folders or web pages into the corpus, and index them.

    A document of the same name with other content is never replaced unless you say --replace. A web page that was
    added before is fetched again if it changed, and its document replaced; citewell refresh does so for all of them.
    """
    from assistant.interfaces.console import progress_bar

    with opened(corpus, index) as assistant, progress_bar(quiet=as_json) as progress:
        report = assistant.add(paths, into=into, replace=replace, password=password, progress=progress)
    _print_report(report, as_json=as_json)
    _exit_if_failed(report)


@command()
def sync(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the index anew; repairs a damaged one.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare every file's content, whatever its size and times say.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until Ctrl-C, and index what is added, changed or removed.")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Read files again that could not be read, changed or not.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Bring the index up to date with the corpus: after files were added, changed or removed.

    Only what changed is read again. It may be stopped at any time with Ctrl-C: what is done is kept, and the next
    sync goes on from there.
    """
    from assistant.interfaces.console import progress_bar

    with opened(corpus, index) as assistant, progress_bar(quiet=as_json) as progress:
        report = assistant.sync(progress=progress, rebuild=rebuild, verify=verify, retry=retry)
    _print_report(report, as_json=as_json)
    if watch:
        with opened(corpus, index) as assistant:
            watch_corpus(assistant, as_json=as_json)
    _exit_if_failed(report)


@command()
def search(
    question: QuestionArgument,
    limit: Annotated[int, typer.Option(min=1, max=100, metavar="N", help="How many passages.")] = 10,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    publisher: PublisherOption = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Find the passages that a question is about, best first."""
    from assistant.answering.taking_in import told_taking_in
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_notices, show_passages, waiting

    with opened(corpus, index) as assistant, waiting("Searching your documents", quiet=as_json):
        found = assistant.search(
            " ".join(question), limit, since=since, until=until, source=source, publisher=publisher
        )
        taking_in = assistant.taking_in()
    if as_json:
        print_json(found)
    else:
        show_passages(found)
        show_notices((*(() if found else ("No passage was found.",)), *told_taking_in(taking_in)))


@command()
def ask(
    question: QuestionArgument,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    publisher: PublisherOption = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="PROVIDER:NAME", help='The language model that writes, or "extractive" for none.'),
    ] = None,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown with the sources, to be pasted where you write.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep question and answer in a new conversation.")] = False,
    go_on: Annotated[
        bool, typer.Option("--continue", help="Go on with your latest conversation, and keep the answer there.")
    ] = False,
    conversation: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on with this conversation, and keep the answer there.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show why it is answered, or not, and with these sentences.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Answer a question from the documents, each sentence with its source.

    When they do not answer it, says so, shows the closest passages, and exits with 3.
    """
    from assistant.answering.filters import filters_of
    from assistant.conversations.markdown_export import answer_as_markdown
    from assistant.conversations.values import Exchange
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_answer, show_explanation, show_understood, waiting

    is_kept = only_one({"--keep": keep, "--continue": go_on, "--conversation": conversation is not None}) is not None
    asked = " ".join(question)
    with opened(corpus, index) as assistant, waiting("Searching your documents", quiet=as_json or as_markdown):
        earlier = resumed(assistant.conversations, latest=go_on, named=conversation)
        history, writer = went_before(earlier, model, assistant.models)
        answer = assistant.ask(
            asked, history, since=since, until=until, source=source, publisher=publisher, model=writer
        )
        if explain or as_json:
            why = assistant.plan(asked, history, since=since, until=until, source=source, publisher=publisher).why
        exchange = Exchange(asked, answer, filters_of(since, until, source, publisher), model=writer or "")
        kept = keep_exchange(assistant.conversations, earlier, exchange) if is_kept else {}
    if as_json:
        print_json(dataclasses.asdict(answer) | {"why": dataclasses.asdict(why)} | kept)
    elif as_markdown:
        typer.echo(answer_as_markdown(answer), nl=False)
    else:
        show_understood(asked, answer)
        show_answer(answer)
        if explain:
            show_explanation(why)
        tell_where_kept(kept)
    if answer.abstained:
        raise typer.Exit(EXIT_ABSTAINED)


@command()
def serve(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="By default 127.0.0.1: this computer only.")
    ] = None,
    port: Annotated[int | None, typer.Option(metavar="N", help="By default 7860.")] = None,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Let everyone in who can reach the page, without a login.")
    ] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Bring the index up to date and serve the chat page.

    On another address than this computer's own, those have to log in whom citewell user add named.
    """
    with opened(corpus, index, host=host, port=port) as assistant, assistant.loading_model():
        from assistant.interfaces.page import serve as serve_page  # which takes seconds

        serve_page(assistant, host=assistant.settings.host, port=assistant.settings.port, everyone=no_auth)


@command()
def doctor(as_json: JsonOption = False, corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Check the installation, the model, the corpus and the index, and say what to back up.

    Exits with 1 when there is a problem; each is shown with its remedy.
    """
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_diagnosis, waiting
    from assistant.interfaces.doctor import diagnose

    with waiting("Checking", quiet=as_json):
        diagnosis = diagnose(
            settings_with(corpus_dir=corpus, index_dir=index), partial(with_folders, corpus=corpus, index=index)
        )
    if as_json:
        print_json(diagnosis)
    else:
        show_diagnosis(diagnosis)
    if diagnosis.problems:
        raise typer.Exit(EXIT_ERROR)


command("mcp")(serve_program)
command("mentions")(list_mentions)
command("overview")(show_overview)
command("positions")(list_positions)
command("timeline")(show_timeline)
command("new")(show_new)
command("compare")(compare_sides)
command("brief")(show_briefing)
command("refresh")(refresh_web)
command("list")(list_documents)
command("show")(show_document)
command("remove")(remove_document)
command("restore")(restore_document)
command("eval")(evaluate_corpus)
command("audit")(list_audit)
command("backup")(take_backup)
command("restore-backup")(restore_backup)
app.add_typer(feeds, name="feed")
app.add_typer(sites, name="site")
app.add_typer(mailboxes, name="mailbox")
app.add_typer(libraries, name="library")
app.add_typer(watches, name="watch")
app.add_typer(conversations, name="conversation")
app.add_typer(users, name="user")
app.add_typer(collections, name="collection")
app.add_typer(tokens, name="token")


def _print_report(report: SyncReport, *, as_json: bool) -> None:
    from assistant.interfaces.as_json import print_json
    from assistant.interfaces.console import show_report

    if as_json:
        print_json(report)
    else:
        show_report(report)


def _exit_if_failed(report: SyncReport) -> None:
    if report.failed:
        raise typer.Exit(EXIT_ERROR)


if __name__ == "__main__":
    main()

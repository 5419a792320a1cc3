"""The commands ``citewell site ...``: the pages of a site, by its sitemap or by its links."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from assistant.interfaces.cli_followed import show_refresh, show_states
from assistant.interfaces.options import CorpusOption, IndexOption, JsonOption, opened
from assistant.interfaces.shell import CitewellCommand, CitewellGroup

NONE_FOLLOWED = "No site is followed. Follow one with: citewell site add ADDRESS"
sites = typer.Typer(cls=CitewellGroup, no_args_is_help=True, help="Follow sites: all pages of a sitemap or a folder.")
command = partial(sites.command, cls=CitewellCommand)


@command("add")
def add_site(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The address of a sitemap, or of a page.")],
    depth: Annotated[
        int | None, typer.Option(min=1, max=10, metavar="N", help="Follow so many links from page to page.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="At most so many pages.")] = 200,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Follow a site, and index its pages: those in the folder of the address, and on the same host.

    They are those that its sitemap lists, if its robots.txt names one, or else those that two links lead to. What
    robots.txt forbids is not fetched, and there is a pause between two pages. citewell refresh asks once a day.
    """
    with opened(corpus, index) as assistant:
        show_refresh(lambda: assistant.add_site(address, depth, limit), assistant.sites, NONE_FOLLOWED, as_json=as_json)


@command("list")
def list_sites(as_json: JsonOption = False, corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """List the sites that are followed, and how each fares."""
    with opened(corpus, index) as assistant:
        states = assistant.sites()
    show_states("Site", states, NONE_FOLLOWED, as_json=as_json)


@command("remove")
def remove_site(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The address, as citewell site list shows it.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Follow a site no more. Its pages stay; citewell remove takes out a document."""
    with opened(corpus, index) as assistant:
        assistant.remove_site(address)


@command("refresh")
def refresh_sites(
    address: Annotated[str | None, typer.Argument(metavar="[ADDRESS]", help="Only this site, and at once.")] = None,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Fetch the new and changed pages of the sites, and index them: of all that are due, or of one at once."""
    with opened(corpus, index) as assistant:
        show_refresh(lambda: assistant.refresh_sites(address), assistant.sites, NONE_FOLLOWED, as_json=as_json)

"""``citewell mcp``: the corpus for a program on this computer that speaks the Model Context Protocol."""

from __future__ import annotations

from assistant.interfaces.options import CorpusOption, IndexOption, opened


def serve_program(corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Answer an agent or an editor over standard input and output (MCP); it starts this command itself.

    The tools are search, ask, read_document, list_documents and add_document; documents are resources. Ends when the
    program does. citewell serve answers the same over HTTP, at /mcp.
    """
    with opened(corpus, index) as assistant, assistant.loading_model():
        from assistant.interfaces.mcp.transports import serve_stdio  # which takes seconds

        serve_stdio(assistant)

"""How long after a model's first token the reader has it, and how long checking holds up the rest.

    python -m benchmarks.first_token

A server on this machine says one token, and the next ones after a while; the time from its sending the first one to the
first part of `Assistant.stream` is measured, beside the time that a bare langchain client takes.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

from assistant import Assistant, Settings, open_assistant
from tests.model_server import ModelServer, model_server

ROUNDS = 30
QUESTION = "How many cranes does the harbour of Veldt have?"
DOCUMENT = "The harbour of Veldt has 42 cranes. Ada Thorne leads the harbour. It was opened in 1911.\n"
TEN_SENTENCES = "The harbour of Veldt has 42 cranes [1]. Ada Thorne leads the harbour [1]. " * 5


def main() -> None:
    """Measure, and print milliseconds."""
    with tempfile.TemporaryDirectory() as home, model_server() as server:
        corpus = Path(home) / "corpus"
        corpus.mkdir()
        (corpus / "harbour.md").write_text(DOCUMENT, "utf-8")
        settings = Settings(
            corpus_dir=corpus, index_dir=Path(home) / "index", state_dir=Path(home) / "state",
            model="openai:measured", model_url=f"{server.address}/v1",
        )  # fmt: skip
        with open_assistant(settings) as assistant:
            assistant.sync()
            delays = [_delay(assistant, server) for _ in range(ROUNDS + 1)][1:]  # the client is loaded in the first
            bare = [_bare(server) for _ in range(ROUNDS + 1)][1:]
            rest = [_rest(assistant, server) for _ in range(ROUNDS)]
    for name, times in (
        ("first token", delays),
        ("the same, langchain alone", bare),
        ("ten sentences, all of it", rest),
    ):
        ordered = sorted(times)
        print(f"{name:<28} median {statistics.median(times):6.1f} ms, 95th {ordered[int(0.95 * len(ordered))]:6.1f} ms")


def _delay(assistant: Assistant, server: ModelServer) -> float:
    sent: list[float] = []
    server.replies.clear()
    server.says(lambda: sent.append(time.perf_counter()), "The ", 0.5, "harbour of Veldt has 42 cranes [1].")
    stream = assistant.stream(QUESTION)
    next(stream)
    delay = (time.perf_counter() - sent[0]) * 1_000
    stream.close()
    return delay


def _bare(server: ModelServer) -> float:
    from langchain.chat_models import init_chat_model

    sent: list[float] = []
    server.replies.clear()
    server.says(lambda: sent.append(time.perf_counter()), "The ", 0.5, "harbour.")
    model = init_chat_model("m", model_provider="openai", base_url=f"{server.address}/v1", api_key="none")
    stream = model.stream(QUESTION)
    assert isinstance(stream, Generator)
    while not next(stream).text:
        pass
    delay = (time.perf_counter() - sent[0]) * 1_000
    stream.close()
    return delay


def _rest(assistant: Assistant, server: ModelServer) -> float:
    """From the first token to the last part, of an answer that the server sends at once."""
    sent: list[float] = []
    server.replies.clear()
    server.says(lambda: sent.append(time.perf_counter()), *(f"{word} " for word in TEN_SENTENCES.split()))
    for _ in assistant.stream(QUESTION):
        pass
    return (time.perf_counter() - sent[0]) * 1_000


if __name__ == "__main__":
    main()

"""What Prometheus is told of the corpus and its index: numbers alone, and no name of a document, a user or a feed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from assistant.errors import CitewellError

if TYPE_CHECKING:
    from assistant.assistant import Assistant


class StateMetrics(Collector):
    """The state of an assistant at the moment at which it is asked for; what cannot be read is left out."""

    def __init__(self, assistant: Assistant, waiting: Callable[[], int]) -> None:
        """``waiting`` tells how many events of the page wait for their turn."""
        self._assistant = assistant
        self._waiting = waiting

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead: the registry would read everything to learn the names."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The numbers."""
        yield _gauge("citewell_events_waiting", "Questions and other events of the page that wait.", self._waiting())
        for numbers in (self._index, self._web, self._watches, self._disk):
            with suppress(CitewellError, OSError):  # it is told by /health/ready and citewell doctor
                yield from list(numbers())

    def _index(self) -> Iterator[Metric]:
        counts = self._assistant.counts()
        yield _gauge("citewell_index_generation", "Commits to the index.", counts.generation)
        told = "When the index was last written, in seconds since 1970."
        yield _gauge("citewell_index_written_timestamp_seconds", told, counts.written_at)
        yield _gauge("citewell_documents", "Documents in the index.", counts.documents)
        yield _gauge("citewell_passages", "Passages in the index.", counts.passages)
        yield _gauge("citewell_documents_failed", "Files of the corpus that could not be read.", counts.failed)

    def _web(self) -> Iterator[Metric]:
        feeds = self._assistant.feeds()
        failing = sum(1 for feed in feeds if feed.problem)
        yield _gauge("citewell_feeds", "Feeds that are followed.", len(feeds))
        yield _gauge("citewell_feeds_failing", "Feeds that could not be refreshed the last time.", failing)
        told = "Articles of feeds that are yet to be fetched."
        yield _gauge("citewell_feed_articles_waiting", told, sum(feed.waiting for feed in feeds))

    def _watches(self) -> Iterator[Metric]:
        watched = self._assistant.watches.all(None)
        failing = sum(1 for watch in watched if watch.problem)
        yield _gauge("citewell_watched_questions", "Watched questions of everybody.", len(watched))
        yield _gauge("citewell_watched_questions_failing", "Those that could not be asked the last time.", failing)

    def _disk(self) -> Iterator[Metric]:
        settings = self._assistant.settings
        folders = (("corpus", settings.corpus_dir), ("index", settings.index_dir), ("state", settings.state_dir))
        told = "Bytes that are free where a folder lies."
        yield _labelled("citewell_disk_free_bytes", told, [(name, _free(path)) for name, path in folders])


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _labelled(name: str, told: str, values: Sequence[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=["folder"])
    for folder, value in values:
        family.add_metric([folder], value)
    return family


def _free(folder: Path) -> int:
    return shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free

"""A sync killed at any step leaves an index that answers, and the next sync ends where a fresh build does."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import IndexDamaged
from tests.index_tools import Desk, HashingEmbedder, Workshop, briefing, check_served, editions

KILLED = {"signal": signal.SIGKILL}
SMALL = {"per_commit": 4}
"""Two documents to a commit, so that a sync of six has three."""


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    shop = Workshop()
    yield shop
    shop.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


OLD = editions(6)
EDITED = {**OLD, **editions(4, 2), "new/briefing100.md": briefing(100)}
REPLACED = editions(6, 2)
REDUCED = {source: text for source, text in OLD.items() if source != "briefing000.md"}


@pytest.mark.parametrize(
    "step",
    [
        ("manifest.start_build", "after", 1),
        ("manifest.go_live", "before", 1),
        ("manifest.go_live", "after", 1),
        ("texts.put", "after", 2),
        ("manifest.announce", "after", 1),
        ("vectors.put", "after", 1),
        ("manifest.commit", "before", 1),
        ("manifest.commit", "after", 1),
        ("vectors.put", "after", 3),
    ],
    ids=str,
)
def test_first_build_that_is_killed_is_finished_by_the_next_sync(desk: Desk, workshop: Workshop, step: object) -> None:
    desk.write(OLD)
    assert workshop.run(desk, kill=step, **SMALL) == KILLED
    with desk.assistant() as assistant:
        try:
            check_served(assistant, [OLD], empty=True)
        except IndexDamaged as error:
            _asks_for_a_plain_sync(error)
        desk.sync()
        check_served(assistant, [OLD])
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize(
    "step",
    [
        ("texts.put", "before", 1),
        ("texts.put", "after", 2),
        ("manifest.announce", "before", 1),
        ("manifest.announce", "after", 2),
        ("vectors.put", "before", 1),
        ("vectors.put", "after", 2),
        ("words.change", "before", 1),
        ("words.change", "after", 1),
        ("words.change", "after", 2),
        ("manifest.commit", "before", 2),
        ("manifest.commit", "after", 1),
        ("manifest.commit", "after", 2),
        ("vectors.delete", "before", 1),
        ("vectors.delete", "after", 1),
        ("manifest.forget_orphans", "before", 1),
        ("manifest.forget_orphans", "after", 1),
        ("texts.sweep", "before", 2),
    ],
    ids=str,
)
def test_update_that_is_killed_serves_old_or_new_and_is_finished_by_the_next_sync(
    desk: Desk, workshop: Workshop, step: object
) -> None:
    _killed_then_finished(desk, workshop, EDITED, kill=step, dead_share=9.0)


@pytest.mark.parametrize(
    "step",
    [
        ("words.change", "before", 1),
        ("words.change", "after", 1),
        ("manifest.commit", "before", 1),
        ("manifest.commit", "after", 1),
        ("vectors.delete", "after", 1),
        ("manifest.forget_orphans", "after", 1),
    ],
    ids=str,
)
def test_removal_that_is_killed_is_finished_by_the_next_sync(desk: Desk, workshop: Workshop, step: object) -> None:
    _killed_then_finished(desk, workshop, REDUCED, kill=step)


@pytest.mark.parametrize(
    "step",
    [
        ("manifest.start_build", "after", 1),
        ("vectors.put", "after", 2),
        ("manifest.commit", "after", 2),
        ("manifest.go_live", "before", 1),
        ("manifest.go_live", "after", 1),
        ("manifest.drop_build", "before", 1),
        ("manifest.drop_build", "after", 1),
    ],
    ids=str,
)
def test_change_of_model_that_is_killed_serves_the_old_one_and_is_finished_by_the_next_sync(
    desk: Desk, workshop: Workshop, step: object
) -> None:
    _killed_then_finished(desk, workshop, EDITED, kill=step, model="hashing-32")


def test_change_of_model_that_is_killed_and_then_taken_back_is_undone_by_the_next_sync(
    desk: Desk, workshop: Workshop
) -> None:
    desk.write(OLD)
    desk.sync()
    assert workshop.run(desk, kill=("manifest.commit", "after", 2), model="hashing-32", **SMALL) == KILLED
    desk.sync()
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize(
    "step",
    [
        ("manifest.start_build", "after", 1),
        ("vectors.put", "after", 4),
        ("words.rebuild", "before", 1),
        ("words.rebuild", "after", 1),
        ("manifest.replace_build", "before", 1),
        ("manifest.replace_build", "after", 1),
        ("manifest.drop_build", "before", 1),
        ("manifest.drop_build", "after", 1),
        ("manifest.give_back_space", "before", 1),
    ],
    ids=str,
)
def test_compaction_that_is_killed_is_finished_or_undone_by_the_next_sync(
    desk: Desk, workshop: Workshop, step: object
) -> None:
    _killed_then_finished(desk, workshop, REPLACED, kill=step)


@pytest.mark.parametrize(
    "step",
    [("vectors.put", "after", 2), ("manifest.go_live", "before", 1), ("manifest.go_live", "after", 1)],
    ids=str,
)
def test_rebuild_that_is_killed_leaves_what_served_and_is_no_hindrance(
    desk: Desk, workshop: Workshop, step: object
) -> None:
    _killed_then_finished(desk, workshop, EDITED, kill=step, action="rebuild")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(50))
def test_killed_at_random_moments_again_and_again_it_ends_where_a_fresh_build_does(
    desk: Desk, workshop: Workshop, seed: int
) -> None:
    chance = random.Random(seed)
    files = editions(8)
    desk.write(files)
    desk.sync()
    states = [files]
    with desk.assistant() as assistant:
        for _ in range(chance.randint(1, 3)):
            files = _changed(files, chance)
            states.append(files)
            desk.write(files)
            model = chance.choice(["hashing-24", "hashing-24", "hashing-32"])
            kill = {"kill_after": 0.7, "seed": chance.random()}
            outcome = workshop.run(desk, model=model, action=chance.choice(["sync", "rebuild"]), **kill, **SMALL)
            assert outcome == KILLED or "report" in outcome
            check_served(assistant, states)
        desk.sync()
        check_served(assistant, [files])
    assert desk.describe() == desk.fresh()


def _asks_for_a_plain_sync(error: IndexDamaged) -> None:
    assert "citewell sync" in str(error)
    assert "--rebuild" not in str(error)


def _changed(files: dict[str, str], chance: random.Random) -> dict[str, str]:
    """A few documents edited, one perhaps removed and one perhaps added."""
    changed = dict(files)
    for source in chance.sample(sorted(files), k=min(len(files), 4)):
        changed[source] = briefing(int(source[8:11]), chance.randint(2, 9), sentences=chance.randint(2, 9))
    if chance.random() < 0.5:
        del changed[chance.choice(sorted(changed))]
    if chance.random() < 0.5:
        number = chance.randint(100, 900)
        changed[f"briefing{number}.md"] = briefing(number)
    return changed


def _killed_then_finished(desk: Desk, workshop: Workshop, new: dict[str, str], **job: object) -> None:
    """Kill a sync from `OLD` to ``new``; a reader from before, and one from after, answer; a sync ends it."""
    embedder = HashingEmbedder(str(job.get("model", "hashing-24")))
    desk.write(OLD)
    desk.sync()
    with desk.assistant() as from_before:
        check_served(from_before, [OLD])
        desk.write(new)
        assert workshop.run(desk, **job, **SMALL) == KILLED
        check_served(from_before, [OLD, new])
        with desk.assistant() as from_after:
            check_served(from_after, [OLD, new])
        desk.sync(embedder)
        check_served(from_before, [new])
    assert desk.describe() == desk.fresh(embedder)

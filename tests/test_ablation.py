"""What the ablation turns off is there to be turned off, and is on again afterwards."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from assistant.answering import selection
from assistant.models.linear import LinearModel
from benchmarks.ablate import FAMILIES, Bench, Family, ablate, changes, table, turned_off


def test_no_two_families_have_one_name() -> None:
    names = [family.name for family in FAMILIES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_is_off_within_the_block_and_on_again_after_it(family: Family) -> None:
    def now() -> list[Any]:
        return [getattr(module, attribute) for module, attribute, _ in family.changes]

    before = now()
    with turned_off(family):
        assert now() == [instead for *_, instead in family.changes]
        assert all(one is not other for one, other in zip(now(), before, strict=True))
    assert now() == before


def test_a_feature_that_is_off_weighs_nothing_and_the_others_weigh_what_they_did() -> None:
    [family] = [family for family in FAMILIES if family.name == "share in sentence_scoring.READ_MODEL"]
    [(module, attribute, without)] = family.changes
    fitted = getattr(module, attribute)
    assert isinstance(fitted, LinearModel)
    assert without.weights == {**fitted.weights, "share": 0.0}
    assert fitted.weights["share"] > 0


def test_a_change_is_told_with_its_interval() -> None:
    before, after = [{"right": 1.0}] * 8, [{"right": 1.0}] * 4 + [{"right": 0.0}] * 4
    old, new, low, high = changes(before, after)["right"]
    assert (old, new) == (1.0, 0.5)
    assert -1.0 < low < -0.5 < high < 0.0


class Asked(Bench):
    """Gives what is asked for without asking."""

    def __init__(self) -> None:
        pass

    def scores(self, name: str) -> list[dict[str, float]]:
        return [{f"right in {name}": float(selection.MAXIMUM_ITEMS == 12)}] * 3


def test_each_set_of_a_family_is_asked_with_it_and_without_it_and_the_table_says_what_moved(tmp_path: Path) -> None:
    family = Family("twelve items", ((selection, "MAXIMUM_ITEMS", 3),), ("squad", "news"))
    out = StringIO()
    ablate(Asked(), [family], ["news"], out)
    (tmp_path / "rows.jsonl").write_text(out.getvalue(), encoding="utf-8")
    assert list(table(tmp_path / "rows.jsonl"))[2:] == [
        "| twelve items | news, right in news: **-1.000** [-1.000, -1.000] |"
    ]

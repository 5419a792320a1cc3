"""Linear models: what they add up, the files that they lie in, and that a fit gives such a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest

from assistant.answering.answerability import AnswerabilitySignals
from assistant.answering.reading import ReadFit
from assistant.answering.reranking import PassageFit
from assistant.answering.sentence_scoring import SentenceFit
from assistant.generation.entailment_features import EntailmentFeatures
from assistant.models.linear import FITTED, LinearModel, shipped
from assistant.news.novelty import Newness
from assistant.news.stories import Likeness
from benchmarks import fit_answerability, fit_reranking, fit_sentence_scoring, fitting

FEATURES = {
    "passage_ranking": PassageFit,
    "sentence_ranking": SentenceFit,
    "answerability": AnswerabilitySignals,
    "read_aboutness": AnswerabilitySignals,
    "read_answerability": AnswerabilitySignals,
    "read_passage_ranking": ReadFit,
    "read_sentence_ranking": SentenceFit,
    "entailment_about_by_words": EntailmentFeatures,
    "entailment_about": EntailmentFeatures,
    "entailment_agrees": EntailmentFeatures,
    "read_entailment_about": EntailmentFeatures,
    "read_entailment_agrees": EntailmentFeatures,
    "same_story": Likeness,
    "new_sentence": Newness,
}


@dataclass
class Weather:
    warmth: float
    wind: float


MODEL = LinearModel({"warmth": 2.0, "wind": -0.5}, intercept=1.0, threshold=0.5)


def test_score_is_the_intercept_and_each_weight_times_its_feature() -> None:
    assert MODEL.score(Weather(warmth=3.0, wind=4.0)) == 5.0
    assert MODEL.contributions(Weather(warmth=3.0, wind=4.0)) == {"warmth": 6.0, "wind": -2.0}


def test_probability_is_a_half_where_all_adds_up_to_nothing_and_never_overflows() -> None:
    assert MODEL.probability(Weather(warmth=-0.5, wind=0.0)) == 0.5
    assert MODEL.probability(Weather(warmth=1e6, wind=0.0)) == pytest.approx(1.0)
    assert MODEL.probability(Weather(warmth=-1e6, wind=0.0)) == pytest.approx(0.0)


def test_model_that_is_saved_is_read_back(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "weather.json")
    assert LinearModel.load(tmp_path / "weather.json") == MODEL


def test_file_of_another_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "weather.json"
    file.write_text(json.dumps({"version": 2, "weights": {}}), "utf-8")
    with pytest.raises(ValueError, match="version 2 of linear models; this Citewell reads version 1"):
        LinearModel.load(file)


@pytest.mark.parametrize("name", FEATURES)
def test_each_model_that_ships_weighs_known_features_and_says_where_it_comes_from(name: str) -> None:
    model = shipped(name)
    assert set(model.weights) <= {field.name for field in fields(FEATURES[name])}
    assert model.fitted_on
    assert model.fitted_at >= "2026"
    assert (Path(__file__).parent.parent / model.script).is_file()


def test_no_other_model_ships() -> None:
    assert {file.stem for file in FITTED.glob("*.json")} == set(FEATURES)


class TestFitting:
    """The scripts' own fits, on data of a few rows whose weights are known."""

    def test_answerability_is_fitted_to_the_signal_that_tells_the_classes_apart(self) -> None:
        rows = np.array([[1.0, 0.3], [0.9, 0.6], [0.1, 0.4], [0.2, 0.5], [0.0, 0.3], [0.1, 0.6]])
        labels = np.array(["answerable", "answerable", "near", "near", "off", "off"])
        telling, idle = fit_answerability.fitted(rows, labels).coef_[0]
        assert telling > 10 * abs(idle)

    def test_sentences_are_ranked_by_what_those_that_answer_have_more_of(self) -> None:
        right = np.array([True, False])
        tables = [(np.array([[1.0, idle], [0.0, idle]]), right) for idle in (0.2, 0.4, 0.9)]
        telling, idle = fit_sentence_scoring.fitted(tables)
        assert telling > 0
        assert idle == pytest.approx(0)

    def test_passages_are_paired_with_those_that_lack_the_answer(self) -> None:
        found = [np.array([[0.9, 1.0], [0.2, 0.0], [0.4, 0.0]])]
        differences, first_is_right = fit_reranking.pairs(found)
        assert differences.round(1).ravel().tolist() == [0.7, 0.5, -0.7, -0.5]
        assert first_is_right.tolist() == [1, 1, 0, 0]

    def test_what_is_fitted_is_written_where_it_ships_and_read_from_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fitting, "FITTED", tmp_path)
        fit = fitting.model_of({"warmth": 1.5}, fit_answerability.__file__, "six days", intercept=-1.0, threshold=0.2)
        fitting.ship({"weather": fit})
        read = LinearModel.load(tmp_path / "weather.json")
        assert read == fit
        assert (read.script, read.fitted_on, len(read.fitted_at)) == ("benchmarks/fit_answerability.py", "six days", 10)

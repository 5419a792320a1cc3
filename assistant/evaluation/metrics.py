"""The formulas. Each function is pure, and returns a share from 0 to 1 unless it says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2, nan

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.text_matching import Span, common_length, merged

Values = NDArray[np.float64]
CALIBRATION_BINS = 10


def hit_at(relevance: Sequence[bool], k: int) -> float:
    """hit@k (also success@k): 1 if any of the first ``k`` passages is relevant, else 0."""
    return float(any(relevance[:k]))


def reciprocal_rank(relevance: Sequence[bool]) -> float:
    """1 / rank of the first relevant passage, 0 if there is none; its mean over questions is the MRR.

    Voorhees (1999), "The TREC-8 Question Answering Track Report".
    """
    return next((1.0 / rank for rank, relevant in enumerate(relevance, start=1) if relevant), 0.0)


def ndcg_at(relevance: Sequence[bool], relevant: int, k: int) -> float:
    """nDCG@k for relevance that is yes or no, given how many passages of the index are ``relevant``; 0 if none.

    DCG@k = Σ relevant(i) / log2(i + 1) over the ranks i ≤ k, divided by the DCG@k of a ranking with every relevant
    passage in front. Järvelin and Kekäläinen (2002), "Cumulated Gain-Based Evaluation of IR Techniques".
    """
    ideal = sum(1.0 / log2(rank + 1) for rank in range(1, min(relevant, k) + 1))
    gained = sum(1.0 / log2(rank + 1) for rank, found in enumerate(relevance[:k], start=1) if found)
    return min(1.0, gained / ideal) if ideal else 0.0


@dataclass(frozen=True, slots=True)
class TokenOverlap:
    """How far retrieved text and evidence are the same text."""

    recall: float
    precision: float
    iou: float


def token_overlap(retrieved: Mapping[str, Sequence[Span]], evidence: Mapping[str, Sequence[Span]]) -> TokenOverlap:
    """Recall = |E ∩ R| / |E|, precision = |E ∩ R| / |R|, IoU = |E ∩ R| / |E ∪ R|, each 0 where nothing is common.

    E and R are the characters of the evidence and of the retrieved passages, by document. Smith and Troynikov (2024),
    "Evaluating Chunking Strategies for Retrieval", Chroma Technical Report.
    """
    retrieved = {source: merged(spans) for source, spans in retrieved.items()}
    evidence = {source: merged(spans) for source, spans in evidence.items()}
    common = sum(common_length(spans, retrieved.get(source, ())) for source, spans in evidence.items())
    if not common:
        return TokenOverlap(0.0, 0.0, 0.0)
    wanted, given = (
        sum(end - start for spans in side.values() for start, end in spans) for side in (evidence, retrieved)
    )
    return TokenOverlap(common / wanted, common / given, common / (wanted + given - common))


def mean(values: Values) -> Values:
    """The mean along the last axis of those values that are known (not NaN); NaN where none is."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    means: Values = np.divide(total, count, out=np.full(np.shape(count), nan), where=count > 0)
    return means


def percentile(values: Values, share: float) -> Values:
    """The value below which ``share`` percent (0 to 100) of the known values along the last axis lie, interpolated.

    NaN where none is known.
    """
    if not values.shape[-1]:
        return np.full(values.shape[:-1], nan)
    ranked = np.sort(values, axis=-1)  # those not known come last
    last = np.maximum((~np.isnan(values)).sum(axis=-1, keepdims=True) - 1, 0)
    place = last * share / 100
    below = np.floor(place).astype(np.int64)
    lower, upper = (np.take_along_axis(ranked, at, axis=-1) for at in (below, np.minimum(below + 1, last)))
    found: Values = lower + (upper - lower) * (place - below)
    return found[..., 0]


def auroc(confidence: Values, answerable: Values) -> float:
    """The probability that an answerable question gets a higher confidence than an unanswerable one; ties count half.

    ``answerable`` is 1, 0, or NaN where it is not known. NaN unless there are questions of both kinds. This is the
    Mann-Whitney statistic: Hanley and McNeil (1982), "The Meaning and Use of the Area under a ROC Curve".
    """
    right, wrong = confidence[answerable == 1.0], np.sort(confidence[answerable == 0.0])
    if not right.size or not wrong.size:
        return nan
    below = np.searchsorted(wrong, right, side="left")
    not_above = np.searchsorted(wrong, right, side="right")
    return float((below + not_above).mean() / (2 * wrong.size))


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Questions of about the same confidence: how many, their mean confidence, and the share that is answerable."""

    count: int
    confidence: float
    answerable: float


def calibration_bins(confidence: Values, answerable: Values) -> list[CalibrationBin]:
    """Up to `CALIBRATION_BINS` bins, lowest confidence first, whose counts differ by one at most."""
    known = ~np.isnan(answerable)
    order = np.argsort(confidence[known], kind="stable")
    ranked, truth = confidence[known][order], answerable[known][order]
    sizes = (ranked.size + np.arange(CALIBRATION_BINS)[::-1]) // CALIBRATION_BINS
    sizes = sizes[sizes > 0]
    if not sizes.size:
        return []
    starts = np.cumsum(sizes) - sizes
    means = (np.add.reduceat(values, starts) / sizes for values in (ranked, truth))
    return [CalibrationBin(*one) for one in zip(sizes.tolist(), *(each.tolist() for each in means), strict=True)]


def calibration_error(confidence: Values, answerable: Values) -> float:
    """Expected calibration error: Σ n_b / n · |mean confidence − share answerable| over the bins b; NaN if none.

    Naeini, Cooper and Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using Bayesian Binning"; bins hold
    equally many questions, as in Nguyen and O'Connor (2015), "Posterior calibration and exploratory analysis".
    """
    bins = calibration_bins(confidence, answerable)
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.confidence - each.answerable) for each in bins) / total if total else nan

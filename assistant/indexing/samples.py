"""Texts that show whether two ways of running a model agree."""

from __future__ import annotations

import numpy as np

from assistant.indexing.text_model import Vectors

SAMPLES = [
    "Who signed the agreement?",
    "harbour dues 2023",
    "The last keeper left the lighthouse in 1931, after forty years of service.",
    "Energy\nPipelines\nGas that once came through pipelines now arrives by ship, at the price of the day.",
    "- Apples are picked by hand.\n- Pears ripen in the store.\n- Plums keep for a week at most.",
    "Revenue rose by 12.5 % to $4.3 billion (2021: $3.8 billion), while costs fell for the third year in a row.",
    "Does the warranty cover water damage, and for how long after the purchase does it run?",
    "def mean(values):\n    return sum(values) / len(values)",
    "Der Vertrag wurde im Frühjahr von beiden Häfen unterzeichnet und gilt zehn Jahre.",
    "Договор был подписан весной и действует десять лет.",
    "这座桥建于一九三二年，连接两岸的港口。",
    "Glass is made of sand, soda and lime. The mixture melts at 1,500 degrees and is drawn or blown while soft. "
    "As it cools it turns rigid without forming crystals, which is why light passes through it almost undisturbed. "
    "Colours come from metals: iron tints it green, cobalt blue, and a little gold makes it ruby red. "
    "Toughened glass is heated once more and cooled so fast that its surface stays under pressure.",
]
"""Questions, sentences, lists, figures, code and other scripts, of 4 to some 100 tokens."""


def agreement(some: Vectors, others: Vectors) -> float:
    """The mean cosine of vectors that are to be the same, both of length 1."""
    return float(np.mean(np.sum(some.astype(np.float64) * others, axis=1)))

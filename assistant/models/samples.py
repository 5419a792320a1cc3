"""Texts that show whether two ways of running a model agree."""

from __future__ import annotations

import numpy as np

from assistant.models.encoder import Vectors

CHECKED_TEXTS = 200
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


SENTENCES = [
    "The ferry leaves at six.",
    "How many members voted against the budget?",
    "Nobody was hurt when the roof of the market hall gave way under the snow.",
    "Exports fell by a fifth between 2019 and 2021, and have not recovered since.",
    "Which enzyme cuts the strand?",
    "A lease may be ended by either side with three months' notice, in writing.",
    "She composed two operas, neither of which was performed in her lifetime.",
    "Turn the valve clockwise until the pressure drops below 2 bar.",
    "The committee will not publish the names of the applicants.",
    "Vaccination reduces transmission, though it does not stop it altogether.",
    "In the north the river freezes from November to April.",
    "SELECT name, total FROM orders WHERE total > 100 ORDER BY total DESC;",
    "The defence argued that the evidence had been obtained unlawfully.",
    "What is the warranty period of the compressor?",
    "Bees find their way by the position of the sun.",
    "Le traité est entré en vigueur le 1er janvier 1995.",
    "Die Brücke wurde nach dem Hochwasser neu gebaut.",
    "El puerto permanecerá cerrado hasta nuevo aviso.",
    "Город был основан в двенадцатом веке.",
    "会议将于下周二举行。",
    "Shareholders approved the merger by a margin of 61 to 39 per cent.",
    "Error 0x80070005: access is denied.",
    "The minister denied that talks had taken place in Geneva.",
    "Add the flour little by little, and stir until the dough no longer sticks.",
    "Its orbit takes it past Jupiter every twelve years.",
    "Reset the password at https://example.org/account and log in again.",
    "The painting, long thought lost, hung in a school library.",
    "No refund is given for tickets bought on the day of travel.",
    "Patients over 65 received half the dose, twice a day.",
    "Why did the second expedition turn back?",
]
"""Sentences and questions of many kinds, and in other scripts: the model was not narrowed with these."""


def checked_texts() -> list[str]:
    """200 texts of 1 to some 100 tokens that no two ways of running a model may tell apart.

    The samples, the sentences, runs of two, five and eight of them, their beginnings, and their longest words: the
    vectors of short texts differ most.
    """
    starts = [(length, start) for length in (2, 5, 8) for start in range(0, len(SENTENCES), length // 2)]
    runs = [" ".join(SENTENCES[start : start + length]) for length, start in starts]
    beginnings = [" ".join(sentence.split()[:count]) for count in (2, 4) for sentence in SENTENCES]
    words = sorted(dict.fromkeys(word.strip(".,?;") for text in SENTENCES for word in text.split()), key=len)
    return list(dict.fromkeys([*SAMPLES, *SENTENCES, *runs, *beginnings, *reversed(words)]))[:CHECKED_TEXTS]


def least_cosine(some: Vectors, others: Vectors) -> float:
    """The least cosine of vectors that are to be the same, both of length 1; not a number if one of them is not."""
    return float(np.min(np.sum(some.astype(np.float64) * others, axis=1)))

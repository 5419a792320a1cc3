"""English words that several rules share: months, weekdays, numbers, and words in capitals. Patterns, to be joined."""

from __future__ import annotations

import re

MONTHS = "January February March April May June July August September October November December".split()
MONTH = (
    rf"(?:(?:(?i:{'|'.join(month for month in MONTHS if month not in ('March', 'May'))})|(?-i:March|May))\b"
    r"|(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
"""A month, whole or shortened; "march" and "may" in small letters are other words."""
PART_OF_A_TIME = r"(?:(?:early|mid|late|(?:the\s+)?(?:beginning|start|middle|end)\s+of)[\s-]+)"
MONTH_ALONE = (
    rf"(?:(?:{PART_OF_A_TIME}|(?<=\b(?:in|by)\s)|(?<=\b(?:since|until|after|every)\s)|(?<=\bbefore\s)|(?<=\bduring\s))"
    rf"{MONTH})"
)
"""A month without day or year, where its place tells that a time is meant: "mid-June", "since March"."""
WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?)"

SMALL_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = {
    word: number for number, word in (*enumerate(SMALL_NUMBERS), *zip(range(20, 100, 10), TENS, strict=True))
}
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "twelfth": 12, "twenty-first": 21, **{f"{ten[:-1]}ieth": 20 + 10 * place for place, ten in enumerate(TENS)},
    **{f"{word}th": number for number, word in enumerate(SMALL_NUMBERS) if number > 9 and number != 12},
}  # fmt: skip
ORDINAL_WORD = rf"(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))})"
SCALES = {"dozen": 12, "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
NUMERAL = rf"(?:{'|'.join([*TENS, *sorted(SMALL_NUMBERS, key=len, reverse=True)])})"
MAGNITUDE = rf"(?:{'|'.join(SCALES)})"
DIGITS = (
    r"(?:\d{1,3}(?:[ \u00a0\u2009\u202f'\u2019]\d{3})++(?!\d)(?:[.,]\d+)?|\d{1,3}(?:,\d{3})++(?!\d)(?:\.\d+)?"
    r"|\d{1,3}(?:\.\d{3}){2,}+(?!\d)(?:,\d+)?|\d{1,3}\.\d{3},\d+|\d+(?:[.,]\d+)?)"
)
"""A number in digits, its thousands parted as in English ("1,200.5"), or as elsewhere ("1.200,5", "1 200,5")."""
FRACTIONS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4, "fifth": 5,
    "fifths": 5, "sixth": 6, "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10,
}  # fmt: skip
FRACTION_SIGNS = {
    "\u00bd": "half", "\u00bc": "quarter", "\u00be": "three quarters", "\u2153": "third", "\u2154": "two thirds",
}  # fmt: skip
_SIGN = f"[{''.join(FRACTION_SIGNS)}]"
PART = rf"(?:(?:(?:an?|{NUMERAL})[\s-](?:{'|'.join(sorted(FRACTIONS, reverse=True))})|half|(?<!\d){_SIGN})(?!\w))"
"""A part of something: "a quarter", "two-thirds", "half"."""
PART_OF_MAGNITUDE = rf"(?:{PART}(?:\sof)?(?:\s(?:an?|one))?[\s-]{MAGNITUDE}\b)"
"""A number that is told as a part of another: "a quarter of a million", "half a billion"."""
MIXED = (
    rf"(?:(?:\d+|{NUMERAL})\sand\s{PART}(?:[\s-]{MAGNITUDE}\b)?|\d+\s?{_SIGN}(?:[\s-]{MAGNITUDE}\b)?"
    rf"|(?:an?|\d+|{NUMERAL})\s{MAGNITUDE}\sand\s{PART})"
)
"""A whole number and a part: "two and a half million", "a million and a half"."""

CAPITAL = f"[{''.join(chr(code) for code in range(0x530) if chr(code).isupper())}]"
"""A capital letter, Latin, Greek or Cyrillic."""
INSIDE = r"(?<!^)(?<![.!?]\s)(?<![\u00bf\u00a1])"
"""What stands before a word that opens no sentence."""
NAME = re.compile(rf"{INSIDE}(?<![\"\u201c])\b{CAPITAL}[\w'\u2019-]+")
"""A word in capitals that opens no sentence and no quotation: part of a proper name, most likely."""
NAME_RUN = rf"{CAPITAL}[\w-]*(?:\s+{CAPITAL}[\w-]*){{0,9}}"
"""A run of up to ten words in capitals: without an end to it, looking for one takes the square of a text's length."""
WHOLE_NAME = rf"{NAME_RUN}(?:\sof\s(?:the\s)?{NAME_RUN}){{0,3}}"
"""A name with what it is of, as in "Bank of England"."""
NAMES = re.compile(rf"{INSIDE}\b(?!I\b){NAME_RUN}")
"""A run of words in capitals that opens no sentence."""

AUXILIARY = r"(?i:does|do|did|is|are|was|were|has|have|had|will|would|can|could|should)"
LEAD_IN = r"\W*+(?:(?:so|and|but|ok|okay|please|well|then)[,\s]++)*+"
"""What may stand before a question and says nothing."""

ASKING_WORDS = (
    r"who|whom|whose|what|when|where|why|how|which|is|are|am|do|does|did|can|could|should|shall|will|would|has|have|had|"
    r"was|were|may|might|must|tell|list|name|explain|describe|give|show|compare|define"
)
"""How a question or a request begins."""

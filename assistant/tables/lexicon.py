"""The English words that questions over tables are made of, and near names of what columns hold."""

from __future__ import annotations

from typing import Literal

from assistant.text.terms import stem

Role = Literal[
    "count", "sum", "average", "median", "largest", "smallest", "top", "each", "difference", "compare", "share",
    "different", "not", "more", "least", "less", "most", "between", "or more", "or less", "before", "after", "since",
    "until", "than", "by", "how much", "how", "who", "where", "when", "which", "list", "rows", "glue", "and", "or",
]  # fmt: skip

PHRASES: dict[Role, str] = {
    "count": "how many|number of|count of|count|how often",
    "sum": (
        "total|sum|sum of|in total|altogether|overall|combined|total of|in all|in sum|summed up|sum up|total up|add up"
    ),
    "average": "average|mean|on average|average of|mean of|an average",
    "median": "median|median of",
    "largest": "highest|largest|biggest|greatest|maximum|max|most|maximal|topmost",
    "smallest": "lowest|smallest|least|minimum|min|fewest|minimal",
    "top": "top",
    "each": "per|for each|for every|in each|each|every|broken down by|grouped by|by each|from each|at each|in every",
    "difference": (
        "difference|difference in|difference between|how much more|how many more|how much less|how many fewer|"
        "how much higher|how much lower|how much larger|how much smaller|how much did|change in|change of|change|"
        "changed|grow|grew|how much bigger|how many less"
    ),
    "compare": (
        "more|higher|larger|bigger|greater|less|fewer|lower|smaller|compare|compared to|compared with|versus|vs|"
        "comparison of|comparison"
    ),
    "share": (
        "what share of|what percentage of|what percent of|what proportion of|what fraction of|which share of|share of|"
        "percentage of|proportion of|which percentage of|percent of|how large a share of"
    ),
    "different": "different|distinct|unique",
    "not": "not|except|excluding|without|other than|besides|outside|isn't|aren't|not in|not from",
    "more": "more than|over|above|greater than|higher than|exceeding|larger than|bigger than|exceeds|exceed|beyond",
    "least": "at least|no less than|no fewer than|not less than|a minimum of",
    "less": "less than|fewer than|under|below|lower than|smaller than",
    "most": "at most|up to|no more than|not more than|a maximum of",
    "or more": "or more|or higher|or above|or larger",
    "or less": "or less|or fewer|or lower|or below|or smaller",
    "between": "between|from",
    "before": "before|earlier than|prior to",
    "after": "after|later than",
    "since": "since|starting|from",
    "until": "until|till|up to",
    "than": "than",
    "by": "by",
    "how much": "how much|how large|how big|how high|how great",
    "how": "how",
    "who": "who|whose|whom|which person|what person",
    "where": "where",
    "when": (
        "when|what day|which day|on what day|on which day|what date|which date|what year|which year|in what year|"
        "in which year|on what date|on which date"
    ),
    "which": "which|what",
    "list": "list|show|name|give|find|tell|display",
    "rows": "row|rows|entry|entries|record|records|line|lines",
    "and": "and",
    "or": "or",
    "glue": (
        "a|an|the|of|in|on|at|to|for|from|with|is|are|was|were|be|been|do|does|did|has|have|had|there|their|its|it|"
        "this|that|these|those|me|us|i|you|please|can|could|as|all|any|s|come|came|comes|coming|get|got|gets|exist|"
        "exists|make|made|table|tables|sheet|sheets|file|spreadsheet|live|lives|living|located|situated|based|listed|"
        "contain|contains|hold|holds|into|within|during|among|out|they|we|our|my|your|altogether|up|one|ones|being|"
        "having|whole|stand|stands|given|data|recorded|according|shown|value|values|amount to|will|would|so|now|then|"
        "worth|use|using|called|named|s|where|take|takes|took|carry|carries|carried|produce|produces|produced|offer|"
        "offers|offered|reach|reaches|reached|score|scores|scored"
    ),
}
"""Each role's words, parted by bars; a word with several roles has the one that its neighbours ask for."""

SUPERLATIVES: dict[str, tuple[Literal["largest", "smallest"], str]] = {
    "most expensive": ("largest", "price"), "priciest": ("largest", "price"), "dearest": ("largest", "price"),
    "cheapest": ("smallest", "price"), "least expensive": ("smallest", "price"), "costliest": ("largest", "price"),
    "oldest": ("largest", "age"), "youngest": ("smallest", "age"), "tallest": ("largest", "height"),
    "longest": ("largest", "length"), "shortest": ("smallest", "length"), "heaviest": ("largest", "weight"),
    "lightest": ("smallest", "weight"), "fastest": ("largest", "speed"), "slowest": ("smallest", "speed"),
    "deepest": ("largest", "depth"), "widest": ("largest", "width"), "most populous": ("largest", "population"),
    "least populous": ("smallest", "population"), "newest": ("largest", "day"), "latest": ("largest", "day"),
    "most recent": ("largest", "day"), "earliest": ("smallest", "day"), "best paid": ("largest", "salary"),
    "highest paid": ("largest", "salary"), "lowest paid": ("smallest", "salary"), "worst paid": ("smallest", "salary"),
    "most profitable": ("largest", "profit"), "least profitable": ("smallest", "profit"),
    "hottest": ("largest", "temperature"),
    "coldest": ("smallest", "temperature"), "best rated": ("largest", "rating"), "highest rated": ("largest", "rating"),
    "lowest rated": ("smallest", "rating"), "worst rated": ("smallest", "rating"),
}  # fmt: skip
"""Superlatives that say by themselves what is measured, by a name in `NEAR` or `DONE`; "day" is the column of days."""

OLD_BY_DAY = {"oldest": "smallest", "youngest": "largest"}
"""Where there is no age, but a day or a year of beginning."""

NEAR: dict[str, str] = {
    "price": "price cost costs fee charge pricing",
    "salary": "salary wage wages pay earnings income compensation remuneration",
    "revenue": "revenue turnover sales",
    "profit": "profit profits",
    "population": "population inhabitants residents people citizens",
    "employees": "employees staff headcount workforce workers personnel",
    "city": "city town municipality",
    "country": "country nation",
    "area": "area surface",
    "height": "height elevation altitude",
    "length": "length distance duration",
    "weight": "weight mass",
    "speed": "speed",
    "depth": "depth",
    "width": "width breadth",
    "age": "age",
    "quantity": "quantity qty units pieces count",
    "customer": "customer client buyer",
    "supplier": "supplier vendor",
    "product": "product item article",
    "department": "department division",
    "students": "students pupils",
    "author": "author writer",
    "owner": "owner proprietor",
    "teacher": "teacher instructor lecturer",
    "phone": "phone telephone",
    "mail": "email mail",
    "temperature": "temperature",
    "rating": "rating score stars",
    "capacity": "capacity seats",
}
"""Words of one line may stand for each other where a column is named by one of them."""

DONE: dict[str, str] = {
    "head": "ceo mayor chief director manager head boss leader president chairman chairwoman chair",
    "founding": "founded established founding foundation inception",
    "birth": "born birth birthday birthdate",
    "built": "built opened completed construction opening completion",
}
"""What columns that tell who did something, or when it was done, may be named by; none of a line stands for another."""

ACTIONS: dict[str, str] = {
    "cost": "price", "costs": "price", "expensive": "price", "earn": "salary", "earns": "salary", "earned": "salary",
    "earning": "salary", "paid": "salary", "run": "head", "runs": "head", "led": "head", "leads": "head",
    "lead": "head", "headed": "head", "heads": "head", "managed": "head", "manages": "head", "directed": "head",
    "directs": "head", "tall": "height", "high": "height", "long": "length", "heavy": "weight", "weigh": "weight",
    "weighs": "weight", "fast": "speed", "deep": "depth", "wide": "width", "old": "age", "founded": "founding",
    "established": "founding", "born": "birth", "wrote": "author", "written": "author", "writes": "author",
    "owns": "owner", "owned": "owner", "teaches": "teacher", "taught": "teacher", "employ": "employees",
    "employs": "employees", "built": "built", "opened": "built", "completed": "built", "employed": "employees",
    "populous": "population", "supplied": "supplier", "supplies": "supplier", "bought": "customer", "rated": "rating",
}  # fmt: skip
"""What is done, or how something is, and the line of `NEAR` or `DONE` that it asks for."""


def _terms(words: str) -> frozenset[str]:
    return frozenset(map(stem, words.split()))


PERSONS = _terms("""
    name employee person customer client member player author student teacher manager seller buyer mayor contact staff
    owner director ceo driver patient candidate winner participant volunteer agent artist
""")
"""What a column may be called that names people; the next ones name places, and how many of something."""
PLACES = _terms("""
    city town location place country region address office site venue headquarters state district village room
""")
QUANTITIES = _terms("quantity qty units pieces count number stock")
NUMBERS = {
    word: number for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
} | {"fifteen": 15, "twenty": 20}
ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}


def _by_words() -> dict[tuple[str, ...], tuple[Role, ...]]:
    found: dict[tuple[str, ...], list[Role]] = {}
    for role, phrases in PHRASES.items():
        for phrase in phrases.split("|"):
            found.setdefault(tuple(phrase.split()), []).append(role)
    return {words: tuple(dict.fromkeys(roles)) for words, roles in found.items()}


BY_WORDS = _by_words()
LONGEST_PHRASE = max(map(len, BY_WORDS))
GLUE = frozenset(words[0] for words, roles in BY_WORDS.items() if "glue" in roles and len(words) == 1)
NEAR_TERMS = {name: _terms(words) for name, words in {**NEAR, **DONE}.items()}


def near_terms(word: str) -> frozenset[str]:
    """The terms that a column may be named by where a question says this word; none where it is no near name."""
    if word in ACTIONS:
        return NEAR_TERMS[ACTIONS[word]] | {stem(word)}
    term = stem(word)
    lines = [NEAR_TERMS[name] for name in NEAR if term in NEAR_TERMS[name]]
    return frozenset().union(*lines)

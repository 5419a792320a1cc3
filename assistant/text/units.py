"""Units of numbers in tables: currencies, measures and the words for thousands and more."""

from __future__ import annotations

SCALES = {
    "k": 3, "tsd": 3, "thousand": 3, "mn": 6, "mio": 6, "mln": 6, "million": 6, "millions": 6, "bn": 9, "mrd": 9,
    "billion": 9, "billions": 9,
}  # fmt: skip
"""How many zeros a word after a number adds."""
CURRENCIES = {
    "€": "€", "eur": "€", "euro": "€", "euros": "€", "$": "$", "usd": "$", "us$": "$", "dollar": "$", "dollars": "$",
    "£": "£", "gbp": "£", "pound": "£", "pounds": "£", "¥": "¥", "yen": "¥", "jpy": "¥", "chf": "CHF", "sek": "SEK",
    "nok": "NOK", "dkk": "DKK", "pln": "PLN", "czk": "CZK", "inr": "₹", "₹": "₹",
}  # fmt: skip
"""By the ways they are written in small letters."""
UNITS = frozenset(
    """% percent pct kg g mg t tons tonnes lb lbs oz km m metres meters cm mm mi miles ft in yd km² km2 m² m2 ha acres
    m³ m3 l ml hl gal h hr hrs hours min minutes s sec seconds days weeks months years kw kwh mwh gwh twh mw gw
    w v a hz mhz ghz mb gb tb kb °c °f celsius c f km/h kmh mph m/s pcs pieces units people persons inhabitants
    thousands millions billions bar pa kpa cal kcal kj
    """.split()
) | {*CURRENCIES, *SCALES}


def is_unit(text: str) -> bool:
    """Whether all words are units, as in "€ million" or "km"."""
    words = text.lower().replace("'000", "thousand").removeprefix("in ").split()
    return bool(words) and all(word.strip(".") in UNITS for word in words)

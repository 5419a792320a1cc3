"""A claim in other words is compared with a sentence: what speaks against it, and what is only worded otherwise."""

from __future__ import annotations

import pytest

from assistant.generation.entailment_features import EntailmentFeatures, signs
from assistant.generation.sentence_features import reading, stands_in
from assistant.text.english.wordings import amounts, with_short_names


def compared(claim: str, sentence: str) -> EntailmentFeatures:
    told = reading(sentence, "en")
    return signs(reading(claim, "en"), [told], told)


def against(found: EntailmentFeatures) -> dict[str, float]:
    """The signs that speak against a claim, those that were found."""
    names = (
        "names_missing", "figures_missing", "small_figures_missing", "figures_against", "names_exchanged",
        "figures_exchanged", "negated", "negation", "negation_dropped", "reversed",
    )  # fmt: skip
    return {name: getattr(found, name) for name in names if getattr(found, name)}


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The mill, which Karel Novak owned, burnt down in Veldt.", "In Veldt a fire destroyed Karel Novak's mill."),
        ("The firm was led by Anna Berg from 1920 until 1931.", "From 1920 to 1931 Anna Berg led the firm."),
        ("It was finished between 1920 and 1931.", "It was begun in 1920 and finished in 1931."),
        ("The club was founded in the 1400s.", "The club dates from the 15th century."),
        ("It reopened thirty years after the fire.", "It reopened on the 30th anniversary of the fire."),
        ("The team was knocked out in round six.", "The team was knocked out in the sixth round."),
        ("The ferry returned two decades later.", "The ferry returned after a break of 20 years."),
        ("Veldt has been trading with Norland for over a thousand years.",
         "Veldt has traded with Norland for more than a millennium."),
        ("Late in August 22,000 soldiers landed there.", "There, 22,000 soldiers landed in late August."),
        ("The United States sold the ship.", "The American government sold the ship."),
        ("She moved to L.A. in May.", "In May she moved to Los Angeles."),
        ("No bridge in Norland is longer than this one.", "This bridge is the longest in Norland."),
        ("Nobody had been told when the firm left Veldt.", "The firm left Veldt unannounced."),
        ("The song did not become very popular.", "The song achieved little popularity."),
    ],
)  # fmt: skip
def test_what_is_only_worded_otherwise_does_not_speak_against_a_claim(claim: str, sentence: str) -> None:
    assert against(compared(claim, sentence)) == {}


@pytest.mark.parametrize(
    ("claim", "sentence", "sign"),
    [
        (
            "The mill of Mira Holt burnt down in Veldt.",
            "In Veldt a fire destroyed Karel Novak's mill.",
            "names_missing",
        ),
        (
            "The firm was led by Anna Berg from 1920 until 1941.",
            "From 1920 to 1931 Anna Berg led it.",
            "figures_missing",
        ),
        ("The club was founded in the 1500s.", "The club dates from the 15th century.", "figures_missing"),
        ("The team was knocked out in round eight.", "The team was knocked out in the sixth round.", "figures_missing"),
        ("The ferry returned five decades later.", "The ferry returned after 20 years.", "figures_missing"),
        ("No bridge in Norland is longer than this one.", "This bridge is long and stands in Norland.", "negation"),
        ("The song did not become popular.", "The song became very popular.", "negation"),
        ("Mira Holt sold the old mill to Karel Novak.", "Karel Novak sold the old mill to Mira Holt.", "reversed"),
    ],
)
def test_what_says_another_thing_speaks_against_a_claim(claim: str, sentence: str, sign: str) -> None:
    assert against(compared(claim, sentence)).get(sign, 0) >= 1


def test_amounts_are_read_that_are_no_figures() -> None:
    said = "The sixth of the 21st century, twice in the 1990s, within a decade, by 6:30 p.m., and a dozen"
    assert amounts(said) == {6, 2000, 2, 1990, 10, 12}
    assert amounts("Nothing is counted here, on 5 May 2020.") == frozenset()


def test_states_have_one_name() -> None:
    said = "The U.S. and the United Kingdom met the European Union in L.A."
    assert with_short_names(said) == "The UnitedStatesofAmerica and the UnitedKingdom met the EuropeanUnion in LA"


def test_a_term_stands_in_a_text_as_a_form_an_alias_or_an_acronym() -> None:
    text = reading("The Dutch court heard the World Trade Forum on Monday.", "en")
    assert [term for term in ("dutch", "netherland", "wtf", "courts", "norland") if stands_in(term, text)] == [
        "dutch", "netherland", "wtf", "courts",
    ]  # fmt: skip

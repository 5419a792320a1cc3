"""Who says what in a text: the exact words, the speaker, and how sure it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.news.speech.speakers import attributed, is_name
from assistant.text.quotations import quotations

PIECES = (
    "Marta Kroll said ", "the bridge is safe", ". ", "\u201c", "\u201d", '"', "\u2018", "\u2019", "he said", ", ",
    "that ", "According to Kroll, ", "\n\n", "denied ", "in her view ", "Kroll: ", "; ", "who ", "and ", "of ",
    "Of the Council ", "the ", "President ", "Mr. ", "is said to want ", "told reporters ", "\u00e9\U0001f600 ",
)  # fmt: skip


def said(text: str) -> list[tuple[str, str, str]]:
    """Speaker, manner and words of each statement."""
    return [(one.name, one.statement.how, text[one.statement.start : one.statement.end]) for one in attributed(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marta Kroll said on Monday that the bridge would close.", "the bridge would close"),
        ("Marta Kroll told reporters the bridge would close.", "the bridge would close"),
        ("The bridge would close, Marta Kroll said.", "The bridge would close"),
        ("The bridge would close, said Marta Kroll, the mayor of Veldt.", "The bridge would close"),
        ("According to Marta Kroll, the bridge would close.", "the bridge would close"),
        ("The bridge would close, according to Marta Kroll.", "The bridge would close"),
        ("In Marta Kroll's view, the bridge would close.", "the bridge would close"),
        ("The mayor of Veldt, Marta Kroll, warned that the bridge would close.", "the bridge would close"),
        ("Marta Kroll, who took office in May, insisted that the bridge would close.", "the bridge would close"),
        ("\u201cThe bridge will close,\u201d said Marta Kroll.", "The bridge will close"),
        ("\u201cThe bridge will close,\u201d Marta Kroll said.", "The bridge will close"),
        ("\u2018The bridge will close,\u2019 quipped Marta Kroll.", "The bridge will close"),
        ("\u00abThe bridge will close,\u00bb said Marta Kroll.", "The bridge will close"),
        ('Marta Kroll told deputies: "The bridge will close."', "The bridge will close."),
        ("Marta Kroll opposes the new toll.", "the new toll"),
        ("Marta Kroll has long called for a new toll.", "a new toll"),
        ("Marta Kroll is in favour of a new toll.", "a new toll"),
        ("Marta Kroll took the view that the toll was fair.", "the toll was fair"),
        ("Marta Kroll described the toll as a theft.", "the toll as a theft"),
        ("Marta Kroll accused the council of hiding the figures.", "the council of hiding the figures"),
    ],
)
def test_what_somebody_says_thinks_or_wants_is_found_with_the_speaker(text: str, expected: str) -> None:
    assert said(text) == [("Marta Kroll", "said", expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ivo Hahn denied that he had seen the cracks.", [("Ivo Hahn", "denied", "he had seen the cracks")]),
        ("Ivo Hahn rejects the plan.", [("Ivo Hahn", "denied", "the plan")]),
        ("Ivo Hahn does not believe that it will hold.", [("Ivo Hahn", "denied", "it will hold")]),
        ("Ivo Hahn is said to want a pause.", [("Ivo Hahn", "reported", "a pause")]),
        (
            "Ivo Hahn said that the union had warned that the strike would spread.",
            [("the union", "reported", "the strike would spread")],
        ),
    ],
)
def test_a_denial_and_what_others_report_are_told_apart(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The minister did not say whether the bridge would close.",
        "The minister declined to comment on the plan.",
        "It is widely believed that the bridge will close.",
        "The claim was filed on Monday and the report is due in May.",
        "The supports of the old bridge are being strengthened.",
        "Her film \u2018They Said It With Bullets\u2019 opens on Friday.",
        "The \u201cnew\u201d wing is older than the hall.",
    ],
)
def test_what_nobody_says_is_no_statement(text: str) -> None:
    assert said(text) == []


class TestWhoIsMeant:
    def test_a_surname_is_led_back_to_the_whole_name(self) -> None:
        text = "Mayor Ada Thorne opened the fair. Thorne said that the roof leaks."
        assert said(text) == [("Ada Thorne", "said", "the roof leaks")]

    def test_a_pronoun_stands_for_whoever_was_named_last(self) -> None:
        text = "Ada Thorne opposes the sale. She said that the roof leaks."
        assert [name for name, _, _ in said(text)] == ["Ada Thorne", "Ada Thorne"]

    def test_a_pronoun_that_may_stand_for_two_names_nobody(self) -> None:
        text = "Ada Thorne met Pia Lund. Pia Lund met Ada Thorne. It rained. She said that the roof leaks."
        assert said(text) == []

    def test_a_quotation_alone_goes_on_with_whoever_spoke(self) -> None:
        text = "\u201cThe roof leaks badly,\u201d said Ada Thorne. \u201cNobody has mended it yet.\u201d"
        assert [name for name, _, _ in said(text)] == ["Ada Thorne", "Ada Thorne"]

    def test_an_office_before_a_name_and_behind_it_is_left_out(self) -> None:
        text = "French Foreign Minister Aurel Sandoz said that talks go on. "
        text += "Peter Collin of the National University said that they fail."
        assert [name for name, _, _ in said(text)] == ["Aurel Sandoz", "Peter Collin"]

    def test_two_answers_of_an_interview_are_their_label_s(self) -> None:
        text = "Lucia Ferrant runs the bank.\n\nFerrant: It is resting now.\n\nWhy?\n\nFerrant: Too few shops took it."
        assert said(text) == [
            ("Lucia Ferrant", "said", "It is resting now."),
            ("Lucia Ferrant", "said", "Too few shops took it."),
        ]

    def test_labels_of_figures_and_lists_say_nothing(self) -> None:
        text = "The photos and prices of the week.\n\nPhotos: The bridge opens.\n\nPhotos: It closes.\n\n"
        text += "Group A: Veldt wins.\n\nGroup A: Veldt loses.\n\nEach group had two."
        assert said(text) == []

    def test_who_asks_in_an_interview_says_nothing(self) -> None:
        text = "Lucia Ferrant met Ivo Hahn.\n\nHahn: Is it dead?\n\nFerrant: It rests.\n\n"
        text += "Hahn: Why?\n\nFerrant: Few came."
        assert [name for name, _, _ in said(text)] == ["Lucia Ferrant", "Lucia Ferrant"]

    @pytest.mark.parametrize("opening", ["When asked", "However", "On Tuesday", "More", "Still"])
    def test_what_opens_a_sentence_is_no_speaker(self, opening: str) -> None:
        text = f"{opening}, the hall was full, saying that the roof leaks."
        assert said(text) == []

    def test_a_word_that_a_text_writes_small_is_no_name_where_it_opens_a_sentence(self) -> None:
        text = "Ask Rosa Pike. We ask Rosa Pike again. Pike said that the roof leaks."
        assert [name for name, _, _ in said(text)] == ["Rosa Pike"]

    def test_who_took_a_picture_is_nobody_of_whom_it_is_told(self) -> None:
        text = "Ada Thorne left.\n\nRolf Winter/Agency\n\nShe said that the roof leaks."
        assert [name for name, _, _ in said(text)] == ["Ada Thorne"]

    def test_a_dateline_is_no_speaker(self) -> None:
        text = "VELDT (ZNA) \u2014 Mayor Ada Thorne opened the fair. \u201cThe roof leaks badly.\u201d"
        assert [name for name, _, _ in said(text)] == ["Ada Thorne"]

    def test_where_somebody_sits_is_no_speaker(self) -> None:
        text = "Sen. Ada Thorne, R-Veldt, the head of the council, said that the roof leaks."
        assert [name for name, _, _ in said(text)] == ["Ada Thorne"]

    def test_an_office_that_stands_for_a_name_is_no_name(self) -> None:
        assert [name for name, _, _ in said("The Veldt CEO said that the roof leaks.")] == ["The Veldt CEO"]
        assert not is_name("the Veldt CEO")

    def test_a_word_of_an_office_stays_in_the_name_of_an_organisation(self) -> None:
        text = "The US Mint said that the coins are short. General Motors said that it agrees."
        assert [name for name, _, _ in said(text)] == ["US Mint", "General Motors"]

    @pytest.mark.parametrize("who", ["The former", "Both", "The latter"])
    def test_who_is_meant_only_by_what_was_said_before_is_no_speaker(self, who: str) -> None:
        assert said(f"Ada Thorne met Pia Lund. {who} said that the roof leaks.") == []

    def test_who_listens_is_no_speaker(self) -> None:
        text = "\u201cThe roof leaks badly,\u201d Ada Thorne, author of two books, tells Veldt Radio."
        assert [name for name, _, _ in said(text)] == ["Ada Thorne"]

    def test_a_title_tells_which_pronoun_stands_for_somebody(self) -> None:
        text = "Mrs Ada Thorne came late. Mr Ivo Hahn waited. She said that the roof leaks."
        assert [name for name, _, _ in said(text)] == ["Ada Thorne"]

    def test_a_quotation_behind_one_whose_speaker_is_not_plain_is_nobody_s(self) -> None:
        text = "Ada Thorne left. \u201cThe roof leaks badly,\u201d it went. \u201cNobody has mended it yet.\u201d"
        assert said(text) == []

    def test_who_is_recalled_saying_something_says_it(self) -> None:
        text = "Ada Thorne recalled Ivo Hahn saying that the roof leaks."
        assert [(name, words) for name, _, words in said(text)] == [("Ivo Hahn", "the roof leaks")]

    def test_initials_stand_for_no_longer_name(self) -> None:
        text = "Beside ZNA Radio, all is said. ZNA said that the roof leaks."
        assert [name for name, _, _ in said(text)] == ["ZNA"]

    def test_an_agency_in_parentheses_is_no_speaker(self) -> None:
        text = "Veldt (ZNA) Ada Thorne came late. \u201cThe roof leaks badly,\u201d she said."
        assert [name for name, _, _ in said(text)] == ["Ada Thorne"]

    @pytest.mark.parametrize(
        "text",
        [
            "Roof trouble:Ada Thorne says the roof leaks, and what it costs",
            "Here are the dearest roofs of the town, according to Ada Thorne:",
        ],
    )
    def test_what_leads_to_another_article_or_to_a_list_says_nothing(self, text: str) -> None:
        assert said(text) == []

    def test_states_are_who_speaks_and_no_verb(self) -> None:
        assert said("The Tarn states want peace and quiet.") == [("The Tarn states", "said", "peace and quiet")]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_every_statement_stands_in_the_text_inside_its_sentence(text: str) -> None:
    for one in attributed(text):
        found = one.statement
        assert 0 <= found.opens <= found.start < found.end <= found.closes <= len(text)
        assert text[found.start : found.end] == text[found.start : found.end].strip()


@given(st.text("a\u201c\u201d\"'\u2018\u2019\u00ab\u00bb., \n", max_size=80))
def test_quotations_are_in_order_and_lie_between_their_marks(text: str) -> None:
    end = 0
    for one in quotations(text, 0, len(text)):
        assert end <= one.opens < one.start <= one.end <= one.closes <= len(text)
        end = one.closes

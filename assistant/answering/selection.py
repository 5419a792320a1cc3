"""Choose the sentences that answer: the best one first, what goes with it after it, lists as lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.answerability import Decision
from assistant.answering.citations import plain
from assistant.answering.gathering import gathered, names_in
from assistant.answering.questions import FORMS, REASON, QuestionKind, actor
from assistant.answering.sentence_scoring import ScoredSentence
from assistant.answering.subjects import naming_its_subject
from assistant.models.named_reader import AnswerSpan
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.text.claims import repeats
from assistant.text.english.expressions import opening_name
from assistant.text.english.peoples import called_as
from assistant.text.english.vocabulary import NAMES
from assistant.text.terms import subject_terms, terms
from assistant.types import DEFAULT_LANGUAGE, Passage

LEFT_OUT = "{} of {} sentences that name some are shown; the others stand in what else was found."
MAXIMUM_ITEMS = 12
WORTH_ADDING = 3.1
"""A further sentence is added when its score is at most this far below the best one's; see `ScoredSentence.score`.

Set again for each reader, as surer ones part the scores further: with 2.5, .717 of the evidence in the briefings is
cited, and .768 of the questions have their answer in three sentences; with 3.1, .742 and .783.
"""
LIKELY = -0.5
"""The log-odds that what was read with a sentence answers, from which it may name one of several things; 0 where
nothing was read. Of the items of `news` it costs none."""
NEARLY_AS_GOOD = 0.75
"""Up to this far below the best score, a sentence that stands by itself opens the answer before one that does not."""
INTRODUCED = 0.3
"""The share of the question that what introduces a list must hold, for the list to answer what asks for none."""
NAMED_BY_QUESTION = 0.2
"""The share of the question that stands around a sentence and not in it, from which its "it" is what is asked about."""

LIST_SOUGHT_IN = 5
"""Among how many of the best sentences one is sought that belongs to a list, or introduces it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What answers, in the order in which it is to be read.

    ``ranked``: all sentences in the order in which they were considered. ``listed``: how many items or rows alike the
    source has, where the sentences are some of them; else 0. ``left_out``: where several things are asked for, how many
    sentences more are likely to name some.
    """

    sentences: tuple[Sentence, ...]
    ranked: tuple[ScoredSentence, ...]
    listed: int = 0
    left_out: int = 0

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader is told of a list that goes on."""
        shown = sum(sentence.is_listed for sentence in self.sentences)
        if shown < self.listed:
            return (f"{shown} of {self.listed} shown; the others stand in the source.",)
        return (LEFT_OUT.format(len(self.sentences), len(self.sentences) + self.left_out),) if self.left_out else ()


def select(decision: Decision, section: Callable[[Passage], Sequence[Passage]]) -> Selection:
    """The few sentences that answer a question that is answered, the one that answers best first.

    Where another reader than the packaged one found a span, the sentence that holds it leads. ``section`` gives the
    passages of a passage's section.
    """
    kind, question, ranked, span = decision.kind, decision.question, decision.sentences, decision.span
    around = section(ranked[0].sentence.passage) if ranked else []
    leading = ranked if span is None or kind is QuestionKind.LIST else promote(ranked, span)
    return choose(kind, question, leading, around)


def promote(evidence: Sequence[ScoredSentence], span: AnswerSpan) -> Sequence[ScoredSentence]:
    """The evidence with the sentence first that holds the span, if one does.

    It takes the best one's score, so that scores still fall.
    """
    for first in evidence:
        sentence = first.sentence
        if sentence.passage.id == span.passage.id and sentence.start <= span.start and span.end <= sentence.end:
            break
    else:
        return evidence
    return [replace(first, score=evidence[0].score), *(item for item in evidence if item is not first)]


def choose(
    kind: QuestionKind, question: str, evidence: Sequence[ScoredSentence], section: Sequence[Passage]
) -> Selection:
    """The few sentences that answer the question, as many as its kind usually has, or up to twelve items of a list.

    ``evidence`` holds the weighed sentences, the best first; ``section`` the passages of the best one's section.
    """
    rows = _rows_alike(question, evidence[0].sentence, section)
    listed = _listed(kind, question, evidence, section, rows)
    if listed:
        return Selection(tuple(listed[:MAXIMUM_ITEMS]), tuple(evidence), len(listed))
    prose = [item for item in evidence if not item.sentence.introduces] or evidence
    company = _not_about_others(prose, actor(question))
    if kind is QuestionKind.LIST:
        chosen, left_out = _gathered(question, prose, company)
        return Selection(tuple(chosen), tuple(evidence), _length_of_list(chosen, section), left_out)
    if kind is QuestionKind.VIEW:  # another's view is no answer
        prose = company or prose
    lead = naming_its_subject(prose[0].sentence, question, section)
    if len(lead) < 2:
        lead = _lead(prose, FORMS[kind].sentences)
    chosen = _best_and_its_company(lead, prose, company, FORMS[kind].sentences)
    return Selection(tuple(chosen), tuple(evidence), len(rows) or _length_of_list(chosen, section))


def _listed(
    kind: QuestionKind,
    question: str,
    evidence: Sequence[ScoredSentence],
    section: Sequence[Passage],
    rows: Sequence[Sentence],
) -> Sequence[Sentence]:
    """The list that answers, or the rows alike; empty where neither does."""
    if kind is QuestionKind.LIST or _introduces_the_answer(kind, evidence[0]):
        items = _enumeration(evidence, section)
        if items:
            return items
    is_asked_for = kind is QuestionKind.LIST or (
        bool(_named_in(question, evidence[0].sentence)) and len(rows) <= MAXIMUM_ITEMS
    )
    return rows if len(rows) > 1 and is_asked_for else ()


def _gathered(
    question: str, prose: Sequence[ScoredSentence], company: Sequence[ScoredSentence]
) -> tuple[list[Sentence], int]:
    """The best sentence with those that name most of several things, and how many more are likely to name others."""
    least = prose[0].score - WORTH_ADDING
    near = gathered(question, [item for item in company if item.score >= least and item.fit.answered >= LIKELY])
    usual = FORMS[QuestionKind.LIST].sentences
    chosen = _best_and_its_company(_lead(prose, usual), prose, near, usual)
    named = {name for one in chosen for name in names_in(one, question)}
    return chosen, sum(not named >= names_in(item.sentence, question) for item in near)


def _introduces_the_answer(kind: QuestionKind, best: ScoredSentence) -> bool:
    """Whether a question that asks for no list is answered by one: what introduces it fits, or tells of reasons."""
    if kind is QuestionKind.WHY:
        return best.sentence.introduces and REASON.search(best.sentence.text) is not None
    return best.sentence.introduces and best.coverage >= INTRODUCED


def _best_and_its_company(
    lead: list[Sentence], evidence: Sequence[ScoredSentence], company: Sequence[ScoredSentence], usual: int
) -> list[Sentence]:
    best = evidence[0]
    chosen = list(lead)
    for item in company:
        if len(chosen) >= usual:
            break
        if item.score < best.score - WORTH_ADDING or any(_same_content(item.sentence, other) for other in chosen):
            continue
        if item.sentence.row and best.sentence.row and _says_less(item, best):
            continue  # a row about something else
        leans_on = _with_antecedents(item.sentence, 2)[:-1] if _dangles(item.sentence, chosen) else []
        if len(chosen) + len(leans_on) < usual and not any(sentence.is_dangling for sentence in leans_on):
            chosen += [*leans_on, item.sentence]
    return lead + _reading_order(chosen[len(lead) :], [item.sentence.passage for item in evidence])


def _not_about_others(evidence: Sequence[ScoredSentence], asked_about: str | None) -> Sequence[ScoredSentence]:
    """The evidence without sentences that open with another name than the one asked about, and do not mention that.

    Only words that stand in capitals inside sentences too are names.
    """
    if asked_about is None:
        return evidence
    mentions = re.compile(rf"\b(?:{'|'.join(map(re.escape, called_as(asked_about)))})(?!\w)")
    known = {term for item in evidence for name in NAMES.findall(item.sentence.text) for term in terms(name)}

    def is_about_another(item: ScoredSentence) -> bool:
        said = plain(item.sentence.said, is_item=item.sentence.is_item)
        return not mentions.search(said) and bool(known & set(terms(opening_name(said) or "")))

    return [item for item in evidence if item.sentence.row or not (_is_english(item) and is_about_another(item))]


def _is_english(item: ScoredSentence) -> bool:
    return item.sentence.passage.language == DEFAULT_LANGUAGE


def _says_less(item: ScoredSentence, best: ScoredSentence) -> bool:
    """Whether a sentence holds less of the question's words than the best one, or not as they follow one another."""
    return item.coverage < best.coverage or item.fit.word_pairs < best.fit.word_pairs


def _rows_alike(question: str, best: Sentence, section: Sequence[Passage]) -> list[Sentence]:
    """The rows of the best row's table whose cells hold all that the question says of that row's, in order.

    None where the best is no row.
    """
    if not best.row:
        return []
    named = _named_in(question, best)
    rows = [sentence for passage in section for sentence in sentences_of(passage) if sentence.row]
    of_table = [row for row in rows if row.head == best.head]
    return [row for row in of_table if not named or named <= set(terms(row.text, row.passage.language))]


def _named_in(question: str, row: Sentence) -> set[str]:
    """What the question says that stands in the cells of a row."""
    language = row.passage.language
    return set(subject_terms(question, language)) & set(terms(row.text, language))


def _length_of_list(chosen: Sequence[Sentence], section: Sequence[Passage]) -> int:
    """How many items the list has of which several are chosen; 0 where they are of none."""
    starts = [sentence.start for sentence in chosen if sentence.is_item]
    if len(starts) < 2:
        return 0
    found = [sentence for passage in section for sentence in sentences_of(passage)]
    runs = (_items_around(found, index) for index, sentence in enumerate(found) if sentence.start == starts[0])
    return next((len(run) for run in runs if sum(item.start in starts for item in run) == len(starts)), 0)


def _lead(evidence: Sequence[ScoredSentence], usual: int) -> list[Sentence]:
    """The best sentence, or a near rival that stands by itself; else with those before it that it leans on.

    Of several that stand by themselves, one that is whole comes before one that a page's end may have cut.
    """
    near = [item for item in evidence if item.score >= evidence[0].score - NEARLY_AS_GOOD]
    by_itself = [item for item in near if not item.sentence.points_back] or [
        item for item in near if _is_answer_to_question(item)
    ]
    if by_itself:
        return [next((item for item in by_itself if not item.sentence.may_be_cut), by_itself[0]).sentence]
    leads = [_with_antecedents(item.sentence, usual) for item in evidence]
    return next((lead for lead in leads if not lead[0].is_dangling), leads[0])


def _is_answer_to_question(item: ScoredSentence) -> bool:
    """Whether a sentence that opens with a pronoun can be read after the question, which names what it stands for."""
    named = item.fit.context_coverage - item.coverage >= NAMED_BY_QUESTION
    return item.sentence.opens_with_pronoun and named


def _with_antecedents(sentence: Sentence, usual: int) -> list[Sentence]:
    lead = [sentence]
    before = [other for other in sentences_of(sentence.passage) if other.order < sentence.order]
    while lead[0].is_dangling and before and len(lead) < usual:
        lead.insert(0, before.pop())
    return lead


def _dangles(sentence: Sentence, chosen: Sequence[Sentence]) -> bool:
    """Whether the sentence leans on one that is not chosen."""
    if not sentence.is_dangling:
        return False
    return not any(other.passage.id == sentence.passage.id and other.order == sentence.order - 1 for other in chosen)


def _reading_order(chosen: Sequence[Sentence], passages: Sequence[Passage]) -> list[Sentence]:
    """The sentences document by document, the best document first, as they stand in each."""
    sources = list(dict.fromkeys(passage.source for passage in passages))
    return sorted(chosen, key=lambda sentence: (sources.index(sentence.passage.source), sentence.start))


def _same_content(one: Sentence, other: Sentence) -> bool:
    left, right = (plain(each.said, is_item=each.is_item) for each in (one, other))
    return repeats(left, right, one.passage.language)


def _enumeration(evidence: Sequence[ScoredSentence], section: Sequence[Passage]) -> list[Sentence]:
    """The items of the list that one of the best sentences belongs to or introduces, if there are two."""
    found = [sentence for passage in section for sentence in sentences_of(passage)]
    position = {sentence.start: index for index, sentence in enumerate(found)}
    source = evidence[0].sentence.passage.source
    near = [item.sentence.start for item in evidence[:LIST_SOUGHT_IN] if item.sentence.passage.source == source]
    runs = (_items_around(found, position[start]) for start in near if start in position)
    items = next((run for run in runs if run), [])
    distinct = {plain(item.said, is_item=item.is_item).casefold(): item for item in reversed(items)}
    return list(distinct.values())[::-1] if len(distinct) > 1 else []


def _items_around(found: Sequence[Sentence], position: int) -> list[Sentence]:
    """The run of list items that the sentence at ``position`` belongs to or introduces."""
    start = position if found[position].is_item else position + 1
    while start > 0 and start <= len(found) and found[start - 1].is_item:
        start -= 1
    end = start
    while end < len(found) and found[end].is_item:
        end += 1
    return list(found[start:end])

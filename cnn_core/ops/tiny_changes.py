"""A question changed by one word: each of its words replaced by every other word that can stand there."""

from dataclasses import dataclass

from cnn_core.errors import InputError
from cnn_core.ops.tiny_questions import Facts, Question, answer, rivals
from cnn_core.ops.tiny_world import TinyScene


@dataclass(frozen=True)
class Change:
    """One word replaced.

    Attributes:
        place: the number of the word among ``Question.parts``.
        word: the new one, as it stands in the sentence.
        question: the new question.
    """

    place: int
    word: str
    question: Question


def change_each_word(question: Question) -> list[Change]:
    """Every question that differs by one word, in the order of the words and of the words that can stand there."""
    changes = []
    for place, (word, tells) in enumerate(question.parts()):
        for rival in rivals(tells) if tells else ():
            other = question.with_word(tells, rival)
            said = other.parts()[place][0]
            if said != word and is_sensible(other):
                changes.append(Change(place, said, other))
    return changes


def is_sensible(question: Question) -> bool:
    """Whether a question is one that the tiny world asks: none that compares a thing with itself or answers itself."""
    if question.kind == "more":
        return question.one != question.other
    if question.kind in ("query", "query there", "same"):
        told = getattr(question.one, question.attribute)
        return not told and not (question.kind == "same" and getattr(question.other, question.attribute))
    return True


def why_none(question: Question, scene: TinyScene, facts: Facts) -> str:
    """Why a question has no answer here, as a sentence: "the ..." fits nothing, or several things. "" where it has one."""
    try:
        answer(question, scene, facts)
    except InputError as error:
        return str(error)
    return ""

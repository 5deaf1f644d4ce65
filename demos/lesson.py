"""What a lecturer says beside a tab, and what a class may try there. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_TRIES = 4


@dataclass(frozen=True, kw_only=True)
class Try:
    """Something to try, on a button: a press sets these inputs, takes back what other tries set (demos/tries.py), and runs.

    Attributes:
        words: on the button, an invitation without a full stop: "Show it a brick wall", "Raise the confidence to 0.9".
        sets: input name -> value; a string for a Picture is the name of a sample picture.
        watch: what to look at then: one sentence or question, true whatever network, picture or training is behind it.
    """

    words: str
    sets: Mapping[str, Any]
    watch: str

    def __post_init__(self) -> None:
        if not self.words or self.words.endswith(".") or not self.sets:
            raise ValueError(f"something to try is an invitation without a full stop, and sets inputs: {self.words!r}")
        if not self.watch.endswith((".", "?")):
            raise ValueError(f"{self.words}: what to watch is a sentence or a question, got {self.watch!r}")


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What a lecturer says beside the tab.

    Attributes:
        see: what one sees there, one sentence; stands beside the result. "" until somebody writes it.
        tries: two to four things to try.
        notice: what to look at, one sentence each; at least two.
        questions: (question, answer) for the class; answers are folded away. At least two; a question ends with "?".
        sources: the papers, as "Zhang et al. 2016, arXiv:1603.08511".
    """

    notice: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    sources: tuple[str, ...] = ()
    see: str = ""
    tries: tuple[Try, ...] = ()

    def __post_init__(self) -> None:
        if len(self.notice) < 2 or len(self.questions) < 2:
            raise ValueError(
                f"a lesson has at least 2 things to notice and 2 questions, not {len(self.notice)} and {len(self.questions)}"
            )
        for question, answer in self.questions:
            if not question.rstrip().endswith("?") or not answer.strip():
                raise ValueError(f"a lesson's question ends with '?' and has an answer: {question!r}")
        if self.see and not self.see.endswith("."):
            raise ValueError(f"what one sees is a sentence and ends with '.', got {self.see!r}")
        if len(self.tries) > MOST_TRIES:
            raise ValueError(f"at most {MOST_TRIES} things to try, not {len(self.tries)}")

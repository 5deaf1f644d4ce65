"""English questions about the tiny world: which words there are, and what a sentence of them asks."""

import re
from collections.abc import Callable

from cnn_core.errors import InputError
from cnn_core.ops.tiny_questions import ATTRIBUTES, PLURALS, Description, Question
from cnn_core.ops.tiny_world import RELATIONS

SYNONYMS = {
    "to the left of": "left of", "to the right of": "right of", "on top of": "on", "under": "below", "over": "above",
    "bigger": "larger", "greater": "larger", "big": "large", "little": "small", "tiny": "small", "gray": "grey",
    "color": "colour", "colors": "colours", "stripy": "striped", "spotted": "dotted", "disc": "circle", "discs": "circles",
    "object": "thing", "objects": "things", "which": "what", "does": "has", "any": "a", "an": "a", "in": "inside",
}  # fmt: skip
"""What people say -> the word that is used here."""

_SINGULARS = {plural: noun for noun, plural in PLURALS.items()}
_OF = {name: attribute for attribute, names in ATTRIBUTES.items() for name in names}
_SENTENCE = "is there a are how many what the has have same as more than thing things"
WORDS = tuple(sorted({*_SENTENCE.split(), *ATTRIBUTES, *_OF, *_SINGULARS, *" ".join(RELATIONS).split()}))
"""Every word that a question may have, synonyms aside."""
EXAMPLES = (
    "how many small things are there?",
    "what colour is the large star?",
    "is there a ring left of the blue square?",
)


def words_of(text: str) -> list[str]:
    """A question as words of ``WORDS``.

    Raises:
        InputError: it is empty, or has words that nobody knows here.
    """
    plain = re.sub(r"[^a-z ]+", " ", text.lower())
    for said, word in SYNONYMS.items():
        plain = re.sub(rf"\b{said}\b", word, plain)
    words = plain.split()
    if not words:
        raise InputError(f"Please ask something, for example: {EXAMPLES[0]}")
    unknown = sorted({word for word in words if word not in WORDS})
    if unknown:
        named = ", ".join(f"'{word}'" for word in unknown)
        raise InputError(
            f"It never learned {named}. It knows {', '.join(ATTRIBUTES)} of things ({', '.join(_OF)}) and how they stand "
            f"({', '.join(RELATIONS)})."
        )
    return words


LONGEST = 18
"""Words that a question has at most."""


def number_words(question: Question) -> list[int]:
    """A question as a network reads it: ``LONGEST`` numbers, each word's place in ``WORDS`` counted from 1, then zeros."""
    numbers = [WORDS.index(word) + 1 for word in question.say().removesuffix("?").split()]
    return numbers + [0] * (LONGEST - len(numbers))


def parse(text: str) -> Question:
    """What a question asks.

    Raises:
        InputError: a word is unknown, or the sentence is built in a way that is not known here.
    """
    sentence = " ".join(words_of(text))
    for pattern, build in _FORMS:
        found = re.fullmatch(pattern, sentence)
        question = found and build(*found.groups())
        if question:
            return question
    raise InputError(f"It never learned to read a question built like this. These work: {' '.join(EXAMPLES)}")


def hear(text: str) -> tuple[Question | None, str]:
    """What a question asks; or None, and the sentence that says why it cannot be understood."""
    try:
        return parse(text), ""
    except InputError as error:
        return None, str(error)


def describe(words: str) -> Description | None:
    """What "small red circle" or "striped things" says of a thing; None where it is no description."""
    *before, noun = words.split() or [""]
    noun = _SINGULARS.get(noun, noun)
    if noun not in PLURALS:
        return None
    attributes = {_OF[word]: word for word in before if word in _OF}
    if len(attributes) < len(before) or "shape" in attributes:  # something else, or one attribute twice
        return None
    return Description(**attributes, shape="" if noun == "thing" else noun)


def _asking(kind: str, *order: str) -> Callable[..., Question | None]:
    """Builds a question of a kind from the parts of a sentence, in the order in which they stand in it."""

    def build(*parts: str) -> Question | None:
        given = dict(zip(order, parts, strict=True))
        one, other = describe(given["one"]), describe(given["other"]) if "other" in given else Description()
        if one is None or other is None:
            return None
        return Question(kind, one, given.get("attribute", ""), given.get("relation", ""), other)

    return build


_RELATION = f"({'|'.join(RELATIONS)})"
_ATTRIBUTE = f"({'|'.join(ATTRIBUTES)})"
_IS = "(?:is|has)"
_THERE = f"the (.+) {_RELATION} the (.+)"
_FORMS = (
    (rf"(?:is|are) there a (.+) {_RELATION} the (.+)", _asking("exists there", "one", "relation", "other")),
    (rf"how many (.+) are(?: there)? {_RELATION} the (.+)", _asking("count there", "one", "relation", "other")),
    (rf"what {_ATTRIBUTE} {_IS} {_THERE}", _asking("query there", "attribute", "one", "relation", "other")),
    (rf"has the (.+?)(?: have)? the same {_ATTRIBUTE} as the (.+)", _asking("same", "one", "attribute", "other")),
    (rf"is the (.+?) {_RELATION} the (.+)", _asking("is", "one", "relation", "other")),
    (r"are there more (.+) than (.+)", _asking("more", "one", "other")),
    (r"(?:is|are) there a (.+)", _asking("exists", "one")),
    (r"how many (.+) are there", _asking("count", "one")),
    (rf"what {_ATTRIBUTE} {_IS} the (.+?)(?: have)?", _asking("query", "attribute", "one")),
)  # fmt: skip
"""Every form of a sentence, and what builds the question; the first that fits counts."""

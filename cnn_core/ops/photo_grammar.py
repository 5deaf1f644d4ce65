"""English questions about photographs: whether something is there, how many there are, of which colour; no others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cnn_core.errors import InputError
from cnn_core.ops.colour_names import EXAMPLES as COLOURS

SYNONYMS = {
    "potted plant": "pottedplant", "potted plants": "pottedplant", "plant": "pottedplant", "plants": "pottedplant",
    "dining table": "diningtable", "dining tables": "diningtable", "table": "diningtable", "tables": "diningtable",
    "television": "tvmonitor", "televisions": "tvmonitor", "tv": "tvmonitor", "tvs": "tvmonitor", "monitor": "tvmonitor",
    "monitors": "tvmonitor", "screen": "tvmonitor", "screens": "tvmonitor", "couch": "sofa", "couches": "sofa",
    "people": "person", "plane": "aeroplane", "planes": "aeroplane", "airplane": "aeroplane", "airplanes": "aeroplane",
    "bike": "bicycle", "bikes": "bicycle", "motorcycle": "motorbike", "motorcycles": "motorbike", "buses": "bus",
    "color": "colour", "colors": "colour", "colours": "colour", "gray": "grey", "any": "a", "an": "a", "which": "what",
    "are there a": "is there a",
}  # fmt: skip
"""What people say -> the word that is used here; a plural is what its singular is."""
_SENTENCE = ("is", "there", "a", "are", "how", "many", "what", "colour", "the", "more", "than", "have", "has")
KINDS = ("exists", "count", "colour", "more")
PEOPLE = "person"
"""Of this class no colour is told."""
SUCH_AS = (
    "Of a photograph you can ask questions such as: is there a dog, how many red cars are there, what colour is the car, "
    "are there more cats than dogs."
)


@dataclass(frozen=True)
class PhotoQuestion:
    """One question about a photograph.

    Attributes:
        kind: one of ``KINDS``.
        one: the class asked about.
        colour: of which colour it is to be; "" for any.
        other: the class with which it is compared; "" where none is.
        other_colour: of which colour that is to be; "" for any.
    """

    kind: str
    one: str
    colour: str = ""
    other: str = ""
    other_colour: str = ""


def words_of(text: str, classes: Sequence[str]) -> list[str]:
    """A question as words that are known here, classes in the singular.

    Raises:
        InputError: it is empty, or has words that nobody knows here.
    """
    plain = " ".join(re.sub(r"[^a-z ]+", " ", text.lower()).split())
    for said, word in SYNONYMS.items():
        plain = re.sub(rf"\b{said}\b", word, plain)
    known = {*_SENTENCE, *classes, *COLOURS}
    words = [word if word in known else word.removesuffix("s") for word in plain.split()]
    if not words:
        raise InputError(f"Please ask something, for example: how many {classes[0]}s are there?")
    unknown = sorted({word for word in plain.split() if word not in known and word.removesuffix("s") not in known})
    if unknown:
        named = ", ".join(f"'{word}'" for word in unknown)
        if len(unknown) > 1:  # a question about something else altogether, perhaps about a drawn scene
            raise InputError(f"{SUCH_AS} Not known here: {named}.")
        raise InputError(
            f"Of a photograph nobody here knows {named}. The detector knows {', '.join(classes)}; colours are "
            f"{', '.join(COLOURS)}."
        )
    return words


def parse_photo(text: str, classes: Sequence[str]) -> PhotoQuestion:
    """What a question asks of a photograph.

    Args:
        text: the question.
        classes: the names of what a detector knows.

    Raises:
        InputError: a word is unknown, or the sentence is built in a way that is not known here.
    """
    question = _match(" ".join(words_of(text, classes)), classes)
    if question is None:
        raise InputError(SUCH_AS)
    coloured = ((question.one, question.colour or question.kind == "colour"), (question.other, question.other_colour))
    if any(name == PEOPLE and colour for name, colour in coloured):
        raise InputError(
            "No colour is told of people: those pixels are clothes, hair and skin together. Ask whether there are people, "
            "or how many."
        )
    return question


def _match(sentence: str, classes: Sequence[str]) -> PhotoQuestion | None:
    """The question of the form that a sentence has; None if it has none of them."""
    thing = rf"(?:({'|'.join(COLOURS)}) )?({'|'.join(classes)})"
    if found := re.fullmatch(rf"(?:is|are) there (?:a )?{thing}", sentence):
        return PhotoQuestion("exists", found[2], found[1] or "")
    if found := re.fullmatch(rf"how many {thing} are there", sentence):
        return PhotoQuestion("count", found[2], found[1] or "")
    if found := re.fullmatch(rf"what colour (?:is|are|has|have) the {thing}(?: have)?", sentence):
        return PhotoQuestion("colour", found[2], found[1] or "")
    if found := re.fullmatch(rf"are there more {thing} than {thing}", sentence):
        return PhotoQuestion("more", found[2], found[1] or "", found[4], found[3] or "")
    return None


def hear_photo(text: str, classes: Sequence[str]) -> tuple[PhotoQuestion | None, str]:
    """What a question asks; or None, and the sentence that says why it cannot be understood."""
    try:
        return parse_photo(text, classes), ""
    except InputError as error:
        return None, str(error)

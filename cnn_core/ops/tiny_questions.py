"""Questions about the tiny world's scenes, and their true answers: a question is a small program, and English its face."""

from dataclasses import dataclass, replace

from cnn_core.errors import InputError
from cnn_core.ops.tiny_shapes import SHAPES
from cnn_core.ops.tiny_world import COLOURS, MOST, PATTERNS, RELATIONS, SIZES, Thing, TinyScene, relations

ATTRIBUTES = {"size": SIZES, "pattern": PATTERNS, "colour": COLOURS, "shape": tuple(SHAPES)}
"""What can be asked of a thing -> the answers, in the order in which they stand before the noun."""
ANSWERS = ("yes", "no", *(str(n) for n in range(MOST + 1)), *(name for names in ATTRIBUTES.values() for name in names))
"""Every answer that there is."""
PLURALS = {shape: f"{shape}es" if shape.endswith("s") else f"{shape}s" for shape in SHAPES} | {"thing": "things"}

KINDS = ("exists", "count", "query", "more", "same", "is", "exists there", "count there", "query there")
"""What a question can be; those from "is" on are about how two things stand: relational ones."""
RELATIONAL = KINDS[5:]


@dataclass(frozen=True)
class Description:
    """Some attributes of a thing; "" where it says nothing."""

    size: str = ""
    pattern: str = ""
    colour: str = ""
    shape: str = ""

    def fits(self, thing: Thing) -> bool:
        """Whether a thing has all these attributes."""
        return all(getattr(self, name) in ("", getattr(thing, name)) for name in ATTRIBUTES)

    def say(self, plural: bool = False) -> str:
        """Such as "small red circle", or "small things"."""
        return " ".join(word for word, _ in self.parts(plural=plural))

    def parts(self, whose: str = "", plural: bool = False) -> list[tuple[str, str]]:
        """Its words, each with what it tells, and of whom: ("red", "one colour"), ("circle", "one shape")."""
        noun = self.shape or "thing"
        words = (self.size, self.pattern, self.colour, PLURALS[noun] if plural else noun)
        return [(word, f"{whose} {name}") for word, name in zip(words, ATTRIBUTES, strict=True) if word]


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        kind: one of ``KINDS``.
        one: the thing or things asked about.
        attribute: what is asked of it, one of ``ATTRIBUTES``; "" where another thing is asked.
        relation: how it stands to the other one, one of tiny_world.RELATIONS; "" where that is not asked.
        other: the other thing, or what the first ones are counted against.
    """

    kind: str
    one: Description
    attribute: str = ""
    relation: str = ""
    other: Description = Description()

    def say(self) -> str:
        """The question in English, in lower case."""
        return " ".join(word for word, _ in self.parts()) + "?"

    def parts(self) -> list[tuple[str, str]]:
        """Its words in their order, each with what it tells: see ``with_word``; "" where it only makes the sentence."""
        said: dict[str, list[tuple[str, str]]] = {
            "one": self.one.parts("one"), "many": self.one.parts("one", plural=True),
            "other": self.other.parts("other"), "others": self.other.parts("other", plural=True),
            "relation": [(self.relation, "relation")], "attribute": [(self.attribute, "attribute")],
        }  # fmt: skip
        found: list[tuple[str, str]] = []
        for word in SENTENCES[self.kind].split():
            found += said.get(word.strip("<>"), []) if word.startswith("<") else [(word, "")]
        return found

    def with_word(self, tells: str, word: str) -> "Question":
        """The same question with another word in one place: "relation", "attribute", "one colour", "other shape" ..."""
        whose, _, name = tells.partition(" ")
        if whose == "one":
            return replace(self, one=replace(self.one, **{name: word}))
        if whose == "other":
            return replace(self, other=replace(self.other, **{name: word}))
        return replace(self, attribute=word) if whose == "attribute" else replace(self, relation=word)


SENTENCES = {
    "exists": "is there a <one>",
    "count": "how many <many> are there",
    "query": "what <attribute> is the <one>",
    "more": "are there more <many> than <others>",
    "same": "has the <one> the same <attribute> as the <other>",
    "is": "is the <one> <relation> the <other>",
    "exists there": "is there a <one> <relation> the <other>",
    "count there": "how many <many> are <relation> the <other>",
    "query there": "what <attribute> is the <one> <relation> the <other>",
}
"""Kind -> the sentence; <many> and <others> are plurals."""


def rivals(tells: str) -> tuple[str, ...]:
    """The words that can stand where a word tells this (see ``Question.with_word``); "" is any shape."""
    if tells == "relation":
        return RELATIONS
    if tells == "attribute":
        return tuple(ATTRIBUTES)
    name = tells.partition(" ")[2]
    return (*(("",) if name == "shape" else ()), *ATTRIBUTES[name])


Facts = frozenset[tuple[int, str, int]]
"""What holds between things: (number of the one, relation, number of the other)."""


def facts_of(scene: TinyScene) -> Facts:
    """All relations of a scene, to be worked out once for many questions."""
    return frozenset(relations(scene))


def the_one(found: list[int], description: Description, there: str = "") -> int:
    """The only thing that fits.

    Raises:
        InputError: nothing fits, or several things do.
    """
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            f"There is no {description.say()}{there} here, so the question has no answer. Ask for one you can see."
        )
    raise InputError(
        f"There are {len(found)} {description.say(plural=True)}{there} here, and 'the' means exactly one. "
        "Say more about it: size, pattern, colour or shape."
    )


def answer(question: Question, scene: TinyScene, facts: Facts | None = None) -> str:
    """The true answer, one of ``ANSWERS``.

    Raises:
        InputError: "the ..." fits nothing in the scene, or several things.
    """
    facts = facts_of(scene) if facts is None else facts
    things = scene.things
    ones = [k for k, thing in enumerate(things) if question.one.fits(thing)]
    others = [k for k, thing in enumerate(things) if question.other.fits(thing)]
    there = ""
    if question.kind.endswith("there"):
        other, there = the_one(others, question.other), f" {question.relation} the {question.other.say()}"
        ones = [k for k in ones if (k, question.relation, other) in facts]
    match question.kind:
        case "exists" | "exists there":
            return say(bool(ones))
        case "count" | "count there":
            return str(len(ones))
        case "query" | "query there":
            return str(getattr(things[the_one(ones, question.one, there)], question.attribute))
        case "more":
            return say(len(ones) > len(others))
    one, other = the_one(ones, question.one), the_one(others, question.other)
    if question.kind == "same":
        return say(getattr(things[one], question.attribute) == getattr(things[other], question.attribute))
    return say((one, question.relation, other) in facts)


def say(true: bool) -> str:
    """Yes or no."""
    return "yes" if true else "no"

"""Questions about the tiny world's scenes, and their true answers: a question is a small program, and English its face."""

from dataclasses import dataclass

from cnn_core.errors import InputError
from cnn_core.ops.tiny_shapes import SHAPES
from cnn_core.ops.tiny_world import COLOURS, MOST, PATTERNS, SIZES, Thing, TinyScene, relations

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
        noun = self.shape or "thing"
        return " ".join(word for word in (self.size, self.pattern, self.colour, PLURALS[noun] if plural else noun) if word)


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
        one, other, many = self.one.say(), self.other.say(), self.one.say(plural=True)
        return {
            "exists": f"is there a {one}?",
            "count": f"how many {many} are there?",
            "query": f"what {self.attribute} is the {one}?",
            "more": f"are there more {many} than {self.other.say(plural=True)}?",
            "same": f"has the {one} the same {self.attribute} as the {other}?",
            "is": f"is the {one} {self.relation} the {other}?",
            "exists there": f"is there a {one} {self.relation} the {other}?",
            "count there": f"how many {many} are {self.relation} the {other}?",
            "query there": f"what {self.attribute} is the {one} {self.relation} the {other}?",
        }[self.kind]


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

"""Instructions for an agent in a room, "go to the red chair left of the table": a small grammar, and what they mean."""

import re
from dataclasses import dataclass, replace

from cnn_core.errors import InputError
from cnn_core.ops.tiny_rooms import KINDS, Furniture, Room
from cnn_core.ops.tiny_world import COLOURS

RELATIONS = ("left of", "right of", "above", "below", "next to")
"""How one piece stands to another on the map, its upper edge up; "next to": their cells touch, if only at a corner."""
_SENTENCE = "go to the"
WORDS = tuple(sorted({*_SENTENCE.split(), *KINDS, *COLOURS, *" ".join(RELATIONS).split()}))
"""Every word of an instruction, synonyms aside."""
LONGEST = 10
"""Words that an instruction has at most: "go to the red chair left of the blue table"."""
SYNONYMS = {
    "walk": "go", "move": "go", "run": "go", "to the left of": "left of", "to the right of": "right of", "beside": "next to",
    "near": "next to", "by": "next to", "under": "below", "over": "above", "couch": "sofa", "gray": "grey", "a": "the",
    "armchair": "chair", "flower": "plant", "desk": "table", "light": "lamp",
}  # fmt: skip
"""What people say -> the word that is used here."""
KNOWN = f"It knows {', '.join(KINDS)}; {', '.join(COLOURS)}; {', '.join(RELATIONS)}."
"""All that an instruction can be about, a sentence."""
EXAMPLES = ("go to the red chair", "go to the lamp left of the blue table", "go to the plant next to the sofa")


@dataclass(frozen=True)
class Which:
    """Some furniture.

    Attributes:
        kind: one of KINDS.
        colour: one of COLOURS, or "" for any.
    """

    kind: str
    colour: str = ""

    def fits(self, piece: Furniture) -> bool:
        """Whether a piece is meant."""
        return piece.kind == self.kind and self.colour in ("", piece.colour)

    def say(self) -> str:
        """Such as "red chair", or "chair"."""
        return f"{self.colour} {self.kind}".strip()


@dataclass(frozen=True)
class Instruction:
    """Where to go.

    Attributes:
        one: the piece to go to.
        relation: how it stands to the other one, one of RELATIONS; "" where nothing is said of that.
        other: the other piece.
    """

    one: Which
    relation: str = ""
    other: Which | None = None

    def say(self) -> str:
        """The instruction in English."""
        sentence = f"{_SENTENCE} {self.one.say()}"
        return sentence if self.other is None else f"{sentence} {self.relation} the {self.other.say()}"


def stands(one: Furniture, relation: str, other: Furniture) -> bool:
    """Whether one piece stands so to another on the map."""
    down, right = one.row - other.row, one.column - other.column
    return {
        "left of": right < 0,
        "right of": right > 0,
        "above": down < 0,
        "below": down > 0,
        "next to": max(abs(down), abs(right)) == 1,
    }[relation]


def targets_of(room: Room, instruction: Instruction) -> list[int]:
    """The numbers of all pieces that an instruction can mean; none where it names another of which there are several."""
    ones = [k for k, piece in enumerate(room.furniture) if instruction.one.fits(piece)]
    if instruction.other is None:
        return ones
    others = [piece for piece in room.furniture if instruction.other.fits(piece)]
    if len(others) != 1:
        return []
    return [k for k in ones if stands(room.furniture[k], instruction.relation, others[0])]


def target_of(room: Room, instruction: Instruction) -> int:
    """The number of the piece to go to.

    Raises:
        InputError: no piece fits, or several do.
    """
    if instruction.other is not None:
        _the_one([k for k, piece in enumerate(room.furniture) if instruction.other.fits(piece)], instruction.other.say())
    said = instruction.say().removeprefix(f"{_SENTENCE} ")
    return _the_one(targets_of(room, instruction), said)


def _the_one(found: list[int], said: str) -> int:
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"There is no {said} in this room. Name something you can see.")
    raise InputError(
        f"{len(found)} pieces here can be meant by 'the {said}'. Say more: a colour, or how it stands to another."
    )


def parse(text: str) -> Instruction:
    """What an instruction says.

    Raises:
        InputError: it is empty, has a word that nobody knows here, or is built in another way.
    """
    plain = re.sub(r"[^a-z ]+", " ", text.lower())
    for said, word in SYNONYMS.items():
        plain = re.sub(rf"\b{said}\b", word, plain)
    words = plain.split()
    if unknown := sorted({word for word in words if word not in WORDS}):
        raise InputError(f"It never learned {', '.join(f'{word!r}' for word in unknown)}. {KNOWN}")
    found = re.fullmatch(rf"go to the ({_WHICH})(?: ({'|'.join(RELATIONS)}) the ({_WHICH}))?", " ".join(words))
    if found is None:
        raise InputError(f"It never learned to read an instruction built like this. These work: {'; '.join(EXAMPLES)}.")
    one, relation, other = found.groups()
    return Instruction(_which(one), relation or "", _which(other) if other else None)


_WHICH = rf"(?:(?:{'|'.join(COLOURS)}) )?(?:{'|'.join(KINDS)})"


def _which(words: str) -> Which:
    *colour, kind = words.split()
    return Which(kind, *colour)


def exchange_words(instruction: Instruction) -> list[tuple[str, list[Instruction]]]:
    """Each word that chooses, a relation as one, with what is said where any other word of its kind stands in its place."""
    one, other, relation = instruction.one, instruction.other, instruction.relation
    found = [(word, [replace(instruction, one=which) for which in others]) for word, others in _exchange(one)]
    if other is not None:
        found.append((relation, [replace(instruction, relation=name) for name in RELATIONS if name != relation]))
        found += [(word, [replace(instruction, other=which) for which in others]) for word, others in _exchange(other)]
    return found


def _exchange(which: Which) -> list[tuple[str, list[Which]]]:
    colours = [replace(which, colour=colour) for colour in COLOURS if colour != which.colour]
    kinds = [replace(which, kind=kind) for kind in KINDS if kind != which.kind]
    return [*([(which.colour, colours)] if which.colour else []), (which.kind, kinds)]


def number_words(instruction: Instruction) -> list[int]:
    """An instruction as a network reads it: ``LONGEST`` numbers, each word's place in ``WORDS`` from 1, then zeros."""
    numbers = [WORDS.index(word) + 1 for word in instruction.say().split()]
    return numbers + [0] * (LONGEST - len(numbers))

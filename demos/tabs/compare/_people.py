"""The people whom one visitor enrolled, each from one photograph with a name."""

import re
from dataclasses import dataclass

import numpy as np

from cnn_core.errors import InputError
from cnn_core.images import samples
from cnn_core.ops.faces import cosine
from cnn_core.results import Floats, PictureArray
from demos.tabs.compare._faces import OneFace, one_face

MOST_PEOPLE = 64
LONGEST_NAME = 40
FIRST_PEOPLE = {"Eileen Collins": "astronaut", "Grace Hopper": "grace_hopper"}
"""Who is enrolled before anybody was: name -> sample picture."""


@dataclass(frozen=True)
class Person:
    """One enrolled person: plain data, for this visitor's memory.

    Attributes:
        name: as typed, without needless spaces.
        picture: the aligned face, (96, 96, 3) uint8.
        vector: the embedding, (D,) float32.
    """

    name: str
    picture: PictureArray
    vector: Floats


def first_people() -> list[Person]:
    """The people of the sample photographs."""
    return [enrol([], samples.load(sample), name)[0][0] for name, sample in FIRST_PEOPLE.items()]


def enrol(people: list[Person], photograph: PictureArray | None, name: str) -> tuple[list[Person], OneFace]:
    """The people with one more, or with a new photograph of somebody whose name is there already; and the face found.

    Raises:
        InputError: no photograph, no name, or too many people.
        PictureError: no face in the photograph.
    """
    name = " ".join(name.split())[:LONGEST_NAME]
    if photograph is None or not name:
        raise InputError("To enrol a person, give a photograph and a name, then press the button.")
    others = [person for person in people if not same_name(person.name, name)]
    if len(others) >= MOST_PEOPLE:
        raise InputError(f"{MOST_PEOPLE} people are enrolled, more are not kept. Forget them all to begin again.")
    found = one_face(photograph, name)
    return [*others, Person(name, found.face.picture, found.face.vector)], found


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: capitals and needless spaces do not count."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def similarities(people: list[Person], vector: Floats) -> Floats:
    """How alike a face's embedding (D,) is to each enrolled one's: cosines (n,)."""
    return np.array([float(cosine(vector, person.vector)) for person in people], np.float32)


def plain(name: str) -> str:
    """A name for Markdown: nothing in it is taken for a sign of Markdown or of HTML."""
    return re.sub(r"([\\`*_{}\[\]()<>#+.!|~$&:-])", r"\\\1", name)

"""Questions made by chance about a scene; yes and no come about equally often, so that the words alone tell little."""

from itertools import combinations

import numpy as np

from cnn_core.ops.tiny_questions import (
    ATTRIBUTES,
    KINDS,
    Description,
    Facts,
    Question,
    answer,
    say,
)
from cnn_core.ops.tiny_world import RELATIONS, Thing, TinyScene

NAMES = tuple(ATTRIBUTES)
TRIES = 30


def ask(scene: TinyScene, facts: Facts, rng: np.random.Generator, kind: str = "") -> tuple[Question, str]:
    """A question about a scene and its true answer; the kind by chance unless it is given. ``facts`` are the scene's.

    A given kind is given up after ``TRIES`` attempts, for some scenes have no question of that kind.
    """
    tries = 0
    while True:
        chosen = kind if kind and tries < TRIES else str(rng.choice(KINDS))
        wanted = say(bool(rng.random() < 0.5))
        for _ in range(TRIES):
            tries += 1
            question = make(chosen, scene, facts, rng)
            if question is None:
                continue
            true = answer(question, scene, facts)
            if true == wanted or true not in ("yes", "no", "0") or (true == "0" and rng.random() < 0.35):
                return question, true


def make(kind: str, scene: TinyScene, facts: Facts, rng: np.random.Generator) -> Question | None:
    """A question of a kind, with an answer; None where this attempt found none."""
    attribute = str(rng.choice(NAMES))
    if kind in ("exists", "count"):
        return Question(kind, vague(scene, rng))
    if kind == "more":
        one, other = vague(scene, rng, most=1), vague(scene, rng, most=1)
        return None if one == other else Question(kind, one, other=other)
    if kind in ("same", "is"):
        return of_two(kind, scene, facts, attribute, rng)
    number = int(rng.integers(len(scene.things)))
    if kind == "query":
        single = single_out(scene, number, rng, without=attribute)
        return None if single is None else Question(kind, single, attribute)
    second = single_out(scene, number, rng)
    if second is None:
        return None
    if kind == "query there":
        return query_there(scene, facts, attribute, number, second, rng)
    return Question(kind, vague(scene, rng, most=1), "", pick_relation(facts, rng, other=number), second)


def of_two(kind: str, scene: TinyScene, facts: Facts, attribute: str, rng: np.random.Generator) -> Question | None:
    """A question about two things, each told from all others; half of the time one that is answered with yes."""
    first, second = (int(k) for k in rng.permutation(len(scene.things))[:2])
    one, other = (single_out(scene, k, rng, without=attribute if kind == "same" else "") for k in (first, second))
    if one is None or other is None:
        return None
    if kind == "is":
        holding = [relation for a, relation, b in facts if (a, b) == (first, second)]
        return Question(kind, one, "", pick(sorted(holding), rng), other)
    alike = getattr(scene.things[first], attribute) == getattr(scene.things[second], attribute)
    return Question(kind, one, attribute, "", other) if alike or rng.random() < 0.4 else None


def query_there(
    scene: TinyScene, facts: Facts, attribute: str, number: int, other: Description, rng: np.random.Generator
) -> Question | None:
    """What the only thing that stands so to another one is like; None where there is none, or several."""
    relation = pick_relation(facts, rng, other=number)
    there = [a for a, name, b in facts if (name, b) == (relation, number)]
    if not there or (relation == "the same colour as" and attribute == "colour"):
        return None
    target = int(rng.choice(sorted(there)))
    one = single_out(scene, target, rng, without=attribute, among=sorted(there))
    return None if one is None else Question("query there", one, attribute, relation, other)


def pick(holding: list[str], rng: np.random.Generator) -> str:
    """A relation by chance; half of the time one that holds, if any does."""
    return str(rng.choice(holding if holding and rng.random() < 0.5 else RELATIONS))


def pick_relation(facts: Facts, rng: np.random.Generator, other: int) -> str:
    """A relation that something has to this thing, mostly; each kind as often as another, however many have it."""
    return pick(sorted({relation for _, relation, b in facts if b == other}), rng)


def vague(scene: TinyScene, rng: np.random.Generator, most: int = 2) -> Description:
    """A description with one or two attributes; half of the time of something that is there."""
    names = [str(name) for name in rng.choice(NAMES, int(rng.integers(1, most + 1)), replace=False)]
    if rng.random() < 0.5:
        thing = scene.things[int(rng.integers(len(scene.things)))]
        return Description(**{name: getattr(thing, name) for name in names})
    return Description(**{name: str(rng.choice(ATTRIBUTES[name])) for name in names})


def single_out(
    scene: TinyScene, number: int, rng: np.random.Generator, without: str = "", among: list[int] | None = None
) -> Description | None:
    """Few attributes that one thing alone has; None where it has a twin.

    Args:
        number: the thing's.
        without: an attribute that must not be told, for it is asked.
        among: the things from which it must be told; None for all.
    """
    thing = scene.things[number]
    rivals = [scene.things[k] for k in (range(len(scene.things)) if among is None else among) if k != number]
    names = [str(name) for name in rng.permutation([name for name in NAMES if name != without])]
    for count in range(len(names) + 1):
        for chosen in combinations(names, count):
            described = describe(thing, chosen)
            if not any(described.fits(rival) for rival in rivals):
                return described
    return None


def describe(thing: Thing, names: tuple[str, ...]) -> Description:
    """A thing by some of its attributes."""
    return Description(**{name: getattr(thing, name) for name in names})

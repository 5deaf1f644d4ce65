"""What the tab shows of a question: the things, the pairs that weigh most, the sentence whose words are menus."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from cnn_core.explain.left_out import LeftOut, weights_of
from cnn_core.ops.tiny_asking import ask
from cnn_core.ops.tiny_changes import Change, change_each_word, why_none
from cnn_core.ops.tiny_questions import KINDS, Facts, Question, answer
from cnn_core.ops.tiny_things import Things
from cnn_core.ops.tiny_world import TinyScene
from cnn_core.results import Classification, Floats, PictureArray
from cnn_core.tasks.photo_questions import Counted
from cnn_core.tasks.question_answering import answer_from
from demos.tabs._addresses import address_of

MOST_PAIRS = 6
LIGHTEST, LEAST = 0.1, 2.0
"""A pair is not drawn that weighs less than this share of the weightiest one's weight; none is, if that one weighs less."""
NO_ANSWER = "no answer"

Changed = list[tuple[Change, str, str]]
"""Each changed question, what the network says to it, and what is true; NO_ANSWER twice where "the" fits not exactly one."""


def change_all(question: Question, things: Things, scene: TinyScene, facts: Facts) -> Changed:
    """The question changed by one word, in all ways, with what the network says and what is true."""
    changes = change_each_word(question)
    said = answer_from(things, [change.question for change in changes]) if changes else []
    found = []
    for change, one in zip(changes, said, strict=True):
        known = not why_none(change.question, scene, facts)
        true = answer(change.question, scene, facts) if known else NO_ANSWER
        found.append((change, one.top(1)[0][0] if known else NO_ANSWER, true))
    return found


def ready_questions(scene: TinyScene, facts: Facts, seed: int) -> list[dict[str, str]]:
    """A question of each kind that has an answer in this scene, for the menu; the same for the same seed."""
    rng = np.random.default_rng(seed)
    made = {kind: ask(scene, facts, rng, kind)[0].say() for kind in KINDS}
    return [{"word": text, "question": text} for text in dict.fromkeys(made.values())]


def tell_sentence(question: Question, changed: Changed) -> list[dict[str, Any]]:
    """The words of the sentence, each with the words that can stand in its place."""
    return [
        {
            "word": word,
            "changes": [
                {"word": change.word, "question": change.question.say(), "said": said}
                for change, said, _ in changed
                if change.place == place
            ],
        }
        for place, (word, _) in enumerate(question.parts())
    ]


def tell_things(things: Things, carried: Floats, words: Sequence[str]) -> list[dict[str, Any]]:
    """The things as frames; how thick each is says how much it carries, of the most that any does. ``carried`` is (n,)."""
    most = max(float(carried.max(initial=0)), 1.0)
    return [
        {
            "box": [round(float(v), 4) for v in box],
            "name": name,
            "weight": float(weight) / most,
            "words": said,
            "faint": False,
        }
        for box, name, weight, said in zip(things.boxes, things.names(), carried, words, strict=True)
    ]


def weightiest_pairs(left: LeftOut) -> list[tuple[int, int, float, float]]:
    """The pairs without which the answer loses most: one, other, weight 0..1, its probability without them."""
    weights = np.triu(weights_of(left)[0])  # (n, n): a pair is the same in both orders
    most = float(weights.max(initial=0))
    if most < LEAST:
        return []
    order = np.argsort(-weights, axis=None, kind="stable")[:MOST_PAIRS]  # of the (n, n) numbers
    places = [(int(k) // len(weights), int(k) % len(weights)) for k in order]
    return [
        (one, other, float(weights[one, other]) / most, float(left.pairs[one, other]))
        for one, other in places
        if weights[one, other] >= LIGHTEST * most
    ]


def tell_pairs(things: Things, left: LeftOut, said: Classification) -> dict[str, Any]:
    """The things as frames, and the weightiest pairs as lines between them, each with what the answer is without it."""
    best, whole = said.top(1)[0]
    pairs = [
        {"one": one, "other": other, "weight": weight, "words": f"without: {without:.1%}"}
        for one, other, weight, without in weightiest_pairs(left)
    ]
    if pairs:
        about = f"{best}: {whole:.0%}. The pairs that weigh most, and its probability without each:"
    else:
        about = f"{best}: {whole:.0%}. It rests on no single pair. Without all pairs of a thing:"
    _, carried = weights_of(left)
    return {
        "things": tell_things(things, carried, [f"without: {without:.1%}" for without in left.things]),
        "pairs": pairs,
        "about": about,
    }


def draw_asked(picture: PictureArray, words: str, **told: Any) -> dict[str, Any]:
    """The data of the drawing; what is not told is empty."""
    return {
        "words": words,
        "photo": address_of(Image.fromarray(picture), "jpeg", quality=88),
        "width": picture.shape[1],
        "height": picture.shape[0],
        "things": [],
        "pairs": [],
        "sentence": [],
        "kinds": [],
        "about": "",
        **told,
    }


def tell_objects(counted: tuple[Counted, ...], missed: tuple[Counted, ...], shape: tuple[int, ...]) -> list[dict[str, Any]]:
    """What a detector found in a photograph (H, W, 3), as frames: dashed where it lies below the confidence."""
    height, width = shape[:2]
    sides = np.array([width, height, width, height])
    return [
        {
            "box": [round(float(v), 4) for v in np.clip(one.box / sides, 0, 1)],
            "name": f"{one.colour} {one.name}".strip(),
            "weight": 0.3,
            "words": f"{one.score:.0%}",
            "faint": number >= len(counted),
        }
        for number, one in enumerate((*counted, *missed))
    ]

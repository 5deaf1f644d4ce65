"""Ask a question: about a drawn scene, answered from pairs of things; about a photograph, by counting what was found."""

from typing import Any

import numpy as np

from cnn_core.explain.left_out import LeftOut, leave_out
from cnn_core.images import opening
from cnn_core.images.drawn_world import draw_scene
from cnn_core.ops.photo_grammar import hear_photo
from cnn_core.ops.tiny_changes import why_none
from cnn_core.ops.tiny_grammar import hear
from cnn_core.ops.tiny_questions import answer, facts_of
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_things import Things
from cnn_core.results import Classification, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.photo_questions import MASKS, PhotoAnswer, answer_photo, find_objects
from cnn_core.tasks.question_answering import (
    BLIND,
    PICTURE_SIDE,
    REASONER,
    answer_blindly,
    answer_from,
    numbers_of,
    rows_of,
)
from cnn_core.tasks.tiny_scenes import FINDER, find_things
from demos.spec import Bars, Demo, Note, Picture, Region, Regions, Scene, Seed, Slider, Table, Text
from demos.tabs._certainty import doubtful
from demos.tabs.describe import _asked_scene as shown
from demos.tabs.describe._ask_lesson import LESSON

LONGEST = 640
"""Longer side, pixels, of a photograph as it is drawn on."""
HOW = (
    "**How this is computed.** A CNN finds the things in the picture, a GRU reads the question, and a relation network "
    "looks at every pair of things. A pair's weight is how far the answer's log odds fall when it is left out of the sum, "
    "in both orders. Whether 'the' fits exactly one thing is looked up in the scene, not asked of the network: else there "
    "is 'no answer'."
)
COUNTED = (
    "**How this is computed.** No network answers here: a detector's boxes at or above the confidence are counted. An "
    "object's colour is the nearest of eleven names to the median of the pixels in its mask. Less sure boxes, drawn dashed, "
    "are objects that it may have missed, or the same ones again."
)


def run(seed: int, question: str, picture: PictureArray | None, confidence: float) -> tuple[Any, ...]:
    """The answer to a question about a scene made from a seed, or about a photograph if there is one."""
    if picture is not None:
        return ask_photograph(picture, question, confidence)
    scene = make_scene(np.random.default_rng(seed))
    facts, drawn = facts_of(scene), draw_scene(scene, PICTURE_SIDE)
    things, kinds = find_things(drawn), shown.ready_questions(scene, facts, seed)
    asked, trouble = hear(question)
    if asked is None or (trouble := why_none(asked, scene, facts)):
        return only_scene(drawn, things, trouble, kinds)
    (said,), (blind,) = answer_from(things, [asked]), answer_blindly([asked])
    left = leave_out(rows_of(things), REASONER, numbers_of([asked])[0], said.best)
    changed = shown.change_all(asked, things, scene, facts)
    words = f"A drawn scene with {len(things)} things found. {asked.say()} {said.top(1)[0][0]}."
    told = {"sentence": shown.tell_sentence(asked, changed), "kinds": kinds, **shown.tell_pairs(things, left, said)}
    return (
        headline(said, answer(asked, scene, facts)),
        shown.draw_asked(drawn, words, **told),
        dict(said.top(4)),
        dict(blind.top(4)),
        f"{compare(said, blind)}\n\n{HOW}",
        list_pairs(things, left),
        [[asked.parts()[one.place][0], one.word, *answers] for one, *answers in changed],
        (drawn, frame_things(things)),
    )


def headline(said: Classification, true: str) -> str:
    """The answer with its doubt, and whether it is the true one."""
    (best, share), (second, other) = said.top(2)
    verdict = "right" if best == true else f"wrong: it is {true}"
    if doubtful(weights.card(REASONER), share):
        return f"Not sure - perhaps **{best}** {share:.0%}, or {second} {other:.0%} ({verdict})"
    return f"**{best}** {share:.0%} ({verdict})"


def compare(said: Classification, blind: Classification) -> str:
    """What the words alone would have given."""
    (best, _), (guess, share) = said.top(1)[0], blind.top(1)[0]
    same = "the same answer, so here the words alone were enough for a guess" if best == guess else "another answer"
    return f"**Words alone.** The network that sees nothing says {guess} ({share:.0%}): {same}."


def list_pairs(things: Things, left: LeftOut) -> list[list[str]]:
    """The weightiest pairs, and what becomes of the answer without each."""
    names = things.names()
    return [
        [names[one], names[other] if other != one else "itself", f"{left.whole:.1%}", f"{without:.1%}"]
        for one, other, _, without in shown.weightiest_pairs(left)
    ]


def frame_things(things: Things) -> list[Region]:
    """The things that were found, as boxes."""
    named = zip(things.boxes * PICTURE_SIDE, things.names(), things.scores, strict=True)
    return [Region.of_box(box, name, score) for box, name, score in named]


def only_scene(drawn: PictureArray, things: Things, trouble: str, kinds: list[dict[str, str]]) -> tuple[Any, ...]:
    """The scene with its things, and the sentence that says why there is no answer."""
    told = shown.tell_things(things, np.zeros(len(things), np.float32), [""] * len(things))
    scene = shown.draw_asked(drawn, f"A drawn scene with {len(things)} things found.", things=told, kinds=kinds)
    return trouble, scene, {}, {}, "", [], [], (drawn, frame_things(things))


def ask_photograph(picture: PictureArray, question: str, confidence: float) -> tuple[Any, ...]:
    """The answer to a question about a photograph, from what a detector found in it."""
    asked, trouble = hear_photo(question, weights.card(MASKS).classes)
    objects = find_objects(picture, confidence / 2)
    small, _ = opening.cap_longest_side(picture, LONGEST)
    counted, missed = (tuple(one for one in objects if (one.score >= confidence) is sure) for sure in (True, False))
    words = trouble
    if asked is not None:
        found = answer_photo(asked, objects, confidence)
        counted, missed, words = found.counted, found.missed, say_photograph(found, confidence)
    told = shown.tell_objects(counted, missed, picture.shape)
    scale = small.shape[1] / picture.shape[1]
    boxes = [Region.of_box(one.box * scale, one.name, one.score) for one in (*counted, *missed)]
    scene = shown.draw_asked(small, f"A photograph with {len(counted)} objects that count.", things=told)
    return words, scene, {}, {}, COUNTED, [], [], (small, boxes)


def say_photograph(found: PhotoAnswer, confidence: float) -> str:
    """The answer, how it would be if less sure boxes counted, too, and so what the detector may have missed."""
    words = f"**{found.words}**." if found.words else "No such thing was found, so it has no colour."
    if not found.missed:
        return f"{words} No further box reaches {confidence / 2:.0%}; what the detector does not see at all is not counted."
    one = len(found.missed) == 1
    more = "1 more box lies" if one else f"{len(found.missed)} more boxes lie"
    changed = found.otherwise if found.otherwise != found.words else "the same"
    with_more = f"with {'it' if one else 'them'}, it would be {changed}"
    return f"{words} {more} between {confidence / 2:.0%} and {confidence:.0%}: {with_more}."


DEMO = Demo(
    title="Ask a question",
    summary="Ask about a drawn scene, or about your photograph, and see which things the answer rests on.",
    lesson=LESSON,
    inputs={
        "seed": Seed(label="Scene", default=6),
        "question": Text(
            label="Question",
            default="is there a large thing left of the ring?",
            longest=120,
        ),
        "picture": Picture(
            label="Or a photograph of yours",
            optional=True,
            help="Then ask: is there a dog? how many red cars are there?",
            brings={"question": "how many people are there?"},
        ),
        "confidence": Slider(
            label="Photographs: confidence from which a box counts", low=0.1, high=0.9, step=0.05, default=0.5, folded=True
        ),
    },
    outputs=(
        Note(label="Answer", tone="headline"),
        Scene(label="The question and the scene", script="ask_a_question", sets=("question",)),
        Bars(label="Probabilities of the answers"),
        Bars(label="The same without seeing anything: words alone"),
        Note(label="How"),
        Table(label="The pairs that weigh most", columns=("one", "other", "answer", "without this pair")),
        Table(
            label="The question changed by one word",
            columns=("word", "instead", "the network says", "true"),
        ),
        Regions(label="What was found", folded=True),
    ),
    run=run,
    examples=(
        {"seed": 6, "question": "is there a large thing left of the ring?"},
        {"seed": 12, "question": "how many rings are touching the circle?"},
        {"seed": 5, "question": "how many small things are left of the plain green thing?"},
    ),
    example_titles=("Is there one?", "How many?", "Counted wrongly"),
    weights=(FINDER, REASONER, BLIND, MASKS),
    order=2,
)

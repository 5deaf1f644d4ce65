"""Who is it? Recognition and verification of a claimed name, from one photograph of each person (one-shot)."""

from typing import Any

import numpy as np
from PIL import Image

from cnn_core.results import Floats, PictureArray
from cnn_core.runtime import weights
from demos.charts import GREY, INK, Axis, Chart, Level, Line
from demos.spec import Button, Demo, Lesson, Memory, Note, Picture, Plot, Scene, Slider, Table, Text, Try
from demos.tabs._addresses import address_of
from demos.tabs.compare._faces import (
    DETECTOR,
    EMBEDDING,
    THRESHOLD,
    THRESHOLDS,
    WARNING,
    OneFace,
    measured,
    one_face,
    remarks_on,
    with_doubts,
)
from demos.tabs.compare._people import (
    HOW_TO_ENROL,
    LONGEST_NAME,
    Person,
    enrol,
    first_people,
    plain,
    same_name,
    similarities,
)

people = Memory("people")


def run(
    picture: PictureArray,
    claimed: str,
    photograph: PictureArray | None,
    name: str,
    enrolling: bool,
    forgetting: bool,
    threshold: float,
    people: list[Person] | None,
) -> tuple[Any, ...]:
    """Compares a face with every enrolled one: who is nearest, and is it the person whose name is claimed?"""
    known, enrolment = change(people, photograph, name, enrolling, forgetting)
    asked = one_face(picture, "The picture")
    alike = similarities(known, asked.face.vector)
    return (
        recognise(known, alike, threshold, asked),
        verify(known, alike, threshold, claimed),
        enrolment,
        line_up(known, alike, threshold, claimed, asked.face.picture),
        ranking(known, alike, threshold),
        plot_people(len(known)),
        remarks_on(asked),
        WARNING,
        known,
    )


def change(
    people: list[Person] | None, photograph: PictureArray | None, name: str, enrolling: bool, forgetting: bool
) -> tuple[list[Person], str]:
    """Who is enrolled after a button was pressed, and what happened, in words; at first those of the sample photographs."""
    known = first_people() if people is None else people
    if forgetting:
        return [], "Nobody is enrolled any more."
    if not enrolling:
        return known, f"Enrolled: {', '.join(plain(person.name) for person in known) or 'nobody'}."
    if photograph is None or not name.strip():
        return known, HOW_TO_ENROL
    known, newcomer = enrol(known, photograph, name)
    return known, f"**{plain(known[-1].name)}** is enrolled, {len(known)} in all. {remarks_on(newcomer)}"


def recognise(people: list[Person], alike: Floats, threshold: float, asked: OneFace) -> str:
    """Recognition: the name of the nearest enrolled person, if near enough. Markdown."""
    if not people:
        return f"Nobody is enrolled. {HOW_TO_ENROL}"
    best = int(alike.argmax())
    nearest, numbers = f"**{plain(people[best].name)}**", f"similarity {alike[best]:.2f}"
    if alike[best] < threshold:
        words = f"**Nobody enrolled**: the nearest is {plain(people[best].name)}, {numbers}, threshold {threshold:.2f}"
    else:
        words = f"{nearest}, {numbers}"
    return with_doubts(words, asked)


def verify(people: list[Person], alike: Floats, threshold: float, claimed: str) -> str:
    """Verification: is it the person whose name is claimed? Markdown; "" if none is."""
    if not claimed.strip():
        return ""
    k = next((k for k, person in enumerate(people) if same_name(person.name, claimed)), None)
    if k is None:
        return f"Verification: nobody called **{plain(claimed.strip())}** is enrolled, so this name cannot be verified."
    accepted, rejected = measured().at(threshold)
    if alike[k] >= threshold:
        verdict, compared, error = "correct", "reaches", f"{accepted:.1%} of wrong names are taken for correct"
    else:
        verdict, compared, error = "wrong", "does not reach", f"{rejected:.1%} of correct names are taken for wrong"
    return (
        f"Verification: the claimed name **{plain(people[k].name)}** is **{verdict}**. The similarity {alike[k]:.2f} "
        f"{compared} the threshold {threshold:.2f}. Measured at this threshold: {error}."
    )


def line_up(people: list[Person], alike: Floats, threshold: float, claimed: str, asked: PictureArray) -> dict[str, Any]:
    """The enrolled people, the most similar first, to be pressed, and the threshold across them, to be dragged."""
    shown = [
        {
            "name": people[k].name,
            "alike": round(float(alike[k]), 4),
            "picture": address_of(Image.fromarray(people[k].picture), "png"),
            "claimed": same_name(people[k].name, claimed),
        }
        for k in np.argsort(-alike, kind="stable")
    ]
    reached = int((alike >= threshold).sum())
    return {
        "words": f"{reached} of {len(people)} enrolled people reach the threshold {threshold:.2f}.",
        "asked": address_of(Image.fromarray(asked), "png"),
        "threshold": threshold,
        "low": THRESHOLDS[0],
        "high": THRESHOLDS[1],
        "people": shown,
    }


def ranking(people: list[Person], alike: Floats, threshold: float) -> list[list[Any]]:
    """Place, name, similarity, and whether the threshold is reached; the most similar first."""
    order = np.argsort(-alike, kind="stable")
    reached = ["yes" if similarity >= threshold else "no" for similarity in alike]
    return [[place, people[k].name, f"{alike[k]:.3f}", reached[k]] for place, k in enumerate(order, 1)]


def plot_people(count: int) -> Chart:
    """How often the nearest of K people is the right one, measured on people never trained on."""
    table = weights.card(EMBEDDING).record["recognition"]
    people, right = table["people"], [100 * share for share in table["right"]]
    here = [Level(name=f"here: {count}", x=count, colour=INK, dashed=False)] if count else []
    return Chart(
        words=f"Of {people[0]} people {right[0]:.0f} % are named correctly, of {people[-1]} {right[-1]:.0f} %.",
        x=Axis(title="enrolled people K, one photograph each", log=True, ticks=tuple(people)),
        y=Axis(title="% named correctly", low=0, high=100),
        layers=(
            Line(name="this network", x=people, y=right),
            Line(name="guessing", x=people, y=[100 / k for k in people], colour=GREY, dashed=True, thin=True),
            *here,
        ),
    )


DEMO = Demo(
    title="Who is it?",
    summary="Enrol people from one photograph each, let a new picture be named, or verify a claimed name.",
    lesson=Lesson(
        see="The enrolled people, the nearest first, and whether the nearest is near enough to be named.",
        tries=(
            Try(
                words="Claim to be Grace Hopper",
                sets={"claimed": "Grace Hopper"},
                watch="Does the similarity with her reach the threshold?",
            ),
            Try(
                words="Show Grace Hopper, claim no name",
                sets={"picture": "grace_hopper", "claimed": ""},
                watch="Who is nearest, and how far behind is the next?",
            ),
            Try(words="Threshold 0.9", sets={"threshold": 0.9}, watch="Is anybody still recognised?"),
        ),
        notice=(
            "Verification: a picture and a name in, correct or wrong out. One comparison, however many people are enrolled.",
            "Recognition: a picture in, one of K names out. With every person, somebody else may be nearer: see the curve.",
            "One-shot: enrolling is no training. One forward pass gives one embedding, kept for this visit only.",
            "Below the threshold the answer is 'nobody enrolled'. Without a threshold everybody would be somebody.",
        ),
        questions=(
            (
                "Why not train a softmax with one output for each person?",
                "It would need many photographs of each person, and a new training for each newcomer. Comparing embeddings "
                "needs one photograph.",
            ),
            (
                "A system accepts 1 % of wrong names in verification. What happens in recognition among 1,000 people?",
                "If the errors were independent, somebody else would pass with a probability of 1 - 0.99^1000, nearly 1.",
            ),
        ),
        sources=(
            "Schroff et al. 2015, arXiv:1503.03832 (FaceNet)",
            "Koch et al. 2015 (one-shot learning with Siamese nets)",
        ),
    ),
    inputs={
        "picture": Picture(label="Who is this?"),
        "claimed": Text(label="Claimed name", placeholder="A name to verify, or nothing", longest=LONGEST_NAME),
        "photograph": Picture(label="Photograph to enrol", optional=True),
        "name": Text(label="Name of the person to enrol", longest=LONGEST_NAME),
        "enrolling": Button(label="Enrol this person"),
        "forgetting": Button(label="Forget everybody"),
        "threshold": Slider(label="Threshold", low=THRESHOLDS[0], high=THRESHOLDS[1], step=0.01, default=THRESHOLD),
        "people": people,
    },
    outputs=(
        Note(label="Recognition", tone="headline"),
        Note(label="Verification"),
        Note(label="Enrolment"),
        Scene(
            label="Enrolled people, nearest first",
            script="people",
            sets=("claimed", "threshold"),
            help="Press a person to claim that name, once more to claim none. Drag the line: it is the threshold.",
        ),
        Table(label="Ranking", columns=("place", "name", "similarity", "reaches the threshold"), folded=True),
        Plot(label="Harder with every person"),
        Note(label="How they were found"),
        Note(label="What this must not be used for", tone="warning"),
        people,
    ),
    run=run,
    private=True,
    examples=(
        {"picture": "astronaut_changed", "claimed": "Eileen Collins"},
        {"picture": "astronaut_changed", "claimed": "Grace Hopper"},
        {"picture": "astronaut_dim", "claimed": "Eileen Collins"},
        {"picture": "grace_hopper", "claimed": ""},
    ),
    example_titles=(
        "A correct name",
        "A wrong name",
        "A correct name in dim light",
        "No name: recognition only",
    ),
    weights=(DETECTOR, EMBEDDING),
    order=2,
)

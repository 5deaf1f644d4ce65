"""Follow an instruction: an agent reads a sentence, sees what is around it, and goes there step by step."""

from typing import Any

import numpy as np
from PIL import Image

from cnn_core.images.drawn_rooms import REACH, draw_room
from cnn_core.ops.tiny_errands import Errand, errand_of
from cnn_core.ops.tiny_instructions import EXAMPLES, KNOWN, parse
from cnn_core.ops.tiny_rooms import ACTIONS, MOVES, STOP, beside, has_arrived
from cnn_core.runtime import weights
from cnn_core.tasks.following import LONGEST_WALK, Moment, follow, weigh_words
from demos import charts
from demos.spec import Choice, Demo, Lesson, Note, Plot, Scene, Seed, Table, Text, Try
from demos.tabs._addresses import address_of

AGENT, BLIND, DEAF = "follow_agent_tinyrooms", "follow_blind_tinyrooms", "follow_deaf_tinyrooms"
NETWORKS = ((AGENT, "sees and reads"), (BLIND, "blind: reads only"), (DEAF, "does not read: sees only"))


def run(seed: int, instruction: str, weights_name: str) -> tuple[Any, ...]:
    """A room, a sentence, and the agent's way through the one as the other says."""
    errand = errand_of(seed, parse(instruction) if instruction.strip() else None)
    moments = follow(errand.room, weights_name, errand.start, errand.instruction)
    weighed = weigh_words(errand.room, weights_name, [moment.cell for moment in moments], errand.instruction)
    return (
        headline(errand, moments),
        drawing_of(errand, moments),
        f"The sentence: **{errand.instruction.say()}**. It means the {meant(errand)} {where(errand)}.",
        plot_words(weighed),
        [figures_of(name, words) for name, words in NETWORKS],
    )


def meant(errand: Errand) -> str:
    """The name of the piece that is meant."""
    return errand.room.furniture[errand.target].name


def where(errand: Errand) -> str:
    """In which row and column it stands."""
    piece = errand.room.furniture[errand.target]
    return f"in row {piece.row + 1}, column {piece.column + 1}"


def outcome(errand: Errand, moments: list[Moment]) -> str:
    """What became of the agent, in words that begin with a capital letter."""
    steps, shortest = len(moments) - 1, int(errand.distances()[errand.start])
    if moments[-1].action != ACTIONS[STOP]:
        return f"Not there after {LONGEST_WALK} steps; the shortest way has {shortest}"
    if has_arrived(errand.room, moments[-1].cell, errand.target):
        return f"There in {steps} steps; the shortest way has {shortest}"
    at = [piece.name for piece in errand.room.furniture if piece.cell in beside(moments[-1].cell)]
    if meant(errand) in at:
        return f"Stopped beside the wrong {meant(errand)}"
    return f"Stopped {'beside the ' + at[0] if at else 'where nothing is'}, not beside the {meant(errand)}"


def headline(errand: Errand, moments: list[Moment]) -> str:
    """How it ended, and how sure the agent was when it stopped."""
    ended, sure = outcome(errand, moments), f"{moments[-1].actions[STOP]:.0%}"
    return f"**{ended}**" + (f" (stop: {sure})" if moments[-1].action == ACTIONS[STOP] else "")


def drawing_of(errand: Errand, moments: list[Moment]) -> dict[str, Any]:
    """The film as plain data: see scenes/rooms.js."""
    room, distances = errand.room, errand.distances()
    said = errand.instruction.say()
    return {
        "words": f"A room of {room.rows} by {room.columns} cells from above. {said}: {outcome(errand, moments)}.",
        "key": f"{said} {[moment.cell for moment in moments]} {room}",
        "picture": address_of(Image.fromarray(draw_room(room)), "png"),
        "rows": room.rows,
        "columns": room.columns,
        "reach": REACH,
        "actions": list(ACTIONS),
        "ways": [list(way) for way in MOVES.values()],
        "filled": [list(piece.cell) for piece in room.furniture],
        "start": list(errand.start),
        "goal": np.argwhere(distances == 0).tolist(),
        "target": list(room.furniture[errand.target].cell),
        "meant": meant(errand),
        "asked": errand.instruction.one.say(),
        "shortest": int(distances[errand.start]),
        "moments": [moment_data(moment) for moment in moments],
        "ended": f"The agent: {outcome(errand, moments).lower()}.",
    }


def moment_data(moment: Moment) -> dict[str, Any]:
    """One step in whole percents."""
    return {
        "at": list(moment.cell),
        "actions": np.round(100 * moment.actions).astype(int).tolist(),
        "heat": np.round(100 * moment.target).astype(int).ravel().tolist(),  # (h, w) -> (h w,)
        "unseen": round(100 * moment.unseen),
    }


def plot_words(weighed: list[tuple[str, float]]) -> charts.Chart:
    """What each word counts for on the agent's way."""
    names, said = [], ", ".join(f"{word} {share:.0%}" for word, share in weighed)
    for word, _ in weighed:
        names.append(f"{word} (second)" if word in names else word)
    return charts.Chart(
        words=f"How far the agent points elsewhere where another word stands in a word's place: {said}.",
        x=charts.Axis(title="% of the orange that moves where another word of its kind stands there", low=0, high=100),
        y=charts.NO_AXIS,
        layers=(charts.Bars(names=tuple(names), values=[100 * share for _, share in weighed]),),
    )


def figures_of(name: str, words: str) -> list[str]:
    """What the card says of an agent in rooms that none of them saw."""
    card = weights.card(name)
    figures, steps = card.metrics["tinyrooms_val"], card.record["data"]["train_pictures"]
    shares = (figures[key] for key in ("success", "success_by_name", "success_by_relation"))
    return [words, *(f"{share:.0%}" for share in shares), f"{figures['spl']:.2f}", f"{steps / 1000:,.0f}"]


DEMO = Demo(
    title="Follow an instruction",
    summary="An agent reads where to go, sees only what is around it, and chooses one step after another.",
    lesson=Lesson(
        see="The agent's way through the room; orange: where it takes the target to be; dark: what it does not see.",
        tries=(
            Try(
                words="Take its eyes away",
                sets={"weights_name": BLIND},
                watch="It still reads. What does it do with a sentence about a room it cannot see?",
            ),
            Try(
                words="Do not let it read",
                sets={"weights_name": DEAF},
                watch="It sees everything but does not know what is wanted. Where does it go?",
            ),
            Try(words="Another room", sets={"seed": 32, "instruction": ""}, watch="Walk yourself: are you quicker?"),
        ),
        notice=(
            "A CNN turns each cell of the view into a vector, a GRU turns the sentence into one. Attention compares "
            "them: the cell that fits best is where the agent points.",
            "Where the sentence names a second piece (left of the table), a first pointer looks for that one, and every "
            "cell gets its place relative to it.",
            "A second GRU is its memory: what it saw some steps ago may be out of view now.",
            "It learned by imitation: at each step a teacher who knows the whole room said which actions lie on a "
            "shortest way. At first the teacher's actions were carried out, later its own, so that it met its own "
            "mistakes (DAgger).",
            "SPL is success weighted by path length: 1 for the shortest way, 0.5 for a way twice as long, 0 for a failure.",
        ),
        questions=(
            (
                "It is trained on single steps. Why is 95 % right steps not 95 % success?",
                "A way has many steps. If each of 6 were right with 0.95, independently, all are right with "
                "0.95⁶ = 0.74. Mistakes that can be mended on the way cost less, a wrong stop ends everything.",
            ),
            (
                "The agent takes 8 steps, the shortest way has 6, and it stops beside the target. What is its SPL?",
                "Success times shortest over the longer of both: 1 · 6 / 8 = 0.75.",
            ),
            (
                "Why imitate on its own way, and not only on the teacher's?",
                "On the teacher's way it never sees what comes after a mistake. Its own first mistake would lead it to "
                "where it has learned nothing.",
            ),
            (
                "What do the blind agent and the one that does not read tell us?",
                "How much success comes from chance: rooms are small, and whoever stops beside something is sometimes "
                "right. Only what is above both shows that picture and sentence are understood together.",
            ),
        ),
        sources=(
            "Anderson et al. 2018, arXiv:1711.07280 (vision-and-language navigation)",
            "Anderson et al. 2018, arXiv:1807.06757 (SPL)",
            "Ross et al. 2011, arXiv:1011.0686 (DAgger)",
        ),
    ),
    inputs={
        "instruction": Text(
            label="Instruction", placeholder=EXAMPLES[1], longest=120,
            help=f"Empty: one that fits the room. {KNOWN}",
        ),
        "seed": Seed(label="Room", default=1),
        "weights_name": Choice(label="Agent", options=NETWORKS),
    },
    outputs=(
        Note(label="How it ended", tone="headline"),
        Scene(label="The agent's way", script="rooms"),
        Note(label="What was asked"),
        Plot(
            label="What each word counts for",
            help="Each word gives place to every other of its kind: how far does the orange move, on average over those and "
            "over the way? A short bar: the rest of the sentence suffices here.",
        ),
        Table(
            label="Errands in rooms that none of them saw",
            columns=("agent", "success", "target by name", "target by relation", "SPL", "thousand steps learned"),
        ),
    ),
    run=run,
    examples=({"seed": 1}, {"seed": 12}, {"seed": 39}),
    example_titles=("Named by a relation", "Out of view at the start", "Failure: two of a kind, and the wrong one"),
    weights=(AGENT, BLIND, DEAF),
    order=5,
)  # fmt: skip

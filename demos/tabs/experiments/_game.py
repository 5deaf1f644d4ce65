"""The rounds of "You against the networks": which pictures, what is offered, what the networks say at each step."""

import os
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from cnn_core.images import degrading, samples, scenes
from cnn_core.images.degrading import How
from cnn_core.results import Floats, PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.tasks import naming_game
from cnn_core.tasks.naming_game import Known, Play
from demos import own_examples
from demos.tabs._addresses import address_of

ROUNDS = 6
LONGEST = 240
"""Pixels of a picture's longer side: more than any network here is given."""
YOU = "you"
SCENE_HEIGHT, SCENE_WIDTH, PASTED_HEIGHT = 400, 768, 260
"""Pixels of a composed scene, and of what is pasted onto it."""
ALONE = ("all of it", "the background is gone", "the object is gone")
JUDGED = "?"
"""After the presses of a game: its last round is still looked at, now with what is right and what networks said."""
SHOWN = "+"
"""Before the number of the step that the round in play has come to, after the presses: "1b2c3d4e 3:2 +4"."""
Press = tuple[int, int] | None
"""At which step which of the names was pressed; None: none of them."""


@dataclass(frozen=True)
class Game:
    """What decides what a game shows.

    Attributes:
        pictures: "samples", "scenes" or "own".
        how: the way in which a picture shows more and more.
        networks: names of weights.
        count: of the names to choose from.
        seed: of the order of the pictures, of the wrong names and of the noise.
    """

    pictures: str
    how: How
    networks: tuple[str, ...]
    count: int
    seed: int

    @property
    def key(self) -> str:
        """Eight digits that tell this game from others: presses of another one do not count here."""
        return f"{zlib.crc32(repr(self).encode()):08x}"

    @property
    def rounds(self) -> int:
        """How many rounds there are."""
        return min(ROUNDS, len(pictures_for(self.pictures)))


@dataclass(frozen=True)
class Round:
    """One round: the picture, what it shows, and the kinds to choose from."""

    known: Known
    picture: PictureArray
    names: tuple[str, ...]


def pictures_for(which: str) -> tuple[Known, ...]:
    """The pictures of which it is known what they show."""
    if which == "own":
        return own_pictures()
    here = set(samples.names())
    return tuple(known for known in naming_game.known_pictures() if known.sample in here)


def own_pictures() -> tuple[Known, ...]:
    """The lecturer's own photographs whose file names tell a kind, such as "cat_in_the_garden.jpg"."""
    found = own_examples.photographs(os.environ.get(own_examples.FOLDER, ""))
    told = [(name, naming_game.kind_in(name.removeprefix(own_examples.OWN).rpartition(".")[0])) for name in found]
    return tuple(Known(name, kind) for name, kind in told if kind)


def begin_round(game: Game, number: int) -> Round:
    """The round of that number, from 0."""
    chosen = in_order(pictures_for(game.pictures), game.seed)[number]
    rng = np.random.default_rng([game.seed, number])
    names = naming_game.offer(chosen, [weights.card(name) for name in game.networks], game.count, rng)
    picture = samples.load(chosen.sample)
    if game.pictures == "scenes":
        chosen, picture = put_in_a_scene(chosen, picture, rng)
    return Round(chosen, degrading.shrink(picture, LONGEST), tuple(names))


def in_order(pictures: Sequence[Known], seed: int) -> list[Known]:
    """The pictures in an order of chance, no kind a third time before every kind's first two."""
    shuffled = [pictures[k] for k in np.random.default_rng(seed).permutation(len(pictures))]
    kinds = [known.kind for known in shuffled]
    earlier = [kinds[:k].count(kind) for k, kind in enumerate(kinds)]
    return [shuffled[k] for k in sorted(range(len(shuffled)), key=lambda k: earlier[k] // 2)]


def put_in_a_scene(known: Known, picture: PictureArray, rng: np.random.Generator) -> tuple[Known, PictureArray]:
    """The picture small on a lawn or a brick wall, where it does not belong, and where it lies there."""
    ground = samples.load("lawn") if rng.random() < 0.5 else scenes.double_width(samples.load("brick"))
    width = round(picture.shape[1] * PASTED_HEIGHT / len(picture))
    x = int(rng.integers(0, max(1, SCENE_WIDTH - width)))
    y = int(rng.integers(0, SCENE_HEIGHT - PASTED_HEIGHT))
    box = (x / SCENE_WIDTH, y / SCENE_HEIGHT, min(1, (x + width) / SCENE_WIDTH), (y + PASTED_HEIGHT) / SCENE_HEIGHT)
    return Known(known.sample, known.kind, box, known.never), scenes.paste(ground, picture, (x, y), PASTED_HEIGHT)


def frames_of(game: Game, now: Round) -> list[PictureArray]:
    """What is shown step by step; after that, where it is known where the object is: it alone, its background alone."""
    shown = degrading.show_step_by_step(now.picture, game.how, game.seed)
    box = now.known.box
    return shown if box is None else [*shown, degrading.keep_box(now.picture, box), degrading.take_box_out(now.picture, box)]


def answers_of(game: Game, number: int, network: str) -> tuple[Floats, tuple[str, float]]:
    """The network's shares (frames, names) among the names, and its likeliest class of all at the last step."""
    before = _answer.cache_info().misses
    found = _answer(game, number, network)
    if _answer.cache_info().misses == before:
        run_log.note_kept_answer(network)
    return found


@lru_cache(maxsize=256)  # of the app's samples and the lecturer's: nothing here is a visitor's
def _answer(game: Game, number: int, network: str) -> tuple[Floats, tuple[str, float]]:
    now, card = begin_round(game, number), weights.card(network)
    probabilities = naming_game.compute_probabilities(frames_of(game, now), network)
    last = probabilities[degrading.STEPS - 1]
    shares = naming_game.share_out(probabilities, card.classes, now.names)
    return shares, (card.classes[int(last.argmax())], float(last.max()))


def plays_of(game: Game, number: int, press: Press, sure: float) -> list[Play]:
    """What you and the networks did in a round."""
    now = begin_round(game, number)
    step, name = (None, None) if press is None else (press[0], now.names[press[1]])
    mine = naming_game.play(YOU, now.known.kind, name, step, degrading.STEPS)
    return [mine, *(_network_play(game, number, now, network, sure) for network in game.networks)]


def _network_play(game: Game, number: int, now: Round, network: str, sure: float) -> Play:
    shares = answers_of(game, number, network)[0][: degrading.STEPS]
    return naming_game.play_for(weights.card(network), now.known.kind, shares, now.names, sure)


def read_presses(text: str, game: Game) -> list[Press]:
    """The presses of a game so far, from a line such as "1b2c3d4e 3:2 - 0:5 +1"; none where they belong to another game."""
    key, *words = text.removesuffix(JUDGED).split() or [""]
    found: list[Press] = []
    presses = [word for word in words if not word.startswith(SHOWN)]
    for word in presses[: game.rounds] if key == game.key else ():
        told = re.fullmatch(r"(\d):(\d)", word)
        press = (int(told[1]), int(told[2])) if told else None
        if word != "-" and (press is None or press[0] >= degrading.STEPS or press[1] >= game.count):
            return []
        found.append(press)
    return found


def is_judged(text: str) -> bool:
    """Whether the last press's round is still looked at; else the next one is."""
    return text.endswith(JUDGED)


def read_step(text: str, game: Game) -> int:
    """The step, from 0, that the round in play has come to; 0 where the line says none, or belongs to another game."""
    told = re.fullmatch(rf"{game.key}\b.* \{SHOWN}(\d)", text)
    return min(int(told[1]), degrading.STEPS - 1) if told else 0


def write_presses(presses: Sequence[Press], game: Game) -> str:
    """The line that ``read_presses`` reads."""
    return " ".join([game.key, *("-" if press is None else f"{press[0]}:{press[1]}" for press in presses)])


def draw_frames(game: Game, now: Round) -> list[str]:
    """The frames as addresses."""
    kind, options = ("png", {}) if game.how == "blocks" else ("jpeg", {"quality": 80})
    return [address_of(Image.fromarray(frame), kind, **options) for frame in frames_of(game, now)]  # type: ignore[arg-type]


def draw_network(game: Game, number: int, network: str, sure: float) -> dict[str, Any]:
    """What a network says at each step, and what it makes of it."""
    shares, (free, p) = answers_of(game, number, network)
    done = _network_play(game, number, begin_round(game, number), network, sure)
    return {
        "title": done.player,
        "outcome": done.outcome,
        "step": done.step,
        "points": done.points,
        "says": [[int(row.argmax()), round(100 * float(row.max()))] for row in shares],
        "free": [free, round(100 * p)],
    }

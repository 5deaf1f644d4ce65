"""You against the networks: the same picture shows more step by step; who names it first?"""

from typing import Any

from cnn_core.images import degrading, samples
from cnn_core.images.degrading import How
from cnn_core.runtime import weights
from cnn_core.tasks import naming_game
from cnn_core.tasks.naming_game import COST, Play
from demos.spec import Choice, Demo, Lesson, Note, Options, Scene, Seed, Slider, Table, Text, Try
from demos.tabs._networks import classifiers
from demos.tabs.experiments._game import (
    ALONE,
    Game,
    Press,
    begin_round,
    draw_frames,
    draw_network,
    is_judged,
    own_pictures,
    plays_of,
    read_presses,
    read_step,
    write_presses,
)

HOW: tuple[tuple[How, str], ...] = (
    ("blur", "it sharpens, from 8 pixels up"),
    ("blocks", "the same pixels, as blocks"),
    ("noise", "it comes out of noise"),
    ("shutters", "shutters open"),
)
RULES = (
    f"Each player may name the picture once a round. The right name is worth {degrading.STEPS} points at the first step, "
    f"one less at each later one; a wrong name costs {COST}; naming nothing costs nothing. A network names the likeliest of "
    "the same names as soon as it is as sure as set here, and sees the same pixels as you, in the size that it was trained "
    "for. A network that has no class for the right name sits the round out. What is right we wrote down, by looking."
)


def run(pictures: str, how: How, networks: list[str], sure: float, count: int, seed: int, presses: str) -> tuple[Any, ...]:
    """The round that is played, or has just been; what is right is told only then. And the score so far."""
    game = Game(pictures, how, tuple(networks), count, seed)
    pressed = read_presses(presses, game)
    rounds = [plays_of(game, number, press, sure) for number, press in enumerate(pressed)]
    plays = [one for plays in rounds for one in plays]
    judged = bool(pressed) and is_judged(presses)
    number = len(pressed) - judged
    scene = draw_end(game, plays) if number == game.rounds else draw_round(game, number, plays, read_step(presses, game))
    if number < game.rounds:
        listened = [draw_network(game, number, network, sure) for network in networks]  # now, so that a press is quick
        scene |= draw_result(game, number, pressed[-1], listened) if judged else {}
    scene["held"] = write_presses(pressed, game)
    return say_standing(game, plays, number), scene, score(plays), confusions(plays), list_rounds(rounds, how), RULES


def draw_round(game: Game, number: int, plays: list[Play], step: int) -> dict[str, Any]:
    """All that the browser needs for a step of a round: the frame whose turn it is, and nothing that tells what is right."""
    now, steps = begin_round(game, number), degrading.name_steps(game.how)
    return {
        "words": f"Round {number + 1} of {game.rounds}: a picture that shows more in {len(steps)} steps, and "
        f"{len(now.names)} names for it: {', '.join(now.names)}.",
        "key": f"{game.key} {number}",
        "round": number + 1,
        "rounds": game.rounds,
        "names": now.names,
        "step": step,
        "frames": draw_frames(game, now)[step : step + 1],
        "steps": steps,
        "worth": [naming_game.worth(step, len(steps)) for step in range(len(steps))],
        "cost": COST,
        "board": board(game, plays),
        "pixelated": game.how == "blocks",
        "result": None,
    }


def draw_result(game: Game, number: int, press: Press, networks: list[dict[str, Any]]) -> dict[str, Any]:
    """What the browser is told when a round is over: all frames, and what is right."""
    now = begin_round(game, number)
    frames = draw_frames(game, now)
    result = {
        "truth": now.names.index(now.known.kind),
        "title": samples.title(now.known.sample),
        "press": press,
        "alone": frames[degrading.STEPS :],
        "aloneNames": ALONE[1:],
        "networks": networks,
    }
    return {"frames": frames[: degrading.STEPS], "result": result}


def draw_end(game: Game, plays: list[Play]) -> dict[str, Any]:
    """The end of a game."""
    standing = board(game, plays)
    told = ", ".join(f"{row['player']} {row['points']}" for row in standing)
    return {
        "words": f"The game is over: {told}.",
        "key": f"{game.key} end",
        "over": True,
        "board": standing,
        "seed": game.seed,
    }


def board(game: Game, plays: list[Play]) -> list[dict[str, Any]]:
    """Each player's points so far, you first."""
    points = naming_game.count_points(plays)
    return [{"player": name, "points": points.get(name, 0)} for name in players(game)]


def players(game: Game) -> list[str]:
    """You and the networks."""
    return ["you", *(weights.card(name).title for name in game.networks)]


def say_standing(game: Game, plays: list[Play], played: int) -> str:
    """Which round it is, and how it stands; at the end who has most points, and with how few rounds that was measured."""
    points = naming_game.count_points(plays)
    if played < game.rounds:
        told = ", ".join(f"{name} **{points[name]}**" for name in points)
        return f"**Round {played + 1} of {game.rounds}**: {told or 'what is it?'}"
    most = max(points.values())
    best = ", ".join(f"**{name}**" for name in points if points[name] == most)
    return f"Over. Most points, {most}: {best}. {game.rounds} pictures are few: another game may well end otherwise."


def score(plays: list[Play]) -> list[list[Any]]:
    """A line a player: points, and how often right, wrong, silent, sitting out."""
    points = naming_game.count_points(plays)
    outcomes = ("right", "wrong", "waited", "sat out")
    return [
        [name, total, *(sum(one.player == name and one.outcome == outcome for one in plays) for outcome in outcomes)]
        for name, total in points.items()
    ]


def confusions(plays: list[Play]) -> list[list[Any]]:
    """What was said for what, by whom and how often; what was not right first."""
    found = naming_game.count_confusions(plays)
    rows = []
    for truth, said in sorted({pair[:2] for pair in found}, key=lambda pair: (pair[0] == pair[1], pair)):
        by = {player: count for (shown, named, player), count in found.items() if (shown, named) == (truth, said)}
        told = ", ".join(player if count == 1 else f"{player} ({count} times)" for player, count in by.items())
        rows.append([truth, said or "nothing", told, sum(by.values())])
    return rows


def list_rounds(rounds: list[list[Play]], how: How) -> list[list[Any]]:
    """Every round of every player."""
    steps = degrading.name_steps(how)
    return [
        [number, one.truth, one.player, one.said or one.outcome, "" if one.step is None else steps[one.step], one.points]
        for number, plays in enumerate(rounds, 1)
        for one in plays
    ]


def sources() -> Options:
    """Where the pictures come from; the lecturer's own folder where there is one whose file names say what is shown."""
    ours = (("samples", "the app's pictures"), ("scenes", "the same, small on a lawn or a wall"))
    return (*ours, ("own", f"the lecturer's own ({len(own_pictures())})")) if own_pictures() else ours


DEMO = Demo(
    title="You against the networks",
    summary="A picture sharpens from eight pixels up: who names it first, you or the networks?",
    lesson=Lesson(
        see="A picture that shows more at each step, names for it, and, once you have pressed one, what the networks said.",
        tries=(
            Try(
                words="Let shutters open",
                sets={"how": "shutters"},
                watch="How much of it do you need, and how much do they?",
            ),
            Try(
                words="The same pixels as blocks",
                sets={"how": "blocks"},
                watch="Does it help to screw up your eyes? Can a network do that?",
            ),
            Try(
                words="Small, on a lawn or a wall",
                sets={"pictures": "scenes"},
                watch="Who is led astray by a place where the thing does not belong?",
            ),
        ),
        notice=(
            "After each round: the object without its background, the background without its object. Is it still named?",
            "A network shares out 100 % among the names from the first step on, whether or not anything can be seen.",
            "All see the same pixels. What you know of cups, of places, of what photos usually show, is yours alone.",
            "Right is what was written down by people beforehand, as on ImageNet.",
        ),
        questions=(
            (
                "With eight names, does it pay to press any of them at the first step?",
                "No: one time in eight it gives 8 points, seven times in eight it costs 3: 8/8 - 3 * 7/8 = -1.6 on average.",
            ),
            (
                "How sure must one be so that pressing pays, at the first step and at the last?",
                "At the first p * 8 > (1 - p) * 3, so p > 3 / 11 = 27 %. At the last, where the right name is worth 1, "
                "p * 1 > (1 - p) * 3, so p > 75 %.",
            ),
            (
                "A network was sure and wrong when next to nothing could be seen. Why was it not in doubt?",
                "Its probabilities were learned on whole, sharp photos, and mean something there at best. Nothing in a "
                "softmax says: I have never seen the like.",
            ),
            (
                "The object is gone, and a network still gives its name. What has it recognised?",
                "The surroundings. They went together with the object in its training pictures: often that helps, and "
                "nobody sees it as long as answers alone are counted. Accuracy is not understanding.",
            ),
            (
                "Is this game fair?",
                "Same pixels, same names, same points. But you have seen more than its training pictures, and it has only "
                "them; it was trained on just these classes, and you were not. Say which of these you would call unfair.",
            ),
        ),
        sources=(
            "Torralba 2009, doi:10.1017/S0952523808080930 (how many pixels make an image?)",
            "Harmon and Julesz 1973, doi:10.1126/science.180.4091.1194 (blocks against blur)",
            "Geirhos et al. 2018, arXiv:1808.08750 (people and networks on noise and blur)",
            "Russakovsky et al. 2015, arXiv:1409.0575 (people against networks on ImageNet, section 6.4)",
        ),
    ),
    inputs={
        "pictures": Choice(label="Pictures", options=sources),
        "how": Choice(label="How it shows more", options=HOW),
        "networks": Choice(
            label="Networks",
            options=classifiers,
            several=True,
            default=("classify_resnet_everyday", "classify_resnet_tiny200", "classify_vgg_tiny200"),
        ),
        "sure": Slider(label="A network presses when it is as sure as", low=0.3, high=0.95, step=0.05, default=0.7),
        "count": Slider(label="Names to choose from", low=6, high=10, step=1, default=8, folded=True),
        "seed": Seed(label="Another game", folded=True),
        "presses": Text(
            label="The presses so far",
            folded=True,
            longest=60,
            help="Step and name of each round, and how far the present one is; empty for a new game.",
        ),
    },
    outputs=(
        Note(label="How it stands", tone="headline"),
        Scene(label="The round", script="against_networks", sets=("presses", "seed")),
        Table(label="Score", columns=("player", "points", "right", "wrong", "waited", "sat out")),
        Table(label="Confusion: what was said for what", columns=("it was", "said", "by", "times")),
        Table(label="Round by round", columns=("round", "it was", "player", "said", "at", "points"), folded=True),
        Note(label="The rules"),
    ),
    run=run,
    examples=(
        {},
        {"how": "noise", "seed": 3},
        {"how": "shutters", "seed": 1},
        {"pictures": "scenes", "seed": 2},
    ),
    example_titles=("It sharpens", "It comes out of noise", "Shutters open", "Small on a lawn or a wall"),
    weights=tuple(weights.names("classification")),
    order=5,
)

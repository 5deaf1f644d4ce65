"""You against the networks: rounds, presses, the score, and what a page is told before a round is over."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnn_core.images import degrading, samples
from cnn_core.runtime import weights
from cnn_core.tasks.classification import classify
from cnn_core.tasks.naming_game import Known, Play
from demos import own_examples, runner
from demos.tabs.experiments import _game, against_networks
from demos.tabs.experiments._game import Game

LENET, RESNET = "classify_lenet_cifar10", "classify_resnet20_cifar10"
GAME = Game("samples", "blur", (LENET, RESNET), 8, 4)
NAMES = ("standing", "scene", "score", "confusions", "rounds", "rules")


def answer(**more: Any) -> dict[str, Any]:
    values = runner.defaults(against_networks.DEMO) | {"networks": [LENET, RESNET], "seed": 4} | more
    return dict(zip(NAMES, against_networks.run(**values), strict=True))


def right(game: Game, number: int) -> int:
    now = _game.begin_round(game, number)
    return now.names.index(now.known.kind)


# ---------------------------------------------------------------- rounds


def test_a_round_is_the_same_for_all_who_play_the_same_game_and_its_truth_is_ours() -> None:
    rounds = [_game.begin_round(GAME, number) for number in range(GAME.rounds)]
    assert [now.names for now in rounds] == [_game.begin_round(GAME, number).names for number in range(GAME.rounds)]
    known = {one.sample: one.kind for one in _game.naming_game.known_pictures()}
    assert len({now.known.sample for now in rounds}) == GAME.rounds == 6
    for now in rounds:
        assert now.known.kind == known[now.known.sample] in now.names and len(now.names) == 8
        assert max(now.picture.shape) <= _game.LONGEST


def test_another_seed_is_another_game() -> None:
    shown = [
        tuple(_game.begin_round(Game("samples", "blur", (), 8, seed), k).known.sample for k in range(6)) for seed in range(9)
    ]
    assert len(set(shown)) > 6


def test_no_kind_comes_a_third_time_before_the_others_were_there_twice() -> None:
    pictures = [Known(str(k), kind) for k, kind in enumerate("aaaabbc")]
    for seed in range(9):
        kinds = [known.kind for known in _game.in_order(pictures, seed)]
        assert sorted(kinds) == list("aaaabbc") and sorted(kinds[:5]) == list("aabbc")


def test_what_is_pasted_lies_in_its_box() -> None:
    picture = np.full((100, 150, 3), (255, 0, 255), np.uint8)
    for seed in range(6):
        known, scene = _game.put_in_a_scene(Known("x", "cat"), picture, np.random.default_rng(seed))
        assert scene.shape == (400, 768, 3) and known.box is not None
        inside = degrading.keep_box(scene, known.box)
        assert (inside == (255, 0, 255)).all(2).sum() == 260 * 390
        assert not (degrading.take_box_out(scene, known.box) == (255, 0, 255)).all(2).any()


def test_a_network_sees_the_frames_that_the_page_shows() -> None:
    game = Game("scenes", "noise", (RESNET,), 8, 2)
    now = _game.begin_round(game, 0)
    frames = _game.frames_of(game, now)
    assert len(frames) == degrading.STEPS + 2 and len(_game.draw_frames(game, now)) == len(frames)
    assert np.array_equal(frames[3], degrading.mix_with_noise(now.picture, 0.85, 2))
    assert now.known.box is not None
    assert np.array_equal(frames[-1], degrading.take_box_out(now.picture, now.known.box))
    shares, free = _game.answers_of(game, 0, RESNET)
    name, p = classify(frames[degrading.STEPS - 1], RESNET).top(1)[0]
    assert free == (name, pytest.approx(p, abs=1e-4))
    alone = _game.naming_game.compute_probabilities([frames[5]], RESNET)
    expected = _game.naming_game.share_out(alone, weights.card(RESNET).classes, now.names)[0]
    assert shares[5] == pytest.approx(expected, abs=1e-4)


def test_a_network_cannot_press_when_all_steps_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = np.full((10, 8), 0.125, np.float32)
    shares[8:] = np.eye(8)[3]  # sure of the object alone, and of the background alone
    monkeypatch.setattr(_game, "answers_of", lambda game, number, network: (shares, ("cat", 0.5)))
    number = next(k for k in range(6) if _game.begin_round(GAME, k).known.kind in ("cat", "dog", "horse"))
    assert [one.outcome for one in _game.plays_of(GAME, number, None, 0.7)] == ["waited"] * 3


# ---------------------------------------------------------------- presses and score


def test_presses_are_read_as_they_are_written() -> None:
    presses = [(3, 2), None, (0, 5)]
    text = _game.write_presses(presses, GAME)
    assert text == f"{GAME.key} 3:2 - 0:5" and _game.read_presses(text, GAME) == presses


@pytest.mark.parametrize(
    "text", ["", "3:2", "00000000 3:2", "{key} 8:1", "{key} 3:8", "{key} 3:2 x", "{key} 33:2", "{key} 3:2:1"]
)
def test_presses_of_another_game_or_of_none_begin_anew(text: str) -> None:
    assert _game.read_presses(text.format(key=GAME.key), GAME) == []


def test_more_presses_than_rounds_are_left_out() -> None:
    assert len(_game.read_presses(f"{GAME.key} {'- ' * 9}", GAME)) == 6


def test_changing_what_is_shown_begins_a_new_game() -> None:
    text = _game.write_presses([(3, 2)], GAME)
    for other in (
        Game("scenes", "blur", (LENET, RESNET), 8, 4), Game("samples", "noise", (LENET, RESNET), 8, 4),
        Game("samples", "blur", (LENET,), 8, 4), Game("samples", "blur", (LENET, RESNET), 7, 4),
        Game("samples", "blur", (LENET, RESNET), 8, 5),
    ):  # fmt: skip
        assert _game.read_presses(text, other) == []


def test_the_score_after_three_rounds_of_yours() -> None:
    wrong = (right(GAME, 1) + 1) % 8
    text = _game.write_presses([(2, right(GAME, 0)), (0, wrong), None], GAME)
    found = answer(presses=text, sure=0.95)
    assert found["score"][0] == ["you", 6 - 3, 1, 1, 1, 0]  # right at the third of eight steps; wrong; nothing
    assert found["standing"].startswith("**Round 4 of 6**: you **3**, ")
    assert found["scene"]["board"][0] == {"player": "you", "points": 3}
    assert found["scene"]["round"] == 4 and found["scene"]["held"] == text
    mine = [row for row in found["rounds"] if row[2] == "you"]
    assert [row[3:] for row in mine] == [
        [_game.begin_round(GAME, 0).known.kind, "16 px", 6], [_game.begin_round(GAME, 1).names[wrong], "8 px", -3],
        ["waited", "", 0],
    ]  # fmt: skip


def test_the_last_press_ends_the_game_with_a_doubt() -> None:
    found = answer(presses=_game.write_presses([None] * 6, GAME))
    assert found["scene"]["over"] and found["scene"]["words"].startswith("The game is over: you 0, ")
    assert found["standing"].startswith("Over. Most points, ")
    assert found["standing"].endswith("6 pictures are few: another game may well end otherwise.")
    assert len(found["rounds"]) == 6 * 3


def test_the_end_names_all_who_have_most_points_and_confusions_who_said_what() -> None:
    game = Game("samples", "blur", (), 8, 0)
    said = {"you": ["dog", "cat", None], "net": ["dog", "dog", "cat"], "other": ["cat", None, "cat"]}
    plays = [
        _game.naming_game.play(player, "cat", name, 3, 8) for player, names in said.items() for name in names
    ] + [Play("other", "bus", "sat out")]  # fmt: skip
    assert against_networks.say_standing(game, plays[:6], 1) == "**Round 2 of 6**: you **2**, net **-1**"
    over = against_networks.say_standing(game, plays, game.rounds)  # 5 - 3 + 0; -3 - 3 + 5; 5 + 0 + 5
    assert over.startswith("Over. Most points, 10: **other**. 6 pictures")
    assert against_networks.say_standing(game, plays[:1] + plays[3:4], 6).startswith(
        "Over. Most points, -3: **you**, **net**."
    )
    assert against_networks.confusions(plays) == [
        ["cat", "nothing", "you, other", 2],
        ["cat", "dog", "you, net (2 times)", 3],
        ["cat", "cat", "you, net, other (2 times)", 4],
    ]


def test_networks_dare_more_often_when_they_need_not_be_so_sure() -> None:
    text = _game.write_presses([None] * 6, GAME)
    waited = [sum(row[4] for row in answer(presses=text, sure=sure)["score"][1:]) for sure in (0.3, 0.7, 0.95)]
    assert waited[0] <= waited[1] <= waited[2] and waited[0] < waited[2]


def test_without_networks_you_play_alone() -> None:
    text = _game.write_presses([None], Game("samples", "blur", (), 8, 4))
    assert answer(networks=[], presses=f"{text} ?")["scene"]["result"]["networks"] == []


# ---------------------------------------------------------------- what the page is told


def test_nothing_that_the_page_is_told_gives_a_round_away_before_it_is_over() -> None:
    found = answer()
    scene, now = found["scene"], _game.begin_round(GAME, 0)
    assert scene["result"] is None
    drawn = {"words", "key", "round", "rounds", "names", "frames", "step", "steps", "worth", "cost", "board", "pixelated"}
    assert set(scene) == drawn | {"result", "held"}
    told = json.dumps([found["standing"], scene | {"frames": [], "names": []}, found["score"], found["rounds"]])
    assert samples.title(now.known.sample) not in told
    assert told.count(now.known.kind) == told.count(now.names[0]) == 1  # all of them alike: once in the words
    assert scene["names"] == now.names


def test_each_frame_reaches_the_page_only_when_it_is_its_turn() -> None:
    frames = _game.draw_frames(GAME, _game.begin_round(GAME, 1))
    assert len(set(frames)) == 8 + (_game.begin_round(GAME, 1).known.box is not None) * 2
    held = _game.write_presses([None], GAME)
    for step in range(8):
        found = answer(presses=f"{held} +{step}")
        scene, told = found["scene"], json.dumps(found)
        assert (scene["step"], scene["round"], scene["held"], scene["result"]) == (step, 2, held, None)
        assert [frame in told for frame in frames[:8]] == [k == step for k in range(8)]
    over = answer(presses=f"{held} 3:0 ?")["scene"]
    assert over["frames"] == frames[:8] and answer(presses=held)["scene"]["frames"] == frames[:1]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("{key} +3", 3),
        ("{key} 1:2 - +7", 7),
        ("{key} 1:2", 0),
        ("", 0),
        ("00000000 +3", 0),
        ("{key} +8", 7),
        ("{key} +33", 0),
    ],
)
def test_the_step_of_a_round_is_read_of_this_game_alone(text: str, step: int) -> None:
    assert _game.read_step(text.format(key=GAME.key), GAME) == step


def test_a_press_is_judged_by_the_server_and_the_round_stays_until_the_next() -> None:
    text = _game.write_presses([(2, right(GAME, 0))], GAME)
    assert not _game.is_judged(text) and _game.read_presses(f"{text} ?", GAME) == [(2, right(GAME, 0))]
    open_round, over, after = answer()["scene"], answer(presses=f"{text} ?"), answer(presses=text)["scene"]
    scene, result = over["scene"], over["scene"]["result"]
    assert (scene["key"], scene["round"], scene["held"]) == (open_round["key"], 1, text)
    assert (result["truth"], tuple(result["press"])) == (right(GAME, 0), (2, right(GAME, 0)))
    assert result["title"] == samples.title(_game.begin_round(GAME, 0).known.sample)
    assert (
        scene["board"][0] == {"player": "you", "points": 6} == after["board"][0]
    )  # eight at the first step: six at the third
    assert over["standing"].startswith("**Round 1 of 6**: you **6**")
    assert (after["round"], after["result"]) == (2, None)
    last = f"{_game.write_presses([None] * 6, GAME)} ?"
    assert answer(presses=last)["scene"]["round"] == 6 and "over" not in answer(presses=last)["scene"]
    assert answer(presses=f"{GAME.key} ?")["scene"]["result"] is None  # nothing was pressed yet


def test_what_networks_say_fits_the_frames() -> None:
    game = Game("scenes", "blur", (LENET, RESNET), 8, 4)
    scene = answer(pictures="scenes", presses=f"{_game.write_presses([None], game)} ?")["scene"]
    assert len(scene["frames"]) == len(scene["steps"]) == len(scene["worth"]) == 8 and len(scene["result"]["alone"]) == 2
    for network in scene["result"]["networks"]:
        assert len(network["says"]) == 10
        assert all(0 <= name < 8 and 0 <= percent <= 100 for name, percent in network["says"])
        if network["step"] is not None:
            assert network["says"][network["step"]][1] >= 70
    assert len(json.dumps(scene)) < 900_000


def test_a_press_of_the_page_can_be_set() -> None:
    field = against_networks.DEMO.inputs["presses"]
    longest = _game.write_presses([(7, 9)] * 6, GAME)
    assert len(f"{longest} ?") < len(f"{longest} +7") <= field.longest  # type: ignore[union-attr]


# ---------------------------------------------------------------- the lecturer's own


def test_the_lecturers_photographs_are_played_with_where_their_names_tell_what_they_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("our cat.png", "IMG_1.png", "School_bus-3.png"):
        Image.fromarray(samples.load("coffee")[:50, :70]).save(tmp_path / name)
    assert "own" not in dict(against_networks.sources())
    monkeypatch.setenv(own_examples.FOLDER, str(tmp_path))
    assert dict(against_networks.sources())["own"] == "the lecturer's own (2)"
    found = {known.sample: known.kind for known in _game.own_pictures()}
    assert found == {"own:our cat.png": "cat", "own:School_bus-3.png": "bus"}
    game = Game("own", "blur", (LENET, RESNET), 8, 4)
    scene = answer(pictures="own", presses=f"{_game.write_presses([None], game)} ?")["scene"]
    assert scene["rounds"] == 2 and scene["result"]["alone"] == []


# ---------------------------------------------------------------- the lesson


def test_what_the_lesson_works_out() -> None:
    words = str(against_networks.DEMO.lesson.questions)
    assert round(8 / 8 - 3 * 7 / 8, 1) == -1.6 and "-1.6 on average" in words
    assert round(100 * 3 / 11) == 27 and "3 / 11 = 27 %" in words
    assert 0.75 * 1 == 0.25 * 3 and "p > 75 %" in words

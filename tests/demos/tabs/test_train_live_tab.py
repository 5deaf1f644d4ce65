"""The tab Train a CNN live: what a press does, what it goes on from, what it tells the browser, what it says of trouble."""

import base64
import json
import math
from typing import Any

import numpy as np
import pytest
import torch

from cnn_core.images.drawn_sets import Data, draw_data
from cnn_core.runtime import devices
from cnn_core.tasks import train_live as task
from demos import runner
from demos.catalogue import demo_named
from demos.charts import Level, Line
from demos.tabs.experiments import _train_live as shown
from demos.tabs.experiments import train_live as tab

DEMO = demo_named("train_live")
FEW = {"pictures": "50", "batch": 4, "steps": 0, "dense": True}


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "device", lambda: torch.device("cpu"))


def press(**values: Any) -> list[tuple[Any, ...]]:
    """All answers to a press, with few pictures and small batches."""
    return [answer.values for answer in runner.answers(DEMO, runner.defaults(DEMO) | FEW | values)]


def steps_of(answer: tuple[Any, ...]) -> int:
    return int(answer[1]["networks"][0]["steps"][-1])


def decode(text: str, side: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(side, side)


def test_play_goes_on_from_the_same_weights_one_step_is_one_and_anew_begins_again() -> None:
    opened = press(steps=20)
    assert [steps_of(answer) for answer in opened] == [5, 10, 15, 20, 20]
    memory = opened[-1][-1]
    (changed,) = press(training=memory, steps=20, rate=-3.0, picture=7)  # another slider: nothing is learned
    assert changed[-1]["state"] == memory["state"] and changed[1]["picture"]["number"] == 7
    (stepped,) = press(training=memory, step=True)
    assert steps_of(stepped) == 21
    *_, played = press(training=memory, play=True, further=50)
    assert steps_of(played) == 70
    assert played[1]["networks"][0]["steps"][:4] == (0, 5, 10, 15)
    *_, whole = press(steps=20, play=True, further=50)  # from nothing: no step but those of the press
    assert steps_of(whole) == 50
    *_, again = press(training=whole[-1], play=True, further=50)
    (anew,) = press(training=memory, anew=True, steps=20)
    assert steps_of(anew) == 0 and "press **Play**" in anew[0]
    *_, twin = press(training=anew[-1], play=True, further=100)
    assert again[1]["kernels"] == twin[1]["kernels"]  # the same seed: the same training, with a pause or without


@pytest.mark.parametrize(
    "change",
    [{"data": "shapes"}, {"data": "tiles"}, {"pictures": "200"}, {"shuffled": True}, {"dense": False}, {"seed": 1}],
    ids=str,
)
def test_another_training_begins_anew(change: dict[str, Any]) -> None:
    *_, first = press(steps=20)
    assert steps_of(press(training=first[-1], **change)[-1]) == 0
    assert steps_of(press(training=first[-1], momentum=0.5)[-1]) == 20


def test_every_slider_reaches_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = []
    start = task.start
    monkeypatch.setattr(tab.train_live, "start", lambda plan, *given: plans.append(plan) or start(plan, *given))
    press(batch=7, rate=-1.0, momentum=0.25, decay=0.015, dropout=0.4, seed=3)
    assert plans == [task.Plan(batch=7, rate=0.1, momentum=0.25, decay=0.015, dropout=0.4, seed=3)]


def blind(bias: dict[int, float], data: Data, dense: bool = False) -> task.Training:
    """Networks that say the same of every picture: logits of 0 but for these."""
    now = task.start(task.Plan(), len(data.classes), dense)
    for learner in now.learners.values():
        last = learner.network.fc2 if isinstance(learner.network, task.SmallCNN) else learner.network.fc
        with torch.no_grad():
            for weight in learner.network.parameters():
                weight.zero_()
            for k, value in bias.items():
                last.bias[k] = value
    return now


def test_the_wrong_pictures_are_named_by_what_they_are_and_what_was_said() -> None:
    data = draw_data("shapes", 50, False, 0)
    _, scene, *_ = shown.show(blind({4: 1.0}, data), data, 2)  # "star", whatever it sees
    others = np.flatnonzero(data.held_out_labels != 4)
    assert (
        scene["wrong"]["words"] == f"{len(others)} of 200 held-out pictures wrong, here 16. Below each: what the CNN says."
    )
    assert [each["number"] for each in scene["wrong"]["pictures"]] == others[:16].tolist()
    first = scene["wrong"]["pictures"][0]
    assert (first["is"], first["said"]) == (data.classes[data.held_out_labels[others[0]]], "star")
    assert np.array_equal(decode(first["pixels"], 24), data.held_out[others[0]])
    assert np.array_equal(decode(scene["picture"]["pixels"], 24), data.held_out[2])
    assert scene["guess"] == {"accuracy": 1 / 8, "loss": pytest.approx(math.log(8))}
    right = torch.nn.functional.one_hot(torch.tensor(data.held_out_labels), 8)
    assert shown.find_wrong(data, right) == {
        "words": "0 of 200 held-out pictures wrong.", "pictures": []
    }  # fmt: skip


def test_kernels_and_feature_maps_are_those_of_the_picture() -> None:
    data = draw_data("digits", 50, False, 0)
    now = blind({}, data)
    network = now.learners["CNN"].network
    assert isinstance(network, task.SmallCNN)
    with torch.no_grad():
        network.conv1.weight[3, 0, 1, 4] = 2.0
        network.conv2.weight[9, 3, 2, 2] = -1.0
        network.conv2.bias[9] = 30.0
    found = shown.look_inside(now.learners["CNN"], data, 6)
    assert found["kernels"][3] == [0] * 9 + [2.0] + [0] * 15
    x = np.maximum(2 * (data.held_out[6] / 255 - 0.25) / 0.2, 0)[1:21, 4:24]
    assert np.abs(decode(found["first"]["maps"][3], 20) - 255 * x / x.max()).max() <= 0.51
    pooled = x.reshape(10, 2, 10, 2).max((1, 3))[2:8, 2:8]
    assert np.abs(decode(found["second"]["maps"][9], 6) - 255 * (30 - pooled) / (30 - pooled).max()).max() <= 0.51
    assert not decode(found["first"]["maps"][0], 20).any()


def test_colour_pictures_and_kernels_go_to_the_browser_pixel_by_pixel() -> None:
    data = draw_data("tiles", 50, False, 0)
    now = task.start(task.Plan(), 6, False, data.channels)
    network = now.learners["CNN"].network
    assert isinstance(network, task.SmallCNN)
    with torch.no_grad():
        network.conv1.weight.zero_()
        network.conv1.weight[3, 2, 1, 4] = 2.0  # blue, row 1, column 4
    _, scene, *_ = shown.show(now, data, 5)
    assert (scene["channels"], scene["side"]) == (3, 24)
    pixels = np.frombuffer(base64.b64decode(scene["picture"]["pixels"]), np.uint8).reshape(24, 24, 3)
    assert np.array_equal(pixels, data.held_out[5])
    assert scene["kernels"][3] == [0] * (3 * 9 + 2) + [2.0] + [0] * 45
    blue = np.maximum(2 * (data.held_out[5, ..., 2] / 255 - 0.5) / 0.2, 0)[1:21, 4:24]
    assert np.abs(decode(scene["first"]["maps"][3], 20) - 255 * blue / blue.max()).max() <= 0.51


def test_a_divergence_is_said_and_everything_can_still_be_drawn() -> None:
    *_, learned = press(steps=20)
    data = draw_data("digits", 50, False, 0)
    now = task.unpack(learned[-1]["state"], task.start(task.Plan(), 10, True))
    with torch.no_grad():
        for learner in now.learners.values():
            next(learner.network.parameters()).fill_(math.nan)
    memory = {"which": learned[-1]["which"], "state": task.pack(now)}
    *_, broken = press(training=memory, play=True, further=300)
    assert broken[1]["trouble"].startswith(
        "The CNN diverged: at step 21 its loss was no number any more, and it has stopped."
    )
    assert "The dense net diverged: at step 21" in broken[1]["words"]
    assert steps_of(broken) == 21
    json.dumps(broken[1], allow_nan=False)
    assert broken[1]["kernels"][0] == [None] * 25
    curve = broken[1]["networks"][0]
    assert curve["loss"][-1] is None and curve["loss"][-2] > 0 and curve["heldOutLoss"][-1] is None
    assert broken[3] is not None and math.isnan(broken[3].layers[0].y[-1])  # a gap
    (still,) = press(training=broken[-1], play=True)
    assert steps_of(still) == 21
    (anew,) = press(training=broken[-1], anew=True)
    assert anew[1]["trouble"] == "" and data is not None


def test_a_leap_is_said_and_whether_the_network_is_dead() -> None:
    learner = task.start(task.Plan(), 10).learners["CNN"]
    same, other = torch.ones(3, 10), torch.eye(3, 10)
    learner.highest = (9.9, 4)
    assert shown.say_trouble("CNN", learner, same) == ""
    learner.highest = (1234.4, 4)
    said = "The CNN's loss leapt to 1,234 at step 4: the learning rate is too large for it."
    assert shown.say_trouble("CNN", learner, other) == said
    assert shown.say_trouble("CNN", learner, same) == f"{said} Now it says the same of every picture: its ReLUs are dead."


def test_the_words_and_the_parameters() -> None:
    now = task.start(task.Plan(), 10, True)
    now.steps = 7
    now.learners["CNN"].curve = [(7, 0.5, 0.888, 1.25, 0.714)]
    now.learners["dense net"].curve = [(7, 2.5, 0.25, math.nan, 0.1)]
    assert shown.say_standing(now) == "Step **7**: CNN **71%**, dense net **10%** held out"
    assert shown.say_network("CNN", now) == "CNN (13,354 parameters): training 89%, held out 71%."
    assert shown.say_network("dense net", now).startswith("dense net (86,922 parameters): ")
    data = draw_data("digits", 50, False, 0)
    accuracy, loss = shown.draw_accuracy(now, data), shown.draw_loss(now, data)
    assert accuracy is not None and loss is not None
    lines = {layer.name: layer for layer in accuracy.layers if isinstance(layer, Line)}
    assert tuple(lines["CNN, training"].y) == pytest.approx((88.8,)) and lines["CNN, training"].dashed
    assert tuple(lines["dense net, held out"].y) == pytest.approx((10,)) and not lines["dense net, held out"].dashed
    levels = [layer.y for chart in (accuracy, loss) for layer in chart.layers if isinstance(layer, Level)]
    assert levels == [pytest.approx(10), pytest.approx(math.log(10))]
    assert "CNN held out 1.25" in loss.words


def test_long_curves_keep_few_points_and_their_ends() -> None:
    now = task.start(task.Plan(), 10)
    now.learners["CNN"].curve = [(float(n), 1.0, 0.5, float(n), 0.25) for n in range(452)]
    curve = shown.curve_of("CNN", now)
    assert len(curve["steps"]) <= 151 and (curve["steps"][0], curve["steps"][-1]) == (0, 451)
    assert curve["heldOutLoss"] == list(curve["steps"]) and set(curve["heldOutAccuracy"]) == {0.25}
    now.learners["CNN"].curve = now.learners["CNN"].curve[:150]
    assert list(shown.curve_of("CNN", now)["steps"]) == list(range(150))

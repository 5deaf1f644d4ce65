"""What the GAN tabs show and keep, on a small untrained generator; the discriminator of the detective is a stand-in."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from cnn_core.images.drawn_faces import draw_faces
from cnn_core.tasks import live_gan as task
from demos import runner
from demos.tabs.create import gan_detective, gan_samples, live_gan, live_gan_faces
from demos.tabs.create._live_gan import numbers_of
from tests.demos.tabs.made_weights import forget, made_network, use_folder, write_made

NETWORK = gan_detective.NETWORK
ARGUMENTS = {"latent": 8, "width": 4, "size": 32, "discriminator_width": 4}
COPYING = "\n[copying]\nedges = [0.0, 1.0, 2.0]\ngenerated = [0.5, 0.5]\nheld_out = [0.4, 0.6]\n\n[film]\nsteps = []\n"


@pytest.fixture(autouse=True)
def made_gan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    model = made_network("gan", ARGUMENTS)
    with torch.no_grad():
        for parameter in model.get_submodule("generator").parameters():
            parameter *= 4  # untrained, it paints nearly one grey
    write_made(tmp_path, NETWORK, "gan", ARGUMENTS, 32, ("real",), model)
    with (tmp_path / f"{NETWORK}.toml").open("a", encoding="utf-8") as card:
        card.write(COPYING)
    use_folder(monkeypatch, tmp_path)
    yield
    monkeypatch.undo()
    forget()


def samples(**changed) -> list:
    chosen = {
        "network": NETWORK, "seed": 1, "truncation": 0.8, "other": 2, "first": 0.0, "second": 0.0, "third": 0.0,
        "walk": False, "shot": False,
    }  # fmt: skip
    return list(gan_samples.run(**chosen | changed))


def test_the_same_seed_gives_the_same_pictures_and_another_others() -> None:
    one, same, other = samples()[0], samples()[0], samples(seed=3)[0]
    assert np.array_equal(one[1], same[1])
    assert not np.array_equal(one[1], other[1])


def test_the_way_begins_at_the_first_sample_and_ends_at_the_other_seeds() -> None:
    way = samples()[0][2]
    side = 32 * gan_samples.enlargement(np.zeros((32, 32, 3)))
    assert np.array_equal(way[:side, :side], samples()[0][1][:side, :side])
    assert np.array_equal(way[:side, -side:], samples(seed=2)[0][1][:side, :side])


def test_a_direction_turns_the_first_sample_and_none_leaves_it() -> None:
    plain, turned = samples()[0], samples(first=2.0)[0]
    factor = plain[3].shape[0] // 32
    side = 32 * gan_samples.enlargement(np.zeros((32, 32, 3)))
    assert np.array_equal(plain[3][::factor, ::factor], plain[1][: side : side // 32, : side : side // 32])
    assert np.array_equal(plain[1], turned[1])
    assert not np.array_equal(plain[3], turned[3])


def test_a_walk_is_a_film_and_without_a_stored_film_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan_samples.time, "sleep", lambda seconds: None)
    *walk, last = samples(walk=True, seed=1, other=2)
    assert len(walk) == gan_samples.FRAMES
    assert walk[0][0].startswith(f"**Picture 1 of {len(walk)}** on the walk from seed 1 to seed 2")
    assert walk[-1][0].startswith(f"**Picture {len(walk)} of {len(walk)}**") and last[0] == "**32 pictures** from seed 1"
    assert samples(shot=True)[-1][4] == []


# ---------------------------------------------------------------- the detective


def all_knowing(shown, network):
    """A discriminator that is always right, because it knows what the programme draws in the first rounds."""
    true = {picture.tobytes() for seed in range(3) for picture in the_drawn(seed)}
    return np.array([1.0 if picture.tobytes() in true else -1.0 for picture in shown], np.float32)


def the_drawn(seed: int) -> list:
    rng = np.random.default_rng(seed)
    rng.permutation(gan_detective.COUNT)
    return list(draw_faces(gan_detective.COUNT, gan_detective.SIDE, rng))


def asked(seed: int, suspects: list[str], check: bool, tally=None, picture=None):
    return gan_detective.run(seed, suspects, check, picture, tally)


def generated_in(seed: int) -> list[str]:
    return [str(k + 1) for k in np.flatnonzero(gan_detective.deal_round(seed)[0])]


def test_half_are_generated_and_nothing_is_said_before_the_check() -> None:
    assert len(generated_in(1)) == 4
    words, _, rows, upload, tally = asked(1, [], False)
    assert "generated" in words
    assert (rows, upload, tally["of"]) == ([], "", 0)


def test_each_face_stands_alone_with_its_number_and_says_when_it_is_suspected() -> None:
    _, faces, *_ = asked(1, ["2", "8"], False)
    captions = [caption for _, caption in faces]
    assert captions == ["1", "2: generated?", "3", "4", "5", "6", "7", "8: generated?"]
    for (shown, _), face in zip(faces, gan_detective.deal_round(1)[1], strict=True):
        assert np.array_equal(shown, face.repeat(5, axis=0).repeat(5, axis=1))


def test_who_was_right_how_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan_detective, "score_realness", all_knowing)
    perfect = asked(1, generated_in(1), True)
    assert perfect[0] == "You: **8 of 8**, the discriminator: **8 of 8**"
    everything = asked(1, [str(k) for k in range(1, 9)], True)
    assert everything[0].startswith("You: **4 of 8**")
    assert [row[1] for row in perfect[2]] == ["generated" if str(k) in generated_in(1) else "drawn" for k in range(1, 9)]


def test_a_round_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan_detective, "score_realness", all_knowing)
    wrong = [str(k) for k in range(1, 9) if str(k) not in generated_in(1)]
    first = asked(1, [*wrong, generated_in(1)[0]], True)[-1]
    assert (first["you"], first["it"], first["of"]) == (1, 8, 8)
    words, *_, again = asked(1, generated_in(1), True, first)
    assert again == first
    assert "does not count again" in words
    words, *_, second = asked(2, generated_in(2), True, first)
    assert (second["you"], second["it"], second["of"]) == (9, 16, 16)
    assert "in 2 rounds 9 against 16 of 16" in words
    assert "count again" not in words


def test_an_empty_check_gives_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan_detective, "score_realness", all_knowing)
    before = {"rounds": [2], "you": 5, "it": 6, "of": 8}
    words, _, rows, _, after = asked(1, [], True, before)
    assert "Press first" in words
    assert rows == []
    assert after == before


@pytest.mark.parametrize(("score", "words"), [(0.5, "**+0.50**: rather drawn"), (-0.5, "**-0.50**: rather generated")])
def test_an_upload_is_scored(monkeypatch: pytest.MonkeyPatch, score: float, words: str) -> None:
    monkeypatch.setattr(gan_detective, "score_realness", lambda pictures, network: np.array([score], np.float32))
    assert words in asked(1, [], False, picture=np.zeros((50, 40, 3), np.uint8))[3]


# ---------------------------------------------------------------- live


LABELS = {field.label: k for k, field in enumerate(live_gan_faces.DEMO.outputs) if hasattr(field, "label")}


def trained(training=None, go=False, step=False, anew=False, steps=2, seed=0):
    return list(live_gan_faces.run(steps, 1, -3.0, -3.0, seed, "8", go, step, anew, training))


def test_training_on_faces_goes_on_where_it_stood_and_begins_anew_when_asked() -> None:
    assert "Step **0**" in trained()[-1][0]
    first = trained(go=True)
    assert "Step **2**" in first[-1][0]
    assert "Step **3**" in trained(first[-1][-1], step=True)[-1][0]
    assert "Step **2**" in trained(first[-1][-1], go=True, anew=True)[-1][0]
    assert "Step **0**" in trained(first[-1][-1], seed=1)[-1][0]


def test_each_loss_has_its_own_level_of_guessing() -> None:
    last = trained(go=True, steps=6)[-1]
    curves, levels = last[LABELS["Losses"]].layers[::2], last[LABELS["Losses"]].layers[1::2]
    for curve, level, name, height in zip(curves, levels, ("discriminator", "generator"), (2, 1), strict=True):
        assert curve.name == name
        assert curve.x == (1, 2, 3, 4, 5, 6)
        assert level.y == height * np.log(2)
        assert level.colour == curve.colour
    state = task.unpack(last[-1]["state"], task.start_on_faces(0, 1e-3, 1e-3))
    assert np.stack([curve.y for curve in curves], 1) == pytest.approx(np.array(state.losses), abs=1e-5)


def test_faces_stand_beside_real_ones() -> None:
    words, made, *_ = trained(go=True)[-1]
    assert words == "Step **2**"
    assert [title for _, title in made] == ["generated", "real"]


def answer_after(example: dict, steps: int) -> list:
    values = runner.example_values(live_gan.DEMO, example) | {"steps": steps}
    *_, last = runner.answers(replace(live_gan.DEMO, name="live_gan"), values)
    return last.values


def test_the_slow_discriminators_example_collapses_and_the_plain_one_does_not() -> None:
    def reached(example: dict) -> int:
        return int(re.search(r"\*\*(\d) of 8", answer_after(example, 500)[0]).group(1))

    slow = live_gan.DEMO.examples[live_gan.DEMO.example_titles.index("a ring and a slow discriminator")]
    assert reached(slow) <= 2
    assert reached({}) == 8


def test_the_page_opens_untrained_and_says_what_to_press() -> None:
    said, scene, _, losses = answer_after({"data": "grid"}, 0)
    assert said.startswith("Press **Play**")
    assert (scene["losses"], losses) == ([], None)
    assert scene["key"] == "grid 0 0" and len(scene["centres"]) == 9
    assert answer_after({"data": "spiral"}, 0)[1]["centres"] == []


def test_other_rates_are_no_other_training_but_another_seed_is() -> None:
    plain = answer_after({}, 0)[1]
    faster = answer_after({"generator_rate": -2.5, "turns": 4}, 0)[1]
    assert faster["key"] == plain["key"]
    assert faster["rates"] == pytest.approx({"generator": 0.00316, "discriminator": 0.001}, rel=1e-2)
    assert faster["turns"] == 4
    assert answer_after({"seed": 2}, 0)[1]["key"] != plain["key"]


def test_the_browser_gets_the_networks_and_what_adam_remembers() -> None:
    training = task.start_in_the_plane(3, 0.1, 0.1)
    list(task.train(training, lambda count: torch.ones(count, 2), 1, 2, batch=4))
    sent = numbers_of(training.discriminator, training.discriminator_optimizer)
    numbers, m, v = (np.frombuffer(base64.b64decode(sent[name]), "<f4") for name in ("numbers", "m", "v"))
    assert sent["count"] == 2
    assert numbers[:4].tolist() == training.discriminator.layers[0].weight.detach().flatten()[:4].tolist()
    assert numbers[128:130].tolist() == training.discriminator.layers[0].bias.detach()[:2].tolist()
    state = training.discriminator_optimizer.state[training.discriminator.layers[4].bias]
    assert (m[-1], v[-1]) == (float(state["exp_avg"]), float(state["exp_avg_sq"]))
    assert len(numbers) == len(m) == len(v) == 2 * 64 + 64 + 64 * 64 + 64 + 64 + 1

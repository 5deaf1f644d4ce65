"""The tab "Caption": what it says of a made caption, and what its drawing gets."""

from dataclasses import replace

import numpy as np
import pytest

from cnn_core.runtime import weights
from cnn_core.tasks.captioning import Beam, Caption, Word
from demos.tabs.describe import caption as tab

LEFT = np.array([[1.0, 0.0]], np.float32)
EVEN = np.array([[0.5, 0.5]], np.float32)
WORDS = (
    Word("a", 0.5, (("two", 0.25),), EVEN),
    Word("dog", 0.4, (("cat", 0.3), ("man", 0.004)), LEFT),
    Word("runs", 0.2, (), EVEN),
)
MADE = Caption(WORDS, (Beam(("a", "dog", "runs"), -2.0, -0.5, True), Beam(("a", "cat"), -2.4, -0.8, False)), 1.0)
GREY = np.full((20, 40, 3), 100, np.uint8)


def drawn(fixed: int) -> dict:
    found = tab.scene_of(MADE, GREY, [tab.heat_over(GREY, word) for word in WORDS], fixed)
    assert found is not None
    return found


def test_the_headline_is_a_guess_with_its_mean() -> None:
    assert tab.headline(MADE) == "Perhaps **“a dog runs”** (61% a word)"  # e^(-2 / 4)
    strange = replace(MADE, strangeness=9.0)
    assert tab.headline(strange) == "Unlike its training, so do not believe **“a dog runs”**"
    assert "before the first word" in tab.headline(replace(MADE, words=()))


def test_a_strange_picture_is_told_and_a_usual_one_is_not() -> None:
    threshold = weights.card(tab.ATTENDING).record["strange"]["threshold"]
    assert tab.say_strange(replace(MADE, strangeness=threshold)) == ""
    said = tab.say_strange(replace(MADE, strangeness=threshold + 0.5))
    assert "unlike the training" in said and f"{threshold + 0.5:.2f}" in said and f"{threshold:.2f}" in said


def test_a_rival_begins_with_the_words_before_it() -> None:
    assert drawn(0)["cards"][1]["rivals"] == [
        {"word": "cat", "share": 0.3, "beginning": "a cat"},
        {"word": "man", "share": 0.004, "beginning": "a man"},
    ]


def test_the_sharpest_look_stands_open_or_the_word_that_was_given() -> None:
    sharp_article = replace(WORDS[0], attention=LEFT[:, ::-1])
    found = tab.scene_of(replace(MADE, words=(sharp_article, WORDS[2])), GREY, [GREY] * 2, 0)
    assert found is not None and found["chosen"] == 1  # "a" names nothing
    assert drawn(0)["chosen"] == 1 and drawn(1)["chosen"] == 0 and drawn(9)["chosen"] == 2


def test_the_heat_is_where_it_looked() -> None:
    heat = tab.heat_over(GREY, WORDS[1]).astype(int)
    assert heat[10, 2].sum() > heat[10, 37].sum() + 100


def test_all_words_together_are_told_and_drawn_against_the_even_share() -> None:
    tilted = replace(MADE, words=(*WORDS[:2], replace(WORDS[2], attention=np.array([[0.9, 0.1]], np.float32))))
    found = tab.whole_of(tilted, GREY)  # 0.5 + 1 + 0.9 and 0.5 + 0 + 0.1
    assert "3 words, summed at each of 2 places: 0.60 to 2.40" in found["words"]
    assert "3 / 2 = 1.50" in found["words"] and "60%" in found["words"]  # 0.9 / 1.5
    assert tab.say_unevenness(tilted) == "60%" and tab.say_unevenness(replace(MADE, words=())) == ""
    assert drawn(0)["whole"]["words"].startswith("The weights of 3 words")


def test_an_even_share_is_a_quarter_of_the_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr(tab.drawing, "overlay_heatmap", lambda small, heat: shown.append(heat.values) or small)
    tab.whole_of(replace(MADE, words=(WORDS[0],)), GREY)
    tab.whole_of(replace(MADE, words=(replace(WORDS[0], attention=np.eye(1, 9, dtype=np.float32)),)), GREY)
    assert shown[0].tolist() == [[0.25, 0.25]] and shown[1].tolist() == [[1, *[0] * 8]]


def test_rows_of_tables() -> None:
    assert tab.beam_row(2, MADE.beams[1]) == ["2", "a cat …", "-0.80", "-2.40"]
    assert tab.rivals_of(WORDS[1]) == "cat 30%, man 0%"


def test_the_switch_shows_the_other_networks_words_and_runs_it_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {tab.ATTENDING: MADE, tab.DOUBLY: replace(MADE, words=WORDS[1:]), tab.PLAIN: MADE}
    asked: list[str] = []
    monkeypatch.setattr(tab, "caption", lambda picture, name, writing: asked.append(name) or made[name])
    off, on = (tab.run(GREY, "beam", 3, "", doubly, 1.0, 0) for doubly in (False, True))
    assert "a dog runs" in off[0] and "“dog runs”" in on[0] and len(on[2]["cards"]) == 2
    assert asked == [tab.ATTENDING, tab.PLAIN, tab.ATTENDING, tab.DOUBLY, tab.PLAIN]


@pytest.mark.slow
def test_another_word_changes_what_follows() -> None:
    from cnn_core.images import samples

    own = tab.run(samples.load("cub_on_lawn"), "greedy", 1, "", False, 1.0, 0)
    forced = tab.run(samples.load("cub_on_lawn"), "greedy", 1, "Two men", True, 1.0, 0)
    assert "two men" in forced[0] and forced[2]["fixed"] == 2 and own[2]["fixed"] == 0
    assert [row[0] for row in own[3]] == ["with", "without"] and own[3][1][3] == "0%"
    assert [row[0] for row in forced[3]] == ["with", "doubly stochastic", "without"]
    assert all(row[1].startswith("two men") for row in forced[3]) and forced[0] != own[0]

"""Sliding window: what is kept between runs, what the sliders change, what the film shows."""

from dataclasses import replace

import numpy as np
import pytest

from cnn_core.runtime import weights
from demos import runner
from demos.tabs.recognise import sliding_window
from tests.demos.tabs.made_weights import RESIDUAL, forget, use_folder, write_made

DEMO = replace(sliding_window.DEMO, name="sliding_window")


@pytest.fixture(autouse=True)
def made_network(monkeypatch, tmp_path):
    write_made(tmp_path, "classify_resnet_made", "resnet", RESIDUAL, size=32)
    use_folder(monkeypatch, tmp_path)
    yield
    monkeypatch.undo()
    forget()


def answers(**values):
    """Every value that the page would show, one after the other."""
    raw = runner.example_values(DEMO, {"picture": "chelsea", "network": "classify_resnet_made", "wanted": "2", **values})
    return [answer.values for answer in runner.answers(DEMO, raw)]


def test_the_film_shows_windows_and_ends_like_the_still():
    *film, last = answers(play=True, scales=2, cells=1, threshold=0.05)
    (still,) = answers(scales=2, cells=1, threshold=0.05)
    assert len(film) > 3
    assert all(len(values[1][1]) == 1 for values in film)
    assert film[0][0].startswith("Window 1 of")
    assert last[4] == still[4]
    assert "times" in last[3]


def test_the_film_is_small_and_its_windows_lie_where_they_lie_in_the_picture():
    large = np.zeros((600, 900, 3), np.uint8)
    large[:, 450:] = 200
    *film, last = answers(picture=large, play=True, scales=1, cells=1, threshold=0.05)
    picture, (window,) = film[-1][1]
    assert picture.shape == (320, 480, 3) and last[1][0].shape == large.shape
    assert len({values[1][1][0].shape for values in film}) == len(film)
    assert window.shape[2] <= 480 and window.shape[3] == pytest.approx(320, abs=0.6)  # 600 pixels high, as the picture


def test_a_map_of_next_to_nothing_stays_dark():
    picture, boxes = np.full((40, 60, 3), 90, np.uint8), np.array([[0, 0, 40, 40]], np.float32)
    faint, half, full = (
        sliding_window.score_map(picture, boxes, np.array([score], np.float32), "cat") for score in (0.001, 0.025, 0.05)
    )
    assert faint[20, 20].mean() < half[20, 20].mean() < full[20, 20].mean()
    sure = sliding_window.score_map(picture, boxes, np.array([0.9], np.float32), "cat")
    assert np.array_equal(full, sure)  # from there on the largest mean is the brightest
    assert np.array_equal(faint[20, 55], full[20, 55])  # where no window lies


def test_raising_the_threshold_only_removes():
    low, high = (answers(threshold=t, scales=2, cells=2)[0][4] for t in (0.05, 0.95))
    assert len(low) > len(high)


def test_where_no_window_shows_what_is_looked_for_the_headline_says_what_they_show_most() -> None:
    scores, classes = np.array([0.02, 0.004], np.float32), weights.card("classify_resnet_made").classes
    say = sliding_window.headline(classes[1], 0, scores, "classify_resnet_made", (2, 0.61))
    assert say == (
        f"No window reaches the threshold for **{classes[1]}**; the best has 2%. "
        f"Of all classes **{classes[2]}** has the highest score, 61%."
    )
    assert sliding_window.headline(classes[2], 0, scores, "classify_resnet_made", (2, 0.02)).endswith("the best has 2%.")
    memory = answers(scales=1, cells=2, wanted="0", threshold=0.95)[0][-1]
    surest = answers(scales=1, cells=2, wanted="likeliest", threshold=0.95)[0][-1]
    assert memory["surest"] == (surest["label"], max(surest["scores"])) and memory["label"] == 0


def test_with_an_overlap_of_1_allowed_every_sure_window_stays():
    values = answers(threshold=0.05, iou=1.0, scales=1, cells=2)[0]
    memory = values[-1]
    assert len(values[4]) == sum(score >= 0.05 for score in memory["scores"])


def test_sliders_that_only_filter_run_no_network(monkeypatch):
    memory = answers(scales=1, cells=2)[0][-1]
    monkeypatch.setattr(sliding_window, "classify_in_one_pass", lambda *a: pytest.fail("the network ran again"))
    (values,) = answers(scales=1, cells=2, threshold=0.3, slid=memory)
    assert values[-1] == memory


def test_nms_by_hand():
    boxes = np.array([[0, 0, 4, 4], [1, 0, 5, 4], [20, 0, 24, 4], [2, 2, 3, 3]], np.float32)
    kept, rows = sliding_window.suppress(boxes, np.array([0.5, 0.9, 0.4, 0.1], np.float32), 0.3, 0.5)
    assert kept == [1, 2]
    assert rows == [["90.0%", "1, 0 to 5, 4", 1], ["40.0%", "20, 0 to 24, 4", 0]]

"""Models compared: the table, the times on demand, and names that stay readable."""

from itertools import combinations

import pytest
from matplotlib.figure import Figure

from cnn_core.runtime import run_log, weights
from demos.tabs.look_inside import models_compared

CROWD = [(f"network number {k}", 5e5 + k, 4e7 + 1e6 * k, 0.85 + 0.002 * k, False) for k in range(6)]


def boxes(labels):
    """The screen boxes of the names that are there."""
    return [label.get_window_extent() for label in labels if label.get_text()]


def test_names_in_a_crowd_cover_neither_each_other_nor_a_circle():
    figure = Figure(figsize=(8, 4.2), layout="constrained")
    axes = figure.subplots()
    labels = models_compared.draw_circles(axes, [*CROWD, ("far away", 6e4, 6e5, 0.5, True)], 800 / 5e5)
    models_compared.spread(labels)
    named = boxes(labels)
    assert len(named) == 7
    assert not any(a.overlaps(b) for a, b in combinations(named, 2))
    circles = [models_compared.extent(circle) for circle in axes.collections]
    assert not any(box.overlaps(circle) for box in named for circle in circles)
    assert all(axes.bbox.contains(box.x0, box.y0) and axes.bbox.contains(box.x1, box.y1) for box in named)


def test_the_area_of_a_circle_is_the_number_of_parameters():
    axes = Figure().subplots()
    models_compared.draw_circles(axes, [("a", 400, 10, 0.5, False), ("b", 100, 20, 0.6, False)], 2)
    assert [circle.get_sizes()[0] for circle in axes.collections] == pytest.approx([800, 200])


def test_circles_of_all_panels_can_be_compared():
    names = [name for name, _ in models_compared.classifiers(shuffled=True)]
    figure = models_compared.draw_chart(names, names[0])
    areas = sorted(circle.get_sizes()[0] for axes in figure.axes for circle in axes.collections)
    most = max(weights.card(name).parameters for name in names)
    assert len(figure.axes) > 1
    assert areas == pytest.approx(sorted(1600 * weights.card(name).parameters / most for name in names))


def test_times_are_measured_only_when_asked():
    chosen = models_compared.classifiers()[-1][0]
    quiet, timed = (models_compared.run(chosen, measure)[3] for measure in (False, True))
    assert {row[-1] for row in quiet} == {"-"}
    assert all(float(row[-1]) > 0 for row in timed)
    assert len(quiet) == len(weights.names("classification"))


def test_a_network_for_shuffled_pixels_cannot_be_opened_in_classify():
    shuffled = next(name for name in weights.names("classification") if name.endswith("shuffled"))
    assert models_compared.run(shuffled, False)[2] is None
    plain = models_compared.classifiers()[0][0]
    assert models_compared.run(plain, False)[2] == {"network": plain}


def test_how_far_measuring_is_is_told(monkeypatch) -> None:
    names = [name for name, _ in models_compared.classifiers()][:2]
    monkeypatch.setattr(models_compared, "measure_milliseconds", lambda network: 2.5)
    monkeypatch.setattr(models_compared, "with_fallback", lambda name, work: work(name))
    told = []
    with run_log.recorded(run_log.Usage(progress=lambda share, words: told.append((share, words)))):
        assert models_compared.measure_all(names) == dict.fromkeys(names, 2.5)
    assert [share for share, _ in told] == [0, 0.5] and all(words.startswith("measuring ") for _, words in told)

"""Models compared: the table, and the times on demand."""

from cnn_core.runtime import run_log, weights
from demos import runner
from demos.tabs.experiments import models_compared


def test_times_are_measured_only_when_asked():
    chosen = models_compared.classifiers()[-1][0]
    quiet, timed = (models_compared.run(chosen, measure)[-2] for measure in (False, True))
    assert {row[-1] for row in quiet} == {"-"}
    assert all(float(row[-1]) > 0 for row in timed)
    assert len(quiet) == len(weights.names("classification"))


def test_a_network_for_shuffled_pixels_cannot_be_opened_in_classify():
    shuffled = next(name for name in weights.names("classification") if name.endswith("shuffled"))
    assert models_compared.run(shuffled, False)[-4:-2] == (None, None)
    plain = models_compared.classifiers()[0][0]
    assert models_compared.run(plain, False)[-4:-2] == ({"network": plain}, {"network": plain})


def test_how_far_measuring_is_is_told(monkeypatch) -> None:
    names = [name for name, _ in models_compared.classifiers()][:2]
    monkeypatch.setattr(models_compared, "measure_milliseconds", lambda network: 2.5)
    monkeypatch.setattr(models_compared, "with_fallback", lambda name, work: work(name))
    told = []
    with run_log.recorded(run_log.Usage(progress=lambda share, words: told.append((share, words)))):
        assert models_compared.measure_all(names) == dict.fromkeys(names, 2.5)
    assert [share for share, _ in told] == [0, 0.5] and all(words.startswith("measuring ") for _, words in told)


def test_each_set_of_classes_has_a_chart_and_that_of_most_networks_comes_first() -> None:
    sets = models_compared.class_sets()
    labels = [field.label for field in models_compared.DEMO.outputs[: len(sets)]]
    assert labels == [f"Accuracy against arithmetic: {classes} classes" for classes in sets]
    shown = models_compared.run("classify_lenet_cifar10", False)[: len(sets)]
    names = [[bubble["name"] for bubble in chart["bubbles"]] for chart in shown]
    assert sum(map(len, names)) == len(weights.names("classification"))
    assert len(names[0]) == max(map(len, names)) > 1
    assert [b["name"] for b in shown[0]["bubbles"] if b["value"] == shown[0]["chosen"]] == ["LeNet-5 (1998)"]


def test_a_circle_that_is_pressed_chooses_a_network_that_can_be_chosen() -> None:
    offered = dict(runner.options_of(models_compared.DEMO.inputs["network"], {}))
    for chart in models_compared.run("classify_lenet_cifar10", False)[: len(models_compared.class_sets())]:
        assert chart["sets"] in models_compared.DEMO.inputs
        assert {bubble["value"] for bubble in chart["bubbles"]} <= set(offered)

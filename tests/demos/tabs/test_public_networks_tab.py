"""The page of public networks: size and terms first, then the press, then how far; a stopped fetch goes on later."""

import dataclasses
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from cnn_core.errors import WeightsError
from cnn_core.runtime import public_weights, weights
from demos import runner
from demos.tabs.create import style_optimised
from demos.tabs.look_inside import public_networks
from demos.tabs.recognise import classify, detect
from demos.tabs.segment import instance_segmentation, semantic_segmentation
from tests.runtime.file_server import Site, serve

NAME = "public_squeezenet1_0"
DATA = random.Random(3).randbytes(4_000_000)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server on this machine that has the SqueezeNet, and a visitor who may fetch it."""
    file = f"squeezenet1_0-{hashlib.sha256(DATA).hexdigest()[:8]}.pth"
    meta = public_weights.record_of(NAME).meta
    with serve({f"/{file}": DATA}) as running:
        record, real = SimpleNamespace(meta=meta, url=f"{running.address}/{file}"), public_weights.record_of
        monkeypatch.setattr(public_weights, "record_of", lambda name: record if name == NAME else real(name))
        monkeypatch.setitem(public_weights.BY_NAME, NAME, dataclasses.replace(public_weights.BY_NAME[NAME], file=file))
        monkeypatch.setenv("CNN_PUBLIC_WEIGHTS", str(tmp_path))
        monkeypatch.setenv("CNN_PUBLIC_DOWNLOADS", "1")
        monkeypatch.setattr(public_networks, "TOLD_EVERY", 0.0)
        weights.card.cache_clear()
        yield running
    weights.card.cache_clear()


def press(fetch: bool) -> Iterator[runner.Answer]:
    return runner.answers(public_networks.DEMO, {"network": NAME, "fetch": fetch})


def row_of(answer: runner.Answer, title: str) -> list[str]:
    return next(row for row in answer.values[3] if row[0] == title)


def test_size_and_terms_come_before_anything_is_fetched(site: Site) -> None:
    (answer,) = press(False)
    headline, terms, here, table = answer.values
    assert here == ""
    assert headline == "**SqueezeNet 1.0** is not on this machine yet: **5 MB**. Press **Fetch it** to confirm."
    assert terms.startswith("Terms: torchvision, BSD-3-Clause; trained on ImageNet")
    assert row_of(answer, "ResNet-50") == ["ResNet-50", "classification", "98 MB", "25.6", "4.1", "top-1 80.9%"]
    assert row_of(answer, "Mask R-CNN, ResNet-50")[5] == "mAP of boxes 37.9%, mAP of masks 34.6%"
    assert len(table) == 15
    assert site.asked == []


def test_after_the_press_it_says_how_far_and_then_where_to_use_it(site: Site) -> None:
    said = [answer.values[0] for answer in press(True)]
    assert said[0] == "Fetching **SqueezeNet 1.0**: 0 of 4 MB. Stop keeps what came, to go on later."
    assert "4 of 4 MB" in said[-2]
    assert said[-1].startswith("**SqueezeNet 1.0** is on this machine: choose it in Classify")
    *_, last = press(False)
    assert last.values[2] == "On this machine: SqueezeNet 1.0."


def test_what_the_page_opens_with_is_still_true_after_a_fetch(site: Site) -> None:
    """Both front ends keep the first example's answer for all visitors."""
    demo = public_networks.DEMO
    opened = list(runner.answers(demo, runner.example_values(demo, demo.examples[0]) | {"fetch": True}))
    list(press(True))
    (after,) = runner.answers(demo, runner.example_values(demo, demo.examples[0]))
    assert [answer.values for answer in opened] == [after.values]
    assert len(site.asked) == 1


def test_stop_keeps_what_came(site: Site, tmp_path: Path) -> None:
    running = press(True)
    for _ in range(4):
        next(running)
    running.close()
    (part,) = tmp_path.glob("*.part")
    came = part.stat().st_size
    assert 0 < came < len(DATA)
    assert "4 of 4 MB" in [answer.values[0] for answer in press(True)][-2]
    assert site.asked == ["", f"bytes={came}-"]


def test_one_comes_at_a_time_and_who_comes_second_need_not_wait(site: Site) -> None:
    first = press(True)
    next(first)
    (told,) = press(True)
    assert told.values[0].startswith("Somebody else is fetching a network just now")
    other = {"network": "public_alexnet", "fetch": True}
    (told,) = runner.answers(public_networks.DEMO, other)
    assert told.values[0].startswith("Somebody else is fetching a network just now")
    first.close()
    assert "is on this machine" in [answer.values[0] for answer in press(True)][-1]


def test_where_visitors_may_not_fetch_the_press_does_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_PUBLIC_DOWNLOADS", "0")
    (answer,) = press(True)
    assert "Visitors of this server cannot fetch it" in answer.values[0]
    assert site.asked == []


def test_a_fault_is_a_sentence_on_the_page(site: Site) -> None:
    site.files.clear()
    with pytest.raises(WeightsError, match="no such file any more"):
        list(press(True))


def test_each_task_offers_its_networks_with_their_size(site: Site) -> None:
    offered = {
        classify: "ResNet-152 · public, 230 MB",
        style_optimised: "VGG-19 · public, 548 MB",
        detect: "SSDLite, MobileNet V3 · public, 13 MB",
        instance_segmentation: "Mask R-CNN, ResNet-50 · public, 170 MB",
        semantic_segmentation: "LR-ASPP, MobileNet V3 · public, 12 MB",
    }
    for tab, label in offered.items():
        field = tab.DEMO.inputs["network"]
        assert label in dict(map(reversed, runner.options_of(field, {})))
        assert runner.default_of(field, {}) in weights.names()  # one that is shipped
    assert [name for name, _ in style_optimised.painters() if name.startswith("public_")] == ["public_vgg19"]
    both = dict(runner.options_of(detect.DEMO.inputs["network"], {}))
    assert "public_maskrcnn_resnet50_fpn" in both


@pytest.mark.parametrize(
    ("tab", "name"),
    [
        (classify, "public_resnet152"),
        (style_optimised, "public_vgg19"),
        (detect, "public_fasterrcnn_resnet50_fpn"),
        (instance_segmentation, "public_maskrcnn_resnet50_fpn"),
        (semantic_segmentation, "public_deeplabv3_resnet50"),
    ],
)
def test_choosing_one_that_is_not_here_says_its_size_and_what_to_do(tab: object, name: str, site: Site) -> None:
    demo = tab.DEMO  # type: ignore[attr-defined]
    values = runner.example_values(demo, demo.examples[0]) | {"network": name}
    with pytest.raises(WeightsError) as caught:
        list(runner.answers(demo, values))
    words = str(caught.value)
    assert "is not on this machine yet" in words and " MB (" in words and 'on the page "Public networks"' in words
    assert site.asked == []


def test_what_the_lesson_says_of_parameters_and_arithmetic() -> None:
    alexnet, resnet, vgg, faster = (
        weights.card(f"public_{key}") for key in ("alexnet", "resnet50", "vgg19", "fasterrcnn_resnet50_fpn")
    )
    assert alexnet.parameters > 2 * resnet.parameters and alexnet.top1 < resnet.top1 - 0.2
    assert faster.multiply_adds > 30 * resnet.multiply_adds
    assert round(7 * 7 * 512 * 4096 / 1e6) == 103 and round(vgg.parameters / 1e6) == 144

"""The ImageNet challenge: figures, sources, and what its lesson works out from them."""

import re
from itertools import pairwise

import pytest

from cnn_core.runtime import weights
from cnn_core.runtime.published import read_published
from demos import runner
from demos.charts import Bars, Level
from demos.tabs.experiments import challenge

WINNERS = {2010: 28.2, 2011: 25.8, 2012: 16.4, 2013: 11.7, 2014: 6.7, 2015: 3.57, 2016: 2.99, 2017: 2.25}


def answer(**values: str) -> dict[str, object]:
    names = ("headline", "years", "circles", "network", "classify", "compared", "table")
    return dict(zip(names, challenge.run(**values), strict=True))


def test_the_winners_year_by_year_each_with_its_source() -> None:
    entries = challenge.record()["entry"]
    assert {row["year"]: row["error"] for row in entries if row["winner"]} == WINNERS
    assert [row["year"] for row in entries] == sorted(row["year"] for row in entries)
    for row in [*entries, challenge.record()["human"]]:
        assert re.search(r"arXiv:\d{4}\.\d{4,5}|results page|Krizhevsky et al\. 2012", row["source"]), row
    assert challenge.record()["human"]["error"] == pytest.approx(100 * 76 / 1500, abs=0.05)


def test_the_chart_of_the_years() -> None:
    bars, level = answer(data="imagenet", network="alexnet")["years"].layers
    assert isinstance(bars, Bars) and isinstance(level, Level)
    assert dict(zip(bars.names, bars.values, strict=True))["2012 AlexNet: 16.4 %"] == 16.4
    by_hand = {
        name for name, colour in zip(bars.names, bars.colours, strict=True) if colour == challenge.FEATURES["by hand"]
    }
    assert by_hand == {"2010 NEC-UIUC: 28.2 %", "2011 XRCE: 25.8 %", "2012 the second: 26.2 %"}
    assert level.x == 5.1 and level.y is None


def test_the_headline_says_whose_error_peoples_is() -> None:
    assert challenge.say_result() == (
        "The winner's error: **28.2 %** in 2010, **2.25 %** in 2017. People's 5.1 % is that of **one trained person**."
    )


def test_circles_stand_where_torchvision_says() -> None:
    circles = {each["name"]: each for each in answer(data="imagenet", network="alexnet")["circles"]["bubbles"]}
    vgg = circles["VGG-16"]
    assert (vgg["x"], vgg["y"], vgg["size"]) == (pytest.approx(15.47e9), pytest.approx(71.592), 138_357_544)
    twice = [circles[name] for name in ("ResNet-50", "ResNet-50, retrained")]
    assert twice[0]["x"] == twice[1]["x"] and twice[0]["y"] < twice[1]["y"]
    assert {each["value"] for each in circles.values()} == {value for value, _ in challenge.choose_network("imagenet")}


@pytest.mark.parametrize("data", challenge.data_sets())
def test_every_data_set_has_its_own_accuracies_and_the_same_axis_of_arithmetic(data: str) -> None:
    first = challenge.choose_network(data)[0][0]
    chart, widest = (answer(data=name, network=first)["circles"] for name in (data, "imagenet"))
    assert chart["x"] == widest["x"] and chart["largest"] == widest["largest"] == 138_357_544
    assert all(chart["x"]["low"] < each["x"] < chart["x"]["high"] for each in chart["bubbles"])
    assert challenge.title_of(data).split(",")[0] in chart["y"]["title"]
    if data != "imagenet":
        assert {data} == {next(iter(weights.card(each["value"]).metrics)) for each in chart["bubbles"]}


def test_ours_can_be_opened_and_what_is_known_of_the_chosen_one_is_said() -> None:
    ours = answer(data="cifar10_val", network="classify_lenet_cifar10")
    assert ours["classify"] == ours["compared"] == {"network": "classify_lenet_cifar10"}
    assert weights.card("classify_lenet_cifar10").line in ours["network"]
    theirs = answer(data="imagenet", network="alexnet")
    assert theirs["classify"] is None and theirs["compared"] is None
    assert theirs["network"] == (
        "**AlexNet** (Krizhevsky et al. 2012): 56.5% top-1, 79.1% top-5, published by torchvision, one network, one crop of "
        "each picture; 61.1 million parameters, 714 million multiply-adds."
    )


def test_a_press_on_a_circle_can_be_chosen_and_the_examples_too() -> None:
    for example in challenge.DEMO.examples:
        values = runner.check_inputs(challenge.DEMO, runner.example_values(challenge.DEMO, example))
        chart = answer(**values)["circles"]
        assert chart["chosen"] in {each["value"] for each in chart["bubbles"]}


def test_what_the_lesson_works_out() -> None:
    words = str(challenge.DEMO.lesson.questions) + str(challenge.DEMO.lesson.notice)
    years = sorted(WINNERS)
    fell = {year: WINNERS[before] - WINNERS[year] for before, year in pairwise(years)}
    share = {year: fell[year] / WINNERS[before] for before, year in pairwise(years)}
    assert max(fell, key=fell.__getitem__) == 2012 and round(fell[2012], 1) == 9.4
    assert max(share, key=share.__getitem__) == 2015 and (round(100 * share[2015]), round(100 * share[2012])) == (47, 36)
    for told in ("9.4 less", "47 % fewer", "36 % in 2012", "76 mistakes on 1,500", "97.7 %"):
        assert told in words
    assert 100 - WINNERS[2017] == pytest.approx(97.75)
    alexnet, squeezenet = read_published("alexnet"), read_published("squeezenet1_0")
    assert alexnet.parameters / squeezenet.parameters == pytest.approx(50, abs=2)
    assert 0 < squeezenet.top1 - alexnet.top1 < 0.02
    once, again = read_published("resnet50"), read_published("resnet50", "IMAGENET1K_V2")
    assert (f"{once.top1:.1%}", f"{again.top1:.1%}") == ("76.1%", "80.9%") and "76.1 and then 80.9 %" in words

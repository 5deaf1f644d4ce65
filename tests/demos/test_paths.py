"""Ways through the demos lead somewhere."""

import pytest

from demos import catalogue
from demos.paths import PATHS, Path, Stop, next_stop


def test_every_stop_is_a_demo() -> None:
    known = {demo.name for demo in catalogue.find_demos()}
    assert {stop.demo for path in PATHS for stop in path.stops} <= known


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.title)
def test_a_path_visits_each_demo_once(path: Path) -> None:
    names = [stop.demo for stop in path.stops]
    assert len(names) >= 2
    assert len(names) == len(set(names))
    assert all(stop.asks.endswith("?") for stop in path.stops)


def test_the_next_stop_is_the_next_that_is_shown() -> None:
    path = Path("Ours", "Three.", (Stop("one", "A?"), Stop("two", "B?"), Stop("three", "C?")))
    assert path.after("one", {"one", "two", "three"}) == Stop("two", "B?")
    assert path.after("one", {"one", "three"}) == Stop("three", "C?")
    assert path.after("three", {"one", "three"}) is None
    assert path.after("four", {"one", "three"}) is None


def test_localise_follows_classify() -> None:
    assert next_stop("classify", {"classify", "localise"}) == Stop("localise", "Where is it?")
    assert next_stop("nowhere", {"classify"}) is None

"""Ways through the demos lead somewhere."""

import pytest

from demos import catalogue
from demos.paths import PATHS, Path, Stop, place_at, places_of


def test_every_stop_is_a_demo() -> None:
    known = {demo.name for demo in catalogue.find_demos()}
    assert {stop.demo for path in PATHS for stop in path.stops} <= known


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.title)
def test_a_path_visits_each_demo_once(path: Path) -> None:
    names = [stop.demo for stop in path.stops]
    assert len(names) >= 2
    assert len(names) == len(set(names))
    assert all(stop.asks.endswith("?") for stop in path.stops)


OURS = Path("Ours", "Three.", (Stop("one", "A?"), Stop("two", "B?"), Stop("three", "C?")))
TWICE = (Stop("one", "A?", {"example": "2", "kernel": "1 2; 3 4"}), Stop("two", "B?"), Stop("one", "C?"))
LED = Path("Led", "A lesson.", TWICE, numbered=True)


def walked(path: Path, shown: set[str]) -> list[str]:
    place, seen = path.places(shown)[0], []
    while place is not None:
        seen.append(f"{place.number} of {len(place.stops)}: {place.address()}")
        place = place.following
    return seen


def test_a_path_leads_along_the_stops_that_are_shown() -> None:
    assert walked(OURS, {"one", "two", "three"}) == ["1 of 3: ./one", "2 of 3: ./two", "3 of 3: ./three"]
    assert walked(OURS, {"one", "three"}) == ["1 of 2: ./one", "2 of 2: ./three"]


def test_a_lessons_addresses_say_what_the_stop_sets_and_its_number() -> None:
    assert walked(LED, {"one", "two"}) == [
        "1 of 3: ./one?example=2&kernel=1+2;+3+4&stop=1", "2 of 3: ./two?stop=2", "3 of 3: ./one?stop=3",
    ]  # fmt: skip
    assert LED.places({"one", "two"})[1].address("http://lab/{}") == "http://lab/two?stop=2"


def test_a_page_stands_where_its_address_says_else_at_the_first_place() -> None:
    places = places_of("one", {"one", "two"}, (LED, OURS))
    assert [place.number for place in places] == [1, 3]
    assert [place_at(places, number).stop.asks for number in ("3", "1", "2", "", "x")] == ["C?", "A?", "A?", "A?", "A?"]
    assert place_at(places_of("three", {"three", "one"}, (LED, OURS)), "").path is OURS
    assert places_of("nowhere", {"nowhere"}) == [] and place_at([], "1") is None


def test_localise_follows_classify() -> None:
    (place,) = places_of("classify", {"classify", "localise"})
    assert place.following is not None and place.following.stop == Stop("localise", "Where is it?")

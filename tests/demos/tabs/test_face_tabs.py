"""What the tabs about faces make of vectors; finding and embedding faces are stand-ins: a picture's red says whose face."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnn_core.errors import InputError, PictureError
from cnn_core.ops.faces import Rates
from cnn_core.results import Face
from demos.tabs.compare import _faces, same_person, triplet_playground, who_is_it

ANN, BOB, ANN_OLDER = (1.0, 0.0), (0.0, 1.0), (0.8, 0.6)
VECTORS = {10: ANN, 20: BOB, 30: ANN_OLDER}
NOBODY, TWO_FACES, SIDEWAYS = 0, 40, 50
RATES = Rates(*(np.array(row, np.float32) for row in ((0.0, 0.5, 1.0), (0.9, 0.2, 0.0), (0.0, 0.1, 0.7))))


def picture(red: int) -> np.ndarray:
    found = np.zeros((20, 20, 3), np.uint8)
    found[..., 0] = red
    return found


def face(vector: tuple[float, float]) -> Face:
    places = np.zeros((5, 2), np.float32)
    return Face(np.zeros(4, np.float32), 0.9, places, np.zeros((96, 96, 3), np.uint8), np.array(vector, np.float32))


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    def embed_faces(shown, detector, embedding):
        red = int(shown[0, 0, 0])
        if red == NOBODY:
            raise PictureError("No face was found.")
        if red == TWO_FACES:
            return [face(ANN), face(BOB)], 0
        return [face(VECTORS.get(red, BOB))], 1 if red == SIDEWAYS else 0

    kinds = {"turned": 0.7, "less_turned": 0.9, "lit_differently": 0.75, "less_lit_differently": 0.85}
    card = SimpleNamespace(record={"recognition": {"people": [2, 4], "right": [0.9, 0.8]}, "accuracy_by_kind": kinds})
    monkeypatch.setattr(_faces, "embed_faces", embed_faces)
    for module in (_faces, triplet_playground):
        monkeypatch.setattr(module, "measured", lambda: RATES)
    monkeypatch.setattr(who_is_it.weights, "card", lambda name: card)


def outputs(module, *inputs) -> dict:
    return {field.label: value for field, value in zip(module.DEMO.outputs, module.run(*inputs), strict=True)}


def test_one_person_and_two() -> None:
    same = outputs(same_person, picture(10), picture(30), 0.5)
    assert "**the same person**: similarity 0.80" in same["Answer"]
    assert "cosine 0.800, distance 0.632" in same["Numbers"]
    assert "**20.0%** of two people" in same["Errors"]
    assert "**10.0%** of one person" in same["Errors"]
    assert "straighter ahead 90% are decided rightly, of the other 70%" in same["Errors"]
    assert "**two people**" in outputs(same_person, picture(10), picture(20), 0.5)["Answer"]
    assert "**two people**" in outputs(same_person, picture(10), picture(30), 0.9)["Answer"]


def test_it_says_of_whom_there_is_no_face_or_more_than_one_and_what_was_turned() -> None:
    with pytest.raises(PictureError, match=r"^Second picture: No face was found\.$"):
        same_person.run(picture(10), picture(NOBODY), 0.5)
    told = outputs(same_person, picture(TWO_FACES), picture(SIDEWAYS), 0.5)["How they were found"]
    assert told.startswith("First picture: 2 faces; the largest is taken. Second picture: found only after turning")


def test_every_tab_warns() -> None:
    everything = (
        outputs(same_person, picture(10), picture(20), 0.3),
        outputs(who_is_it, [picture(10)], picture(20), 0.3),
        outputs(triplet_playground, picture(10), picture(30), picture(20), 0.3, []),
    )
    assert all("must never decide" in found["What this must not be used for"] for found in everything)


def test_the_nearest_enrolled_person_is_named_unless_too_far() -> None:
    known = outputs(who_is_it, [picture(20), picture(10)], picture(30), 0.5)
    assert known["Answer"] == "**Person 2**, similarity 0.80"
    assert known["Ranking"] == [[1, "person 2", "0.800", "yes"], [2, "person 1", "0.600", "yes"]]
    assert [words for _, words in known["Nearest first"]] == ["asked for", "person 2: 0.80", "person 1: 0.60"]
    assert "**Unknown**" in outputs(who_is_it, [picture(20), picture(10)], picture(30), 0.9)["Answer"]


def test_nobody_whom_another_visitor_enrolled_is_known() -> None:
    who_is_it.run([picture(10), picture(20)], picture(30), 0.5)
    second = outputs(who_is_it, [picture(20)], picture(30), 0.7)
    assert "**Unknown**" in second["Answer"] and [row[1] for row in second["Ranking"]] == ["person 1"]
    assert len(second["Nearest first"]) == 2


def test_nobody_enrolled() -> None:
    with pytest.raises(InputError, match="Nobody is enrolled"):
        who_is_it.run([], picture(10), 0.5)


def test_which_of_the_enrolled_has_no_face() -> None:
    with pytest.raises(PictureError, match=r"^Person 2: "):
        who_is_it.run([picture(10), picture(NOBODY)], picture(10), 0.5)


@pytest.mark.parametrize(
    ("negative", "margin", "loss", "kind"),
    [(20, 0.3, 0.0, "Easy"), (20, 1.8, 0.2, "Semi-hard"), (10, 0.3, 0.7, "Hard")],
)
def test_triplets_worked_by_hand(negative: int, margin: float, loss: float, kind: str) -> None:
    """Squared distances from Ann: to her older self 2 - 2 x 0.8 = 0.4, to Bob 2, to herself 0."""
    found = outputs(triplet_playground, picture(10), picture(30), picture(negative), margin, [])
    assert found["Loss"] == f"Loss **{loss:.3f}**"
    assert found["Kind"].startswith(f"**{kind}**")


def test_the_map_shows_every_face_and_keeps_opposite_ones_apart() -> None:
    figure = outputs(triplet_playground, picture(10), picture(30), picture(20), 0.3, [picture(20), picture(10)])[
        "In a plane"
    ]
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ["anchor", "positive", "negative", "1", "2"]
    places = [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in axes.lines[:5]]
    assert places[0] == pytest.approx(places[4], abs=1e-6)  # Ann twice
    assert places[2] == pytest.approx(places[3], abs=1e-6)  # Bob twice
    assert np.hypot(*np.subtract(places[0], places[2])) == pytest.approx(2**0.5, abs=1e-5)

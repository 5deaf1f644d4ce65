"""What the tabs about faces make of embeddings; finding and embedding are stand-ins: a picture's red says whose face."""

import base64
import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnn_core.errors import InputError, PictureError
from cnn_core.ops.faces import TEMPLATE, Rates
from cnn_core.results import Face
from demos import runner
from demos.frontends.gradio import brief
from demos.tabs.compare import _faces, same_person, triplet_playground, who_is_it
from demos.tabs.compare._people import MOST_PEOPLE, Person, enrol, plain

ANN, BOB, ANN_OLDER = (1.0, 0.0), (0.0, 1.0), (0.8, 0.6)
VECTORS = {10: ANN, 20: BOB, 30: ANN_OLDER}
NOBODY, TWO_FACES, SIDEWAYS, DOUBTFUL, TINY, CROOKED = 0, 40, 50, 60, 70, 80
RATES = Rates(
    *(
        np.array(row, np.float32)
        for row in ((0.0, 0.45, 0.5, 0.55, 1.0), (0.9, 0.5, 0.2, 0.1, 0.0), (0.0, 0.1, 0.3, 0.4, 0.7))
    )
)


def picture(red: int) -> np.ndarray:
    found = np.zeros((20, 20, 3), np.uint8)
    found[..., 0] = red
    return found


def face(vector: tuple[float, float], score: float = 0.9, side: float = 100, landmarks: np.ndarray = TEMPLATE) -> Face:
    box = np.array([0, 0, side, 1.25 * side], np.float32)
    return Face(box, score, landmarks, np.zeros((96, 96, 3), np.uint8), np.array(vector, np.float32))


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    def embed_faces(shown, detector, embedding):
        red = int(shown[0, 0, 0])
        mirrored = TEMPLATE * [-1, 1]  # the right eye left of the left one: no turn makes a face of that
        match red:
            case 0:
                raise PictureError("No face was found.")
            case 40:
                return [face(ANN), face(BOB)], 0
            case 60:
                return [face(ANN, score=0.74)], 0
            case 70:
                return [face(ANN, side=31)], 0
            case 80:
                return [face(ANN, landmarks=mirrored.astype(np.float32))], 0
        return [face(VECTORS.get(red, BOB))], 1 if red == SIDEWAYS else 0

    kinds = {"turned": 0.7, "less_turned": 0.9, "lit_differently": 0.75, "less_lit_differently": 0.85}
    strict = {"threshold": 0.5, "false_accept": 0.04, "false_reject": 0.2}
    people = {"people": [2, 4], "right": [0.9, 0.8]}
    card = SimpleNamespace(record={"recognition": people, "accuracy_by_kind": kinds, "strict": strict})
    monkeypatch.setattr(_faces, "embed_faces", embed_faces)
    for module in (_faces, triplet_playground, who_is_it):
        monkeypatch.setattr(module, "measured", lambda: RATES)
    monkeypatch.setattr(who_is_it.weights, "card", lambda name: card)


def outputs(module: Any, *inputs: Any) -> dict[str, Any]:
    fields = [field for field in module.DEMO.outputs if hasattr(field, "label")]
    return {field.label: value for field, value in zip(fields, module.run(*inputs), strict=False)}


def people(*pairs: tuple[str, tuple[float, float]]) -> list[Person]:
    return [Person(name, np.zeros((96, 96, 3), np.uint8), np.array(vector, np.float32)) for name, vector in pairs]


def asked(red: int, known: list[Person], claimed: str = "", threshold: float = 0.5, **given: Any) -> dict[str, Any]:
    """The tab's answer to a picture; ``known`` is what this visitor's page remembers."""
    values = {"photograph": None, "name": "", "enrolling": False, "forgetting": False, **given}
    answer = who_is_it.run(picture=picture(red), claimed=claimed, threshold=threshold, people=known, **values)
    return {getattr(field, "label", "memory"): v for field, v in zip(who_is_it.DEMO.outputs, answer, strict=True)}


def test_one_person_and_two() -> None:
    same = outputs(same_person, picture(10), picture(30), 0.5)
    assert same["Answer"] == "Taken for **the same person**: similarity 0.80, threshold 0.50"
    assert "cosine 0.800, distance 0.632 (distance² = 2 - 2 · cosine = 0.400)" in same["Numbers"]
    assert "**20.0%** of the pairs of two people" in same["Errors"]
    assert "**30.0%** of the pairs of one person" in same["Errors"]
    assert "**two people**" in outputs(same_person, picture(10), picture(20), 0.5)["Answer"]


def test_a_similarity_that_reaches_the_threshold_is_enough() -> None:
    assert "**the same person**" in outputs(same_person, picture(10), picture(10), 1.0)["Answer"]


@pytest.mark.parametrize(
    ("red", "reason"),
    [(DOUBTFUL, "score is only 0.74"), (TINY, "only 31 pixels wide"), (CROOKED, "do not lie as in a face")],
)
def test_what_may_be_no_face_is_doubted_in_the_headline(red: int, reason: str) -> None:
    told = outputs(same_person, picture(10), picture(red), 0.5)["Answer"]
    assert told.startswith("Not sure - Second picture: this may not be a usable face")
    assert reason in told
    assert reason in asked(red, people(("Ann", ANN)))["Recognition"]
    assert reason in outputs(triplet_playground, picture(red), picture(30), picture(20), 0.3, [])["Loss"]


def test_a_similarity_at_which_either_is_as_frequent_is_no_verdict() -> None:
    """Between 0.45 and 0.55 lie 40 % of the pairs of two people and 30 % of those of one: 3 of 7."""
    told = _faces.verdict_in_words(0.5, 0.45)
    assert told.startswith("Not sure - perhaps **the same person**")
    assert "43% were" in told


def test_how_a_face_was_found_is_said() -> None:
    with pytest.raises(PictureError, match=r"^Second picture: No face was found"):
        same_person.run(picture(10), picture(NOBODY), 0.5)
    told = outputs(same_person, picture(TWO_FACES), picture(SIDEWAYS), 0.5)["How they were found"]
    assert told.startswith(
        "First picture: 2 faces were found; the largest certain one is used. Second picture: the face was"
    )
    assert "90 degrees" in told


def test_every_tab_warns_and_says_where_the_pictures_go() -> None:
    everything = (
        outputs(same_person, picture(10), picture(20), 0.3),
        asked(20, people(("Ann", ANN))),
        outputs(triplet_playground, picture(10), picture(30), picture(20), 0.3, []),
    )
    for found in everything:
        warning = found["What this must not be used for"]
        assert "must never decide" in warning and "ten minutes after their last use" in warning
    assert brief.SECONDS == 600 and all(tab.DEMO.private for tab in (same_person, who_is_it, triplet_playground))


def test_recognition_names_the_nearest_unless_too_far() -> None:
    known = asked(30, people(("Bob", BOB), ("Ann", ANN)))
    assert known["Recognition"] == "**Ann**, similarity 0.80"
    assert known["Ranking"] == [[1, "Ann", "0.800", "yes"], [2, "Bob", "0.600", "yes"]]
    shown = known["Enrolled people, nearest first"]
    assert [(person["name"], person["alike"]) for person in shown["people"]] == [("Ann", 0.8), ("Bob", 0.6)]
    assert shown["words"] == "2 of 2 enrolled people reach the threshold 0.50."
    unknown = asked(30, people(("Bob", BOB), ("Ann", ANN)), threshold=0.9)
    assert unknown["Recognition"].startswith("**Nobody enrolled**: the nearest is Ann")
    assert [row[3] for row in unknown["Ranking"]] == ["no", "no"]


def test_the_line_up_has_everybodys_own_face_and_ticks_the_claimed_name() -> None:
    known = people(("Bob", BOB), ("Ann", ANN))
    for person, grey in zip(known, (50, 200), strict=True):
        person.picture[:] = grey
    shown = asked(30, known, " bob ", threshold=0.7)["Enrolled people, nearest first"]
    pixels = [np.array(Image.open(io.BytesIO(base64.b64decode(p["picture"].split(",")[1])))) for p in shown["people"]]
    assert [(p["name"], p["claimed"], int(face[0, 0, 0])) for p, face in zip(shown["people"], pixels, strict=True)] == [
        ("Ann", False, 200), ("Bob", True, 50),
    ]  # fmt: skip
    assert pixels[0].shape == (96, 96, 3)
    assert shown["words"] == "1 of 2 enrolled people reach the threshold 0.70."
    threshold = who_is_it.DEMO.inputs["threshold"]
    assert (shown["low"], shown["high"], shown["threshold"]) == (threshold.low, threshold.high, 0.7)
    assert asked(30, [], "Bob")["Enrolled people, nearest first"]["people"] == []


def test_verification_takes_a_picture_and_a_name() -> None:
    """The nearest is Ann, but it is the claimed name that is compared: 0.6 to Bob."""
    known = people(("Bob", BOB), ("Ann", ANN))
    assert "**Ann** is **correct**. The similarity 0.80 reaches" in asked(30, known, " ann ")["Verification"]
    wrong = asked(30, known, "Bob", threshold=0.6)["Verification"]
    assert "**Bob** is **correct**" in wrong and "10.0% of wrong names" in wrong  # 0.6 reaches 0.6
    wrong = asked(30, known, "Bob", threshold=0.7)["Verification"]
    assert "**Bob** is **wrong**. The similarity 0.60 does not reach" in wrong and "40.0% of correct names" in wrong
    assert "nobody called **Cid** is enrolled" in asked(30, known, "Cid")["Verification"]
    assert asked(30, known, "  ")["Verification"] == ""


def test_a_person_is_enrolled_with_a_name_and_forgotten() -> None:
    first = asked(10, [], photograph=picture(20), name="  Bob   B. ", enrolling=True)
    assert [person.name for person in first["memory"]] == ["Bob B."]
    assert "**Nobody enrolled**" in first["Recognition"]
    second = asked(10, first["memory"], photograph=picture(10), name="Ann", enrolling=True)
    assert second["Recognition"] == "**Ann**, similarity 1.00"
    assert [person.name for person in second["memory"]] == ["Bob B.", "Ann"]
    again = asked(10, second["memory"], photograph=picture(20), name="ANN", enrolling=True)["memory"]
    assert [person.name for person in again] == ["Bob B.", "ANN"]  # a new photograph of her
    assert again[1].vector.tolist() == list(BOB)
    gone = asked(10, second["memory"], forgetting=True)
    assert gone["memory"] == [] and gone["Recognition"].startswith("Nobody is enrolled. To enrol")
    assert gone["Enrolment"] == "Nobody is enrolled any more."
    assert second["Enrolment"].startswith("**Ann** is enrolled, 2 in all.")
    lost = asked(10, second["memory"], photograph=picture(20), name=" ", enrolling=True)
    assert "give a photograph and a name" in lost["Enrolment"] and len(lost["memory"]) == 2
    typed = asked(10, second["memory"], photograph=picture(20), name="Cid")  # the button was not pressed
    assert [person.name for person in typed["memory"]] == ["Bob B.", "Ann"]
    assert typed["Enrolment"] == r"Enrolled: Bob B\., Ann."


def test_more_than_eight_people_fit_and_then_it_is_said() -> None:
    many: list[Person] = []
    for number in range(MOST_PEOPLE):
        many, _ = enrol(many, picture(10), f"Person {number}")
    assert len(many) == MOST_PEOPLE > 8
    with pytest.raises(InputError, match="64 people"):
        enrol(many, picture(10), "One more")
    assert len(enrol(many, picture(10), "Person 3")[0]) == MOST_PEOPLE


def test_enrolling_wants_a_photograph_and_a_name() -> None:
    for photograph, name in ((None, "Ann"), (picture(10), "   ")):
        with pytest.raises(InputError, match="a photograph and a name"):
            enrol([], photograph, name)
    with pytest.raises(PictureError, match=r"^Ann: No face"):
        enrol([], picture(NOBODY), "Ann")


def test_names_are_short_and_no_markup() -> None:
    assert enrol([], picture(10), "Ann" + 300 * "x")[0][0].name == "Ann" + 37 * "x"
    assert plain("<img src=x>[a](b)**c**") == r"\<img src=x\>\[a\]\(b\)\*\*c\*\*"
    told = asked(10, people(("**<b>", ANN)), "**<b>")
    assert r"\*\*\<b\>" in told["Recognition"] and r"\*\*\<b\>" in told["Verification"]


def test_the_samples_are_enrolled_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demos.tabs.compare._people.samples.load", lambda name: picture(10 if name == "astronaut" else 20))
    values = runner.defaults(who_is_it.DEMO) | {"picture": picture(30), "threshold": 0.5}
    answer = who_is_it.run(**values)
    assert answer[0] == "**Eileen Collins**, similarity 0.80"
    assert [person.name for person in answer[-1]] == ["Eileen Collins", "Grace Hopper"]


@pytest.mark.parametrize(
    ("negative", "margin", "loss", "kind"),
    [(20, 0.3, 0.0, "Easy"), (20, 1.5, 0.0, "Easy"), (20, 1.8, 0.2, "Semi-hard"), (10, 0.3, 0.7, "Hard")],
)
def test_triplets_worked_by_hand(negative: int, margin: float, loss: float, kind: str) -> None:
    """Squared distances from Ann: to her older self 2 - 2 x 0.8 = 0.4, to Bob 2, to herself 0."""
    found = outputs(triplet_playground, picture(10), picture(30), picture(negative), margin, [])
    assert found["Loss"] == f"Loss **{loss:.3f}**"
    assert found["Kind"].startswith(f"**{kind}**")
    assert ("does not hold" in found["Kind"]) == (kind != "Easy")
    assert f"max(0.400 - {2.0 if negative == 20 else 0.0:.3f} + {margin:.2f}, 0) = **{loss:.3f}**" in found["Worked"]


def test_the_triplet_to_be_dragged_keeps_its_distances() -> None:
    """Ann, her older self, Bob; then Bob and Ann once more: two faces that the plane through the first three holds."""
    plane = outputs(triplet_playground, picture(10), picture(30), picture(20), 0.3, [picture(20), picture(10)])[
        "Embeddings in a plane"
    ]
    assert [point["name"] for point in plane["points"]] == ["anchor", "positive", "negative", "1", "2"]
    places = [(point["x"], point["y"]) for point in plane["points"]]
    assert places[0] == (0, 0)
    assert places[1] == pytest.approx((0.4**0.5, 0), abs=1e-6)  # squared distances as in the triplets above
    assert np.hypot(*places[2]) == pytest.approx(2**0.5, abs=1e-6)
    assert np.subtract(places[2], places[1]) @ np.subtract(places[2], places[1]) == pytest.approx(2 - 2 * 0.6, abs=1e-6)
    assert places[3:] == [pytest.approx(places[2], abs=1e-6), pytest.approx((0, 0), abs=1e-6)]
    assert plane["words"] == (
        "From the anchor to the positive it is 0.63, to the negative 1.41. With this margin a negative costs something up "
        "to a distance of 0.84."
    )
    assert plane["margin"] == 0.3
    assert plane["kinds"]["easy"].startswith("Easy: the negative is farther away")
    assert "numbered faces lie outside" in plane["note"]
    assert "numbered" not in triplet_playground.draw_plane([np.array(v) for v in (ANN, ANN_OLDER, BOB)], 0.3)["note"]


def test_no_example_compares_a_photograph_with_itself() -> None:
    for demo in (same_person.DEMO, triplet_playground.DEMO):
        for example in demo.examples:
            shown = [value for value in example.values() if isinstance(value, str)]
            assert len(shown) == len(set(shown))

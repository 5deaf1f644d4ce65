"""Golden errands in one room: ways that can be checked by eye, and what a blind agent and one that cannot read do there."""

from collections.abc import Callable

import pytest

from cnn_core.ops.tiny_instructions import parse
from cnn_core.ops.tiny_rooms import Furniture, Room
from cnn_core.tasks.following import Moment, follow

ROOM = Room(5, 6, (
    Furniture("chair", "red", 0, 0), Furniture("chair", "blue", 4, 5), Furniture("table", "green", 2, 3),
    Furniture("lamp", "yellow", 1, 1),
))  # fmt: skip
START = (4, 1)
LEFT, RIGHT = "go to the chair left of the table", "go to the chair right of the table"
WITHIN = 0.01


def walked(name: str, text: str) -> list[Moment]:
    return follow(ROOM, f"follow_{name}_tinyrooms", START, parse(text))


def sees_and_reads() -> None:
    """Round the lamp to the red chair, straight to the blue one: five and four steps with the stop."""
    left, right = walked("agent", LEFT), walked("agent", RIGHT)
    assert [moment.cell for moment in left] == [(4, 1), (3, 1), (2, 1), (2, 0), (1, 0)]
    assert [moment.cell for moment in right] == [(4, 1), (4, 2), (4, 3), (4, 4)]
    assert [left[-1].action, right[-1].action] == ["stop", "stop"]
    assert [float(moment.actions.max()) for moment in left] == pytest.approx([0.986, 0.984, 0.958, 0.984, 0.997], abs=WITHIN)
    assert left[0].target[1, 4] > 0.95 and right[0].target[5, 9] > 0.95  # four up, one left; four to the right


def blind() -> None:
    """It knows the words left and right, and never says that it is there."""
    left, right = walked("blind", LEFT), walked("blind", RIGHT)
    assert (left[0].action, right[0].action) == ("left", "right") and len(left) == len(right) == 30
    assert [float(ways[0].actions.max()) for ways in (left, right)] == pytest.approx([0.262, 0.263], abs=WITHIN)


def does_not_read() -> None:
    """Whatever is said, it walks the same way, up and then to and fro, and never says that it is there."""
    left, right = walked("deaf", LEFT), walked("deaf", RIGHT)
    assert [moment.cell for moment in left] == [moment.cell for moment in right] and len(left) == 30
    assert [moment.cell for moment in left[:6]] == [(4, 1), (3, 1), (2, 1), (2, 2), (1, 2), (0, 2)]
    assert float(left[0].actions.max()) == pytest.approx(0.784, abs=WITHIN)


CHECKS: dict[str, Callable[[], None]] = {
    "follow_agent_tinyrooms": sees_and_reads,
    "follow_blind_tinyrooms": blind,
    "follow_deaf_tinyrooms": does_not_read,
}

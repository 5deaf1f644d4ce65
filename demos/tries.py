"""What a press of "Try this" sets."""

from typing import Any

from demos import runner
from demos.spec import Button, Demo, Memory, Picture, Pictures, Point, Try


def settings_of(demo: Demo, tried: Try) -> dict[str, Any]:
    """Input name -> value: what is tried, and what the demo's other tries would set as the page opens with it.

    So that one press after the other shows one change at a time. Pictures, and places on them, stay unless they are named.
    """
    stays = Picture | Pictures | Point | Button | Memory
    others = {name for other in demo.lesson.tries for name in other.sets} - set(tried.sets)
    opening = runner.defaults(demo) | (dict(demo.examples[0]) if demo.examples else {})
    back = {n: opening[n] for n, field in demo.inputs.items() if n in others and not isinstance(field, stays)}
    return back | dict(tried.sets)

"""What a touch of a scene sets."""

from collections.abc import Mapping
from typing import Any

from cnn_core.errors import InputError
from demos import checks, runner
from demos.spec import Choice, Demo, Point, Scene


def settings_of(demo: Demo, scene: Scene, held: Mapping[str, Any], sent: Any) -> dict[str, Any]:
    """Input name -> the value that a touch of a scene gives it, checked as if a person had set it.

    Args:
        demo: whose scene it is.
        scene: what was touched.
        held: what the inputs hold now.
        sent: what the browser says, perhaps anything at all.

    Raises:
        InputError: it is no dict of inputs that the scene may set, or an input cannot have its value.
    """
    if not isinstance(sent, dict) or not set(sent) <= set(scene.sets):
        raise InputError(f"{scene.label}: expected values of {', '.join(scene.sets)}, got {checks.echo(sent)}.")
    values = dict(held)
    found: dict[str, Any] = {}
    for name in checks.in_order(demo.inputs):
        if name not in sent:
            continue
        field = demo.inputs[name]
        match field:
            case Choice():
                values[name] = checks.check_choice(field, sent[name], runner.options_of(field, values))
            case Point():
                values[name] = checks.check_point(field, sent[name])
            case _:
                values[name] = checks.check_alone(field, sent[name])
        found[name] = values[name]
    return found

"""Demos of a line, and what their runs say."""

from typing import Any

from demos import runner
from demos.spec import Demo, Lesson, Note

LESSON = Lesson(notice=("a", "b"), questions=(("c?", "d"), ("e?", "f")))


def demo_of(
    run: Any, inputs: dict[str, Any] | None = None, outputs: tuple[Any, ...] = (Note(label="Said"),), **more: Any
) -> Demo:
    """A demo called Small."""
    return Demo(title="Small", summary="Small.", lesson=LESSON, inputs=inputs or {}, outputs=outputs, run=run, **more)


def said(demo: Demo, **raw: Any) -> list[str]:
    """The first output of every step."""
    return [answer.values[0] for answer in runner.answers(demo, raw)]

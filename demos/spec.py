"""The vocabulary that a demo is written in. Plain data: no browser library, no torch.

A demo is one module in ``demos/tabs/<group>/`` with a constant ``DEMO = Demo(...)``. The front ends turn each field
(demos/fields.py) into a widget, so a demo works in every front end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from demos.fields import (
    Bars,
    BeforeAfter,
    Button,
    Choice,
    ClassGrid,
    ClassMap,
    Download,
    Field,
    Input,
    Memory,
    Note,
    OpenIn,
    Options,
    Output,
    Picture,
    PictureArray,
    Pictures,
    Plot,
    Point,
    Region,
    Regions,
    Scene,
    Seed,
    Slider,
    Table,
    Text,
    Toggle,
)
from demos.lesson import Lesson, Try

__all__ = [
    "GROUPS",
    "Bars",
    "BeforeAfter",
    "Button",
    "Choice",
    "ClassGrid",
    "ClassMap",
    "Demo",
    "Download",
    "Field",
    "Input",
    "Lesson",
    "Memory",
    "Note",
    "OpenIn",
    "Options",
    "Output",
    "Picture",
    "PictureArray",
    "Pictures",
    "Plot",
    "Point",
    "Region",
    "Regions",
    "Scene",
    "Seed",
    "Slider",
    "Table",
    "Text",
    "Toggle",
    "Try",
]

GROUPS = {
    "recognise": "Recognise",
    "segment": "Segment",
    "create": "Create",
    "compare": "Compare",
    "describe": "Describe",
    "look_inside": "Look inside",
    "by_hand": "By hand",
    "experiments": "Experiments",
}
"""Folder in ``demos/tabs`` -> the group's name on the page, in the order in which the page shows them."""


RESERVED = ("example", "stop", "with", "fresh", "lesson", "hide", "big")
"""Names that no input may have: in an address they mean something else (demos/addresses.py)."""


@dataclass(frozen=True, kw_only=True, eq=False)  # compared and hashed by identity, so that answers can be kept by demo
class Demo:
    """One tab.

    Attributes:
        title: on the tab.
        group: one of GROUPS' names; a demo in ``demos/tabs`` gets it from its folder.
        summary: one sentence under the title: what a person can do here.
        lesson: see ``Lesson``.
        inputs: argument name of ``run`` -> field.
        outputs: the fields that ``run``'s answer fills: a tuple of as many values (the bare value if there is one output).
        run: the function, called with all inputs by name; a generator's values are shown one after the other.
        examples: input values to start from; what an example leaves out keeps its default. A string for a Picture is the
            name of a sample picture (cnn_core.images.samples). The first example is what the tab opens with.
        example_titles: what each example is called, where its pictures do not say it; () to let them.
        thumbnail: (all inputs of an example) -> the picture on its button, (H, W, 3) uint8, where no input holds it; where
            it gives None, and without it, the first picture that the example sets.
        weights: names of the networks that the demo can use.
        order: place within its group.
        live: every change of an input runs it again (for work under 300 ms); otherwise a Run button does.
        stop: on the button that ends a run of several steps; "Pause" where the next run goes on from there.
        private: its pictures show people: files of them are deleted ten minutes after their last use, not hours.
    """

    title: str
    summary: str
    lesson: Lesson
    inputs: Mapping[str, Input]
    outputs: tuple[Output, ...]
    run: Callable[..., Any]
    examples: tuple[Mapping[str, Any], ...] = ()
    example_titles: tuple[str, ...] = ()
    thumbnail: Callable[[Mapping[str, Any]], PictureArray | None] | None = None
    weights: tuple[str, ...] = ()
    order: int = 0
    live: bool = True
    stop: str = "Stop"
    private: bool = False
    name: str = ""
    group: str = "Experiments"

    def __post_init__(self) -> None:
        if self.group not in GROUPS.values():
            raise ValueError(f"{self.title}: expected a group of {list(GROUPS.values())}, got {self.group!r}")
        if not self.summary.endswith((".", "?")):
            raise ValueError(f"{self.title}: the summary is a sentence and ends with '.', got {self.summary!r}")
        if self.example_titles and len(self.example_titles) != len(self.examples):
            raise ValueError(f"{self.title}: {len(self.examples)} examples, but {len(self.example_titles)} titles for them")
        for example in self.examples:
            if not set(example) <= set(self.inputs):
                raise ValueError(
                    f"{self.title}: an example sets {sorted(set(example) - set(self.inputs))}, which is no input"
                )
        for entry in self.lesson.tries:
            if not set(entry.sets) <= set(self.inputs):
                unknown = sorted(set(entry.sets) - set(self.inputs))
                raise ValueError(f"{self.title}: {entry.words!r} sets {unknown}, which is no input")
        labels = [f.label for f in (*self.inputs.values(), *self.outputs) if not isinstance(f, Memory)]
        if len(labels) != len(set(labels)):
            raise ValueError(f"{self.title}: two fields share a label, which tells them apart: {sorted(labels)}")
        if taken := set(self.inputs) & set(RESERVED):
            raise ValueError(f"{self.title}: {sorted(taken)} mean something else in an address")
        for key, field in self.inputs.items():
            self._check_references(key, field)
        plain = [name for name, field in self.inputs.items() if not isinstance(field, Picture | Pictures | Memory | Button)]
        for field in self.inputs.values():
            if isinstance(field, Picture) and (odd := set(field.brings) - set(plain)):
                raise ValueError(f"{self.title}: {field.label} brings {sorted(odd)}, which a picture cannot")
        for output in self.outputs:
            if isinstance(output, Pictures) and output.chooses and not isinstance(self.inputs.get(output.chooses), Choice):
                raise ValueError(f"{self.title}: {output.label} chooses {output.chooses!r}, which is no Choice")
            if isinstance(output, Scene) and (odd := set(output.sets) - set(plain)):
                raise ValueError(f"{self.title}: {output.label} sets {sorted(odd)}, which a touch cannot")

    @property
    def photograph(self) -> str | None:
        """The input that opens with the picture that a visitor gave elsewhere; None where none takes just any photograph."""
        taking = (name for name, field in self.inputs.items() if isinstance(field, Picture) and not field.optional)
        return None if self.private else next(taking, None)

    def _check_references(self, key: str, entry: Input) -> None:
        """Whether what an input names is there."""
        drawn = {field.label for field in self.outputs if isinstance(field, Picture | ClassMap)}
        match entry:
            case Memory() if entry.name != key or entry not in self.outputs:
                raise ValueError(
                    f"{self.title}: Memory({entry.name!r}) must stand under the key {entry.name!r} and among the outputs"
                )
            case Point() if entry.on not in drawn and not isinstance(self.inputs.get(entry.on), Picture):
                raise ValueError(f"{self.title}: {key} is a place on {entry.on!r}, which is no Picture of this demo")
            case Choice():
                self._check_dependence(key, entry)

    def _check_dependence(self, key: str, entry: Choice) -> None:
        """Whether the inputs that a Choice depends on are there and do not depend on it."""
        seen, ahead = {key}, list(entry.depends_on)
        while ahead:
            name = ahead.pop()
            field = self.inputs.get(name)
            if field is None or name == key:
                raise ValueError(f"{self.title}: {key} depends on {name!r}, which is {'itself' if field else 'no input'}")
            if isinstance(field, Choice) and name not in seen:
                ahead += field.depends_on
            seen.add(name)

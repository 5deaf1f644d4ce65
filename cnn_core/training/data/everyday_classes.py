"""The classes of the everyday classifier: what each data set's labels are called, which names answer for a kind of thing.

The table itself is ``everyday_classes.toml``, made to be read.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_suffix(".toml")
NOTHING = -1
"""The class number of a picture of nothing in the list."""


@dataclass(frozen=True)
class EverydayClasses:
    """The table as read.

    Attributes:
        names: of the K classes, in the order of the network's outputs.
        of_set: data set -> its label -> the everyday name; "" for nothing in the list.
        kinds: kind of thing -> the names that answer for it, its own name first.
    """

    names: tuple[str, ...]
    of_set: dict[str, dict[str, str]]
    kinds: dict[str, tuple[str, ...]]

    def numbers(self, data_set: str, labels: list[str]) -> list[int]:
        """The class number, 0..K-1 or ``NOTHING``, of each of a data set's labels.

        Raises:
            KeyError: a label that the table does not know.
        """
        place = {name: number for number, name in enumerate(self.names)} | {"": NOTHING}
        return [place[self.of_set[data_set][label]] for label in labels]

    def numbers_of_kind(self, kind: str) -> set[int]:
        """The class numbers that answer for a kind of thing; a name that is no kind answers for itself."""
        return {self.names.index(name) for name in self.kinds.get(kind, (kind,))}

    def accepted(self, number: int) -> set[int]:
        """The class numbers that are no mistake where a data set says class ``number``: all of a general name's kind."""
        return self.numbers_of_kind(self.names[number])


@cache
def everyday_classes() -> EverydayClasses:
    """The classes of the shipped table."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    kinds = {kind: tuple(members) for kind, members in table.pop("kinds").items()}
    names = dict.fromkeys(name for labels in table.values() for name in labels.values() if name)
    return EverydayClasses(tuple(names), table, kinds)

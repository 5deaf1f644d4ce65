"""How wide the columns of a table are, so that it fits beside its controls."""

from collections.abc import Sequence
from typing import Any

STAGE = 560
"""Pixels that a table has on a screen 1280 pixels wide; on a narrower one it is scrolled."""
LETTER, BOLD, AROUND = 8, 9, 24
"""Pixels of a letter, of a header's letter, and of a cell's edges."""


def column_widths(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """A width for each column, such as "120px": what its longest line needs.

    Where all together need more than STAGE, the wide ones give way, so that their lines break, down to their longest word.
    """
    columns = [[header, *(str(row[k]) for row in rows)] for k, header in enumerate(headers)]
    least = [LETTER * max(len(word) for line in column for word in line.split() or [""]) + AROUND for column in columns]
    headed = [BOLD * max(len(word) for word in header.split() or [""]) + AROUND for header in headers]
    least = [max(pair) for pair in zip(least, headed, strict=True)]
    lines = [LETTER * max(len(line) for line in column[1:] or column) + AROUND for column in columns]
    wanted = [max(pair) for pair in zip(least, lines, strict=True)]
    while sum(wanted) > STAGE and (can := [k for k, width in enumerate(wanted) if width > least[k]]):
        widest = max(can, key=lambda k: wanted[k])
        wanted[widest] = max(wanted[widest] - LETTER, least[widest])
    return [f"{width}px" for width in wanted]

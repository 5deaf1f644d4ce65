"""What the tabs that find objects say of them in the same way."""


def counted(labels, otherwise):
    """How many of each class, the surest class first, or ``otherwise`` if there is none. Markdown."""
    return ", ".join(f"{labels.count(name)} **{name}**" for name in dict.fromkeys(labels)) or otherwise


def corners(box):
    """A box's corners in whole pixels."""
    x1, y1, x2, y2 = (round(float(side)) for side in box)
    return f"{x1}, {y1} to {x2}, {y2}"

"""What the core raises. Every message is a sentence for a person: what was expected, what came, what would work."""


class LabError(Exception):
    """A message that may be shown to the person at the page as it is."""


class PictureError(LabError):
    """A picture that cannot be used: damaged, too large, of an unknown format, or missing."""


class InputError(LabError):
    """An input that is not a picture and cannot be used: a number out of range, an unknown choice, a point outside."""


class WeightsError(LabError):
    """Weights that are missing, damaged, or do not fit the architecture their card names."""

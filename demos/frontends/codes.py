"""QR codes, drawn here: no other server learns the address."""

import io

import segno

LONGEST = 1000
"""Letters of an address that a code is drawn of; a telephone reads no larger one from a projector."""


def code_of(address: str) -> bytes:
    """The code of an address of at most LONGEST letters as a file of SVG, on white."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=6, border=3, light="#fff")
    return drawn.getvalue()

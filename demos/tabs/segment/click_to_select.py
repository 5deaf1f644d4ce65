"""Click to select: a click says what is meant, and every further click corrects the mask."""

import io
import zlib

import numpy as np
from PIL import Image

from cnn_core.images import drawing
from cnn_core.tasks.click_segmentation import encode, select
from demos.spec import Button, Choice, Demo, Download, Lesson, Memory, Note, Picture, Point, Table

NETWORK = "click_unet_voc20"
ADD, TAKE_AWAY = "add", "take away"
MOST = 20
made = Memory("made")


def run(picture, place, meaning, undo, anew, made):
    """The mask after all clicks so far; the page remembers them."""
    number = zlib.crc32(picture.tobytes())
    if made is None or made["picture"] != number:
        stale = made is not None and place is not None and made["last"] == list(place)
        made = {"picture": number, "clicks": [], "last": list(place) if stale else None}
    clicks = [tuple(click) for click in made["clicks"]]
    if anew:
        clicks = []
    elif undo:
        clicks = clicks[:-1]
    elif place is not None and list(place) != made["last"]:
        clicks = [*clicks, (int(place[0]), int(place[1]), meaning == ADD)][-MOST:]
    made = {"picture": number, "clicks": [list(click) for click in clicks], "last": list(place) if place else None}

    masks = masks_so_far(picture, clicks)
    mask = masks[-1] if masks else np.zeros(picture.shape[:2], bool)
    return (
        in_words(clicks, mask),
        drawing.clicks_over(drawing.spotlight(picture, mask) if mask.any() else picture, clicks),
        rows(clicks, masks),
        ("selection.png", png(picture, mask)) if mask.any() else None,
        made,
    )


def masks_so_far(picture, clicks):
    """The mask after each click; the picture's maps are computed once for all of them."""
    if not clicks:
        return []
    encoded = encode(picture, NETWORK)
    return [select(encoded, clicks[: k + 1]) for k in range(len(clicks))]


def in_words(clicks, mask):
    """The headline."""
    if not clicks:
        return "Click an object in your picture."
    if not any(belongs for _, _, belongs in clicks):
        return "Say first what belongs to it: set the switch to *add* and click the object."
    if not mask.any():
        return "Nothing is left. Add a click, or take one back."
    count = f"{len(clicks)} click{'s' if len(clicks) > 1 else ''}"
    return f"{mask.mean():.0%} of the picture selected by {count}. Something wrong? Click there."


def rows(clicks, masks):
    """What each click changed, in shares of the picture."""
    table, before = [], None
    for n, ((x, y, belongs), mask) in enumerate(zip(clicks, masks, strict=True), 1):
        gained = mask if before is None else mask & ~before
        lost = np.zeros_like(mask) if before is None else before & ~mask
        table.append([n, f"{x}, {y}", ADD if belongs else TAKE_AWAY, f"+{gained.mean():.1%}", f"-{lost.mean():.1%}"])
        before = mask
    return table


def png(picture, mask):
    """The selected pixels on nothing: a PNG with transparency."""
    out = io.BytesIO()
    Image.fromarray(np.dstack([picture, np.uint8(255) * mask])).save(out, "PNG")
    return out.getvalue()


DEMO = Demo(
    title="Click to select",
    summary="Click an object and get its outline. Click again where the outline is wrong.",
    lesson=Lesson(
        notice=(
            "The network knows no names here: the click is the question, the mask is the answer.",
            "One click is ambiguous: the cat's eye, its head, or the cat? The second click settles it.",
            "The picture's maps are computed without the clicks; a small decoder reads maps and clicks together.",
        ),
        questions=(
            (
                "How can one train this without people clicking?",
                "With masks that are there anyway: take a mask, click inside it by programme, then click where the answer "
                "is most wrong, as a person would.",
            ),
            (
                "It was trained on 20 kinds of things. What happens with a teapot?",
                "Try it. The outline often still follows strong edges, but parts are missing: nothing taught it teapots.",
            ),
        ),
        sources=("Kirillov et al. 2023, arXiv:2304.02643 (Segment Anything)", "Xu et al. 2016, arXiv:1603.04042 (clicks)"),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="Click an object in it."),
        "place": Point(label="Where", on="picture"),
        "meaning": Choice(label="The next click means", options=((ADD, "this belongs to it"), (TAKE_AWAY, "this does not"))),
        "undo": Button(label="Take back the last click"),
        "anew": Button(label="Start anew"),
        "made": made,
    },
    outputs=(
        Note(label="Selected", tone="headline"),
        Picture(label="Selection", alt="The picture, dark outside the selected object, with a mark at every click"),
        Table(label="Click by click", columns=("click", "where", "means", "gained", "lost")),
        Download(label="The selection as PNG", folded=True),
        made,
    ),
    run=run,
    examples=(
        {"picture": "chelsea", "place": (230, 150)},
        {"picture": "astronaut", "place": (230, 200)},
        {"picture": "motorcycle", "place": (370, 260)},
    ),
    weights=(NETWORK,),
    order=3,
)

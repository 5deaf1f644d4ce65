"""Click to select: a click says what is meant, and every further click corrects the mask."""

import io
import zlib
from typing import Any

import numpy as np
from PIL import Image

from cnn_core.images import drawing, marking, opening
from cnn_core.ops.masks import Click, Mask
from cnn_core.results import PictureArray
from cnn_core.tasks.click_segmentation import encode, select
from demos.spec import Button, Choice, Demo, Download, Lesson, Memory, Note, Picture, Point, Scene, Table, Try
from demos.tabs._addresses import address_of

NETWORK = "click_unet_voc20"
ADD, TAKE_AWAY = "add", "take away"
MOST_CLICKS = 20
DARKNESS = 178
"""Of what is not selected, 0..255: 30 % of its light is left."""
made = Memory("made")

Place = tuple[int, int] | None
Made = dict[str, Any]


def run(picture: PictureArray, place: Place, meaning: str, undo: bool, anew: bool, made: Made | None) -> tuple[Any, ...]:
    """The mask after all clicks so far; the page remembers them."""
    made = started(picture, place, made)
    clicks: list[Click] = [(x, y, belongs) for x, y, belongs in made["clicks"]]
    if anew:
        clicks = []
    elif undo:
        clicks = clicks[:-1]
    elif place is not None and list(place) != made["last"]:
        belongs = meaning == ADD or not clicks  # the first click can only say what is meant
        clicks = [*clicks, (*place, belongs)][:MOST_CLICKS]
    made = {**made, "clicks": [list(click) for click in clicks], "last": list(place) if place else None}

    masks = masks_after_each(picture, clicks)
    mask = masks[-1] if masks else np.zeros(picture.shape[:2], bool)
    lit = drawing.spotlight(picture, mask) if mask.any() else picture
    return (
        in_words(clicks, mask, meaning),
        draw_selection(picture, mask, clicks),
        marking.mark_clicks(lit, clicks),
        changes(clicks, masks),
        ("selection.png", cut_out(picture, mask)) if mask.any() else None,
        made,
    )


def started(picture: PictureArray, place: Place, made: Made | None) -> Made:
    """What is remembered of this picture: its number, the clicks in it, the last place; a new picture has no clicks yet."""
    number = zlib.crc32(picture.tobytes())
    if made is not None and made["picture"] == number:
        return made
    old_click = made is not None and place is not None and made["last"] == list(place)  # made in the picture before
    return {"picture": number, "clicks": [], "last": list(place) if old_click and place else None}


def masks_after_each(picture: PictureArray, clicks: list[Click]) -> list[Mask]:
    """The mask (H, W) after each click; the picture's feature maps are computed once for all of them."""
    if not clicks:
        return []
    encoded = encode(picture, NETWORK)
    return [select(encoded, clicks[: k + 1]) for k in range(len(clicks))]


def in_words(clicks: list[Click], mask: Mask, meaning: str) -> str:
    """The headline."""
    if not clicks:
        return "Click an object in your picture."
    if not mask.any():
        return "Nothing is left. Add a click, or take one back."
    words = f"{mask.mean():.0%} of the picture selected by {len(clicks)} click{'s' if len(clicks) > 1 else ''}."
    if len(clicks) == 1 and meaning == TAKE_AWAY:
        return f"{words} The first click always says what belongs to it; the next one takes away."
    if len(clicks) == MOST_CLICKS:
        return f"{words} More than {MOST_CLICKS} do not count."
    return f"{words} Something wrong? Click that place."


def draw_selection(picture: PictureArray, mask: Mask, clicks: list[Click]) -> dict[str, Any]:
    """The picture, dark outside the mask (H, W), to be pressed; the clicks are pixels of the picture itself."""
    height, width = mask.shape
    shown = opening.for_the_screen(picture)
    dark = np.where(mask, 0, DARKNESS).astype(np.uint8)
    shade = Image.fromarray(np.dstack([np.zeros_like(dark), dark])).resize((shown.shape[1], shown.shape[0]))
    return {
        "words": f"The picture, dark outside the selection of {mask.mean():.0%}, with {len(clicks)} clicks.",
        "width": width,
        "height": height,
        "picture": address_of(Image.fromarray(shown), "jpeg", quality=90),
        "shade": address_of(shade, "png") if mask.any() else "",
        "clicks": [[x, y, belongs] for x, y, belongs in clicks],
        "adds": ADD,
        "takes": TAKE_AWAY,
    }


def changes(clicks: list[Click], masks: list[Mask]) -> list[list[Any]]:
    """What each click changed, in shares of the picture."""
    table: list[list[Any]] = []
    before = np.zeros_like(masks[0]) if masks else np.zeros(0, bool)
    for n, ((x, y, belongs), mask) in enumerate(zip(clicks, masks, strict=True), 1):
        gained, lost = float((mask & ~before).mean()), float((before & ~mask).mean())
        table.append([n, f"{x:.0f}, {y:.0f}", ADD if belongs else TAKE_AWAY, f"+{gained:.1%}", f"-{lost:.1%}"])
        before = mask
    return table


def cut_out(picture: PictureArray, mask: Mask) -> bytes:
    """The selected pixels on nothing: a PNG with transparency."""
    out = io.BytesIO()
    Image.fromarray(np.dstack([picture, np.uint8(255) * mask])).save(out, "PNG")
    return out.getvalue()


DEMO = Demo(
    title="Click to select",
    summary="Click an object to select it. Click again where the selection is wrong.",
    lesson=Lesson(
        see="The pixels that belong to what was clicked; all others are dark.",
        tries=(
            Try(
                words="Click the small cat",
                sets={"picture": "cat_on_wall", "place": (594, 262)},
                watch="Does the mask follow the cat, or the edge of its photograph?",
            ),
            Try(
                words="Click the wall instead",
                sets={"picture": "cat_on_wall", "place": (200, 200)},
                watch="A wall is no object. What is selected?",
            ),
            Try(
                words="Click a cup",
                sets={"picture": "coffee", "place": (300, 150)},
                watch="Cups were not among what it learned. Does it find the outline?",
            ),
        ),
        notice=(
            "The network knows no names here: the click is the question, the mask is the answer.",
            "One click is ambiguous: the cat's eye, its head, or the cat? The second click settles it.",
            "The picture's feature maps are computed once, without the clicks. A small decoder reads them with the clicks.",
            "What you see is tidied: only the parts under your clicks are kept, and their holes are filled.",
        ),
        questions=(
            (
                "How can one train this without people clicking?",
                "With masks that exist already: a program clicks inside a mask, then where the answer is most wrong, "
                "as a person would.",
            ),
            (
                "It was trained on 20 kinds of things. What happens with a teapot?",
                "Try it with a picture of your own. It never saw a teapot in training, so it follows edges and colours.",
            ),
        ),
        sources=("Kirillov et al. 2023, arXiv:2304.02643 (Segment Anything)", "Xu et al. 2016, arXiv:1603.04042 (clicks)"),
    ),
    inputs={
        "picture": Picture(label="Your picture"),
        "place": Point(label="Where is the object?", on="picture", help="Click it"),
        "meaning": Choice(label="The next click says", options=((ADD, "this belongs to it"), (TAKE_AWAY, "this does not"))),
        "undo": Button(label="Take back the last click"),
        "anew": Button(label="Start anew"),
        "made": made,
    },
    outputs=(
        Note(label="Selected", tone="headline"),
        Scene(
            label="Selection",
            script="selection",
            sets=("place", "meaning"),
            help="The left button adds, the right one or a long press takes away. With keys: the arrows, Enter, Delete.",
        ),
        Picture(
            label="Selection, as a picture",
            alt="The picture, dark outside the selected object, with a mark at every click",
            folded=True,
        ),
        Table(label="Click by click", columns=("click", "where", "means", "gained", "lost")),
        Download(label="The selection as PNG", folded=True),
        made,
    ),
    run=run,
    examples=(
        {"picture": "chelsea", "place": (230, 150)},
        {"picture": "cat_on_wall", "place": (594, 262)},
        {"picture": "coffee", "place": (300, 150)},
        {"picture": "astronaut", "place": (230, 200)},
        {"picture": "motorcycle", "place": (370, 260)},
    ),
    weights=(NETWORK,),
    order=3,
)

"""Caption: a sentence for a picture, word by word, with where the network looked and what else it might have written."""

from typing import Any

from PIL import Image

from cnn_core.images import drawing, opening
from cnn_core.ops.word_search import words_of
from cnn_core.results import Heatmap, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.captioning import WIDEST, Caption, Word, Writing, caption, unevenness
from demos.spec import Choice, Demo, Note, Picture, Pictures, Scene, Seed, Slider, Table, Text, Toggle
from demos.tabs._addresses import address_of
from demos.tabs.describe._caption_lesson import LESSON

ATTENDING, PLAIN = "caption_attention_flickr8k", "caption_plain_flickr8k"
DOUBLY = "caption_doublystochastic_flickr8k"
CALLED = {ATTENDING: "with", DOUBLY: "doubly stochastic", PLAIN: "without"}
HOW = (("beam", "beam search"), ("greedy", "greedy: the likeliest word each time"), ("sampling", "sampling: draw each word"))
SHORT = 2
"""Words of so few letters ("a", "is") name nothing: another one stands open at first."""
LONGEST = 220
"""Longer side of the small pictures, pixels."""
FULL = 4
"""So many times the even share of all words' attention has the last of the colours."""


def run(
    picture: PictureArray, how: str, width: int, beginning: str, doubly: bool, temperature: float, seed: int
) -> tuple[Any, ...]:
    """One picture, two or three decoders: the sentences, and word by word where an attending one looked."""
    writing = Writing(how, int(width), temperature, seed, tuple(words_of(beginning)))  # type: ignore[arg-type]
    names = (ATTENDING, DOUBLY, PLAIN) if doubly else (ATTENDING, PLAIN)
    written = {name: caption(picture, name, writing) for name in names}
    found = written[DOUBLY if doubly else ATTENDING]
    small, _ = opening.cap_longest_side(picture, LONGEST)
    heat = [heat_over(small, word) for word in found.words]
    return (
        headline(found),
        say_strange(found),
        scene_of(found, small, heat, len(writing.beginning)),
        [[CALLED[name], one.sentence, f"{one.sureness:.0%}", say_unevenness(one)] for name, one in written.items()],
        [beam_row(number, beam) for number, beam in enumerate(found.beams, 1)],
        [[word.word, f"{word.probability:.0%}", rivals_of(word)] for word in found.words],
        [(shown, f"{word.word} {word.probability:.0%}") for shown, word in zip(heat, found.words, strict=True)],
    )


def headline(found: Caption) -> str:
    """The sentence, as the guess that it is."""
    if not found.words:
        return "It ends the sentence before the first word."
    if is_strange(found):
        return f"Unlike its training, so do not believe **“{found.sentence}”**"
    return f"Perhaps **“{found.sentence}”** ({found.sureness:.0%} a word)"


def is_strange(found: Caption) -> bool:
    """Whether the picture is unlike those of the training."""
    return found.strangeness > float(weights.card(ATTENDING).record["strange"]["threshold"])


def say_strange(found: Caption) -> str:
    """Whether the picture is unlike those of the training; "" where it is like them."""
    if not is_strange(found):
        return ""
    strange = weights.card(ATTENDING).record["strange"]
    return (
        "**This picture is unlike the training photographs**, which show people and dogs, mostly outdoors: its features lie "
        f"{found.strangeness:.2f} standard deviations from theirs (root mean square), and 95 % of photographs like those "
        f"stay below {strange['threshold']:.2f}."
    )


def heat_over(small: PictureArray, word: Word) -> PictureArray:
    """The small picture with where the network looked for this word, its strongest place at the top of the colours."""
    return drawing.overlay_heatmap(small, Heatmap(word.attention / word.attention.max(), word.word))


def say_unevenness(found: Caption) -> str:
    """How unevenly all words together looked at the picture; "" without words."""
    return f"{unevenness(found.attended):.0%}" if found.words else ""


def whole_of(found: Caption, small: PictureArray) -> dict[str, str]:
    """The attention of all words together, over the small picture and in words."""
    attended, words = found.attended, len(found.words)
    even = words / attended.size
    shown = drawing.overlay_heatmap(small, Heatmap((attended / (FULL * even)).clip(0, 1), "all words"))
    return {
        "photo": address_of(Image.fromarray(shown), "jpeg", quality=80),
        "words": f"The weights of {words} words, summed at each of {attended.size} places: {attended.min():.2f} to "
        f"{attended.max():.2f}. Were all places alike, each would have {words} / {attended.size} = {even:.2f}. "
        f"Unevenness (standard deviation / mean): {say_unevenness(found)}. Full colour: {FULL} even shares or more.",
    }


def scene_of(found: Caption, small: PictureArray, heat: list[PictureArray], fixed: int) -> dict[str, Any] | None:
    """All that the drawing of the words shows; ``fixed``: how many of them were given."""
    if not found.words:
        return None
    words = [word.word for word in found.words]
    sharpest = max(range(len(words)), key=lambda k: (len(words[k]) > SHORT, float(found.words[k].attention.max())))
    return {
        "words": f"The sentence word by word with where the network looked: {found.sentence}.",
        "width": small.shape[1],
        "height": small.shape[0],
        "fixed": fixed,
        "chosen": min(fixed, len(words)) - 1 if fixed else sharpest,
        "cards": [
            {
                "word": word.word,
                "share": word.probability,
                "photo": address_of(Image.fromarray(shown), "jpeg", quality=80),
                "rivals": [
                    {"word": name, "share": share, "beginning": " ".join([*words[:k], name])} for name, share in word.rivals
                ],
            }
            for k, (word, shown) in enumerate(zip(found.words, heat, strict=True))
        ],
        "whole": whole_of(found, small),
    }


def beam_row(number: int, beam: Any) -> list[str]:
    """One sentence that the search kept."""
    end = "" if beam.ended else " …"
    return [str(number), " ".join(beam.words) + end, f"{beam.score:.2f}", f"{beam.log_probability:.2f}"]


def rivals_of(word: Word) -> str:
    """The likeliest other words with their probabilities."""
    return ", ".join(f"{name} {share:.0%}" for name, share in word.rivals)


DEMO = Demo(
    title="Caption",
    summary="A network writes a sentence about your picture, word by word: see where it looks, and choose another word.",
    lesson=LESSON,
    inputs={
        "picture": Picture(label="Your picture", help="People and dogs outdoors are what it has learned from."),
        "how": Choice(label="How words are chosen", options=HOW),
        "width": Slider(label="Beams", low=1, high=WIDEST, step=1, default=3, help="Sentences kept at once by beam search."),
        "beginning": Text(
            label="The sentence begins with",
            placeholder="a man in",
            help="Type words, or press a rival below. Empty: it begins by itself.",
            longest=120,
        ),
        "doubly": Toggle(
            label="Doubly stochastic attention",
            help="A network whose attention was asked, in training, to reach every place alike over a sentence. It "
            "learned for fewer epochs than the others: its card says how many.",
        ),
        "temperature": Slider(label="Temperature of sampling", low=0.2, high=2, step=0.1, default=1, folded=True),
        "seed": Seed(label="Seed of sampling", folded=True),
    },
    outputs=(
        Note(label="Caption", tone="headline"),
        Note(label="Unlike the training", tone="warning"),
        Scene(
            label="Word by word",
            script="caption",
            sets=("beginning",),
            help="Press a word, then one of its rivals.",
        ),
        Table(
            label="With and without attention",
            columns=("attention", "sentence", "mean", "uneven"),
            help="Mean: of the words' probabilities. Uneven: all words' attention together, its standard deviation / mean.",
        ),
        Table(label="All beams", columns=("", "sentence", "score", "log p")),
        Table(label="Each word's rivals", columns=("word", "probability", "the five likeliest others"), folded=True),
        Pictures(label="Where it looked, word by word", columns=6, folded=True),
    ),
    run=run,
    examples=({"picture": "cub_on_lawn"}, {"picture": "camera"}, {"picture": "coffee"}),
    weights=(ATTENDING, DOUBLY, PLAIN),
    order=1,
)

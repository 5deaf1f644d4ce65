"""How sure an answer is, said in the headline in the same way by every tab that names what it sees."""

from cnn_core.results import Classification, PictureArray
from cnn_core.runtime.cards import Card
from cnn_core.tasks.classification import knows_nothing_here, measured_accuracy
from cnn_core.tasks.second_opinion import Seen, object_without_class

HALF = 0.5
"""An answer that was right less often than this is not given as a fact."""


def doubtful(card: Card, confidence: float) -> bool:
    """Whether the network was right less than half of the time when it was this sure (0..1, at temperature 1).

    Where that was not measured here, its own confidence is taken for it.
    """
    share, count = measured_accuracy(card, confidence)
    return (share if count else confidence) < HALF


def name_with_doubt(name: str, confidence: float, card: Card, other: Seen | None = None, nothing_known: bool = False) -> str:
    """The headline for a class and its probability: a fact, or "Not sure - perhaps ..." and the reasons. Markdown.

    Args:
        name: of the likeliest class.
        confidence: its probability at temperature 1, 0..1.
        card: of the network.
        other: what another network sees there, for which this one has no class.
        nothing_known: whether it is probably none of the network's classes.
    """
    unsure = doubtful(card, confidence)
    if not (unsure or nothing_known) and other is None:
        return f"**{name}** {confidence:.0%}"
    reasons = [f"Not sure - perhaps **{name}** {confidence:.0%}."]
    share, count = measured_accuracy(card, confidence)
    if nothing_known:
        reasons = [f"Probably none of its {len(card.classes):,} classes; the nearest is **{name}** {confidence:.0%}."]
    elif unsure and count:
        reasons.append(f"When it was about this sure, it was right {share:.0%} of the time.")
    if other is not None:
        reasons.append(
            f"It has no class '{other.name}', and the multi-label network sees {with_article(other.name)} "
            f"({other.probability:.0%})."
        )
    return " ".join(reasons)


def say_class(picture: PictureArray, answer: Classification, card: Card) -> str:
    """The headline for a classifier's answer (at temperature 1) to a picture, and all that speaks against it. Markdown."""
    name, confidence = answer.top(1)[0]
    other, nothing_known = object_without_class(picture, card, name), knows_nothing_here(answer, card)
    return name_with_doubt(name, confidence, card, other, nothing_known)


def with_article(name: str) -> str:
    """The name with "a" or "an"."""
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"

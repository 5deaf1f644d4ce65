"""What a lecturer says beside the tab "Why?"."""

from demos.lesson import Lesson, Try

LESSON = Lesson(
    see="The regions that speak for the answer, and whether the answer goes when they are taken away.",
    tries=(
        Try(words="Forget all that it has learned", sets={"forget": "all"}, watch="Is the last map still like the first?"),
        Try(
            words="Show it a small cat on a wall",
            sets={"picture": "cat_on_wall"},
            watch="Do the bright regions lie on the cat or on the wall?",
        ),
        Try(
            words="Forget its last layer alone",
            sets={"forget": "last"},
            watch="Does the map show what the last layer has learned?",
        ),
    ),
    notice=(
        "Grad-CAM's last map has only a few cells: the smooth blob comes from the enlargement, not from the network.",
        "The same picture has another map for another class. Each is drawn at its own full brightness.",
        "The score beside the map, not its looks, says whether these regions matter to the network.",
        "The middle of the picture is a strong rival: most photographs have their subject there.",
        "Forget the last layer: a map that stays as it was does not show what that layer has learned.",
    ),
    questions=(
        (
            "The map lies on the dog. Is that why the network says dog?",
            "The map alone cannot tell. It looks right because *we* see the dog. Take its regions away (deletion): if "
            "the probability falls faster than for random ones, the network did use them.",
        ),
        (
            "The map lies on the grass beside the sheep. Is the map wrong?",
            "It may be right and the network wrong: it may have learned that sheep stand on grass. A map can reveal a "
            "clue that we did not want. It cannot say what the network answers to a meadow without sheep; try one.",
        ),
        (
            "Integrated gradients gives almost nothing to a grey area in the middle of the animal. Why?",
            "The path starts from a picture of one grey, the training pictures' mean colour, and every share is "
            "multiplied by the difference from it. What looks like the start gets nothing, however important it is.",
        ),
        (
            "Why are single pixels not taken away, but whole squares?",
            "Loose missing pixels are a kind of noise that upsets a network wherever it is. The curve would then "
            "measure the noise. Squares leave such traces too, only fewer: the training had no pictures with holes.",
        ),
        (
            "Even with all layers random, the map is sometimes not wholly unlike the first. How can that be?",
            "Convolutions answer to edges whatever their weights, and padding marks the border. That likeness comes "
            "from the picture and the architecture; whatever a map shares with it is no evidence of learning.",
        ),
    ),
    sources=(
        "Selvaraju et al. 2016, arXiv:1610.02391 (Grad-CAM)",
        "Sundararajan et al. 2017, arXiv:1703.01365 (integrated gradients)",
        "Smilkov et al. 2017, arXiv:1706.03825 (SmoothGrad)",
        "Petsiuk et al. 2018, arXiv:1806.07421 (deletion and insertion)",
        "Adebayo et al. 2018, arXiv:1810.03292 (sanity checks)",
    ),
)

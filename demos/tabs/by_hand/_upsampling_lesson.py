"""What a lecturer says beside the upsampling bench."""

from demos.lesson import Lesson, Try

LESSON = Lesson(
    see="The same few numbers, enlarged in every way that a decoder knows.",
    tries=(
        Try(
            words="Enlarge ones with a kernel of ones",
            sets={"decoder": "1 1; 1 1", "kernel": "1 1 1; 1 1 1; 1 1 1"},
            watch="Where do the stamps of the transposed convolution overlap?",
        ),
        Try(
            words="A kernel of 2 by 2, no padding",
            sets={"kernel": "1 1; 1 1", "padding": 0},
            watch="How many stamps does each number get now?",
        ),
        Try(
            words="The same kernel without padding",
            sets={"padding": 0},
            watch="How large is the output of the transposed convolution now?",
        ),
    ),
    notice=(
        "Max-unpooling puts the decoder's values where the encoder's maxima stood; bed of nails and nearest neighbour "
        "have forgotten these positions.",
        "A transposed convolution stamps its kernel, times the value, at steps of the stride; overlapping ones add up.",
        "A kernel of 3 by 3 with stride 2, padding 1 and output padding 1 makes 4 by 4 of 2 by 2; without any padding "
        "it makes 5 by 5. (Left alone, the output padding makes the output the stride times as large, or nearly so.)",
        "Where the stride does not divide the kernel, some numbers get more stamps than others: the checkerboard. In "
        "'nearest, then convolution' every number away from the edges gets the whole kernel, so its numbers are larger.",
    ),
    questions=(
        (
            "Make all of the decoder's numbers 1 and the kernel '1 1 1; 1 1 1; 1 1 1', stride 2. What do you see? And "
            "with '1 1; 1 1' and padding 0?",
            "The transposed convolution shows 1, 2 and 4 in a checkerboard; with the smaller kernel it is 1 everywhere.",
        ),
        (
            "Can a network unlearn the checkerboard?",
            "It can choose kernels whose uneven stamps cancel, but must work for it. Enlarging first and convolving "
            "then has no such pattern to begin with (Odena et al. 2016).",
        ),
        (
            "Which of the three trained networks draws the finest borders, and why may another still score higher?",
            "Max-unpooling puts values back to where the maxima stood, so that borders follow the picture's. But "
            "most of what decides the mean IoU is whether a thing is recognised at all, which all three have in common.",
        ),
        (
            "Why not leave pooling out, and stack convolutions at the picture's size with a softmax for each pixel?",
            "It would work, and cost too much: a convolution uses each weight once at each place, so four times as many "
            "places are four times as many multiply-adds, and as many values to keep for the backward pass. A value would "
            "also see less of the picture: after pooling a kernel of 3 by 3 reaches farther.",
        ),
        (
            "Is max-pooling needed to make maps smaller?",
            "No. A convolution with a larger stride does it too, and its weights are learned. A dilated convolution sees "
            "as far without making the map smaller, at the price of computing all its places.",
        ),
        (
            "Why is it called transposed?",
            "Write a convolution with this stride as a matrix: the transposed matrix does exactly this stamping. "
            "It is the convolution's backward pass, and does not undo it.",
        ),
    ),
    sources=(
        "Zeiler and Fergus 2013, arXiv:1311.2901 (unpooling)",
        "Odena, Dumoulin and Olah 2016, doi:10.23915/distill.00003 (checkerboards)",
        "Dumoulin and Visin 2016, arXiv:1603.07285 (convolution arithmetic)",
    ),
)

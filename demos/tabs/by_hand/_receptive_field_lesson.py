"""What a lecturer says beside the tab "Receptive field"."""

from demos.spec import Lesson, Try

LESSON = Lesson(
    see="The squares: what one value sees after each layer. Orange: how much each pixel really moves it.",
    tries=(
        Try(
            words="Dilate instead of striding",
            sets={"network": "own", "layers": "3 1 1; 3 1 2; 3 1 4; 3 1 8"},
            watch="Compare the field, the map's size and the multiply-adds in the table.",
        ),
        Try(
            words="Two 3 × 3 for one 5 × 5",
            sets={"network": "own", "layers": "3 1 1; 3 1 1"},
            watch="As large a field. Which has fewer weights, these two or one 5 × 5?",
        ),
        Try(
            words="A residual network",
            sets={"network": "classify_resnet20_cifar10"},
            watch="Choose later layers. When is the square larger than the picture?",
        ),
        Try(
            words="A U-Net's last layer",
            sets={"network": "segment_unet_cells", "layer": "decoder.logits"},
            watch="How many pixels decide about one? Which count: those beside it or far away?",
        ),
    ),
    notice=(
        "Each layer adds (kernel - 1) · dilation · step to the field; a stride multiplies the step of all later layers.",
        "The effective field is smaller than the theoretical one: from the middle many ways lead to the value, from a "
        "corner only one.",
        "Dilation leaves the kernel's weights and the map's size as they are, and widens the field; stride makes the "
        "map smaller, and everything after it cheaper.",
        "A segmenter's or a detector's value decides about one place: its field is all that it has to go by. Averages over "
        "the whole picture, as style transfer's normalisation takes them, are not in the theoretical field.",
        "Press another place of the picture, or walk with the arrow keys.",
    ),
    questions=(
        (
            "Why three layers of 3 × 3 and not one of 7 × 7, as VGG does?",
            "The field is the same: 3 + 2 + 2 = 7. But 3 · 9 = 27 weights a pair of channels instead of 49, and two "
            "more ReLUs in between, so more than a weighted sum can be computed.",
        ),
        (
            "A value's field is larger than the picture. Does it see all of it equally well?",
            "No. What lies beyond the picture is padding, and at the field's rim a pixel's influence is faint.",
        ),
        (
            "What is the price of dilation?",
            "Between its weights a dilated kernel skips pixels. If all layers have the same dilation, some pixels are "
            "never seen by a value (gridding); growing dilations (1, 2, 4, ...) leave no gaps.",
        ),
    ),
    sources=(
        "Luo et al. 2016, arXiv:1701.04128 (effective receptive field)",
        "Yu and Koltun 2015, arXiv:1511.07122 (dilated convolutions)",
        "Araujo et al. 2019, doi:10.23915/distill.00021",
    ),
)

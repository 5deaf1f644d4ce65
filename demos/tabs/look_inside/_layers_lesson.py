"""What a lecturer says beside the tab "Layers"."""

from demos.spec import Lesson, Try

LESSON = Lesson(
    see="What a layer answers to your picture: each of its channels is a feature map.",
    tries=(
        Try(
            words="Show it rings, ever finer",
            sets={"picture": "zone_plate"},
            watch="Which channels answer to one direction of the rings only?",
        ),
        Try(words="One scale for all channels", sets={"common_scale": True}, watch="Which channels go dark?"),
        Try(
            words="Look into a detector's answer",
            sets={"network": "detect_fcos_voc20", "layer": "class_logits@0"},
            watch="Each channel is a class now. Which maps light up where something stands?",
        ),
        Try(
            words="LeNet, of 1998, beside ResNet",
            sets={"network": "classify_resnet20_cifar10", "rival": "classify_lenet_cifar10"},
            watch="How many channels has each first layer, how large are they, what do both have?",
        ),
    ),
    notice=(
        "In the first layer every channel is the whole picture again, filtered: one shows edges, another a colour.",
        "Deeper down the maps get smaller and more numerous: the network gives up *where* to gain *what*.",
        "Each value is a patch times a kernel, summed over all channels of the layer before; press one and add it up.",
        "After a ReLU most of a deep channel is black. It answers to few things, and then clearly.",
        "The patches that excite a channel share something: plain to see in early layers, often a riddle deep down.",
        "With one scale for all channels many go dark: brightness per channel makes whispers look like shouts.",
    ),
    questions=(
        (
            "Two 3 × 3 convolutions, one after the other: how many input pixels can one value of the second see?",
            "5 × 5. It sees 3 × 3 values of the first, and the outer ones reach one pixel further. With stride 2 in the "
            "first it is 3 + 2 · 2 = 7.",
        ),
        (
            "Near the end the receptive field is larger than the picture. Does each value then know the whole picture?",
            "In theory. In fact the pixels in the middle of the field have far more paths to the value than those at "
            "its rim, so the part that counts is much smaller (Luo et al. 2016).",
        ),
        (
            "A channel is excited most by a cat's eye. Have we found the network's eye detector?",
            "Not proven. These are the best of some thirty pictures; others might excite it more. And a concept can be "
            "spread over many channels, or several concepts can share one.",
        ),
        (
            "Where do most of the parameters sit, and where is most of the computing done?",
            "The parameters grow with channels in times channels out, so most sit in the last stages. The computing is "
            "also multiplied by the map's area, so the early, large maps do a share that their few parameters hide.",
        ),
        (
            "Why can only the first layer's kernels be shown as pictures?",
            "They have three input channels, which are red, green and blue. A later kernel has dozens of input channels "
            "that are no colours.",
        ),
    ),
    sources=(
        "Zeiler and Fergus 2013, arXiv:1311.2901 (what excites a channel)",
        "Araujo et al. 2019, doi:10.23915/distill.00021 (receptive fields)",
        "Luo et al. 2016, arXiv:1701.04128 (the effective receptive field)",
    ),
)

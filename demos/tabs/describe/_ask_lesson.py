"""The lesson of "Ask a question"."""

from demos.spec import Lesson, Try

LESSON = Lesson(
    see="A scene, a question about it, the answer, and the pairs of things without which the answer would be less sure.",
    tries=(
        Try(
            words="Ask how many small things there are",
            sets={"question": "how many small things are there?"},
            watch="How sure is the network that sees nothing?",
        ),
        Try(
            words="Ask with a word that it never learned",
            sets={"question": "is there an elephant near the ring?"},
            watch="Does it guess?",
        ),
        Try(
            words="Ask a photograph",
            sets={"picture": "two_cats", "question": "how many cats are there?"},
            watch="What would the answer be if less sure boxes counted, too?",
        ),
    ),
    notice=(
        "An encoder for the picture and one for the question: a CNN makes things of pixels, a GRU makes a vector of words. "
        "Only then do both meet.",
        "Every word of the vocabulary has a word embedding, a vector that was learned. A word outside the vocabulary has "
        "none, so there is nothing that the network could read.",
        "The GRU reads word by word. Its states say how much each word counts for which thing: attention over the words.",
        "The relation network looks at every ordered pair of things with the question, and adds up what it finds.",
        "Leave a pair out of the sum, and the answer's log odds fall, or stay: that is how the weights are found.",
        "The network that sees nothing is right more often than chance: the words alone tell which answers are likely.",
    ),
    questions=(
        (
            "Why is a network that never sees the picture shown beside the other?",
            "To know what seeing is worth. A share of right answers means little until one knows what the words alone give. "
            "In early sets of questions about photographs one could guess well: 'what sport is it' was mostly tennis.",
        ),
        (
            "Why pairs of things, and not the feature map as a whole?",
            "A relation is between two things. A network that gets all of them at once must learn 'left of' anew for every "
            "two places; here the same small network looks at each pair, as a kernel looks at each place: weight sharing.",
        ),
        (
            "How many ordered pairs do eight things have, and how many would a hundred have?",
            "With each thing beside itself, 64 and 10,000: the work grows with the square of the number of things.",
        ),
        (
            "What does such a network answer to a question about a thing that is not there?",
            "Whatever is likeliest: softmax always gives probabilities that sum to 1. So the page checks first whether "
            "'the' fits exactly one thing, and says so if not.",
        ),
        (
            "Why are photographs answered by counting boxes, and not by this network?",
            "It learned from drawn scenes and their few shapes. For photographs a detector has classes such as dog or car; "
            "what can be counted and measured in its boxes and masks can be answered, and nothing else.",
        ),
    ),
    sources=(
        "Santoro et al. 2017, arXiv:1706.01427 (relation networks)",
        "Cho et al. 2014, arXiv:1406.1078 (GRU)",
        "Johnson et al. 2016, arXiv:1612.06890 (CLEVR: drawn scenes with questions)",
        "Goyal et al. 2016, arXiv:1612.00837 (guessing from the words alone)",
    ),
)

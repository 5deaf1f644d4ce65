"""What a lecturer says beside the tab "Caption"."""

from demos.spec import Lesson, Try

LESSON = Lesson(
    see="A sentence, word by word: under each word where the network looked, and what else it might have written there.",
    tries=(
        Try(
            words="Let it begin with 'two men'",
            sets={"beginning": "two men"},
            watch="The decoder goes on from words that it did not choose. Does it look elsewhere?",
        ),
        Try(words="Ten beams", sets={"width": 10}, watch="How alike are the ten sentences, and is the first one longer?"),
        Try(
            words="Draw the words",
            sets={"how": "sampling", "seed": 3},
            watch="Draw again with another seed: which words stay?",
        ),
        Try(
            words="Attention to every place",
            sets={"doubly": True},
            watch="Press 'all words', with and without it. Does each word still look at its thing?",
        ),
    ),
    notice=(
        "Encoder: a CNN makes feature maps of the picture. Decoder: an LSTM writes one word after the other.",
        "Attention: for each word every place of the feature maps gets a weight; the weights sum to 1. The decoder reads "
        "the weighted mean.",
        "Doubly stochastic attention: the weights sum to 1 over the places at each word (softmax), and a cost in training "
        "asks that they sum to 1 over the words at each place, too: equal attention to every part of the image.",
        "Each word goes into the decoder as a word embedding: a vector, learned, in which words of like use lie near each "
        "other.",
        "It can only write words of its vocabulary: those that the training sentences hold at least five times.",
        "Greedy takes the likeliest word each time. Beam search keeps several sentences and may find a likelier whole.",
    ),
    questions=(
        (
            "What is teacher forcing?",
            "In training the decoder gets the right word as the word before, whatever it wrote itself. So all words of a "
            "sentence are learned at once, but it never meets its own mistakes.",
        ),
        (
            "Why are beams not ranked by their log-probability alone?",
            "Each word multiplies the probability by a number below 1, so longer sentences are less likely and short ones "
            "would win. The score divides the log-probability by the number of words to the power of 0.7; the end counts "
            "as a word.",
        ),
        (
            "10 words, 100 places: can a place's weights sum to 1 over the words?",
            "Not at each place: 10 words have 10 in all, 0.1 a place. The cost, (1 - sum)² over all places, is least where "
            "all sums are alike. So it asks for evenness: the decoder shall not stare at one thing all the time.",
        ),
        (
            "Why does the sentence sound right even where it is wrong?",
            "The decoder has learned which words follow each other from thousands of sentences. Language alone gives a "
            "fluent sentence; the picture has to choose which.",
        ),
        (
            "What would the decoder write without the picture?",
            "The likeliest sentence of its training. Give it a plain picture and compare.",
        ),
    ),
    sources=(
        "Xu et al. 2015, arXiv:1502.03044 (Show, Attend and Tell)",
        "Vinyals et al. 2015, arXiv:1411.4555 (Show and Tell)",
        "Papineni et al. 2002, doi:10.3115/1073083.1073135 (BLEU)",
    ),
)

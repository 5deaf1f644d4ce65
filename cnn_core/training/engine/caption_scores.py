"""How alike written captions and people's are: BLEU (Papineni et al. 2002) and CIDEr-D (Vedantam et al. 2015), written out.

Both compare n-grams: the pieces of n words in a row of which a sentence is made.
"""

from collections import Counter
from collections.abc import Sequence
from math import exp, log, sqrt

Sentence = Sequence[str]
NGram = tuple[str, ...]
LONGEST = 4
SIGMA = 6.0
"""CIDEr-D: a caption that is longer or shorter than a person's by this many words keeps exp(-1/2) of its likeness."""


def ngrams(sentence: Sentence, n: int) -> Counter[NGram]:
    """How often each n-gram stands in a sentence."""
    return Counter(tuple(sentence[k : k + n]) for k in range(len(sentence) - n + 1))


def closest_length(sentence: Sentence, references: Sequence[Sentence]) -> int:
    """The length of the reference that is nearest in length, the shorter of two as near."""
    return min((abs(len(reference) - len(sentence)), len(reference)) for reference in references)[1]


def bleu(sentences: Sequence[Sentence], references: Sequence[Sequence[Sentence]]) -> list[float]:
    """BLEU-1 to BLEU-4 of a whole set, each 0..1.

    BLEU-n is the geometric mean of the precisions of 1-grams to n-grams, times the brevity penalty. An n-gram counts as
    often as it stands in the reference that has it most often; precisions and lengths are added up over the whole set.

    Args:
        sentences: one for each picture.
        references: several for each picture.
    """
    found, right = [0] * LONGEST, [0] * LONGEST
    length = wanted = 0
    for sentence, known in zip(sentences, references, strict=True):
        length += len(sentence)
        wanted += closest_length(sentence, known)
        for n in range(1, LONGEST + 1):
            most: Counter[NGram] = Counter()
            for reference in known:
                most |= ngrams(reference, n)  # the larger of both counts
            ours = ngrams(sentence, n)
            found[n - 1] += ours.total()
            right[n - 1] += (ours & most).total()  # the smaller of both counts
    penalty = 1.0 if length > wanted else exp(1 - wanted / max(length, 1))
    means: list[float] = []
    logs = 0.0
    for n in range(LONGEST):
        if not right[n]:
            return means + [0.0] * (LONGEST - n)
        logs += log(right[n] / found[n])
        means.append(penalty * exp(logs / (n + 1)))
    return means


def weigh_ngrams(sentence: Sentence, n: int, seen_in: Counter[NGram], pictures: int) -> dict[NGram, float]:
    """Each n-gram's tf-idf: how often it stands there, times the log of how rarely it describes a picture."""
    return {gram: count * log(pictures / max(seen_in[gram], 1)) for gram, count in ngrams(sentence, n).items()}


def likeness(ours: dict[NGram, float], theirs: dict[NGram, float]) -> float:
    """The cosine of two tf-idf vectors, ours cut to theirs: to repeat a word earns nothing. 0..1."""
    product = sum(min(weight, theirs[gram]) * theirs[gram] for gram, weight in ours.items() if gram in theirs)
    lengths = sqrt(sum(w * w for w in ours.values())) * sqrt(sum(w * w for w in theirs.values()))
    return product / lengths if lengths else 0.0


def cider_d(sentences: Sequence[Sentence], references: Sequence[Sequence[Sentence]]) -> float:
    """CIDEr-D of a whole set, 0..10: the mean likeness to people's captions, where rare n-grams count more.

    An n-gram's rarity is counted on these pictures' own references. No stemming.
    """
    seen_in: Counter[NGram] = Counter()
    for known in references:
        seen_in.update({gram for reference in known for n in range(1, LONGEST + 1) for gram in ngrams(reference, n)})
    total = 0.0
    for sentence, known in zip(sentences, references, strict=True):
        for reference in known:
            fit = exp(-((len(sentence) - len(reference)) ** 2) / (2 * SIGMA**2))
            for n in range(1, LONGEST + 1):
                ours, theirs = (weigh_ngrams(s, n, seen_in, len(references)) for s in (sentence, reference))
                total += 10 * fit * likeness(ours, theirs) / (LONGEST * len(known))
    return total / len(sentences)

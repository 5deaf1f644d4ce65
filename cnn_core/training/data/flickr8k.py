"""Flickr8k (Hodosh, Young and Hockenmaier 2013): photographs with five sentences each, and the words of the vocabulary."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cnn_core.ops.word_search import words_of

END_WORD, UNKNOWN_WORD = "<end>", "<unknown>"
UNKNOWN = 1
"""The number of every word that is too rare for the vocabulary; word 0 is END (see ``models.caption_head``)."""

EACH = 5
"""Sentences a photograph."""

Sentence = list[str]


@dataclass(frozen=True)
class Captioned:
    """Photographs with their sentences.

    Attributes:
        pictures: (N, S, S, 3) uint8; their proportions were lost before they came here.
        captions: N lists of EACH sentences, each a list of words.
        numbers: (N,), each photograph's place in the archive, which decides how it is cropped.
    """

    pictures: Tensor
    captions: list[list[Sentence]]
    numbers: list[int]

    def __len__(self) -> int:
        return len(self.captions)

    def of(self, numbers: Sequence[int]) -> "Captioned":
        """Only these photographs."""
        return Captioned(
            self.pictures[torch.as_tensor(numbers)], [self.captions[k] for k in numbers], [self.numbers[k] for k in numbers]
        )


def read_flickr8k(archive: Path, split: str) -> Captioned:
    """The photographs of a split ("train", "val") in their order in the archive."""
    with zipfile.ZipFile(archive) as file:
        listed = json.loads(file.read("captions.json"))["images"]
        numbers = [number for number, entry in enumerate(listed) if entry["split"] == split]
        entries = [listed[number] for number in numbers]
        pictures = [np.asarray(Image.open(io.BytesIO(file.read(entry["file"]))).convert("RGB")) for entry in entries]
    captions = [[words_of(sentence) for sentence in entry["captions"][:EACH]] for entry in entries]
    return Captioned(torch.from_numpy(np.stack(pictures)), captions, numbers)


def make_captioned(count: int, side: int, seed: int) -> Captioned:
    """Plain colours with five sentences each: to try a recipe out without data."""
    rng = np.random.default_rng(seed)
    names = np.array(["red", "green", "blue"])
    which = rng.integers(0, 3, count)
    pictures = np.zeros((count, side, side, 3), np.uint8)
    pictures[np.arange(count), :, :, which] = 255
    captions = [[["a", str(names[k]), "picture", *["indeed"] * extra] for extra in range(EACH)] for k in which]
    return Captioned(torch.from_numpy(pictures), captions, list(range(count)))


def vocabulary_of(captions: Iterable[Iterable[Sentence]], least: int) -> list[str]:
    """END, UNKNOWN and, in alphabetical order, every word that stands at least ``least`` times in these sentences."""
    counts = Counter(word for sentences in captions for sentence in sentences for word in sentence)
    return [END_WORD, UNKNOWN_WORD, *sorted(word for word, count in counts.items() if count >= least)]


def number_captions(captions: Sequence[Sequence[Sentence]], words: Sequence[str], longest: int) -> tuple[Tensor, Tensor]:
    """Sentences as word numbers, cut after ``longest`` words.

    Returns:
        (N, EACH, longest + 1) long, END after the last word and to the end; how many numbers count, that END
        among them, (N, EACH) long.
    """
    numbers = {word: number for number, word in enumerate(words)}
    found = torch.zeros(len(captions), EACH, longest + 1, dtype=torch.long)
    lengths = torch.zeros(len(captions), EACH, dtype=torch.long)
    for n, sentences in enumerate(captions):
        for k, sentence in enumerate(sentences):
            cut = [numbers.get(word, UNKNOWN) for word in sentence[:longest]]
            found[n, k, : len(cut)] = torch.tensor(cut, dtype=torch.long)
            lengths[n, k] = len(cut) + 1
    return found, lengths

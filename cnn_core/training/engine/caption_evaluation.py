"""What a trained decoder writes about photographs that it never saw, against people's sentences and a detector's boxes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cnn_core.ops.word_search import search_beams
from cnn_core.results import Floats
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.captioning import LONGEST, Decoder, Word, describe_words, sum_attention, unevenness
from cnn_core.tasks.detection import detect
from cnn_core.tasks.preprocessing import prepare
from cnn_core.training.data.flickr8k import Captioned
from cnn_core.training.data.voc import class_names, read_scenes
from cnn_core.training.engine.caption_scores import LONGEST as NGRAMS
from cnn_core.training.engine.caption_scores import bleu, cider_d

BEAMS = 3
SEEN_AS = {"dog": "dog", "man": "person"}
"""A word of a caption -> the detector's class for it."""
CONFIDENCE = 0.5
PEOPLE_AND_DOGS = {"person", "dog"}
"""Classes of VOC: what most photographs of Flickr8k show."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CaptionEvaluation:
    """The captions of a set of photographs.

    Attributes:
        data: the photographs.
        captions: each one's words.
    """

    data: Captioned
    captions: list[tuple[Word, ...]]

    def scores(self) -> dict[str, float]:
        """BLEU-1 to BLEU-4, 0..1, and CIDEr-D, 0..10."""
        ours = [[word.word for word in words] for words in self.captions]
        shares = bleu(ours, self.data.captions)
        named = {f"bleu{n + 1}": shares[n] for n in range(NGRAMS)}
        found = {name: round(v, 4) for name, v in {**named, "cider_d": cider_d(ours, self.data.captions)}.items()}
        logger.info("%s", found)
        return found

    def looking(self, detector: str) -> dict[str, dict[str, float]]:
        """For each word of SEEN_AS: how much of its attention lies in the detector's surest box, and how much by chance.

        By chance is the box's share of the picture. Only captions that have the word, and pictures that have a box.
        """
        found: dict[str, dict[str, float]] = {}
        for name, kind in SEEN_AS.items():
            pairs = [pair for n in range(len(self.data)) if (pair := self._inside(n, name, kind, detector))]
            if pairs:
                inside, chance = (round(float(np.mean(column)), 4) for column in zip(*pairs, strict=True))
                found[f"attention_on_{name}"] = {"n": len(pairs), "inside": inside, "chance": chance}
        return found

    def evenness(self) -> dict[str, dict[str, float]]:
        """How unevenly a caption's words together look at the picture: the mean over all captions."""
        found = [unevenness(sum_attention(words)) for words in self.captions if words]
        return {"attention_in_all_words": {"n": len(found), "unevenness": round(float(np.mean(found)), 4)}} if found else {}

    def _inside(self, number: int, name: str, kind: str, detector: str) -> tuple[float, float] | None:
        """(inside, chance) of one photograph; None where it has not the word, or no box."""
        said = [word for word in self.captions[number] if word.word == name]
        if not said:
            return None
        picture = self.data.pictures[number].numpy()
        boxes = detect(picture, detector, CONFIDENCE, classes=(kind,)).boxes
        if not len(boxes):
            return None
        covered = cover(boxes[0], picture.shape[0], picture.shape[1], said[0].attention.shape)
        return float((said[0].attention * covered).sum()), float(covered.mean())


def cover(box: Floats, height: int, width: int, grid: Sequence[int]) -> Floats:
    """How much of each place of a grid (h, w) over a picture lies in a box, 0..1: (h, w).

    Args:
        box: xyxy in pixels of the picture.
        height, width: of the picture.
        grid: (h, w).
    """
    x1, y1, x2, y2 = (float(v) for v in box)
    sides = [(y1 / height, y2 / height, grid[0]), (x1 / width, x2 / width, grid[1])]
    shares = []
    for low, high, count in sides:
        left = np.arange(count) / count
        overlap = np.minimum(high, left + 1 / count) - np.maximum(low, left)
        shares.append(np.clip(overlap * count, 0, 1))
    return np.outer(shares[0], shares[1]).astype(np.float32)  # (h,), (w,) -> (h, w)


@torch.inference_mode()
def write_captions(network: Any, data: Captioned, vocabulary: tuple[str, ...], form: Preprocessing) -> CaptionEvaluation:
    """A caption for every photograph, as the app would write it with BEAMS beams.

    Args:
        network: an ``OnBase`` in eval mode.
        data: the photographs.
        vocabulary: the words by number.
        form: the network's input.
    """
    device, captions = next(network.parameters()).device, []
    for number, picture in enumerate(data.pictures):
        x = prepare(picture.numpy(), form).x.to(device)
        decoder = Decoder(network.head, network.head.look(network.base.maps(x)))
        best = search_beams(decoder, BEAMS, LONGEST)[0]
        captions.append(describe_words(decoder, best, vocabulary) if best.words else ())
        if number % 100 == 99:
            logger.info("%d of %d captions", number + 1, len(data))
    return CaptionEvaluation(data, captions)


@torch.inference_mode()
def strange_shares(
    network: Any, data: Captioned, folder: Path, form: Preprocessing, threshold: float
) -> dict[str, dict[str, float]]:
    """Which share of photographs lies above a threshold of strangeness: of like ones, and of other kinds (VOC's).

    Args:
        network: an ``OnBase`` in eval mode.
        data: held-out photographs of the training's kind.
        folder: with ``voc20``.
        form: the network's input.
        threshold: see ``CaptionHead.strangeness``.
    """
    scenes = list(read_scenes(folder / "voc20" / "voc20.zip", "val"))
    names = class_names(folder / "voc20" / "voc20.zip")
    with_them = [bool({names[k] for k in scene.labels.tolist()} & PEOPLE_AND_DOGS) for scene in scenes]
    sets = {"strange_flickr8k_val": [picture.numpy() for picture in data.pictures]}
    for title, kind in (("strange_voc20_people_dogs", True), ("strange_voc20_others", False)):
        chosen = [scene for scene, has in zip(scenes, with_them, strict=True) if has is kind]
        sets[title] = [scene.picture.permute(1, 2, 0).numpy() for scene in chosen]  # (3, H, W) -> (H, W, 3)
    device, found = next(network.parameters()).device, {}
    for title, pictures in sets.items():
        maps = (network.base.maps(prepare(picture, form).x.to(device)) for picture in pictures)
        above = [float(network.head.strangeness(part)[0]) > threshold for part in maps]
        found[title] = {"n": len(above), "strange": round(float(np.mean(above)), 4)}
    return found

"""Pictures of faces as the data README lays them out, aligned by their landmarks, and pairs of them."""

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnn_core.ops.faces import SIDE, TEMPLATE, align
from cnn_core.results import Floats
from cnn_core.training.data.voc import decode

ARCHIVES = ("lfw_gray96.zip", "celeba_color96.zip")
MARKS = ("le", "re", "nose", "lm", "rm")


@dataclass(frozen=True)
class Faces:
    """Aligned grey faces, with what is known of each.

    Attributes:
        pictures: (N, 96, 96) uint8.
        people: the number of each one's person, (N,) int64, 0 up without gaps.
        folds: (N,) int64; nobody is in two.
        files: as the pairs call them.
        colour: (N,) bool: cut from a colour picture, whose crops look a little different.
        turned: (N,) float32: how far the head is turned, see ``head_turn``; 0 where no landmarks are known.
    """

    pictures: Tensor
    people: Tensor
    folds: Tensor
    files: list[str]
    colour: Tensor
    turned: Tensor


@dataclass(frozen=True)
class Pairs:
    """Pairs of faces: numbers of both (n, 2), whether they show one person (n,), their fold (n,)."""

    numbers: Tensor
    same: Tensor
    folds: Tensor


@dataclass(frozen=True)
class FaceCrops:
    """Crops of faces as they are, not aligned.

    Attributes:
        pictures: (N, 3, 96, 96) uint8.
        landmarks: (N, 5, 2) float32, x and y in pixels.
        folds: (N,) int64.
        grey: (N,) bool.
    """

    pictures: Tensor
    landmarks: Tensor
    folds: Tensor
    grey: Tensor

    def only(self, chosen: Tensor) -> "FaceCrops":
        """Those where ``chosen`` (N,) is true."""
        return FaceCrops(self.pictures[chosen], self.landmarks[chosen], self.folds[chosen], self.grey[chosen])


def read_crops(folder: Path) -> FaceCrops:
    """All crops of both sets whose landmarks are known."""
    pictures, landmarks, folds, grey = [], [], [], []
    for archive in ARCHIVES:
        with zipfile.ZipFile(folder / archive) as pack:
            for row in csv.DictReader(io.StringIO(pack.read("index.csv").decode())):
                marks = read_landmarks(row)
                if marks is None:
                    continue
                pictures.append(decode(pack, row["file"]))
                landmarks.append(marks)
                folds.append(0 if archive.startswith("celeba") else int(row["fold"]))
                grey.append(not archive.startswith("celeba"))
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()
    return FaceCrops(stacked, torch.from_numpy(np.stack(landmarks)), torch.tensor(folds), torch.tensor(grey))


def make_crops(count: int, seed: int) -> FaceCrops:
    """Grey squares with five dark spots, to try a recipe out without data."""
    rng = torch.Generator().manual_seed(seed)
    pictures = torch.randint(150, 220, (count, 3, SIDE, SIDE), generator=rng, dtype=torch.uint8)
    for x, y in TEMPLATE.round().astype(int):
        pictures[:, :, y - 4 : y + 4, x - 4 : x + 4] = 20
    landmarks = torch.from_numpy(TEMPLATE).expand(count, 5, 2).clone()
    return FaceCrops(pictures, landmarks, torch.arange(count) % 9, torch.ones(count, dtype=torch.bool))


def read_landmarks(row: dict[str, str]) -> Floats | None:
    """The landmarks (5, 2) of a row of the index; None where nobody found any (21 of LFW's crops)."""
    if not all(row[f"{mark}_{axis}"] for mark in MARKS for axis in "xy"):
        return None
    return np.array([[row[f"{mark}_x"], row[f"{mark}_y"]] for mark in MARKS], np.float32)


def head_turn(landmarks: Floats) -> float:
    """How far to one side the nose lies of the middle between the eyes, in distances of the eyes: landmarks (5, 2)."""
    return float(abs(landmarks[2, 0] - landmarks[:2, 0].mean()) / max(abs(landmarks[0, 0] - landmarks[1, 0]), 1.0))


def read_faces(folder: Path) -> Faces:
    """All faces of both sets; those of the colour set belong to fold 0, for training.

    Crops without landmarks stay as they are: leaving them out would leave hard pairs out.
    """
    pictures, names, folds, files, colour, turned = [], [], [], [], [], []
    for archive in ARCHIVES:
        with zipfile.ZipFile(folder / archive) as pack:
            for row in csv.DictReader(io.StringIO(pack.read("index.csv").decode())):
                marks = read_landmarks(row)
                face = align(decode(pack, row["file"]), TEMPLATE if marks is None else marks)
                pictures.append(face @ np.array([0.299, 0.587, 0.114]))
                names.append(f"{archive}/{row['identity']}")
                folds.append(0 if archive.startswith("celeba") else int(row["fold"]))
                files.append(row["file"])
                colour.append(archive.startswith("celeba"))
                turned.append(0.0 if marks is None else head_turn(marks))
    order = {name: number for number, name in enumerate(sorted(set(names)))}
    return Faces(
        torch.from_numpy(np.round(np.stack(pictures)).astype(np.uint8)),
        torch.tensor([order[name] for name in names]),
        torch.tensor(folds),
        files,
        torch.tensor(colour),
        torch.tensor(turned),
    )


def read_pairs(path: Path, faces: Faces) -> Pairs:
    """The pairs whose pictures are both there."""
    place = {file: number for number, file in enumerate(faces.files)}
    numbers, same, folds = [], [], []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["file_a"] in place and row["file_b"] in place:
                numbers.append((place[row["file_a"]], place[row["file_b"]]))
                same.append(row["same"] == "1")
                folds.append(int(row["fold"]))
    return Pairs(torch.tensor(numbers), torch.tensor(same), torch.tensor(folds))


def make_faces(people: int, each: int, seed: int) -> tuple[Faces, Pairs]:
    """Noise around one pattern a person, in three folds, to try a recipe out without data."""
    rng = torch.Generator().manual_seed(seed)
    patterns = torch.randint(60, 180, (people, SIDE // 8, SIDE // 8), generator=rng).repeat_interleave(8, 1)
    patterns = patterns.repeat_interleave(8, 2)
    numbers = torch.arange(people).repeat_interleave(each)
    noise = torch.randint(0, 60, (people * each, SIDE, SIDE), generator=rng)
    pictures = (patterns[numbers] + noise).to(torch.uint8)
    folds = numbers % 3 + 6
    count = len(numbers)
    colour, turned = torch.zeros(count, dtype=torch.bool), torch.zeros(count)
    faces = Faces(pictures, numbers, folds, [str(k) for k in range(count)], colour, turned)
    chosen = [(a, b) for a in range(len(numbers)) for b in range(a + 1, len(numbers)) if folds[a] == folds[b]]
    pairs = torch.tensor(chosen)
    return faces, Pairs(pairs, numbers[pairs[:, 0]] == numbers[pairs[:, 1]], folds[pairs[:, 0]])


def recognition_rates(
    vectors: Floats, people: NDArray[np.integer[Any]], most: int, rounds: int, seed: int
) -> dict[int, float]:
    """How often a face's nearest enrolled person is the right one, for K = 2, 4, 8 ... people: {K: share}.

    In each round K people are drawn, one picture of each is enrolled and another asked for.
    """
    rng = np.random.default_rng(seed)
    numbers = {person: np.flatnonzero(people == person) for person in np.unique(people)}
    known = [person for person, own in numbers.items() if len(own) > 1]
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    found, k = {}, 2
    while k <= min(most, len(known)):
        right = 0
        for _ in range(rounds):
            pairs = np.array([rng.choice(numbers[p], 2, replace=False) for p in rng.choice(known, k, replace=False)])
            likeness = unit[pairs[:, 1]] @ unit[pairs[:, 0]].T
            right += int((likeness.argmax(1) == np.arange(k)).sum())
        found[k] = right / rounds / k
        k *= 2
    return found

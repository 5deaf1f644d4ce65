"""What tasks and explanations answer: frozen records of numpy arrays whose shapes are checked when they are made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
PictureArray = NDArray[np.uint8]


def require(condition: bool, message: str) -> None:
    """Raises ValueError(message) unless the condition holds."""
    if not condition:
        raise ValueError(message)


@dataclass(frozen=True)
class Classification:
    """What a classifier says of one picture.

    Attributes:
        names: the K class names.
        logits: (K,) float32, the network's raw scores.
        probabilities: (K,) float32, softmax of logits / temperature, summing to 1.
    """

    names: tuple[str, ...]
    logits: Floats
    probabilities: Floats

    def __post_init__(self) -> None:
        k = len(self.names)
        require(self.logits.shape == (k,), f"expected {k} logits, got shape {self.logits.shape}")
        require(self.probabilities.shape == (k,), f"expected {k} probabilities, got shape {self.probabilities.shape}")

    def top(self, n: int) -> list[tuple[str, float]]:
        """The n likeliest classes with their probabilities, likeliest first."""
        order = np.argsort(-self.probabilities, kind="stable")[:n]
        return [(self.names[i], float(self.probabilities[i])) for i in order]

    @property
    def best(self) -> int:
        """Index of the likeliest class."""
        return int(self.probabilities.argmax())

    @property
    def entropy(self) -> float:
        """Entropy of the probabilities in bits: 0 is certain, log2(K) a pure guess."""
        p = self.probabilities[self.probabilities > 0].astype(np.float64)
        return float(-(p * np.log2(p)).sum())


@dataclass(frozen=True)
class Detections:
    """Boxes found in one picture.

    Attributes:
        boxes: (N, 4) float32, xyxy in pixels of the upload.
        scores: (N,) float32, 0..1: how often such a box is right, where the network's card knows.
        labels: N class names.
    """

    boxes: Floats
    scores: Floats
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        n = len(self.labels)
        require(self.boxes.shape == (n, 4), f"expected boxes of shape ({n}, 4), got {self.boxes.shape}")
        require(self.scores.shape == (n,), f"expected {n} scores, got shape {self.scores.shape}")


@dataclass(frozen=True)
class Candidates:
    """All boxes that a detector considered in one picture, before thresholds and suppression; highest score first.

    Attributes:
        boxes: (N, 4) float32, xyxy in pixels of the upload.
        scores: (N,) float32, 0..1: how often such a box is right, where the network's card knows.
        labels: N class names.
        origins: (N, 4) float32, xyxy in pixels of the upload: the cell (one-stage) or proposal (two-stage) of each box.
        total: how many cells or proposals there were in all.
    """

    boxes: Floats
    scores: Floats
    labels: tuple[str, ...]
    origins: Floats
    total: int

    def __post_init__(self) -> None:
        n = len(self.labels)
        for name in ("boxes", "origins"):
            require(getattr(self, name).shape == (n, 4), f"expected {name} ({n}, 4), got {getattr(self, name).shape}")
        require(self.scores.shape == (n,), f"expected {n} scores, got shape {self.scores.shape}")
        require(bool((np.diff(self.scores) <= 0).all()), "expected the highest score first")


@dataclass(frozen=True)
class Instances:
    """Objects found in one picture, each with a mask; highest score first.

    Attributes:
        boxes: (N, 4) float32, xyxy in pixels of the upload.
        scores: (N,) float32, 0..1: how often such a box is right, where the network's card knows.
        labels: N class names.
        masks: (N, m, m) float32, 0..1: how likely each part of the box belongs to the object.
        shape: (H, W) of the upload.
        proposals: (M, 4) float32, xyxy in pixels of the upload: the regions that the second stage classified.
    """

    boxes: Floats
    scores: Floats
    labels: tuple[str, ...]
    masks: Floats
    shape: tuple[int, int]
    proposals: Floats

    def __post_init__(self) -> None:
        n = len(self.labels)
        require(self.boxes.shape == (n, 4), f"expected boxes of shape ({n}, 4), got {self.boxes.shape}")
        require(self.scores.shape == (n,), f"expected {n} scores, got shape {self.scores.shape}")
        require(self.masks.ndim == 3 and len(self.masks) == n, f"expected {n} masks, got shape {self.masks.shape}")


@dataclass(frozen=True)
class Segmentation:
    """Which class every pixel of one picture belongs to.

    Attributes:
        names: the K classes, background included.
        classes: (H, W) uint8, 0..K-1, in the upload's own pixels.
        probabilities: (K, h, w) float32, summing to 1 over the classes, at the network's own size; they cover the upload.
    """

    names: tuple[str, ...]
    classes: NDArray[np.uint8]
    probabilities: Floats

    def __post_init__(self) -> None:
        k = len(self.names)
        ends = f"expected {k} classes, got probabilities of shape {self.probabilities.shape}"
        require(self.probabilities.ndim == 3 and len(self.probabilities) == k, ends)
        require(self.classes.ndim == 2, f"expected a class for each pixel (H, W), got shape {self.classes.shape}")
        require(int(self.classes.max(initial=0)) < k, f"expected classes below {k}, got {self.classes.max(initial=0)}")

    def likeliest(self, n: int, most_places: int) -> tuple[NDArray[np.uint8], Floats]:
        """The n likeliest classes on a grid (r, c) over the picture, best first, and their probabilities: (n, r, c) each.

        The grid is the network's own, or as fine a part of it as has at most about ``most_places``.
        """
        _, h, w = self.probabilities.shape
        share = min(1.0, (most_places / (h * w)) ** 0.5)
        r, c = max(1, int(h * share)), max(1, int(w * share))
        rows, columns = (((np.arange(m) + 0.5) * size / m).astype(np.intp) for m, size in ((r, h), (c, w)))
        seen = self.probabilities[:, rows][:, :, columns]  # (K, h, w) -> (K, r, c)
        order = np.argsort(-seen, axis=0, kind="stable")[:n]  # (K, r, c) -> (n, r, c)
        return order.astype(np.uint8), np.take_along_axis(seen, order, axis=0)

    def at(self, x: int, y: int) -> dict[str, float]:
        """The probability of each class at the upload's pixel (x, y)."""
        (height, width), (_, h, w) = self.classes.shape, self.probabilities.shape
        values = self.probabilities[:, min(y * h // height, h - 1), min(x * w // width, w - 1)]
        return {name: float(value) for name, value in zip(self.names, values, strict=True)}


@dataclass(frozen=True)
class Colorization:
    """Which colours the places of one grey picture may have.

    Attributes:
        lightness: L of the upload, (H, W) float32, 0..100.
        probabilities: (Q, h, w) float32, summing to 1 over the bins, on the network's own grid; it covers the upload.
        bins: a and b of each bin, (Q, 2) float32.
    """

    lightness: Floats
    probabilities: Floats
    bins: Floats

    def __post_init__(self) -> None:
        require(self.lightness.ndim == 2, f"expected a lightness (H, W), got shape {self.lightness.shape}")
        q = len(self.bins)
        require(self.bins.shape == (q, 2), f"expected bins (Q, 2), got shape {self.bins.shape}")
        ends = f"expected probabilities of {q} bins, got shape {self.probabilities.shape}"
        require(self.probabilities.ndim == 3 and len(self.probabilities) == q, ends)

    def at(self, x: int, y: int) -> Floats:
        """The probability of each bin at the upload's pixel (x, y): (Q,)."""
        (height, width), (_, h, w) = self.lightness.shape, self.probabilities.shape
        return self.probabilities[:, min(y * h // height, h - 1), min(x * w // width, w - 1)]


@dataclass(frozen=True)
class FoundFaces:
    """Faces in one picture, highest score first.

    Attributes:
        boxes: (n, 4) float32 xyxy in the upload's pixels.
        scores: (n,) 0..1.
        landmarks: (n, 5, 2) float32: both eyes, nose, corners of the mouth, x and y in the upload's pixels.
    """

    boxes: Floats
    scores: Floats
    landmarks: Floats

    def __post_init__(self) -> None:
        n = len(self.scores)
        require(self.boxes.shape == (n, 4), f"expected boxes of shape ({n}, 4), got {self.boxes.shape}")
        require(self.landmarks.shape == (n, 5, 2), f"expected landmarks ({n}, 5, 2), got {self.landmarks.shape}")


@dataclass(frozen=True)
class Face:
    """One face, made comparable.

    Attributes:
        box: (4,) float32 xyxy in the picture's pixels, upright as it was found.
        score: how sure the detector is, 0..1.
        landmarks: (5, 2) float32.
        picture: the aligned face, (96, 96, 3) uint8.
        vector: (D,) float32; what is compared is its direction.
    """

    box: Floats
    score: float
    landmarks: Floats
    picture: PictureArray
    vector: Floats

    def __post_init__(self) -> None:
        require(self.vector.ndim == 1, f"expected one vector, got shape {self.vector.shape}")


@dataclass(frozen=True)
class Heatmap:
    """How much each place of a picture counted for one answer.

    Attributes:
        values: (h, w) float32, 0..1, at the method's own resolution; it covers the whole picture.
        target: the answer that is explained, in words.
        layer: the layer it was taken from, or "" for methods that go back to the pixels.
    """

    values: Floats
    target: str
    layer: str = ""

    def __post_init__(self) -> None:
        require(self.values.ndim == 2, f"expected a map of shape (h, w), got {self.values.shape}")
        inside = bool(np.isfinite(self.values).all()) and self.values.min() >= 0 and self.values.max() <= 1
        require(inside, "expected finite values within 0..1")


@dataclass(frozen=True)
class Activations:
    """What one layer answers to one picture.

    Attributes:
        layer: the layer's module name.
        values: (C, h, w) float32; a layer without height and width has h = w = 1.
    """

    layer: str
    values: Floats

    def __post_init__(self) -> None:
        require(self.values.ndim == 3, f"expected activations of shape (C, h, w), got {self.values.shape}")


@dataclass(frozen=True)
class LayerFacts:
    """One layer in numbers.

    Attributes:
        name: module name.
        words: what it is, for a person.
        shape: output shape (C, h, w), or (C,) where there is no height and width.
        parameters: numbers learned since the layer above it in the table, so that the column adds up to the network.
        receptive_field: side in input pixels of the square that one output value can see; 0 where it sees everything.
        stride: input pixels between neighbouring output values; 0 where there is only one.
        multiply_adds: multiplications, each with an addition, since the layer above it, for one input.
        sources: names of the layers that it is made from, "input" for the network's own input: what the arrows are.
    """

    name: str
    words: str
    shape: tuple[int, ...]
    parameters: int
    receptive_field: int
    stride: int
    multiply_adds: int = 0
    sources: tuple[str, ...] = ()

"""Which input pixels the values of a layer see along one side of the picture, followed from operation to operation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """The input pixels that each output value sees, along one side of the picture.

    Attributes:
        first, last: input pixels seen by output 0, both included; before 0 lies the padding.
        step: how many input pixels further the next output looks that sees as many; the next one, but after an enlargement.
        between: what the outputs before that one see, each as (first, last).
    """

    first: int = 0
    last: int = 0
    step: int = 1
    between: tuple[tuple[int, int], ...] = ()

    @property
    def period(self) -> int:
        """After how many outputs the fields repeat, ``step`` pixels further."""
        return 1 + len(self.between)

    @property
    def size(self) -> int:
        """How many input pixels an output sees, or the one that sees most."""
        return 1 + max(last - first for first, last in map(self.of, range(self.period)))

    def of(self, output: int) -> tuple[int, int]:
        """The first and the last input pixel that an output sees; negative outputs lie in the padding, too."""
        whole, part = divmod(output, self.period)
        first, last = self.between[part - 1] if part else (self.first, self.last)
        return first + whole * self.step, last + whole * self.step

    def through_window(self, kernel: int, stride: int, padding: int, dilation: int) -> "Span":
        """The span after a convolution or a pooling with this window."""
        period = self.period // math.gcd(self.period, stride)
        starts = [output * stride - padding for output in range(period)]
        ends = [self._union(range(start, start + dilation * kernel, dilation)) for start in starts]
        return span_of(ends, self.step * stride * period // self.period)

    def enlarged(self, times: int) -> "Span":
        """The span after each value was repeated so many times."""
        return span_of([self.of(output // times) for output in range(self.period * times)], self.step)

    def blended(self, times: int) -> "Span":
        """The span after a bilinear enlargement: each value is a mixture of its two neighbours."""
        places = [(output + 0.5) / times - 0.5 for output in range(self.period * times)]
        return span_of([self._union((math.floor(place), math.ceil(place))) for place in places], self.step)

    def stamped(self, kernel: int, stride: int, padding: int) -> "Span":
        """The span after a transposed convolution: output o gets shares of inputs i: o = i * stride + j - padding."""
        ends = []
        for output in range(self.period * stride):
            reached = range(-((kernel - 1 - output - padding) // stride), (output + padding) // stride + 1)
            ends.append(self._union(reached or range(output // stride, output // stride + 1)))
        return span_of(ends, self.step)

    def joined(self, other: "Span") -> "Span":
        """The span of a value that sees what either sees."""
        period = math.lcm(self.period, other.period)
        both = [(self.of(output), other.of(output)) for output in range(period)]
        ends = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in both]
        return span_of(ends, max(one.step * period // one.period for one in (self, other)))

    def _union(self, outputs: Sequence[int]) -> tuple[int, int]:
        """What several outputs see together."""
        seen = [self.of(output) for output in outputs]
        return min(first for first, _ in seen), max(last for _, last in seen)


def span_of(ends: Sequence[tuple[int, int]], step: int) -> Span:
    """The span in which the fields ``ends`` of the first outputs repeat, ``step`` pixels further."""
    (first, last), *between = ends
    apart, rest = divmod(step, len(ends))
    if not rest and all((first + k * apart, last + k * apart) == end for k, end in enumerate(ends)):
        return Span(first, last, apart)
    return Span(first, last, step, tuple(between))

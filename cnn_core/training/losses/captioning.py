"""How well each next word of right captions was foreseen (teacher forcing), and how evenly attention was spread."""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.models.caption_head import END, Annotations, CaptionHead, State


@dataclass(frozen=True)
class Foreseen:
    """What a decoder said at every word of some sentences.

    Attributes:
        logits: (W, K) of all W words, those of all sentences together.
        words: (W,), which word was right.
        attended: (N, L), the sum over a sentence's words of each place's weight.
    """

    logits: Tensor
    words: Tensor
    attended: Tensor


def foresee(head: CaptionHead, seen: Annotations, words: Tensor, lengths: Tensor) -> Foreseen:
    """Every word of right sentences from those before it; a sentence that has ended costs nothing.

    Args:
        head: the decoder.
        seen: the pictures, one for each of the N sentences.
        words: (N, T) word numbers, END after the last.
        lengths: (N,), how many of them count, that END among them.
    """
    order = lengths.argsort(descending=True)
    words, lengths = words[order], lengths[order]
    given = F.pad(words, (1, 0), value=END)  # (N, T + 1): what stands before each word
    part = replace(seen, vectors=seen.vectors[order], keys=seen.keys[order])
    attended, state = part.vectors.new_zeros(part.vectors.shape[:2]), head.begin(part)
    features, targets = [], []
    for k in range(int(lengths[0])):
        n = int((lengths > k).sum())  # the longest come first: the first n sentences go on
        part = replace(part, vectors=part.vectors[:n], keys=part.keys[:n])
        found, state, weights = head.step(part, State(state.hidden[:n], state.cell[:n]), given[:n, k])
        attended = attended + F.pad(weights, (0, 0, 0, len(attended) - n))  # (n, L) -> (N, L)
        features.append(found)
        targets.append(words[:n, k])
    return Foreseen(head.logits(torch.cat(features)), torch.cat(targets), attended)


def caption_loss(found: Foreseen, spread: float = 0.0) -> tuple[Tensor, dict[str, Tensor]]:
    """Mean cross-entropy of the words, in nats, and {"entropy"}, the same without the part for attention.

    Args:
        found: see ``Foreseen``.
        spread: how much it costs if a place's weights do not sum to 1 over the sentence: lambda of doubly stochastic
            attention (Xu et al. 2015, equation 14). There a sentence's words are summed; here all is by the word.
    """
    entropy = F.cross_entropy(found.logits.float(), found.words)
    uneven = ((1 - found.attended) ** 2).sum() / len(found.words)
    return entropy + spread * uneven, {"entropy": entropy.detach()}

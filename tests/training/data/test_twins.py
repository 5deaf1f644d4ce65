"""Pictures that lie in a data set twice."""

import torch

from cnn_core.training.recipes.gan_dcgan_anime64 import remove_duplicates


def test_copies_and_mirror_images_are_left_out() -> None:
    rng = torch.Generator().manual_seed(1)
    rough = torch.randint(0, 256, (1030, 3, 4, 4), generator=rng, dtype=torch.uint8)
    pictures = rough.repeat_interleave(4, 2).repeat_interleave(4, 3)
    pictures[1029] = pictures[2].flip(2)  # mirrored, in another part of the work
    pictures[5] = (pictures[1].int() + 3).clamp(max=255).to(torch.uint8)  # saved once more, a little different
    kept = remove_duplicates(pictures)
    expected = torch.cat([pictures[:5], pictures[6:1029]])
    assert torch.equal(kept, expected)


def test_a_picture_that_mirrors_itself_stays() -> None:
    half = torch.randint(0, 256, (1, 3, 16, 8), dtype=torch.uint8)
    symmetric = torch.cat([half, half.flip(3)], 3)
    assert len(remove_duplicates(symmetric)) == 1

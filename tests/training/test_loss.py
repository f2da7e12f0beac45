"""The sliced loss is the plain one. Needs torch, no weights."""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'smallsense[train]'")
pytest.importorskip("gguf", reason="gguf is not installed: pip install 'smallsense[train]'")


def test_the_sliced_loss_and_its_gradient_are_those_of_cross_entropy() -> None:
    from smallsense.training.base import SLICE, WeightedLoss

    torch.manual_seed(0)
    count = 2 * SLICE + 3
    matrix, targets = torch.randn(50, 8), torch.randint(0, 50, (count,))
    weights = torch.rand(count)
    sliced, plain = (torch.randn(count, 8, generator=torch.manual_seed(1)).requires_grad_() for _ in range(2))
    loss = WeightedLoss.apply(sliced, matrix, targets, weights)
    loss.backward()
    wanted = (torch.nn.functional.cross_entropy(plain @ matrix.T, targets, reduction="none") * weights).sum()
    wanted.backward()
    assert loss.item() == pytest.approx(wanted.item(), rel=1e-5)
    assert torch.allclose(sliced.grad, plain.grad, atol=1e-5)


def test_a_branch_sees_the_trunk_and_itself_alone() -> None:
    import numpy as np

    from smallsense.training.lora import tensors
    from smallsense.training.packing import Batch

    row = np.zeros((1, 5), np.int64)
    batch = Batch(row, row, row, row, np.array([[0, 0, 1, 1, 2]]))
    seen = tensors(batch)[2][0, 0]
    assert seen[3].tolist() == [True, True, True, True, False]
    assert seen[4].tolist() == [True, True, False, False, True]
    assert seen[1].tolist() == [True, True, False, False, False]

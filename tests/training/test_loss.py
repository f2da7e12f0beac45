"""What a model is trained for. Needs torch, no weights."""

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'smallsense[train]'")
pytest.importorskip("gguf", reason="gguf is not installed: pip install 'smallsense[train]'")


def test_the_sliced_loss_and_its_gradient_are_those_of_cross_entropy() -> None:
    from smallsense.training.loss import SLICE, WeightedLoss

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

    from smallsense.training.loss import tensors
    from smallsense.training.packing import Batch

    row = np.zeros((1, 5), np.int64)
    batch = Batch(row, row, row, row, np.array([[0, 0, 1, 1, 2]]))
    seen = tensors(batch)[2][0, 0]
    assert seen[3].tolist() == [True, True, True, True, False]
    assert seen[4].tolist() == [True, True, False, False, True]
    assert seen[1].tolist() == [True, True, False, False, False]


def test_whether_a_source_has_mistakes_is_told_at_its_separator_by_what_its_own_target_edits() -> None:
    from types import SimpleNamespace

    import numpy as np

    from smallsense.training.loss import losses_of
    from smallsense.training.packing import COPIED, EDITED, SOURCE, Batch

    s, c, e = SOURCE, COPIED, EDITED
    marks = np.array([[s, s, c, c, s, s, s, c, e, c, s, s, c], [s, s, s, e, c, e, c, s, s, s, s, s, s]])
    texts = np.array([[0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2], [0] * 7 + [-1] * 6])
    zeros = np.zeros_like(marks)
    # Row, place of the separator, and whether the source has mistakes.
    separators = [(0, 1, 0.0), (0, 6, 1.0), (0, 11, 0.0), (1, 2, 1.0)]
    hidden = torch.randn(*marks.shape, 8, generator=torch.manual_seed(0)).requires_grad_()
    detector = torch.randn(8, generator=torch.manual_seed(1))
    model: Any = SimpleNamespace(detector=detector, embedding=torch.randn(50, 8), hidden=lambda *_: hidden)

    _, detection = losses_of(model, Batch(zeros, zeros, texts, marks, zeros), 3.0, detecting=True)
    assert detection is not None
    odds = torch.stack([hidden[row, place] @ detector for row, place, _ in separators])
    faulty = torch.tensor([label for _, _, label in separators])
    wanted = torch.nn.functional.softplus(torch.where(faulty > 0, -odds, odds)).mean()
    assert detection.item() == pytest.approx(wanted.item(), rel=1e-5)
    detection.backward()
    assert hidden.grad is not None
    assert hidden.grad.any(-1).nonzero().tolist() == [[row, place] for row, place, _ in separators]


def test_rows_packed_of_many_texts_tell_of_each_of_them_once() -> None:
    import random
    from types import SimpleNamespace

    import numpy as np

    from smallsense.training.loss import losses_of
    from smallsense.training.packing import SOURCE, Tokens, batches, mark_target

    separator, end = 8, 9
    ids: list[int] = []
    marks: list[int] = []
    starts = [0]
    for number in range(12):
        source = [1] * (1 + number % 5)
        target = [*source, 2] if number % 3 == 0 else source
        ids += [*source, separator, *target, end]
        marks += [SOURCE] * (len(source) + 1) + mark_target([*source, end], [*target, end])
        starts.append(len(ids))
    tokens = Tokens(np.array(ids, np.uint16), np.array(marks, np.uint8), np.array(starts, np.int64))
    batch = next(batches(tokens, 2, 40, random.Random(0)))

    count = int((batch.ids == separator).sum())
    faulty = int((batch.ids == 2).sum())
    # Whatever it has read, this model is as sure as this of mistakes.
    certain = 3.0
    hidden = torch.full((*batch.ids.shape, 1), certain)
    model: Any = SimpleNamespace(
        detector=torch.ones(1), embedding=torch.ones(10, 1), hidden=lambda *_: hidden
    )
    _, detection = losses_of(model, batch, 1.0, detecting=True)
    right, wrong = (float(torch.nn.functional.softplus(torch.tensor(x))) for x in (-certain, certain))
    assert 0 < faulty < count
    assert detection is not None
    assert detection.item() == pytest.approx((faulty * right + (count - faulty) * wrong) / count, rel=1e-5)
    assert losses_of(model, batch, 1.0, detecting=False)[1] is None

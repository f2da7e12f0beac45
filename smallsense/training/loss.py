"""What training makes small: what writing costs, and telling whether to write at all."""

from __future__ import annotations

import torch  # pyright: ignore[reportMissingImports]
import torch.nn.functional as F  # pyright: ignore[reportMissingImports]
from torch import Tensor  # pyright: ignore[reportMissingImports]

from smallsense.training.base import Model
from smallsense.training.packing import EDITED, SOURCE, Batch

SLICE = 256
"""So many tokens get their logits at a time."""


def tensors(batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ids, positions, attention mask and marks of a batch."""
    texts, branches = torch.from_numpy(batch.texts), torch.from_numpy(batch.branches)
    length = texts.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    asking, asked = branches[:, None, :, None], branches[:, None, None, :]
    mask = (texts[:, None, :, None] == texts[:, None, None, :]) & causal
    mask &= (asked == 0) | (asked == asking)
    ids, positions, marks = (torch.from_numpy(a) for a in (batch.ids, batch.positions, batch.marks))
    return ids, positions, mask, marks


def losses_of(
    model: Model, batch: Batch, edit_weight: float, *, detecting: bool
) -> tuple[Tensor, Tensor | None]:
    """What a batch costs, in nats: its target tokens, and telling, after each source, whether it stands.

    The latter is None where it is not trained: without `detecting`.
    """
    ids, positions, mask, marks = tensors(batch)
    hidden = model.hidden(ids, positions, mask)
    writing = _writing_loss(model, hidden, ids, marks, edit_weight)
    if not detecting:
        return writing, None
    return writing, _detection_loss(model, hidden, torch.from_numpy(batch.texts), marks)


def _writing_loss(model: Model, hidden: Tensor, ids: Tensor, marks: Tensor, edit_weight: float) -> Tensor:
    """Weighted mean of the cross entropy of the target tokens."""
    follows = marks[:, 1:].flatten()
    # Whole slices only: sizes that change from step to step make allocators hoard memory.
    places = follows.nonzero()[:, 0]
    places = F.pad(places, (0, -len(places) % SLICE))
    weights = torch.where(follows[places] == EDITED, edit_weight, 1.0) * (follows[places] > 0)
    weights[int((follows > 0).sum()) :] = 0.0
    weights = weights / weights.sum().clamp(min=1.0)
    chosen = hidden[:, :-1].flatten(0, 1)[places]
    return WeightedLoss.apply(chosen, model.embedding, ids[:, 1:].flatten()[places], weights)


def _detection_loss(model: Model, hidden: Tensor, texts: Tensor, marks: Tensor) -> Tensor:
    """Mean cross entropy of what the model says about each source as soon as it has read it."""
    row, place = ((marks[:, :-1] == SOURCE) & (marks[:, 1:] != SOURCE)).nonzero(as_tuple=True)
    same = texts[row] == texts[row, place][:, None]
    faulty = (same & (marks[row] == EDITED)).any(1)
    odds = hidden[row, place].float() @ model.detector
    return F.binary_cross_entropy_with_logits(odds, faulty.float())


class WeightedLoss(torch.autograd.Function):
    """Cross entropy over a frozen output matrix, in slices, with the gradient computed on the way.

    Never holds more than one slice of logits; since the matrix is frozen, the gradient needs no second pass.
    """

    @staticmethod
    def forward(ctx, hidden: Tensor, matrix: Tensor, targets: Tensor, weights: Tensor) -> Tensor:  # noqa: D102
        gradient = torch.empty_like(hidden)
        loss = torch.zeros(())
        for start in range(0, len(targets), SLICE):
            part = slice(start, start + SLICE)
            logits = F.linear(hidden[part], matrix).float()
            log_probabilities = logits.log_softmax(-1)
            chosen = targets[part, None]
            loss += -(log_probabilities.gather(1, chosen)[:, 0] * weights[part]).sum()
            errors = log_probabilities.exp_()
            errors.scatter_add_(1, chosen, errors.new_full(chosen.shape, -1.0))
            errors *= weights[part, None]
            gradient[part] = errors.to(matrix.dtype) @ matrix
        ctx.save_for_backward(gradient)
        return loss

    @staticmethod
    def backward(ctx, *outputs: Tensor) -> tuple[Tensor | None, ...]:  # noqa: D102
        (gradient,) = ctx.saved_tensors
        return (gradient.float() * outputs[0]).to(gradient.dtype), None, None, None

"""The frozen base model in torch, with trainable low-rank factors on its projections.

A hand-written Llama, as lean as training on a few processor cores asks for: frozen weights in the type whose
products are faster there (in bf16 some take a third of the time, others twice as long as in fp32), factors in
fp32, projections that share an input fused into one product, and logits only where there is a loss.

The weights keep the row order of the GGUF file: llama.cpp rotates neighboring pairs of a head, so this model
does too. A `lora_b` learned here therefore goes into a GGUF adapter as it is.
"""

from __future__ import annotations

import math
import timeit
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gguf  # pyright: ignore[reportMissingImports]
import numpy as np
import torch  # pyright: ignore[reportMissingImports]
import torch.nn.functional as F  # pyright: ignore[reportMissingImports]
from torch import Tensor, nn  # pyright: ignore[reportMissingImports]

from smallsense.training.tokens import END, SEPARATOR

PROJECTIONS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")

_ROUNDS = 10
"""So often a product is timed; the best counts."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers that make a Llama. Widths are in features, `context` in tokens."""

    layers: int
    width: int
    hidden: int
    heads: int
    kv_heads: int
    vocabulary: int
    epsilon: float
    rope_base: float
    context: int

    @property
    def head_width(self) -> int:
        """Features per attention head."""
        return self.width // self.heads

    def outputs(self, projection: str) -> int:
        """Rows of a projection's weight."""
        kv = self.kv_heads * self.head_width
        rows = {"attn_k": kv, "attn_v": kv, "ffn_gate": self.hidden, "ffn_up": self.hidden}
        return rows.get(projection, self.width)

    def inputs(self, projection: str) -> int:
        """Columns of a projection's weight."""
        return self.hidden if projection == "ffn_down" else self.width


def read_shape(reader: gguf.GGUFReader) -> Shape:
    """Read the shape from a GGUF file's metadata.

    Raises:
        ValueError: the file does not hold a Llama.
    """

    def value(key: str) -> float:
        field = reader.fields.get(key)
        if field is None:
            raise ValueError(f"not a Llama base model: the GGUF file has no {key!r}")
        return field.contents()

    architecture = value("general.architecture")
    if architecture != "llama":
        raise ValueError(f"base model has architecture {architecture!r}; only 'llama' can be trained")
    return Shape(
        layers=int(value("llama.block_count")),
        width=int(value("llama.embedding_length")),
        hidden=int(value("llama.feed_forward_length")),
        heads=int(value("llama.attention.head_count")),
        kv_heads=int(value("llama.attention.head_count_kv")),
        vocabulary=int(value("llama.vocab_size")),
        epsilon=float(value("llama.attention.layer_norm_rms_epsilon")),
        rope_base=float(value("llama.rope.freq_base")),
        context=int(value("llama.context_length")),
    )


def faster() -> torch.dtype:
    """The type in which this machine multiplies matrices of the base's size faster: bf16 or fp32.

    Some processors that have instructions for bf16 take twice as long with them.
    """
    spent: dict[torch.dtype, float] = {}
    for dtype in (torch.bfloat16, torch.float32):
        x, weight = torch.ones(1024, 576, dtype=dtype), torch.ones(1536, 576, dtype=dtype)
        spent[dtype] = min(timeit.repeat(partial(F.linear, x, weight), number=1, repeat=_ROUNDS))
    return min(spent, key=spent.__getitem__)


class Block(nn.Module):
    """One layer: attention and a gated feed-forward network, each with its low-rank factors."""

    qkv: Tensor
    out: Tensor
    gate_up: Tensor
    down: Tensor
    attn_norm: Tensor
    ffn_norm: Tensor

    def __init__(
        self, shape: Shape, weights: dict[str, Tensor], rank: int, scale: float, dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.shape, self.rank, self.scale = shape, rank, scale
        kept = {
            "qkv": torch.cat([weights["attn_q"], weights["attn_k"], weights["attn_v"]]),
            "out": weights["attn_output"],
            "gate_up": torch.cat([weights["ffn_gate"], weights["ffn_up"]]),
            "down": weights["ffn_down"],
        }
        for name, weight in kept.items():
            self.register_buffer(name, weight.to(dtype), persistent=False)
        for name in ("attn_norm", "ffn_norm"):
            self.register_buffer(name, weights[name].float(), persistent=False)
        self.a = nn.ParameterDict()
        self.b = nn.ParameterDict()
        for name in PROJECTIONS:
            bound = math.sqrt(3.0 / shape.inputs(name))
            self.a[name] = nn.Parameter(torch.empty(rank, shape.inputs(name)).uniform_(-bound, bound))
            self.b[name] = nn.Parameter(torch.zeros(shape.outputs(name), rank))

    def _low_rank(self, x: Tensor, *names: str) -> Tensor:
        """The factors' share of the fused projection `names` of `x`."""
        down = torch.cat([self.a[name] for name in names])
        reduced = F.linear(x, down.to(x.dtype)) * self.scale
        parts = [
            F.linear(part, self.b[name].to(x.dtype))
            for name, part in zip(names, reduced.split(self.rank, -1), strict=True)
        ]
        return torch.cat(parts, -1) if len(parts) > 1 else parts[0]

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        """Map the residual stream `x` [rows, tokens, width] (fp32) to the next layer's."""
        s = self.shape
        rows, tokens, _ = x.shape
        h = F.rms_norm(x, (s.width,), self.attn_norm, s.epsilon).to(self.qkv.dtype)
        qkv = F.linear(h, self.qkv) + self._low_rank(h, "attn_q", "attn_k", "attn_v")
        kv = s.kv_heads * s.head_width
        q, k, v = (
            t.view(rows, tokens, -1, s.head_width).transpose(1, 2) for t in qkv.split([s.width, kv, kv], -1)
        )
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        groups = s.heads // s.kv_heads
        k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        mixed = mixed.transpose(1, 2).reshape(rows, tokens, s.width)
        x = x + (F.linear(mixed, self.out) + self._low_rank(mixed, "attn_output"))
        h = F.rms_norm(x, (s.width,), self.ffn_norm, s.epsilon).to(self.qkv.dtype)
        gate_up = F.linear(h, self.gate_up) + self._low_rank(h, "ffn_gate", "ffn_up")
        gate, up = gate_up.split(s.hidden, -1)
        gated = F.silu(gate) * up
        return x + (F.linear(gated, self.down) + self._low_rank(gated, "ffn_down"))


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position embedding over neighboring pairs of features, as llama.cpp does it."""
    pairs = x.unflatten(-1, (-1, 2)).float()
    even, odd = pairs[..., 0], pairs[..., 1]
    turned = torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1)
    return turned.flatten(-2).to(x.dtype)


class Model(nn.Module):
    """The base with its factors. Parameters are the factors alone; everything else is frozen."""

    embedding: Tensor
    norm: Tensor
    detector: Tensor
    """[width]: at a separator, the direction in which the model says that the text before it has mistakes.

    Nobody would write another separator there, or end the text before it began, so what the model thinks of
    the one against the other is free to say this.
    """

    def __init__(
        self,
        path: Path,
        rank: int,
        alpha: float,
        layers: int | None = None,
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        """Load the GGUF file `path`, dequantized to `dtype`; `layers` keeps only so many of the first layers.

        Raises:
            ValueError: the file does not hold a Llama.
            OSError: the file cannot be read.
        """
        super().__init__()
        reader = gguf.GGUFReader(path)
        self.shape = read_shape(reader)
        self.rank, self.alpha = rank, alpha
        tensors = {t.name: t for t in reader.tensors}

        def load(name: str) -> Tensor:
            tensor = tensors[f"{name}.weight"]
            data = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            return torch.from_numpy(np.array(data, dtype=np.float32))

        self.register_buffer("embedding", load("token_embd").to(dtype), persistent=False)
        self.register_buffer("norm", load("output_norm"), persistent=False)
        tokens: list[str] = reader.fields["tokenizer.ggml.tokens"].contents()
        separator, end = (self.embedding[tokens.index(name)].float() for name in (SEPARATOR, END))
        self.register_buffer("detector", separator - end, persistent=False)
        names = (*PROJECTIONS, "attn_norm", "ffn_norm")
        self.layers = [
            Block(self.shape, {n: load(f"blk.{i}.{n}") for n in names}, rank, alpha / rank, dtype)
            for i in range(layers or self.shape.layers)
        ]
        self.blocks = nn.ModuleList(self.layers)

    def hidden(self, ids: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
        """Final normalized features [rows, tokens, width], of the type that the weights are kept in.

        `positions` count tokens from the start of each packed text; `mask` [rows, 1, tokens, tokens] is true
        where a token may look.
        """
        half = self.shape.head_width // 2
        rates = self.shape.rope_base ** (-torch.arange(half, dtype=torch.float32) / half)
        angles = positions[:, None, :, None].float() * rates
        cos, sin = angles.cos(), angles.sin()
        x = F.embedding(ids, self.embedding).float()
        for block in self.layers:
            x = block(x, cos, sin, mask)
        return F.rms_norm(x, (self.shape.width,), self.norm, self.shape.epsilon).to(self.embedding.dtype)

    def logits(self, ids: list[int]) -> Tensor:
        """Logits [tokens, vocabulary] in fp32 of one text."""
        count = len(ids)
        with torch.no_grad():
            mask = torch.ones(1, 1, count, count, dtype=torch.bool).tril()
            hidden = self.hidden(torch.tensor([ids]), torch.arange(count)[None], mask)
            return F.linear(hidden[0].float(), self.embedding.float())

"""Low-rank factors to a GGUF adapter and back."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import gguf  # pyright: ignore[reportMissingImports]
import numpy as np
import torch  # pyright: ignore[reportMissingImports]
from torch import Tensor  # pyright: ignore[reportMissingImports]

from smallsense.training.base import Model

_TYPES = {
    "F32": gguf.GGMLQuantizationType.F32,
    "F16": gguf.GGMLQuantizationType.F16,
    "Q8_0": gguf.GGMLQuantizationType.Q8_0,
}


def factors(model: Model) -> dict[str, Tensor]:
    """The trained factors by the names they have in an adapter file."""
    return {
        f"blk.{number}.{name}.weight.lora_{side}": parameters[name].detach()
        for number, block in enumerate(model.layers)
        for side, parameters in (("a", block.a), ("b", block.b))
        for name in parameters
    }


def write_adapter(path: Path, tensors: Mapping[str, Tensor], alpha: float, kind: str, name: str) -> None:
    """Write an adapter for llama.cpp, whole or not at all; `kind` is F32, F16 or Q8_0 (rank 32, 64 …).

    Raises:
        ValueError: the tensors cannot be stored as `kind`.
    """
    if kind not in _TYPES:
        raise ValueError(f"unknown tensor type {kind!r}; known: {', '.join(_TYPES)}")
    partial = path.with_suffix(".partial")
    writer = gguf.GGUFWriter(partial, "llama")
    writer.add_type("adapter")
    writer.add_name(name)
    writer.add_license("Apache-2.0")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for title, tensor in tensors.items():
        data = tensor.to(torch.float32).cpu().numpy()
        if kind == "Q8_0" and data.shape[-1] % 32:
            raise ValueError(f"{title} has rows of {data.shape[-1]}; Q8_0 needs multiples of 32")
        quantized = gguf.quants.quantize(data, _TYPES[kind])
        writer.add_tensor(title, quantized, raw_dtype=_TYPES[kind])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(partial, path)


def read_adapter(path: Path) -> tuple[dict[str, Tensor], float]:
    """The factors and alpha in an adapter file."""
    reader = gguf.GGUFReader(path)
    alpha = float(reader.fields["adapter.lora.alpha"].contents())
    tensors = {
        tensor.name: torch.from_numpy(
            np.array(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        )
        for tensor in reader.tensors
    }
    return tensors, alpha


def mean_factors(sets: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of each factor over several states of one run.

    Where the learning rate has come down several times, the middle is better than each of the ends: Izmailov
    et al., "Averaging Weights Leads to Wider Optima and Better Generalization" (UAI 2018).
    """
    return {name: torch.stack([one[name].float() for one in sets]).mean(0) for name in sets[0]}


def load_factors(model: Model, tensors: Mapping[str, Tensor], alpha: float) -> None:
    """Put factors into `model`, rescaled if they were learned with another alpha.

    Raises:
        ValueError: names or shapes do not fit the model.
    """
    own = factors(model)
    missing = own.keys() ^ tensors.keys()
    if missing:
        raise ValueError(f"the adapter does not fit this model: {sorted(missing)[0]!r} has no counterpart")
    for name, tensor in tensors.items():
        if own[name].shape != tensor.shape:
            raise ValueError(
                f"{name} has shape {tuple(tensor.shape)}, the model wants {tuple(own[name].shape)}"
            )
        own[name].copy_(tensor * (alpha / model.alpha if name.endswith("lora_b") else 1.0))

"""The only module that knows llama.cpp: loading, tokenizing, reading cells, adapters, quantizing.

Speed and safety facts this module stands on (measured; see `models/LOG.md`):

* A quantized model crashes in the AMX code path of llama.cpp (ggml-org/llama.cpp#20824). Weight repacking,
  which would take that path, is therefore only switched on in builds without AMX.
* OpenMP threads that spin while they wait make a question a hundred times slower as soon as another program
  uses the cores, and threads that sleep at once make two threads slower than one. A spin of a thousand rounds
  (some microseconds) is nearly as fast as endless spinning and harmless; it is set before the library loads.
"""

from __future__ import annotations

import ctypes
import logging
import os
import re
import sys
import time
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from smallsense.engine.context import Cell, Logits
from smallsense.engine.engine import EngineError
from smallsense.engine.interrupt import Interrupt, Interrupted, interrupt_reader
from smallsense.engine.pace import Pacer

os.environ.setdefault("GOMP_SPINCOUNT", "1000")


def _bindings() -> ModuleType:
    """The bindings alone: the package around them loads chat templates and a database, 11 MB in 0.4 s."""
    known = sys.modules.get("llama_cpp")
    spec = find_spec("llama_cpp")
    if spec is None:
        raise ImportError("llama-cpp-python is not installed")
    sys.modules["llama_cpp"] = known or module_from_spec(spec)
    try:
        return import_module("llama_cpp.llama_cpp")
    finally:
        # Whoever wants the whole package shall get it.
        if known is None:
            del sys.modules["llama_cpp"]


if TYPE_CHECKING:
    import llama_cpp as lib
else:
    lib = _bindings()

logger = logging.getLogger(__name__)

SEPARATOR = "<file_sep>"
"""The special token between source and revision, free in the vocabulary of the base model."""

QUANTIZATIONS = {
    "F32": lib.LLAMA_FTYPE_ALL_F32,
    "Q4_0": lib.LLAMA_FTYPE_MOSTLY_Q4_0,
    "Q8_0": lib.LLAMA_FTYPE_MOSTLY_Q8_0,
}

_BF16 = 30
"""What keys and values are kept in; the bindings do not name it.

F16 is slow where the processor does not add it up itself: with BF16 a Xeon reads 400 tokens in 0.6 of the
time, for logits that differ by a few hundredths.
"""

_ABORTED = 2
"""What `llama_decode` returns when it was told to break off."""

_SEVERITY = {3: logging.DEBUG, 4: logging.ERROR}

_BROKEN_OFF = re.compile(r"fail.*(status: 1|error 1|ret = 2)$")
"""How llama.cpp complains of a pass that was to be broken off."""


@lib.llama_log_callback
def _forward_log(level: int, text: bytes, _data: ctypes.c_void_p) -> None:
    """llama.cpp writes to stderr by default, which some editors show as an error: use the log instead."""
    if level in _SEVERITY:
        line = text.decode("utf-8", "replace").rstrip()
        logger.log(logging.DEBUG if _BROKEN_OFF.search(line) else _SEVERITY[level], "%s", line)


lib.llama_log_set(_forward_log, ctypes.c_void_p(0))


def system_info() -> str:
    """Which CPU features the compiled library uses, as llama.cpp prints them."""
    return lib.llama_print_system_info().decode("utf-8", "replace")


def repacking_is_safe() -> bool:
    """Whether weights may be repacked for speed: not in builds that would then take the broken AMX path."""
    return "AMX_INT8 = 1" not in system_info()


def quantize(source: Path, target: Path, kind: str) -> None:
    """Write the model `source` to `target` with all matrices in `kind` (a key of `QUANTIZATIONS`).

    A model that is quantized already goes by way of a 32-bit file beside `target` (four times its size),
    which is removed again.

    Raises:
        EngineError: when llama.cpp can't read the one or write the other.
    """
    plain = target.with_name(target.name + ".f32")
    try:
        _quantize(source, plain, "F32")
        _quantize(plain, target, kind)
    finally:
        plain.unlink(missing_ok=True)


def _quantize(source: Path, target: Path, kind: str) -> None:
    params = lib.llama_model_quantize_default_params()
    params.ftype = QUANTIZATIONS[kind]
    params.allow_requantize = True
    params.pure = True
    params.nthread = os.cpu_count() or 1
    if lib.llama_model_quantize(os.fsencode(source), os.fsencode(target), ctypes.pointer(params)) != 0:
        raise EngineError(
            f"llama.cpp could not convert {source} to {kind} (is the disk full, or the file broken?)"
        )


class LlamaModel:
    """A base model in memory, and its vocabulary. `vocabulary_only` loads no weights: enough to tokenize.

    Raises:
        EngineError: when the file is missing or is no model that llama.cpp can load.
    """

    def __init__(self, path: Path, *, vocabulary_only: bool = False) -> None:
        if not path.is_file():
            raise EngineError(f"no model at {path}")
        lib.llama_backend_init()
        params = lib.llama_model_default_params()
        params.vocab_only = vocabulary_only
        params.use_extra_bufts = repacking_is_safe()
        params.n_gpu_layers = 0
        # Mapped, the file would stay in memory beside its repacked copy, and one that is cut short while in
        # use would kill the process.
        params.load_mode = lib.LLAMA_LOAD_MODE_NONE
        self.path = path
        self.pointer: Any = lib.llama_model_load_from_file(os.fsencode(path), params)
        if not self.pointer:
            raise EngineError(f"llama.cpp cannot load {path}: the file is damaged or not a model")
        self._vocabulary: Any = lib.llama_model_get_vocab(self.pointer)
        self.size = lib.llama_vocab_n_tokens(self._vocabulary)
        self._pieces: dict[int, bytes] = {}
        self._adapters: dict[Path, Any] = {}

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Tokens of `text`; with `special`, names of special tokens in it become these tokens."""
        raw = text.encode("utf-8", "replace")
        room = len(raw) + 8
        buffer = (lib.llama_token * room)()
        count = lib.llama_tokenize(self._vocabulary, raw, len(raw), buffer, room, False, special)
        if count < 0:
            raise EngineError(f"llama.cpp cannot tokenize a text of {len(raw)} bytes")
        return buffer[:count]

    def piece(self, token: int) -> bytes:
        """The bytes of a token; none for special tokens."""
        if token not in self._pieces:
            buffer = ctypes.create_string_buffer(512)
            length = lib.llama_token_to_piece(self._vocabulary, token, buffer, len(buffer), 0, False)
            self._pieces[token] = buffer.raw[:length] if length > 0 else b""
        return self._pieces[token]

    @cached_property
    def ends(self) -> frozenset[int]:
        """Tokens that end a text."""
        return frozenset(t for t in range(self.size) if lib.llama_vocab_is_eog(self._vocabulary, t))

    def special(self, name: str) -> int:
        """The number of a special token.

        Raises:
            EngineError: when the vocabulary has no such token.
        """
        tokens = self.tokenize(name, special=True)
        if len(tokens) != 1:
            raise EngineError(f"{self.path.name} has no token {name}")
        return tokens[0]

    def adapter(self, path: Path) -> Any:
        """What an adapter adds to this model, loaded once.

        Raises:
            EngineError: the file is missing, damaged or made for another base.
        """
        if path not in self._adapters:
            adapter = lib.llama_adapter_lora_init(self.pointer, os.fsencode(path)) if path.is_file() else None
            if not adapter:
                raise EngineError(
                    f"llama.cpp cannot load the adapter {path}: missing, damaged or made for another base"
                )
            self._adapters[path] = adapter
        return self._adapters[path]

    def close(self) -> None:
        """Free the weights and the adapters. All contexts must be closed before."""
        if self.pointer:
            self._adapters.clear()
            lib.llama_model_free(self.pointer)
            self.pointer = None


class LlamaContext:
    """Working memory over a shared base model: see the protocol `AdaptableContext`.

    Where there is a `pacer`, it says how many threads each pass gets, and is told how long it took. An
    `interrupt` breaks off passes.

    Not safe for two threads at once.

    Raises:
        EngineError: when the adapter does not fit the base, or memory is short.
    """

    def __init__(
        self,
        model: LlamaModel,
        adapter: Path | None = None,
        *,
        capacity: int,
        sequences: int,
        outputs: int,
        batch: int = 60,
        chunk: int = 48,
        threads: int = 1,
        pacer: Pacer | None = None,
        interrupt: Interrupt | None = None,
    ) -> None:
        self._model = model
        self._threads = self._most = threads
        self._pacer = pacer
        self._sharing = 1
        if adapter is not None:
            model.adapter(adapter)  # fails before there is anything to free
        self.capacity, self.sequences, self.batch, self.outputs = capacity, sequences, batch, outputs
        self.chunk = min(batch, chunk)
        self.separator = model.special(SEPARATOR)
        self.end = model.special("<|endoftext|>")
        self.ends = model.ends
        self.reused = 0
        assert sequences <= outputs, "llama.cpp would end the process"
        params = lib.llama_context_default_params()
        params.n_ctx, params.n_seq_max, params.n_batch = capacity, sequences, batch
        # Measured: kernels take sixteen cells at once, or four, or one by one, at 1.3, 1.4 and 2.6 ms each.
        # From 64 on, attention takes others with other rounding: below, an answer does not depend on what is
        # read beside it. Hence chunks of 48, and passes of up to 60 where that saves another one.
        # One call is one pass: the library itself takes back all of one that is broken off.
        params.n_ubatch = batch
        params.n_outputs_max = params.n_outputs_max_per_seq = outputs
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = True
        params.type_k = params.type_v = _BF16
        # Flash attention skips the cells of other sequences.
        params.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_ENABLED
        params.no_perf = True
        self.pointer: Any = lib.llama_init_from_model(model.pointer, params)
        if not self.pointer:
            raise EngineError("llama.cpp cannot create a context: out of memory?")
        self._interrupt = interrupt  # its memory is read at every pass
        if interrupt is not None:
            reader = lib.ggml_abort_callback(interrupt_reader())
            lib.llama_set_abort_callback(self.pointer, reader, ctypes.c_void_p(interrupt.address))
        self._adapter: Path | None = None
        self.adapt(adapter)
        self._memory: Any = lib.llama_get_memory(self.pointer)
        self._batch = lib.llama_batch_init(batch, 0, 1)

    def adapt(self, adapter: Path | None) -> None:
        """See `AdaptableContext.adapt`. An exchange costs about half a pass."""
        if adapter == self._adapter:
            return
        given = [self._model.adapter(adapter)] if adapter is not None else []
        adapters = (lib.llama_adapter_lora_p_ctypes * len(given))(*given)
        scales = (ctypes.c_float * len(given))(*(1.0 for _ in given))
        lib.llama_set_adapters_lora(self.pointer, adapters, len(given), scales)
        self._adapter = adapter

    def tokenize(self, text: str) -> list[int]:
        """See `Context.tokenize`."""
        return self._model.tokenize(text)

    def piece(self, token: int) -> bytes:
        """See `Context.piece`."""
        return self._model.piece(token)

    def decode(self, cells: Sequence[Cell]) -> Logits:
        """See `Context.decode`.

        Raises:
            EngineError: when llama.cpp gives up; the context is then empty.
            Interrupted: when the pass was broken off.
        """
        batch, wanted = self._batch, 0
        for index, cell in enumerate(cells):
            batch.token[index] = cell.token
            batch.pos[index] = cell.position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = cell.sequence
            batch.logits[index] = cell.wanted
            wanted += cell.wanted
        batch.n_tokens = len(cells)
        threads = self._pacer.threads if self._pacer is not None else self._most
        threads = max(1, threads // self._sharing)
        if threads != self._threads:
            self._threads = threads
            lib.llama_set_n_threads(self.pointer, threads, threads)
        began = time.perf_counter()
        status = lib.llama_decode(self.pointer, batch)
        if status == _ABORTED:
            raise Interrupted
        if self._pacer is not None and self._sharing == 1:
            self._pacer.observe(len(cells), time.perf_counter() - began)
        if status != 0:
            lib.llama_memory_clear(self._memory, True)
            raise EngineError(f"llama.cpp could not read {len(cells)} tokens (status {status})")
        if not wanted:
            return np.empty((0, self._model.size), np.float32)
        return np.ctypeslib.as_array(lib.llama_get_logits(self.pointer), shape=(wanted, self._model.size))

    def share_threads(self, contexts: int) -> None:
        """See `Context.share_threads`."""
        self._sharing = contexts

    def forget(self, sequence: int, start: int = 0) -> None:
        """See `Context.forget`."""
        lib.llama_memory_seq_rm(self._memory, sequence, start, -1)

    def share(self, source: int, target: int) -> None:
        """See `Context.share`."""
        lib.llama_memory_seq_cp(self._memory, source, target, -1, -1)

    def close(self) -> None:
        """Free the memory; the base model stays."""
        if self.pointer:
            lib.llama_batch_free(self._batch)
            lib.llama_free(self.pointer)
            self.pointer = None
            # The adapter belongs to the model, which frees it.

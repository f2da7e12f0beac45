"""An exported adapter does in llama.cpp what it did in torch. Real weights."""

import random
from pathlib import Path

import numpy as np
import pytest

from smallsense.engine.catalog import Catalog

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'smallsense[train]'")
pytest.importorskip("gguf", reason="gguf is not installed: pip install 'smallsense[train]'")
pytest.importorskip("tokenizers", reason="tokenizers is not installed: pip install tokenizers")

pytestmark = pytest.mark.model

SOURCE, TARGET = "This function return the a list of user.", "This function returns a list of users."


@pytest.fixture(scope="module")
def base() -> Path:
    catalog = Catalog.load()
    path = catalog.base_path(catalog.base("grammar"))
    if not path.is_file():
        pytest.skip(f"no base weights at {path}: run `smallsense models pull`")
    return path


def llama_logits(base: Path, adapter: Path | None) -> np.ndarray:
    from smallsense.engine.context import Cell
    from smallsense.engine.llama import LlamaContext, LlamaModel

    model = LlamaModel(base)
    context = LlamaContext(model, adapter, capacity=512, sequences=4, outputs=48)
    try:
        ids = [*context.tokenize(SOURCE), context.separator, *context.tokenize(TARGET)]
        return context.decode([Cell(token, at, 0, True) for at, token in enumerate(ids)]).copy()
    finally:
        context.close()
        model.close()


@pytest.mark.parametrize("kind", ["F32", "Q8_0"])
def test_llama_and_torch_agree_on_a_trained_adapter(base: Path, tmp_path: Path, kind: str) -> None:
    from smallsense.training.base import Model
    from smallsense.training.export import factors, load_factors, read_adapter, write_adapter
    from smallsense.training.tokens import load_tokenizer

    torch.manual_seed(1)
    model = Model(base, rank=32, alpha=32.0)
    with torch.no_grad():
        for name, tensor in factors(model).items():
            if name.endswith("lora_b"):
                tensor.normal_(0.0, 0.1)
    path = tmp_path / "adapter.gguf"
    write_adapter(path, factors(model), 32.0, kind, "test")
    load_factors(model, *read_adapter(path))
    tokenizer = load_tokenizer(base)
    source, target = tokenizer.encode([SOURCE, TARGET])
    ours = model.logits([*source, tokenizer.separator, *target]).numpy()

    theirs, plain = llama_logits(base, path), llama_logits(base, None)
    effect, error = np.abs(theirs - plain).mean(), np.abs(theirs - ours).mean()
    assert effect > 1.0, "the adapter must change much for its agreement to mean something"
    # Rounding of activations differs: about a tenth of the effect. Rows in another order differ by a third.
    assert error < effect / 5


def test_torch_reads_text_as_llama_does(base: Path) -> None:
    from smallsense.engine.llama import LlamaModel
    from smallsense.training.tokens import load_tokenizer

    rng = random.Random(1)
    alphabet = "abc ABC 012 .,'\"`_-(){}/\\<>|  \t éüß→😀１½\u00a0"
    texts = ["".join(rng.choices(alphabet, k=rng.randrange(1, 40))) for _ in range(500)]
    texts += ["They're in `foo_bar(1.25)`, aren't they?", "<file_sep> is plain text here"]
    model = LlamaModel(base, vocabulary_only=True)
    try:
        assert load_tokenizer(base).encode(texts) == [model.tokenize(text) for text in texts]
    finally:
        model.close()


def test_another_rank_is_refused(base: Path, tmp_path: Path) -> None:
    from smallsense.training.base import Model
    from smallsense.training.export import factors, load_factors, read_adapter, write_adapter

    small = Model(base, rank=4, alpha=4.0, layers=1)
    with pytest.raises(ValueError, match="multiples of 32"):
        write_adapter(tmp_path / "small.gguf", factors(small), 4.0, "Q8_0", "test")
    write_adapter(tmp_path / "small.gguf", factors(small), 4.0, "F16", "test")
    with pytest.raises(ValueError, match="shape"):
        load_factors(Model(base, rank=8, alpha=8.0, layers=1), *read_adapter(tmp_path / "small.gguf"))

"""Text to tokens as the base model reads it, from the vocabulary inside its GGUF file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gguf  # pyright: ignore[reportMissingImports]
import tokenizers  # pyright: ignore[reportMissingImports]
from tokenizers import Regex, decoders, models, pre_tokenizers  # pyright: ignore[reportMissingImports]

SEPARATOR = "<file_sep>"
END = "<|endoftext|>"


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Byte-level BPE with every digit its own token, and the two special tokens of a revision."""

    bpe: tokenizers.Tokenizer
    separator: int
    end: int

    def encode(self, texts: list[str]) -> list[list[int]]:
        """Token ids of each text; special tokens written in a text are read as plain text."""
        return [encoding.ids for encoding in self.bpe.encode_batch(texts, add_special_tokens=False)]

    def decode(self, ids: list[int]) -> str:
        """The text of `ids`."""
        return self.bpe.decode(ids, skip_special_tokens=False)


def load_tokenizer(path: Path) -> Tokenizer:
    """Build the tokenizer of the GGUF file `path`.

    Raises:
        ValueError: the file uses another kind of tokenizer.
    """
    fields = gguf.GGUFReader(path).fields
    kind = fields["tokenizer.ggml.model"].contents(), fields["tokenizer.ggml.pre"].contents()
    if kind != ("gpt2", "smollm"):
        raise ValueError(f"{path.name} has tokenizer {kind}; only ('gpt2', 'smollm') is known")
    names: list[str] = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    vocabulary = {name: number for number, name in enumerate(names)}
    bpe = tokenizers.Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{N}"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    return Tokenizer(bpe, vocabulary[SEPARATOR], vocabulary[END])

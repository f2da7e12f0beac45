"""`smallsense bench choose`: candidates that share their context against a prompt for each of them."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import click
import numpy as np

from smallsense.cli.measure import Measure, measuring

if TYPE_CHECKING:
    from smallsense.engine.llama import LlamaContext

CONTEXT_TOKENS = 400
FASTER = 5.0
"""The bar: so many times as fast as eight prompts."""

CANDIDATES = (
    " customer is None",
    " order is not None",
    " total > 0",
    " line.price",
    " self.orders",
    " order.lines[0]",
    " today < order.due",
    " not order.paid",
)


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=7, show_default=True)
@measuring
def choose(rounds: int) -> list[Measure]:
    """Choose among 8 candidates in a scope of 400 tokens: faster than 8 prompts? the same answer?"""
    return _measure(rounds)


def _measure(rounds: int) -> list[Measure]:
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.choose import choose
    from smallsense.engine.local import open_context
    from smallsense.engine.questions import Choose

    context = open_context(Catalog.load(), "nullness")
    text = _scope(context)
    question = Choose(text, CANDIDATES)
    shared: list[float] = []
    apart: list[float] = []
    difference = 0.0
    for _ in range(rounds):
        start = time.perf_counter()
        answer = choose(context, [], [question], lambda: None)[0]
        shared.append(time.perf_counter() - start)
        start = time.perf_counter()
        plain = _plainly(context, text)
        apart.append(time.perf_counter() - start)
        difference = max(difference, *map(abs, np.subtract(answer.probabilities, plain)))
    context.close()
    ratio = median(apart) / median(shared)
    return [
        Measure("tokens of context", len(context.tokenize(text)), ""),
        Measure("8 candidates, one context, median", median(shared) * 1e3, "ms"),
        Measure("8 prompts, median", median(apart) * 1e3, "ms"),
        Measure("times as fast as 8 prompts", ratio, "ratio", FASTER, ratio >= FASTER),
        Measure("largest difference of a probability", difference, ""),
    ]


def _plainly(context: LlamaContext, text: str) -> list[float]:
    """The probabilities of all candidates, each from a prompt of its own."""
    from smallsense.engine.context import log_probability
    from smallsense.engine.prefix import TRUNK, read_prefix

    scores: list[float] = []
    before = context.tokenize(text)
    for candidate in CANDIDATES:
        tokens = context.tokenize(candidate)
        score = 0.0
        for count, token in enumerate(tokens):
            # The first is a prompt from its beginning; the rest of the candidate goes on from there.
            resident = [] if count == 0 else [*before, *tokens[: count - 1]]
            row = read_prefix(context, resident, [*before, *tokens[:count]], lambda: None)
            score += log_probability(row, token)
        scores.append(score)
    context.forget(TRUNK)
    weights = np.exp(np.array(scores) - max(scores))
    return list(weights / weights.sum())


def _scope(context: LlamaContext) -> str:
    """A function of `CONTEXT_TOKENS` tokens, and the beginning of a condition."""
    tail = context.tokenize("\n    if")
    body = context.tokenize("def settle(self, today):\n" + "".join(_lines()))
    kept = body[: CONTEXT_TOKENS - len(tail)]
    return b"".join(context.piece(token) for token in [*kept, *tail]).decode("utf-8", "ignore")


def _lines() -> list[str]:
    return [
        f"    for order_{n} in self.orders[{n}]:\n"
        f"        total_{n} = sum(line.price * line.count for line in order_{n}.lines)\n"
        f"        order_{n}.customer.balance -= total_{n}\n"
        for n in range(20)
    ]

"""Revise by aggressive decoding: the text is its own draft.

The model reads `source <separator> source` in one pass. Wherever it would have written the next source token
itself, that token is verified at no further cost; where it departs, its own token is taken, and the rest of
the source is offered again as a draft from the place where the two are likely to meet. The result is that of
plain greedy decoding; only the number of passes differs.

A model may be trained to tell, as soon as it has read a text, whether there are mistakes in it. Those that it
hardly doubts are then spared the second half.

Source of the idea: Sun et al., "Instantaneous Grammatical Error Correction with Shallow Aggressive Decoding"
(ACL 2021), with immediate resynchronization at word starts instead of a search for a unique suffix match.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from smallsense.engine.context import Cell, Context, Logits, Passes, Stop, decode_steadily
from smallsense.engine.interrupt import Interrupted
from smallsense.engine.questions import Revise, Revision
from smallsense.engine.sentence import Sentence, begin, cells_needed, revision
from smallsense.engine.wave import ACTIVE, Wave


def revise(
    context: Context,
    questions: Sequence[Revise],
    stop: Stop,
    *,
    beside: Sequence[Context] = (),
) -> list[Revision]:
    """Answer `questions`, several sentences to a pass.

    A sentence too long for the context, or one in which the model goes astray, comes back without changes.

    Where there are several sentences, contexts `beside` it, with the same weights, take their share: two
    threads that read each for itself get more done than two that work on one pass and wait for each other.
    """
    sentences = [begin(context, question) for question in questions]
    todo = [sentence for sentence in sentences if not sentence.done]
    most_cells = max(map(cells_needed, todo), default=0)
    contexts = [context, *(one for one in beside if one.capacity >= most_cells)][: max(len(todo), 1)]
    most = min(ACTIVE, -(-len(todo) // len(contexts)))
    waiting = _dealt(todo, len(contexts), most)
    waves = [Wave(one, waiting, most) for one in contexts]
    try:
        if len(waves) == 1:
            _by_itself(waves[0], stop)
        else:
            _side_by_side(waves, stop)
    finally:
        for wave in waves:
            wave.clear()
    return [revision(context, sentence) for sentence in sentences]


def _dealt(sentences: Sequence[Sentence], waves: int, most: int) -> list[Sentence]:
    """An order in which `waves`, each of which at first takes up to `most` from its end, get equal shares.

    The longest go first, so that none is left to be read alone at the end.
    """
    longest = sorted(sentences, key=lambda s: -len(s.source))
    first, rest = longest[: waves * most], longest[waves * most :]
    return [*(s for number in range(waves) for s in first[number::waves]), *rest][::-1]


def _by_itself(wave: Wave, stop: Stop) -> None:
    passes = wave.passes()
    part = next(passes, None)
    while part is not None:
        stop()
        try:
            logits = decode_steadily(wave.context, part)
        except Interrupted:
            logits = None
        part = _sent(passes, logits)


def _side_by_side(waves: Sequence[Wave], stop: Stop) -> None:
    """Make the passes of each wave in a thread of its own; all else happens in this one.

    `stop` is called while no pass runs: at first, and when one was broken off, after the others have ended.
    Until then only the interrupt tells that an answer is no longer wanted.
    """
    with _beside(waves), ThreadPoolExecutor(len(waves), "revise") as threads:
        running: dict[Future[Logits], tuple[Wave, Passes]] = {}
        ready = [(wave, passes, next(passes, None)) for wave in waves for passes in (wave.passes(),)]
        calm = False
        while ready or running:
            if not running:
                stop()
                calm = True
            if calm:
                for wave, passes, part in ready:
                    if part is not None:
                        running[threads.submit(decode_steadily, wave.context, part)] = wave, passes
                ready.clear()
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                wave, passes = running.pop(done)
                try:
                    logits = done.result()
                except Interrupted:
                    logits, calm = None, False
                ready.append((wave, passes, _sent(passes, logits)))


@contextmanager
def _beside(waves: Sequence[Wave]) -> Iterator[None]:
    for wave in waves:
        wave.context.share_threads(len(waves))
    try:
        yield
    finally:
        for wave in waves:
            wave.context.share_threads(1)


def _sent(passes: Passes, logits: Logits | None) -> list[Cell] | None:
    """The next pass; None after the last."""
    try:
        return passes.send(logits)
    except StopIteration:
        return None

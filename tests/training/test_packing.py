"""Token files and packed rows."""

import random
from itertools import islice
from pathlib import Path

import numpy as np

from smallsense.training.packing import COPIED, EDITED, Tokens, batches, mark_target


def tokens(*sizes: int) -> Tokens:
    """Texts of the given sizes; every token of text n is n + 1."""
    ids = np.concatenate([np.full(size, number + 1) for number, size in enumerate(sizes)]).astype(np.uint16)
    return Tokens(ids, np.ones(len(ids), np.uint8), np.cumsum([0, *sizes]).astype(np.int64))


def test_a_replaced_token_is_marked() -> None:
    assert mark_target([1, 2, 3], [1, 9, 3]) == [COPIED, EDITED, COPIED]


def test_after_a_deletion_the_next_token_is_marked() -> None:
    assert mark_target([1, 2, 3, 4], [1, 3, 4]) == [COPIED, EDITED, COPIED]


def test_an_insertion_is_marked_and_a_copy_is_not() -> None:
    assert mark_target([1, 2], [1, 7, 8, 2]) == [COPIED, EDITED, EDITED, COPIED]
    assert mark_target([1, 2], [1, 2]) == [COPIED, COPIED]


def test_texts_are_packed_whole_and_apart() -> None:
    rng = random.Random(0)
    stock = tokens(*(rng.randrange(3, 60) for _ in range(300)))
    for batch in islice(batches(stock, 4, 64, random.Random(1)), 20):
        assert batch.ids.shape == (4, 64)
        for row in range(4):
            for text in range(batch.texts[row].max() + 1):
                place = np.flatnonzero(batch.texts[row] == text)
                assert np.array_equal(place, np.arange(place[0], place[-1] + 1))
                assert np.array_equal(batch.positions[row, place], np.arange(len(place)))
                number = int(batch.ids[row, place[0]]) - 1
                assert (batch.ids[row, place] == number + 1).all()
                assert len(place) == stock.starts[number + 1] - stock.starts[number]


def test_rows_are_well_filled() -> None:
    rng = random.Random(0)
    stock = tokens(*(rng.randrange(10, 80) for _ in range(2000)))
    filled = [(batch.texts >= 0).mean() for batch in islice(batches(stock, 4, 256, random.Random(1)), 60)]
    assert np.mean(filled) > 0.95


def test_a_round_shows_nearly_all_texts_once_and_the_next_in_another_order() -> None:
    stock = tokens(*([20] * 400))
    stream = batches(stock, 2, 100, random.Random(1))
    first = [list(np.unique(batch.ids[batch.texts >= 0])) for batch in islice(stream, 40)]
    seen = [number for batch in first for number in batch]
    assert len(seen) == len(set(seen)) == 400
    assert first != [list(np.unique(batch.ids[batch.texts >= 0])) for batch in islice(stream, 40)]


def test_token_files_survive_saving(tmp_path: Path) -> None:
    stock = tokens(3, 5)
    stock.save(tmp_path / "stock.npz")
    loaded = Tokens.load(tmp_path / "stock.npz")
    assert len(loaded) == 2
    assert np.array_equal(loaded.ids, stock.ids)
    assert np.array_equal(loaded.starts, stock.starts)


def test_branches_go_on_where_the_trunk_ends() -> None:
    branches = np.array([0, 0, 0, 1, 1, 2, 2, 2], np.uint16)
    stock = Tokens(
        np.arange(8, dtype=np.uint16), np.ones(8, np.uint8), np.array([0, 8], np.int64), branches=branches
    )
    batch = next(batches(stock, 1, 16, random.Random(1)))
    assert batch.positions[0, :8].tolist() == [0, 1, 2, 3, 4, 3, 4, 5]
    assert batch.branches[0, :8].tolist() == branches.tolist()


def test_branches_survive_saving(tmp_path: Path) -> None:
    stock = Tokens(
        np.arange(4, dtype=np.uint16),
        np.ones(4, np.uint8),
        np.array([0, 4]),
        np.array([0, 0, 1, 2], np.uint16),
    )
    stock.save(tmp_path / "stage.npz")
    loaded = Tokens.load(tmp_path / "stage.npz")
    assert loaded.branches is not None
    assert loaded.branches.tolist() == [0, 0, 1, 2]

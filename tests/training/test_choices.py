"""Mended dereferences as texts to train on."""

import random

from smallsense.training.choices import held_out, labeled, wrapped

ROW = {
    "lang": "python",
    "before": "def name(tree, key):\n    node = tree.find(key)\n    return node.label + tree.label\n",
    "deref_start": 58,
    "expr_end": 62,
    "also_protected": [],
    "same_expr_derefs": [],
    "fixed_elsewhere": [],
}


def test_the_mended_use_is_the_one_to_flag() -> None:
    (text,) = labeled(ROW, 6, random.Random(0))
    assert text.context == ROW["before"].rstrip()
    asked = dict(zip(text.marks, text.positive, strict=True))
    assert asked["\n\n>>> return node\n>>> missing?"]
    assert not asked["\n\n>>> node = tree\n>>> missing?"]
    assert sum(text.positive) == 1


def test_uses_that_say_nothing_about_the_fix_are_left_out() -> None:
    start = ROW["before"].index("tree.find")
    (text,) = labeled({**ROW, "also_protected": [[start, start + 9]]}, 6, random.Random(0))
    assert "\n\n>>> node = tree\n>>> missing?" not in text.marks


def test_the_mended_use_stays_when_questions_are_cut() -> None:
    (text,) = labeled(ROW, 1, random.Random(0))
    assert text.positive == (True,)


def test_a_method_alone_is_put_into_a_class() -> None:
    snapshot, offset = wrapped("run() {\n  return this.node.name;\n}", "javascript")
    assert snapshot.tree is not None
    assert not snapshot.tree.root_node.has_error
    assert snapshot.source[offset:].startswith(b"run()")


def test_the_asked_share_of_repositories_is_held_out() -> None:
    assert 100 < sum(held_out(f"owner/project-{number}", 15) for number in range(1000)) < 200

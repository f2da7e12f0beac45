from __future__ import annotations

import pytest

from smallsense.text.english import is_english_prose
from smallsense.text.protection import protected_ranges
from smallsense.text.splitting import LONGEST, sentence_ranges


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_ranges(text, protected_ranges(text))]


@pytest.mark.parametrize(
    "sentence",
    [
        "Some names, e.g. Bob and Eve, are here.",
        "Some names (aka. Labels) are here.",
        "It fails (no such host. Or none at all) and ends.",
        "It may be a mark (either '!' or '.' itself) too.",
        "It is small (i.e. Less than 10).",
        "See Fig. 3 and No. 7 for more.",
        "Dr. Brown and J. Doe agree.",
        "The value is 3.14 or so.",
        "Version 1.2.3 is out.",
        "Read README.md or setup.py first.",
        "Call `a. B` and wait.",
        "Go to https://example.org/a.b?c=D. now or never",
        "Cats, dogs, etc. are pets.",
        "Wait ... for it.",
        "It says stop! in red letters.",
        "Compare cats vs. Dogs at once.",
    ],
)
def test_a_sentence_is_not_split_at_marks_that_do_not_end_it(sentence):
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is here. Two is there.", ["One is here.", "Two is there."]),
        ("Is it? Yes! It is.", ["Is it?", "Yes!", "It is."]),
        ('He said "no." She left.', ['He said "no."', "She left."]),
        ("(It is one.) This is two.", ["(It is one.)", "This is two."]),
        ("one is here. two is there.", ["one is here.", "two is there."]),
        ("It ends so ... And begins.", ["It ends so ...", "And begins."]),
        ("It was I. Then you.", ["It was I.", "Then you."]),
        ("The answer is no. Read on.", ["The answer is no.", "Read on."]),
        ("Cats, dogs, etc. They are pets.", ["Cats, dogs, etc.", "They are pets."]),
        ("Use `a`. `B` is next.", ["Use `a`.", "`B` is next."]),
        ("  Spaces around.   Are left out. ", ["Spaces around.", "Are left out."]),
        ("", []),
    ],
)
def test_text_is_split_where_sentences_end(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize("mark", ["; ", ", ", " "])
def test_a_sentence_that_is_too_long_is_cut_at_the_best_mark_there_is(mark):
    text = mark.join(["word"] * (3 * LONGEST // 4)) + "."
    parts = split(text)
    assert all(0 < len(part) <= LONGEST for part in parts)
    assert len(parts) > 1
    assert all(part.endswith(mark.strip()) for part in parts[:-1])
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")


def test_what_is_too_long_and_cannot_be_cut_is_left_out():
    assert split("x" * (LONGEST + 1)) == []


@pytest.mark.parametrize(
    "thing",
    [
        "`code`",
        "``more code``",
        "https://example.org/path?q=1",
        "someone@example.org",
        "/usr/lib/x.so",
        "src/main/file.py",
        "./run.sh",
        "setup.py",
        "@mention",
        "#123",
        "org/repo#12",
        "v1.2.3",
        "3.11",
        "snake_case",
        "camelCase",
        "dotted.name",
        "CONSTANT_NAME",
        "call()",
        "ns::name",
        "--flag",
        "--flag=value",
        "-v",
        "<placeholder>",
        "<your name>",
        "{{ template }}",
        "{name}",
        "${HOME}",
        "$HOME",
        "%s",
        "%(name)s",
        ":ref:`x`",
        "{@link Name}",
        "&nbsp;",
        "Ctrl+C",
        "==",
        "->",
        "utf8",
        "2nd",
        "a1b2c3d",
        "C++",
        "python-build-2.0.1",
        "GitHub-like",
        "tools/Anaconda3",
        "$x + y$",
        "@p name",
    ],
)
def test_what_is_no_prose_is_protected(thing):
    text = f"We see {thing} in it."
    start = text.index(thing)
    assert protected_ranges(text) == [(start, start + len(thing))]


@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox jumps over the lazy dog.",
        "It's well-known, isn't it? Yes; and so on: always!",
        'She said "no" (twice) and left - for good.',
        "I am here, you are there.",
        "There are 3 or 42 of them.",
    ],
)
def test_plain_prose_is_not_protected(text):
    assert protected_ranges(text) == []


def test_the_label_of_a_task_is_protected():
    assert protected_ranges("TODO(me): fix this thing") == [(0, 9)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works well.", True),
        ("Works.", False),
        ("123 456", False),
        ("`code` word", False),
        ("Это не английский текст.", False),
        ("这 是 中文", False),
        ("Das ist nicht der Text, den wir für die Prüfung brauchen.", False),
        ("Ce n'est pas dans les fichiers de la configuration qui est ici.", False),
        ("The word naïve is in the café.", True),
        ("They met on the way, as always.", True),
        ("", False),
    ],
)
def test_only_english_prose_of_two_words_or_more_is_read(text, expected):
    assert is_english_prose(text, protected_ranges(text)) is expected


@pytest.mark.parametrize(
    "sentences",
    [
        ["(One is here.", "Another is here.)"],
        ["The ( opens.", "Nothing closes it."],
        ["One (as told) is here.", "Another (as told) too."],
    ],
)
def test_brackets_that_hold_whole_sentences_or_never_close_keep_none_together(sentences):
    assert split(" ".join(sentences)) == sentences

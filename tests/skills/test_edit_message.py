"""What people read of a correction."""

from __future__ import annotations

import re

import pytest

from smallsense.skills.edit_kind import RULES
from smallsense.skills.edit_message import message


def said(rule: str, sentence: str) -> str:
    """The message on a sentence with one correction in it, written `{old|new}`."""
    match = re.search(r"\{(.*)\|(.*)\}", sentence)
    assert match is not None
    old, new = match.groups()
    text = sentence[: match.start()] + old + sentence[match.end() :]
    return message(rule, text, match.start(), match.start() + len(old), new)


CASES = [
    ("spelling", "{teh|the} list", "Possible spelling mistake: “teh” → “the”"),
    # A verb, a noun, and what may be either.
    (
        "agreement",
        "This function {return|returns} a list",
        "Subject and verb disagree: “function return” → “returns”",
    ),
    ("agreement", "He {return|returns} it", "Subject and verb disagree: “He return” → “returns”"),
    ("agreement", "The lists, however, {is|are}", "Subject and verb disagree: “is” → “are”"),
    ("agreement", "It {don’t|doesn’t} work", "Subject and verb disagree: “It don’t” → “doesn’t”"),
    ("agreement", "The clock {keep|keeps} time", "Subject and verb disagree: “clock keep” → “keeps”"),
    ("agreement", "two {user|users}", "Plural expected: “two user” → “users”"),
    ("agreement", "a list of {user|users}", "Plural expected: “user” → “users”"),
    ("agreement", "each {files|file}", "Singular expected: “each files” → “file”"),
    ("agreement", "{this|these} things", "Singular and plural disagree: “this things” → “these”"),
    (
        "agreement",
        "The parser {read|reads} tokens",
        "Singular and plural disagree: “parser read” → “reads”",
    ),
    ("verb-form", "It was {write|written}", "Wrong verb form: “write” → “written”"),
    ("article", "{a|an} hour", "Wrong article: “a hour” → “an”"),
    ("article", "returns{| a} list", "An article is missing: insert “a” before “list”"),
    ("article", "in {the |}London", "No article is needed: remove “the” before “London”"),
    ("article", "at {the|}", "No article is needed: remove “the”"),
    ("preposition", "It depends {from|on} it", "Wrong preposition: “depends from” → “on”"),
    ("preposition", "{From|In} July", "Wrong preposition: “From” → “In”"),
    ("word-choice", "more {then|than} two", "Possibly the wrong word: “then” → “than”"),
    ("missing-word", "We{| are} waiting", "A word is missing: insert “are” before “waiting”"),
    ("missing-word", "it allows {|you to }run", "Words are missing: insert “you to” before “run”"),
    ("missing-word", "They look for{| it}.", "A word is missing: insert “it” at the end"),
    ("extra-word", "in order {for |}to run", "A word too many: remove “for”"),
    ("extra-word", "it is {that of |}mine", "Words too many: remove “that of”"),
    ("repeated-word", "Pass the{ the|} name", "The word “the” stands twice"),
    ("repeated-word", "a part {in a |}in a series", "The words “in a” stand twice"),
    ("capitalization", "use {python|Python}", "A capital letter is missing: “python” → “Python”"),
    ("capitalization", "The {List|list}", "No capital letter is needed: “List” → “list”"),
    ("capitalization", "use {GIthub|GitHub}", "Check the capital letters: “GIthub” → “GitHub”"),
    ("punctuation", "However{|,} it works", "A comma is missing after “However”"),
    ("punctuation", "a {, |}b", "No comma is needed after “a”"),
    ("punctuation", "(see below{|)}", "“)” is missing after “below”"),
    ("punctuation", "see below{)|}", "“)” is not needed after “below”"),
    ("punctuation", "{dont|don't} go", "An apostrophe is missing: “dont” → “don't”"),
    ("punctuation", "{its’|its} end", "No apostrophe is needed: “its’” → “its”"),
    ("punctuation", "{well known|well-known}", "A hyphen is missing: “well known” → “well-known”"),
    ("punctuation", "a{:|;} b", "Wrong punctuation: “:” → “;”"),
    ("word-order", "in {a such|such a} list", "Wrong order of words: “a such” → “such a”"),
    ("spacing", "it is {alot|a lot}", "These are two words: “alot” → “a lot”"),
    ("spacing", "it {can not|cannot} be", "This is one word: “can not” → “cannot”"),
    ("spacing", "a{  | }list", "Too many spaces between “a” and “list”"),
    ("spacing", "end.{| }Then", "A space is missing between “end” and “Then”"),
    ("spacing", "{( a )|(a)}", "Wrong spacing: “( a )” → “(a)”"),
]


@pytest.mark.parametrize(("rule", "sentence", "line"), CASES)
def test_message_says_what_is_wrong_and_what_to_write(rule: str, sentence: str, line: str):
    assert said(rule, sentence) == line


def test_every_rule_has_its_message():
    assert {rule for rule, _, _ in CASES} == set(RULES)

"""Writing directives into a document, in the way its language writes comments.

Each function returns the edit, or None where the document has no place for the directive: every edit is tried
out, and one that would not do what it is for, or break the document, is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import tree_sitter

from smallsense.text.directives import Directive, Verb, directives
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

# What must stay at the top of a file: interpreter, encoding, front matter.
_TOP = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:#!(?!\[)[^\n]*\n)?(?:#[^\n]*coding[:=][^\n]*\n)?"
    rb"(?:---\r?\n.*?\n---[ \t]*(?:\r?\n|$))?",
    re.DOTALL,
)


def ignore_line(snapshot: Snapshot, offset: int, name: str) -> Edit | None:
    """Ignore `name` (a rule, with or without its skill) on the line of a byte offset."""
    skill, _, rule = name.rpartition("/")

    def silenced(after: Snapshot, moved: int) -> bool:
        return any(each.silences(offset + moved, skill, rule) for each in directives(after))

    number, _ = snapshot.line_column(offset)
    line = snapshot.line_span(number)
    for one in directives(snapshot):
        if one.verb == "ignore" and one.names and one.within.contains(line):
            return _tried(snapshot, _added(one, name), offset, silenced)
    if snapshot.language.comment is None or snapshot.tree is None:
        return None
    return _tried(
        snapshot, _beside(snapshot, snapshot.tree, number, f"smallsense: ignore[{name}]"), offset, silenced
    )


def ignore_file(snapshot: Snapshot, name: str) -> Edit | None:
    """Ignore `name` in the whole document."""
    return _for_all(snapshot, "ignore-file", name, f"smallsense: ignore-file[{name}]")


def file_word(snapshot: Snapshot, word: str) -> Edit | None:
    """Add a word to those that are right in this document."""
    return _for_all(snapshot, "words", word, f"smallsense: words {word}")


def _for_all(snapshot: Snapshot, verb: Verb, name: str, text: str) -> Edit | None:
    def listed(after: Snapshot, _: int) -> bool:
        return any(each.verb == verb and name in each.names for each in directives(after))

    for one in directives(snapshot):
        if one.verb == verb and one.names:
            return _tried(snapshot, _added(one, name), 0, listed)
    if snapshot.language.comment is None or snapshot.tree is None:
        return None
    top = _TOP.match(snapshot.source)
    at = top.end() if top else 0
    end = _line_end(snapshot)
    # Set apart, it is no part of the paragraph or the comment that follows.
    rest = snapshot.source[at:]
    apart = end if rest.strip() and not rest.startswith((b"\n", b"\r")) else ""
    ahead = end if at and snapshot.source[at - 1 : at] not in (b"\n", b"\xbf") else ""
    return _tried(snapshot, Edit(Span(at, at), f"{ahead}{_comment(snapshot, text)}{end}{apart}"), 0, listed)


def _added(directive: Directive, name: str) -> Edit:
    if directive.brackets is not None:
        return Edit(Span(directive.brackets.end, directive.brackets.end), f", {name}")
    return Edit(Span(directive.span.end, directive.span.end), f" {name}")


def _beside(snapshot: Snapshot, tree: tree_sitter.Tree, number: int, text: str) -> Edit:
    """The edit that puts a comment where it speaks for a line."""
    source, line = snapshot.source, snapshot.line_span(number)
    if snapshot.language.name == "restructuredtext":
        return _above(snapshot, number, text)
    if snapshot.language.name == "markdown":
        end = line.start + len(source[line.start : line.end].rstrip())
        node = tree.root_node.descendant_for_byte_range(line.start, line.start)
        in_table = _around(node, lambda node: node.type == "pipe_table") is not None
        if in_table and source[end - 1 : end] == b"|":
            return Edit(Span(end - 1, end - 1), f"{_comment(snapshot, text)} ")
        return Edit(Span(end, end), f" {_comment(snapshot, text)}")
    node = tree.root_node.descendant_for_byte_range(line.start, line.start)
    string = _around(node, lambda node: node.type == "string" and node.start_byte < line.start)
    node = tree.root_node.descendant_for_byte_range(line.end, line.end)
    if string is None:
        opened = _around(node, lambda node: node.type == "string" and node.end_byte > line.end)
        string = opened if opened is not None and opened.start_byte <= line.end else None
    if string is not None:
        # A string of several lines: the comment goes behind it.
        line = snapshot.line_span(snapshot.line_column(string.end_byte)[0])
    last = max(line.start, line.end - 1)
    comment = _around(
        tree.root_node.descendant_for_byte_range(last, last), lambda node: "comment" in node.type
    )
    while comment is not None and comment.parent is not None and "comment" in comment.parent.type:
        comment = comment.parent
    if comment is not None and source.startswith(b"/*", comment.start_byte):
        closing = source.rfind(b"*/", line.start, line.end) if comment.end_byte <= line.end else -1
        end = line.end if closing < 0 else closing
        end = line.start + len(source[line.start : end].rstrip())
        return Edit(Span(end, end), f" {text}")
    end = line.start + len(source[line.start : line.end].rstrip())
    return Edit(Span(end, end), f"  {_comment(snapshot, text)}")


def _above(snapshot: Snapshot, number: int, text: str) -> Edit:
    first = number
    while (
        first
        and snapshot.source[snapshot.line_span(first - 1).start : snapshot.line_span(first - 1).end].strip()
    ):
        first -= 1
    line = snapshot.line_span(first)
    content = snapshot.source[line.start : line.end]
    indent = content[: len(content) - len(content.lstrip())].decode()
    end = _line_end(snapshot)
    return Edit(Span(line.start, line.start), f"{indent}{_comment(snapshot, text)}{end}{end}")


def _tried(
    snapshot: Snapshot, edit: Edit, offset: int, works: Callable[[Snapshot, int], bool]
) -> Edit | None:
    moved = len(edit.text.encode()) if edit.span.start <= offset else 0
    after = snapshot.edited([edit], snapshot.version)
    broken = after.errors.count > snapshot.errors.count
    return None if broken or not works(after, moved) else edit


def _comment(snapshot: Snapshot, text: str) -> str:
    opening, closing = snapshot.language.comment or ("", "")
    return f"{opening}{text}{closing}"


def _line_end(snapshot: Snapshot) -> str:
    return "\r\n" if b"\r\n" in snapshot.source else "\n"


def _around(
    node: tree_sitter.Node | None, wanted: Callable[[tree_sitter.Node], bool]
) -> tree_sitter.Node | None:
    while node is not None and not wanted(node):
        node = node.parent
    return node

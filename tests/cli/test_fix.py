from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from smallsense.cli import correction
from smallsense.cli.fix import unified_diff


def test_diff_is_shown_and_the_file_left_alone(desk):
    path = desk.write("a.md", "one\nteh cat\n")
    result = desk.run("fix", "a.md")
    assert result.exit_code == 1
    assert result.stdout == "--- a.md\n+++ a.md\n@@ -1,2 +1,2 @@\n one\n-teh cat\n+the cat\n"
    assert path.read_bytes() == b"one\nteh cat\n"


def test_nothing_to_fix_prints_nothing(desk):
    desk.write("a.md", "fine\n")
    result = desk.run("fix", "a.md")
    assert (result.exit_code, result.output) == (0, "")


def test_write_changes_the_file_and_a_second_run_finds_nothing(desk):
    path = desk.write("a.md", "teh cat and teh dog\n")
    result = desk.run("fix", "--write", "a.md")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "a.md: 2 edits\n")
    assert path.read_text() == "the cat and the dog\n"
    assert desk.run("fix", "a.md").exit_code == 0


def test_byte_order_mark_line_ends_mode_and_link_are_kept(desk):
    path = desk.write("real.md", "\ufeffteh cat\r\ntwain\r\nend without break")
    path.chmod(0o640)
    (desk.folder / "link.md").symlink_to("real.md")
    assert desk.run("fix", "--write", "link.md").exit_code == 0
    assert path.read_bytes() == "\ufeffthe cat\r\ntwo\r\nlines\r\nend without break".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert (desk.folder / "link.md").is_symlink()
    assert sorted(os.listdir(desk.folder)) == ["link.md", "real.md"]


def test_fixes_that_break_the_syntax_together_are_not_made_together(desk):
    path = desk.write("a.js", "x = zap + b;\n")
    desk.run("fix", "--write", "a.js")
    # Either alone is sound, but "x =  * b" is not: the surer one wins.
    assert path.read_text() == "x =  + b;\n"


def test_display_only_fixes_are_not_made(desk):
    desk.write("a.md", "odd\n")
    assert desk.run("check", "a.md").exit_code == 1
    assert desk.run("fix", "a.md").exit_code == 0


def test_min_confidence_leaves_the_less_sure_alone(desk):
    path = desk.write("a.md", "teh twain\n")
    desk.run("fix", "--write", "--min-confidence", "0.9", "a.md")
    assert path.read_text() == "the twain\n"


@pytest.mark.parametrize("least", ["1.5", "-1", "much"])
def test_min_confidence_must_be_a_probability(desk, least):
    assert desk.run("fix", "--min-confidence", least, "a.md").exit_code == 2


def test_standard_input_is_a_filter_with_write(desk):
    result = desk.run("fix", "--write", "--language", "markdown", "-", stdin=b"teh\r\n")
    assert (result.exit_code, result.stdout_bytes) == (0, b"the\r\n")


def test_clean_standard_input_passes_through(desk):
    result = desk.run("fix", "--write", "--language", "markdown", "-", stdin=b"fine\n")
    assert (result.exit_code, result.stdout_bytes) == (0, b"fine\n")


def test_file_that_changed_meanwhile_is_left_alone(desk, monkeypatch):
    path = desk.write("a.md", "teh\n")

    def meddle(snapshot, found, least):
        path.write_text("other\n")
        return correction.choose_edits(snapshot, found, least)

    monkeypatch.setattr("smallsense.cli.fix.choose_edits", meddle)
    result = desk.run("fix", "--write", "a.md")
    assert result.exit_code == 2
    assert "changed while it was checked" in result.stderr
    assert path.read_text() == "other\n"


def test_failed_write_leaves_the_file_and_no_litter(desk, monkeypatch):
    path = desk.write("a.md", "teh\n")
    desk.write("b.md", "teh\n")
    replace = os.replace

    def refuse(source, target):
        if str(target).endswith("a.md"):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    result = desk.run("fix", "--write", "a.md", "b.md")
    assert result.exit_code == 2
    assert "smallsense: a.md: No space left on device" in result.stderr
    assert path.read_text() == "teh\n"
    assert (desk.folder / "b.md").read_text() == "the\n"
    assert sorted(os.listdir(desk.folder)) == ["a.md", "b.md"]


def test_unfit_file_is_named_and_the_others_are_still_fixed(desk):
    desk.write("a.md", b"\xff\xfe\0")
    path = desk.write("b.md", "teh\n")
    assert desk.run("fix", "--write", "a.md", "b.md").exit_code == 2
    assert path.read_text() == "the\n"


def test_missing_weights_exit_with_two(without_weights):
    without_weights.write("a.md", "teh\n")
    assert without_weights.run("fix", "a.md").exit_code == 2


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs the program patch")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n"),
        (b"a\r\nb\r\n", b"a\r\nB\r\n"),
        (b"a\nb", b"a\nB"),
        (b"a\nb", b"a\nb\n"),
        (b"one\rtwo\n", b"one\rTWO\n"),
    ],
)
def test_diff_is_understood_by_patch(tmp_path, old, new):
    (tmp_path / "f").write_bytes(old)
    diff = unified_diff("f", old, new)
    subprocess.run(["patch", "-p0", "--binary", "--quiet"], input=diff, cwd=tmp_path, check=True)
    assert (tmp_path / "f").read_bytes() == new

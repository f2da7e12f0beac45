from __future__ import annotations

import json
import os
import sys

import pytest

from smallsense.cli import files


def test_clean_file_exits_with_zero_and_prints_nothing(desk):
    desk.write("a.md", "the cat\n")
    result = desk.run("check", "a.md")
    assert (result.exit_code, result.output) == (0, "")


def test_finding_exits_with_one_and_shows_line_mark_and_correction(desk):
    desk.write("a.md", "one\n\nOh, teh cat\n")
    result = desk.run("check", "a.md")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "a.md:3:5: words/word: “teh” is wrong [0.95]",
        " 3 | Oh, teh cat",
        "   |     ^^^",
        " + | Oh, the cat",
        "",
    ]
    assert result.stderr == "1 finding\n"


def test_marks_stand_below_wide_characters_and_tabs(desk):
    desk.write("a.md", "\t日本 é teh\n")
    lines = desk.run("check", "a.md").stdout.splitlines()
    assert lines[2] == "   | \t       ^^^"  # 2 wide characters, a blank, an accented letter of two, a blank


def test_long_line_is_cut_around_the_finding(desk):
    desk.write("a.md", "x" * 3000 + " teh " + "y" * 3000 + "\n")
    lines = desk.run("check", "a.md").stdout.splitlines()
    assert max(map(len, lines[1:])) < 120
    assert lines[1][lines[2].index("^") :].startswith("teh ")
    assert "x the y" in lines[3].replace("  ", " ")


def test_control_characters_do_not_reach_the_terminal(desk):
    desk.write("a.md", "\x1b[31m\x07 teh\n")
    assert "\x1b" not in desk.run("check", "a.md").stdout
    assert "\x07" not in desk.run("check", "a.md").stdout


def test_correction_over_several_lines_is_shown_whole(desk):
    desk.write("a.md", "a twain b\n")
    assert desk.run("check", "a.md").stdout.splitlines()[3:5] == [" + | a two", " + | lines b"]


def test_json_counts_bytes_from_zero_and_lines_and_characters_from_one(desk):
    desk.write("a.md", "first\nÄ 😀 teh\n")
    result = desk.run("check", "--format", "json", "a.md")
    start = len("first\nÄ 😀 ".encode())
    assert json.loads(result.stdout) == [
        {
            "path": "a.md",
            "skill": "words",
            "rule": "word",
            "severity": "information",
            "message": "“teh” is wrong",
            "start": start,
            "end": start + 3,
            "line": 2,
            "column": 5,
            "confidence": 0.95,
            "applicability": "unsafe",
            "edits": [{"start": start, "end": start + 3, "text": "the"}],
        }
    ]
    assert result.exit_code == 1


def test_byte_order_mark_counts_as_bytes_but_not_as_a_column(desk):
    desk.write("a.md", "\ufeffteh\n")
    (finding,) = json.loads(desk.run("check", "--format", "json", "a.md").stdout)
    assert (finding["start"], finding["line"], finding["column"]) == (3, 1, 1)


def test_json_without_findings_is_an_empty_list(desk):
    desk.write("a.md", "fine\n")
    result = desk.run("check", "--format", "json", "a.md")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_sarif_has_what_the_standard_requires(desk):
    desk.write("a b.md", "Ä teh\n")
    result = desk.run("check", "--format", "sarif", "a b.md", "missing.md")
    log = json.loads(result.stdout)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["tool"]["driver"]["name"] == "smallsense"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["words/word"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "missing.md: no such file" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    (finding,) = run["results"]
    region = {
        "startLine": 1,
        "startColumn": 3,
        "endLine": 1,
        "endColumn": 6,
        "byteOffset": 3,
        "byteLength": 3,
    }
    assert finding["ruleId"] == "words/word"
    assert finding["level"] == "note"
    assert finding["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "a%20b.md"}, "region": region}}
    ]
    assert finding["fixes"][0]["artifactChanges"] == [
        {
            "artifactLocation": {"uri": "a%20b.md"},
            "replacements": [{"deletedRegion": region, "insertedContent": {"text": "the"}}],
        }
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
def test_sarif_names_a_file_whose_name_is_no_text(desk):
    with open(b"bad\xff.md", "wb") as file:
        file.write(b"teh\n")
    (run,) = json.loads(desk.run("check", "--format", "sarif", ".").stdout)["runs"]
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "bad%FF.md"


@pytest.mark.parametrize(
    ("variable", "value", "colored"),
    [("NO_COLOR", "1", False), ("NO_COLOR", "", True), ("TERM", "dumb", False)],
)
def test_colors_are_shown_unless_they_are_not_wanted(desk, monkeypatch, variable, value, colored):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv(variable, value)
    desk.write("a.md", "teh\n")
    assert ("\x1b[" in desk.run("check", "a.md", color=True).stdout) is colored


def test_standard_input_with_a_language(desk):
    result = desk.run("check", "-", "--language", "markdown", stdin="teh\n")
    assert result.exit_code == 1
    assert result.stdout.startswith("-:1:1: ")


@pytest.mark.parametrize("language", [[], ["--language", "klingon"]])
def test_standard_input_in_an_unknown_language(desk, language):
    result = desk.run("check", "-", *language, stdin="teh\n")
    assert result.exit_code == 2
    assert "markdown" in result.stderr  # the choices are named


def test_standard_input_that_stands_for_a_file_has_its_name_language_and_settings(desk):
    desk.write("docs/.smallsense/settings.json", '{"rules": {"words": "warning"}}')
    result = desk.run("check", "--format", "json", "-", "--stdin-path", "docs/a.md", stdin="teh\n")
    assert [(one["path"], one["severity"]) for one in json.loads(result.stdout)] == [("docs/a.md", "warning")]
    result = desk.run("check", "-", "--stdin-path", "docs/a.xyz", "--language", "python", stdin="teh = 1\n")
    assert result.stdout.startswith("docs/a.xyz:1:1: ")


def test_standard_input_for_a_file_in_an_unknown_language(desk):
    result = desk.run("check", "-", "--stdin-path", "a.xyz", stdin="teh\n")
    assert result.exit_code == 2
    assert "a.xyz: its language is unknown" in result.stderr


def test_path_for_a_standard_input_that_is_not_read_is_refused(desk):
    result = desk.run("check", "a.md", "--stdin-path", "b.md")
    assert result.exit_code == 2
    assert "give “-” as well" in result.stderr


def test_sensitivity_decides_what_is_shown(desk):
    desk.write("a.md", "teh odd maybe\n")
    shown = {
        name: len(json.loads(desk.run("check", "--format", "json", "--sensitivity", name, "a.md").stdout))
        for name in ("quiet", "balanced", "eager")
    }
    assert shown == {"quiet": 1, "balanced": 2, "eager": 3}


def test_sensitivity_that_is_asked_for_comes_before_all_settings(desk):
    desk.write("a.md", "teh odd maybe\n")

    def shown(*options: str) -> int:
        return len(json.loads(desk.run("check", "--format", "json", *options, "a.md").stdout))

    desk.user.mkdir()
    (desk.user / "settings.json").write_text('{"sensitivity": "eager"}')
    assert (shown(), shown("--sensitivity", "balanced")) == (3, 2)
    desk.write(".smallsense/settings.json", '{"sensitivity": "quiet"}')
    assert (shown(), shown("--sensitivity", "balanced")) == (1, 2)


def test_mistakes_in_the_users_settings_are_told_with_their_place(desk):
    desk.user.mkdir()
    (desk.user / "settings.json").write_text('{"sensitivity": "loud"}')
    desk.write("a.md", "fine\n")
    result = desk.run("check", "a.md", "a.md")
    assert result.stderr.count("sensitivity: must be one of") == 1
    assert str(desk.user) in result.stderr


def test_unknown_skill_is_refused_with_the_choices(desk):
    result = desk.run("check", "--skill", "nonsense", "a.md")
    assert result.exit_code == 2
    assert "there is no skill 'nonsense'; those that check are words" in result.stderr


def test_skill_that_cannot_check_is_refused(desk):
    result = desk.run("check", "--skill", "menu", "a.md")
    assert result.exit_code == 2
    assert "finds nothing by itself" in result.stderr


def test_folders_are_searched_without_hidden_built_and_unknown_files(desk):
    for name in (
        "b/two.md",
        "b/one.py",
        ".git/x.md",
        "node_modules/x/y.md",
        "build/z.md",
        ".hidden.md",
        "b/data.csv",
    ):
        desk.write(name, "teh\n")
    result = desk.run("check", "--format", "json", ".")
    assert [finding["path"] for finding in json.loads(result.stdout)] == ["./b/one.py", "./b/two.md"]
    assert result.stderr == ""


def test_file_named_twice_is_checked_once(desk):
    desk.write("a.md", "teh\n")
    assert len(json.loads(desk.run("check", "--format", "json", "a.md", "./a.md", ".").stdout)) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("binary.md", b"\0\1\2teh", "binary"),
        ("latin.md", "Grüße, teh".encode("latin-1"), "not valid UTF-8"),
        ("utf16.md", "teh".encode("utf-16"), "UTF-16"),
        ("table.xyz", b"teh", "language is unknown"),
        ("large.md", b"teh cat\n" * 1_300_000, "too large"),
    ],
)
def test_unfit_file_is_named_and_the_others_are_still_checked(desk, name, content, message):
    desk.write(name, content)
    desk.write("z.md", "teh\n")
    result = desk.run("check", name, "z.md")
    assert result.exit_code == 2
    assert f"smallsense: {name}: " in result.stderr
    assert message in result.stderr
    assert "z.md:1:1:" in result.stdout


def test_missing_file_is_named_and_the_others_are_still_checked(desk):
    desk.write("z.md", "teh\n")
    result = desk.run("check", "missing.md", "missing.xyz", "z.md")
    assert result.exit_code == 2
    assert "missing.md: no such file or directory" in result.stderr
    assert "missing.xyz: no such file or directory" in result.stderr
    assert "z.md:1:1:" in result.stdout


def test_pipe_in_place_of_a_file_is_refused_without_waiting(desk):
    os.mkfifo(desk.folder / "pipe.md")
    result = desk.run("check", "pipe.md")
    assert result.exit_code == 2
    assert "not a regular file" in result.stderr


def test_unreadable_file_is_named_with_the_reason(desk):
    # A link to itself: what even a superuser cannot read.
    (desk.folder / "a.md").symlink_to("a.md")
    result = desk.run("check", "a.md")
    assert result.exit_code == 2
    assert "a.md: cannot be read: Too many levels of symbolic links" in result.stderr


def test_file_that_may_not_be_read_is_named_and_the_others_are_still_checked(desk, monkeypatch):
    desk.write("secret.md", "teh\n")
    desk.write("z.md", "teh\n")
    access = os.access

    content = files._bytes

    def refuse(path):
        # As for anyone but a superuser, whom no mode keeps out.
        if path == "secret.md":
            raise PermissionError(13, "Permission denied", path)
        return content(path)

    monkeypatch.setattr(files, "_bytes", refuse)
    monkeypatch.setattr(os, "access", lambda path, *args: path != "secret.md" and access(path, *args))
    result = desk.run("check", "secret.md", "z.md")
    assert result.exit_code == 2
    assert "smallsense: secret.md: cannot be read: Permission denied" in result.stderr
    assert "z.md:1:1:" in result.stdout


def test_unfit_file_found_in_a_folder_is_told_but_no_failure(desk):
    desk.write("docs/latin.md", "Grüße".encode("latin-1"))
    result = desk.run("check", "docs")
    assert result.exit_code == 0
    assert "not valid UTF-8" in result.stderr


def test_folder_without_a_file_to_check_is_told_but_no_failure(desk):
    desk.write("data/table.csv", "teh\n")
    result = desk.run("check", "data")
    assert result.exit_code == 0
    assert result.stderr == "smallsense: data: no file in it is in a known language\n"


def test_folder_that_cannot_be_read_is_told_and_a_failure_where_it_was_named(desk, monkeypatch):
    desk.write("docs/a.md", "teh\n")
    desk.write("docs/locked/b.md", "teh\n")
    scandir = os.scandir

    def refuse(path):
        # As for anyone but a superuser, whom no mode keeps out.
        if os.fspath(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = desk.run("check", "docs")
    assert found.exit_code == 1
    assert "smallsense: docs/locked: cannot be read: Permission denied" in found.stderr
    assert desk.run("check", "docs/locked").exit_code == 2


def test_file_full_of_syntax_errors_is_checked(desk):
    desk.write("a.py", "def (((:\n  teh ]]] class\n" * 50)
    assert desk.run("check", "a.py").exit_code == 1


def test_missing_weights_are_told_once_and_exit_with_two(without_weights):
    without_weights.write("a.md", "teh\n")
    without_weights.write("b.md", "more teh\n")
    result = without_weights.run("check", "a.md", "b.md")
    assert result.exit_code == 2
    assert result.stderr == "smallsense: the weights are missing: run `smallsense models pull`\n"


def test_fault_in_a_skill_is_told_in_one_line_and_is_a_failure(desk):
    def fail(scope):
        raise ZeroDivisionError("half a word")

    desk.ask = fail
    desk.write("a.md", "teh\n")
    result = desk.run("check", "a.md")
    assert result.exit_code == 2
    assert "words" in result.stderr
    assert "(ZeroDivisionError: half a word)" in result.stderr
    assert "Traceback" not in result.stderr


def test_engine_is_closed_at_the_end(desk):
    desk.write("a.md", "teh\n")
    desk.run("check", "a.md")
    assert desk.closed == [True]


def test_nothing_to_check_is_a_usage_error(desk):
    assert desk.run("check").exit_code == 2

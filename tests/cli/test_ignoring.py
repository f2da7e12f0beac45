"""Every way to say that a finding is not wanted, as docs/ignoring.md has them, through `smallsense check`."""

from __future__ import annotations

import json

import pytest

from smallsense.engine.questions import Change, Revise, Revision
from smallsense.skills import grammar

TEXT = "You will recieve it. He return it.\n"
SPELLING, AGREEMENT = "grammar/spelling", "grammar/agreement"


def revised(model, question):
    """What a model would say about the verb; a listed misspelling needs none."""
    assert isinstance(question, Revise)
    at = question.text.find("return it")
    return Revision((Change(at, at + 6, "returns", 5.0),) if at >= 0 else ())


@pytest.fixture
def found(desk):
    """The rules of what is found in a file with this content, in order."""
    desk.own_skills = (grammar.SKILL,)
    desk.answer = revised

    def check(content: str = TEXT, name: str = "a.md", *options: str) -> list[str]:
        desk.write(name, content)
        result = desk.run("check", "--format", "json", *options, name)
        return [f"{one['skill']}/{one['rule']}" for one in json.loads(result.stdout)]

    return check


def test_without_any_of_them_both_mistakes_are_found(found):
    assert found() == [SPELLING, AGREEMENT]


@pytest.mark.parametrize(
    ("names", "left"),
    [
        ("", []),
        ("[spelling]", [AGREEMENT]),
        ("[grammar/agreement]", [SPELLING]),
        ("[spelling, agreement]", []),
        ("[grammar]", []),
        ("[nullness]", [SPELLING, AGREEMENT]),
    ],
)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", f"{TEXT.strip()} <!-- smallsense: ignore@ -->\n"),
        ("a.md", f"<!-- smallsense: ignore@ -->\n\n{TEXT}"),
        ("a.md", f"{TEXT}\n<!-- smallsense: ignore-file@ -->\n"),
        ("a.py", f"# smallsense: ignore@\n# {TEXT}"),
        ("a.py", f"# {TEXT.strip()}  # smallsense: ignore@\n"),
        ("a.py", f"# {TEXT}\nx = 1\n# smallsense: ignore-file@\n"),
        ("a.js", f"/* {TEXT.strip()} */ // smallsense: ignore@\n"),
        ("a.rst", f".. smallsense: ignore@\n\n{TEXT}"),
        ("a.rst", f"{TEXT}\n.. smallsense: ignore-file@\n"),
    ],
)
def test_comment_silences_its_line_the_next_one_or_the_file_by_rule(found, name, content, names, left):
    assert found(content.replace("@", names), name) == left


def test_comment_silences_nothing_further_on(found):
    assert found(f"{TEXT.strip()} <!-- smallsense: ignore -->\n\n{TEXT}") == [SPELLING, AGREEMENT]
    assert found(f"# smallsense: ignore\n# {TEXT}# {TEXT}", "a.py") == [SPELLING, AGREEMENT]


def test_words_of_the_file_the_workspace_and_the_user_are_known(found, desk):
    assert found(f"<!-- smallsense: words recieve -->\n\n{TEXT}") == [AGREEMENT]
    desk.write(".smallsense/dictionary.txt", "# ours\nRecieve\n")
    assert found() == [AGREEMENT]
    (desk.folder / ".smallsense/dictionary.txt").unlink()
    assert found() == [SPELLING, AGREEMENT]
    desk.user.mkdir()
    (desk.user / "dictionary.txt").write_text("recieve\n")
    assert found() == [AGREEMENT]


def test_standard_input_knows_the_words_of_the_workspace_it_is_read_in(found, desk):
    desk.write(".smallsense/dictionary.txt", "recieve\n")
    result = desk.run("check", "--format", "json", "-", "--language", "markdown", stdin=TEXT)
    assert [one["rule"] for one in json.loads(result.stdout)] == ["agreement"]


@pytest.mark.parametrize(
    ("rules", "levels"),
    [
        ({"grammar/spelling": "off"}, [(AGREEMENT, "information", "note")]),
        ({"agreement": "error"}, [(SPELLING, "information", "note"), (AGREEMENT, "error", "error")]),
        (
            {"grammar": "warning", "spelling": "hint"},
            [(SPELLING, "hint", "note"), (AGREEMENT, "warning", "warning")],
        ),
        ({"grammar": "off"}, []),
    ],
)
def test_rules_are_as_loud_as_settings_say_in_json_and_sarif(found, desk, rules, levels):
    desk.write(".smallsense/settings.json", json.dumps({"rules": rules}))
    desk.write("a.md", TEXT)
    listed = json.loads(desk.run("check", "--format", "json", "a.md").stdout)
    (run,) = json.loads(desk.run("check", "--format", "sarif", "a.md").stdout)["runs"]
    shown = [
        (result["ruleId"], one["severity"], result["level"])
        for one, result in zip(listed, run["results"], strict=True)
    ]
    assert shown == levels


def test_excluded_file_is_left_alone_and_told_where_it_was_named(found, desk):
    desk.write(".smallsense/settings.json", '{"exclude": ["vendored/"]}')
    desk.write("vendored/a.md", TEXT)
    desk.write("vendored/latin.md", "Grüße".encode("latin-1"))
    named = desk.run("check", "vendored/a.md")
    assert (named.exit_code, named.stdout) == (0, "")
    assert named.stderr == (
        "smallsense: vendored/a.md: left alone: a pattern of the setting “exclude” matches it\n"
    )
    walked = desk.run("check", ".")
    assert (walked.exit_code, walked.output) == (0, "")
    piped = desk.run("check", "-", "--stdin-path", "vendored/b.md", stdin=TEXT)
    assert (piped.exit_code, piped.stdout) == (0, "")
    assert "vendored/b.md: left alone" in piped.stderr


def test_patterns_match_the_path_without_detours(found, desk, monkeypatch):
    desk.write(".smallsense/settings.json", '{"exclude": ["/vendored"]}')
    desk.write("vendored/a.md", TEXT)
    desk.write("docs/b.md", TEXT)
    monkeypatch.chdir(desk.folder / "docs")
    assert "left alone" in desk.run("check", "../vendored/a.md").stderr


def test_file_in_a_language_that_settings_leave_out_is_told_where_it_was_named(found, desk):
    desk.write(".smallsense/settings.json", '{"languages": ["python"]}')
    desk.write("a.md", TEXT)
    result = desk.run("check", "a.md")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == ("smallsense: a.md: left alone: markdown is not among the setting “languages”\n")

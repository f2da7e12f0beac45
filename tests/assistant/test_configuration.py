import pytest

from smallsense.assistant.configuration import parse
from smallsense.assistant.settings import Settings, SkillSettings


def test_nothing_set_means_the_defaults() -> None:
    assert parse(None) == (Settings(), ())
    assert parse({}) == (Settings(), ())
    assert parse({"skills": {}}) == (Settings(), ())


def test_an_empty_list_is_an_empty_object_as_lua_writes_it() -> None:
    assert parse([]) == (Settings(), ())
    assert parse({"skills": []}) == (Settings(), ())
    assert parse({"skills": {"grammar": []}})[1] == ()


def test_reads_every_setting() -> None:
    settings, problems = parse(
        {
            "sensitivity": "quiet",
            "threads": 2,
            "effort": "eco",
            "idle_minutes": 0.5,
            "memory": 500,
            "log_file": False,
            "answer_cache": 0,
            "languages": ["markdown", "python"],
            "rules": {"grammar/spelling": "off", "nullness": "error"},
            "exclude": ["vendor/", "*.generated.md"],
            "grammar": {"variant": "uk"},
            "skills": {
                "grammar": {
                    "enabled": True,
                    "threshold": 0.5,
                    "severity": "warning",
                },
                "docstring": False,
            },
        },
        ("grammar", "docstring"),
    )
    assert problems == ()
    assert settings.sensitivity == "quiet"
    assert (settings.threads, settings.effort) == (2, "eco")
    assert (settings.idle_minutes, settings.memory, settings.log_file) == (0.5, 500, False)
    assert settings.answer_cache == 0
    assert settings.languages == {"markdown", "python"}
    assert settings.skill("grammar") == SkillSettings(True, 0.5, "warning")
    assert settings.rules == {"grammar/spelling": "off", "nullness": "error"}
    assert settings.exclude == ("vendor/", "*.generated.md")
    assert settings.variant == "uk"
    assert not settings.skill("docstring").enabled
    assert settings.skill("completion") == SkillSettings()


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("loud", "the settings must be an object"),
        ({"sensitivity": "loud"}, "smallsense.sensitivity"),
        ({"sensitivity": 3}, "smallsense.sensitivity"),
        ({"effort": "much"}, "smallsense.effort"),
        ({"idle_minutes": -1}, "smallsense.idle_minutes"),
        ({"memory": 100}, "smallsense.memory"),
        ({"log_file": "no"}, "smallsense.log_file"),
        ({"threads": 0}, "smallsense.threads"),
        ({"threads": True}, "smallsense.threads"),
        ({"languages": "markdown"}, "smallsense.languages"),
        ({"languages": [1]}, "smallsense.languages"),
        ({"skills": ["grammar"]}, "smallsense.skills"),
        ({"skills": {"grammar": 1}}, "smallsense.skills.grammar"),
        ({"skills": {"grammar": {"enabled": "yes"}}}, "smallsense.skills.grammar.enabled"),
        ({"skills": {"grammar": {"threshold": 2}}}, "smallsense.skills.grammar.threshold"),
        ({"skills": {"grammar": {"threshold": float("nan")}}}, "smallsense.skills.grammar.threshold"),
        ({"rules": ["spelling"]}, "smallsense.rules"),
        ({"rules": {"spelling": "loud"}}, "smallsense.rules.spelling"),
        ({"rules": {"spelling": False}}, "smallsense.rules.spelling"),
        ({"exclude": "vendor"}, "smallsense.exclude"),
        ({"grammar": "uk"}, "smallsense.grammar"),
        ({"grammar": {"variant": "nz"}}, "smallsense.grammar.variant"),
        ({"grammar": {"dialect": "uk"}}, "smallsense.grammar.dialect: unknown"),
        ({"skills": {"grammar": {"severity": "shout"}}}, "smallsense.skills.grammar.severity"),
        ({"skills": {"grammar": {"loudness": 1}}}, "smallsense.skills.grammar.loudness: unknown"),
        ({"volume": 11}, "smallsense.volume: unknown"),
    ],
)
def test_what_makes_no_sense_is_reported_and_left_at_its_default(value: object, named: str) -> None:
    settings, problems = parse(value)
    assert len(problems) == 1
    assert named in problems[0]
    assert settings.sensitivity == "balanced"
    assert settings.threads is None
    assert settings.languages is None
    assert settings.skill("grammar") == SkillSettings()
    assert (settings.rules, settings.exclude, settings.variant) == ({}, (), "as-is")


def test_one_bad_setting_does_not_spoil_the_others() -> None:
    settings, problems = parse({"threads": "many", "sensitivity": "eager"})
    assert len(problems) == 1
    assert settings.sensitivity == "eager"


def test_settings_for_a_skill_nobody_has_are_reported_and_kept() -> None:
    settings, problems = parse({"skills": {"poetry": {"enabled": False}}}, ("grammar",))
    assert "no such skill" in problems[0]
    assert not settings.skill("poetry").enabled


def test_what_editors_keep_in_the_same_section_is_passed_over() -> None:
    value = {
        "command": ["smallsense", "serve"],
        "trace": {"server": "off"},
        "sensitivity": "quiet",
        "threads": None,
    }
    assert parse(value) == (Settings(sensitivity="quiet"), ())


def test_the_most_exact_word_about_a_rule_counts() -> None:
    settings, _ = parse(
        {
            "rules": {"grammar": "hint", "spelling": "warning", "grammar/article": "off"},
            "skills": {"grammar": {"severity": "error"}, "nullness": {"severity": "warning"}},
        }
    )
    assert settings.level("grammar", "spelling") == "warning"
    assert settings.level("grammar", "article") == "off"
    assert settings.level("grammar", "agreement") == "hint"
    assert settings.level("nullness", "spelling") == "warning"
    assert settings.level("nullness", "maybe-unset") == "warning"
    assert settings.level("docstring", "missing-docstring") == "information"


def test_settings_lie_on_top_of_others() -> None:
    below, _ = parse(
        {
            "sensitivity": "eager",
            "threads": 2,
            "languages": ["go"],
            "exclude": ["a"],
            "rules": {"spelling": "off", "article": "hint"},
            "grammar": {"variant": "uk"},
            "skills": {"grammar": {"threshold": 0.5, "severity": "hint"}, "docstring": False},
        }
    )
    assert parse({}, onto=below) == (below, ())
    above, problems = parse(
        {
            "sensitivity": "quiet",
            "exclude": ["b"],
            "rules": {"spelling": "error"},
            "skills": {"grammar": {"severity": "loud", "enabled": False}, "nullness": True},
        },
        onto=below,
    )
    assert len(problems) == 1
    assert above.sensitivity == "quiet"
    assert (above.threads, above.languages, above.variant) == (2, {"go"}, "uk")
    assert above.exclude == ("a", "b")
    assert above.rules == {"spelling": "error", "article": "hint"}
    assert above.skill("grammar") == SkillSettings(False, 0.5, "hint")
    assert not above.skill("docstring").enabled

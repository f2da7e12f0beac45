import pytest

from smallsense.assistant.globs import matches


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("vendor", "vendor/a/b.md", True),
        ("vendor/", "src/vendor/b.md", True),
        ("/vendor", "src/vendor/b.md", False),
        ("src/vendor", "src/vendor/b.md", True),
        ("src/vendor", "lib/src/vendor/b.md", False),
        ("*.md", "a/b.md", True),
        ("*.md", "a/b.mdx", False),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/a/b.md", False),
        ("docs/**/*.md", "docs/b.md", True),
        ("docs/**/*.md", "docs/a/b/c.md", True),
        ("docs/**", "docs/a/b", True),
        ("**/gen", "a/gen/b.py", True),
        ("a?c.py", "abc.py", True),
        ("a?c.py", "a/c.py", False),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("[!ab].py", "c.py", True),
        ("a[b.py", "a[b.py", True),
        ("[\\].py", "\\.py", True),
        ("(x)+.py", "(x)+.py", True),
        ("", "a.py", False),
        ("/", "a.py", False),
        ("vendor", "vendored/a.py", False),
    ],
)
def test_a_pattern_finds_its_paths(pattern: str, path: str, found: bool) -> None:
    assert matches(path, [pattern]) is found


def test_one_pattern_of_several_is_enough() -> None:
    assert matches("a/b.py", ["x", "b.py"])
    assert not matches("a/b.py", [])

"""What the nullness skill finds, and what it leaves alone."""

from __future__ import annotations

from textwrap import dedent

from smallsense.skills.skill import Example


def _code(text: str) -> str:
    return dedent(text).removeprefix("\n")


EXAMPLES = (
    Example(
        before=_code("""
            import re


            def major(text):
                m = re.match(r"(\\d+)\\.", text)
                return int(m.group(1))
        """),
        language="python",
        after=_code("""
            import re


            def major(text):
                m = re.match(r"(\\d+)\\.", text)
                if m is None:
                    return None
                return int(m.group(1))
        """),
    ),
    Example(
        before=_code("""
            def names(rows):
                for row in rows:
                    owner = row.get('owner')
                    print(owner.name)
        """),
        language="python",
        after=_code("""
            def names(rows):
                for row in rows:
                    owner = row.get('owner')
                    if owner is None:
                        continue
                    print(owner.name)
        """),
    ),
    Example(
        before=_code("""
            def port(path: str) -> int:
                import os

                if path.startswith('/'):
                    return 0
                return int(os.environ.get('PORT').strip())
        """),
        language="python",
        after=_code("""
            def port(path: str) -> int:
                import os

                if path.startswith('/'):
                    return 0
                value = os.environ.get('PORT')
                if value is None:
                    raise ValueError('value is None')
                return int(value.strip())
        """),
    ),
    Example(
        before=_code("""
            def greet(user=None):
                if user.name == 'root':
                    print('hello')
        """),
        language="python",
        after=_code("""
            def greet(user=None):
                if user is not None and user.name == 'root':
                    print('hello')
        """),
    ),
    Example(
        before=_code("""
            function focus(id) {
              const field = document.querySelector(`#${id}`);
              field.focus();
            }
        """),
        language="javascript",
        after=_code("""
            function focus(id) {
              const field = document.querySelector(`#${id}`);
              if (field === null) {
                return;
              }
              field.focus();
            }
        """),
    ),
    Example(
        before=_code("""
            export const label = (rows: Row[], id: string) => rows.find((row) => row.id === id).label;
        """),
        language="typescript",
        after=_code("""
            export const label = (rows: Row[], id: string) => rows.find((row) => row.id === id)?.label;
        """),
    ),
    Example(
        before=_code("""
            def major(text):
                m = re.match(r'x', text)
                if not m:
                    return None
                return m.group(1)
        """),
        language="python",
        after=None,
    ),
    Example(
        before=_code("""
            def name(user=None):
                return user.name if user is not None else ''
        """),
        language="python",
        after=None,
    ),
    Example(
        before=_code("""
            function text(id) {
              const field = document.querySelector(id);
              return field && field.value;
            }
        """),
        language="javascript",
        after=None,
    ),
    Example(
        before=_code("""
            function text(field?: Field): string {
              return field?.value ?? '';
            }
        """),
        language="typescript",
        after=None,
    ),
)

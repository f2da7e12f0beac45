"""What the nullness skill finds, and what it leaves alone."""

from __future__ import annotations

from smallsense.engine.questions import Choice
from smallsense.skills.skill import Example

_YES = (Choice((0.9, 0.1)),)

EXAMPLES = (
    Example(
        before='import re\n\n\ndef major(text):\n    m = re.match(r"(\\d+)\\.", text)\n    return int(m.group(1))\n',
        language="python",
        answers=_YES,
        after=(
            'import re\n\n\ndef major(text):\n    m = re.match(r"(\\d+)\\.", text)\n    if m is None:\n'
            "        return None\n    return int(m.group(1))\n"
        ),
    ),
    Example(
        before=(
            "def names(rows):\n    for row in rows:\n        owner = row.get('owner')\n        print(owner.name)\n"
        ),
        language="python",
        answers=_YES,
        after=(
            "def names(rows):\n    for row in rows:\n        owner = row.get('owner')\n        if owner is None:\n"
            "            continue\n        print(owner.name)\n"
        ),
    ),
    Example(
        before=(
            "def port(path: str) -> int:\n    import os\n\n    if path.startswith('/'):\n"
            "        return 0\n    return int(os.environ.get('PORT').strip())\n"
        ),
        language="python",
        answers=_YES,
        after=(
            "def port(path: str) -> int:\n    import os\n\n    if path.startswith('/'):\n        return 0\n"
            "    value = os.environ.get('PORT')\n    if value is None:\n        raise ValueError('value is None')\n"
            "    return int(value.strip())\n"
        ),
    ),
    Example(
        before="def greet(user=None):\n    if user.name == 'root':\n        print('hello')\n",
        language="python",
        answers=_YES,
        after="def greet(user=None):\n    if user is not None and user.name == 'root':\n        print('hello')\n",
    ),
    Example(
        before=(
            "function focus(id) {\n  const field = document.querySelector(`#${id}`);\n  field.focus();\n}\n"
        ),
        language="javascript",
        answers=_YES,
        after=(
            "function focus(id) {\n  const field = document.querySelector(`#${id}`);\n  if (field === null) {\n"
            "    return;\n  }\n  field.focus();\n}\n"
        ),
    ),
    Example(
        before="export const label = (rows: Row[], id: string) => rows.find((row) => row.id === id).label;\n",
        language="typescript",
        answers=_YES,
        after="export const label = (rows: Row[], id: string) => rows.find((row) => row.id === id)?.label;\n",
    ),
    Example(
        before="def major(text):\n    m = re.match(r'x', text)\n    if not m:\n        return None\n    return m.group(1)\n",
        language="python",
        after=None,
    ),
    Example(
        before="def name(user=None):\n    return user.name if user is not None else ''\n",
        language="python",
        after=None,
    ),
    Example(
        before="function text(id) {\n  const field = document.querySelector(id);\n  return field && field.value;\n}\n",
        language="javascript",
        after=None,
    ),
    Example(
        before="function text(field?: Field): string {\n  return field?.value ?? '';\n}\n",
        language="typescript",
        after=None,
    ),
)

"""No skill may raise, however broken the document is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smallsense.engine.questions import (
    Answer,
    Change,
    Choice,
    Choose,
    Generate,
    Generation,
    Question,
    Revise,
    Revision,
    Slot,
)
from smallsense.skills.loader import own
from smallsense.skills.rehearsal import scopes_for
from smallsense.skills.skill import Skill
from smallsense.text.languages import by_name
from smallsense.text.scopes import selection
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

PYTHON = '''\
import re
class A(B):
    """Doc."""
    x: int | None = None
    def __init__(self, *, a=None, **k):
        self.m = None; self.n: A = a
    @property
    async def f(self, s: Optional[str] = None, /, b: "A | None" = None) -> str:
        if (m := re.match(r"(\\d+)", s)) is not None and m.group(1) or not s:
            return [y.z for x, *y in s.get("k") if x] if s else {**b.c}
        for i, (j, k) in enumerate(self.m.n): del i[0], k
        else: assert self.m, f"{s.a!r:>{b}}"
        with open(s) as g, h.i as (j, k): x[1:2].y += await g.read()
        try: yield m.group()
        except* (ValueError, E) as e: raise e.f from None
        finally: global zé; a, b.c = b.c, a = None, None
        match s:
            case [A(x=None), *_] | {"a": b, **r} if b.c: pass
            case _: return lambda q, *w: q.r(w)
        print("🦊", *s.find("a"), sep=None); os.environ.get("A").b
'''

SCRIPT = """\
import { a as b } from './c'; // A coment about teh thing.
export default class A<T> extends B { #p = null; static { x?.y!.z; }
  constructor(private q?: T | null) { super(); this.m = null; }
  get é(): string { return this.m.n ?? `a ${this.q.r} b`; }
  async *f<K>([x, { y: z = null }], ...w: K[]): AsyncGenerator<K> {
    outer: for (const { k, l = k.m } of await w.find((v) => v.a)) { if (!l) continue outer; else break; }
    switch (true) { case x == null: yield* x.y; default: delete z[0]; }
    do { x ||= y ? z.s : void 0; ({ x, y: [z] } = s.match(/a(b)/)); } while (x--, y);
    try { throw new (x.y)(z) } catch { return } finally { label: { break label } }
    const g = async <U,>(u: U | undefined) => u.v as unknown as typeof w satisfies X;
  }
}
function isA(x: unknown): x is A { return x instanceof A && 'k' in x; }
"""

PROSE = """\
# A titel 🦊 with `code` and [a link](http://x.y)

- This are *an* list, of thing’s — and  it go on
  over two lines.

| a | b |
|---|---|
| Teh cell | 10 % |

```python
def f(: pass
```
"""

SOURCES = {
    "python": PYTHON,
    "javascript": SCRIPT,
    "typescript": SCRIPT,
    "tsx": SCRIPT,
    "markdown": PROSE,
    "plaintext": PROSE,
}
SKILLS = own()


def _answers(question: Question, words: str, number: int) -> Answer:
    """An answer that fits no better than a confused model's would."""
    match question:
        case Revise(text=text):
            start = number % (len(text) + 1)
            end = min(len(text), start + number % 7)
            return Revision((Change(start, end, words, 3.0),))
        case Choose(candidates=candidates):
            return Choice((1 / len(candidates),) * len(candidates))
        case Generate(shape=shape):
            slots = tuple(words for part in shape.parts if isinstance(part, Slot))
            return Generation(words, slots, 0.9)


def _play(skill: Skill, snapshot: Snapshot, cursor: int | None, words: str, number: int) -> None:
    whole = Span(0, len(snapshot.source))
    for scope in [*scopes_for(skill, snapshot, cursor), selection(snapshot, whole)]:
        found = [*skill.find(scope)]
        for question in skill.ask(scope):
            found += skill.read(scope, question, _answers(question, words, number))
        for finding in found:
            assert whole.contains(finding.span)
            for fix in finding.fixes:
                snapshot.edited(fix.edits, 2)


@pytest.mark.parametrize("skill", SKILLS.values(), ids=SKILLS.keys())
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_slice_of_code_makes_a_skill_raise(skill: Skill, data: st.DataObject):
    name = data.draw(st.sampled_from(sorted(SOURCES)))
    text = SOURCES[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    cut = data.draw(st.integers(0, len(text)))
    broken = data.draw(
        st.sampled_from([text[start:end], text[:start] + text[end:], text[:start] + text[cut:]])
    )
    language = by_name(name)
    assert language is not None
    snapshot = Snapshot.open("file:///a", language, 1, broken)
    offset = len(broken[: data.draw(st.integers(0, len(broken)))].encode())
    cursor = data.draw(st.sampled_from([None, offset]))
    words = data.draw(st.sampled_from(["", "a fine thing", '"""', ")", "é\n", "return x"]))
    _play(skill, snapshot, cursor, words, data.draw(st.integers(0, 300)))


@pytest.mark.parametrize("skill", SKILLS.values(), ids=SKILLS.keys())
@given(text=st.text(max_size=80), name=st.sampled_from(sorted(SOURCES)))
def test_no_text_at_all_makes_a_skill_raise(skill: Skill, text: str, name: str):
    language = by_name(name)
    assert language is not None
    _play(skill, Snapshot.open("file:///a", language, 1, text), None, "a fine thing", 3)
    _play(skill, Snapshot.open("file:///a", language, 1, text), len(text.encode()), "a fine thing", 3)


@pytest.mark.parametrize("skill", SKILLS.values(), ids=SKILLS.keys())
@pytest.mark.parametrize("name", sorted(SOURCES))
def test_answer_of_the_wrong_kind_is_no_answer(skill: Skill, name: str):
    language = by_name(name)
    assert language is not None
    snapshot = Snapshot.open("file:///a", language, 1, SOURCES[name])
    wrong: dict[type, Answer] = {Revise: Choice((1.0,)), Choose: Revision(), Generate: Choice((1.0,))}
    for scope in scopes_for(skill, snapshot):
        for question in skill.ask(scope):
            assert list(skill.read(scope, question, wrong[type(question)])) == []

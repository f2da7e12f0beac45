"""`smallsense bench nullness`: what the null check of a module costs, at first and after a keystroke."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import click

from smallsense.cli.data import work_option
from smallsense.cli.measure import Measure, measuring
from smallsense.engine.trust import SENSITIVITIES

if TYPE_CHECKING:
    from smallsense.assistant.run import Assistant
    from smallsense.assistant.settings import Sensitivity
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.engine import Engine
    from smallsense.text.snapshot import Snapshot
    from smallsense.text.span import Edit

COLD = 1000.0
"""Milliseconds in which a module of 500 lines must be checked for the first time."""

WARM = 150.0
"""Milliseconds in which it must be checked after an edit, 19 times out of 20."""

LINES = range(450, 651)
"""Modules of so many lines are measured."""

_PROBES = {
    "python": "probe = registry.get(name)\n{indent}print(probe.value)\n{indent}",
    "javascript": "const probe = registry.get(name);\n{indent}console.log(probe.value);\n{indent}",
}


@click.command()
@click.option("--modules", type=click.IntRange(min=1), default=12, show_default=True, help="At most so many.")
@click.option(
    "--edits", type=click.IntRange(min=2), default=20, show_default=True, help="Keystrokes to a module."
)
@click.option(
    "--sensitivity",
    type=click.Choice(SENSITIVITIES),
    default="eager",
    show_default=True,
    help="The more eager, the more the model is asked and guards are tried.",
)
@work_option
@measuring
def nullness(modules: int, edits: int, sensitivity: Sensitivity, work: Path) -> list[Measure]:
    """Check modules of about 500 lines of released packages, then again after every keystroke in a function.

    A line that needs a guard is typed in, letter by letter; every state is checked as the server would.
    """
    return _measure(_modules(modules, work), edits, sensitivity)


def _measure(chosen: Sequence[Snapshot], edits: int, sensitivity: Sensitivity) -> list[Measure]:
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.local import LocalEngine
    from smallsense.text.snapshot import Snapshot

    cold: list[float] = []
    warm: list[float] = []
    busy: list[float] = []
    found = same = 0
    for source in chosen:
        catalog = Catalog.load()
        engine = LocalEngine(catalog)  # its weights are loaded when first needed: that counts
        assistant = _assistant(engine, catalog, sensitivity)
        start = time.perf_counter()
        snapshot = Snapshot.open(source.uri, source.language, 1, source.source)
        found += len(assistant.check(snapshot))
        cold.append((time.perf_counter() - start) * 1e3)
        for edit in _typed(snapshot, edits):
            start, spent = time.perf_counter(), time.process_time()
            snapshot = snapshot.edited([edit], snapshot.version + 1)
            seen = assistant.check(snapshot)
            busy.append((time.process_time() - spent) * 1e3)
            warm.append((time.perf_counter() - start) * 1e3)
            # With an engine that has read nothing yet: in what order it has read decides about rounding.
            with closing(LocalEngine(catalog)) as other:
                afresh = _assistant(other, catalog, sensitivity).check(snapshot)
            same += [one.finding for one in seen] == [one.finding for one in afresh]
        engine.close()
    if not chosen:
        return []
    worst, late = max(cold), quantiles(warm, n=20)[-1]
    return [
        Measure("modules", len(chosen), ""),
        Measure("lines", sum(one.source.count(b"\n") for one in chosen), ""),
        Measure("findings", found, ""),
        Measure("first check, median", median(cold), "ms"),
        Measure("first check, worst", worst, "ms", COLD, worst <= COLD),
        Measure("check after a keystroke, median", median(warm), "ms"),
        Measure("check after a keystroke, p95", late, "ms", WARM, late <= WARM),
        Measure("same findings as looking afresh", same / len(warm), "share", 1, same == len(warm)),
        Measure("processor time after a keystroke, p95", quantiles(busy, n=20)[-1], "ms"),
    ]


def _modules(most: int, work: Path) -> list[Snapshot]:
    """Modules of released packages, of about 500 lines each, from every package in turn."""
    from smallsense.evaluation.nullness.clean import sources
    from smallsense.training.fetch import PACKAGES, Unfetched, fetched
    from smallsense.training.held_out import held_out

    fit: list[list[Snapshot]] = []
    for package in held_out():
        try:
            unpacked = fetched(package, work / PACKAGES)
        except Unfetched as error:
            click.echo(f"SKIPPED: {error}", err=True)
            continue
        fit.append([one.snapshot for one in sources(package, unpacked) if one.lines in LINES])
    chosen: list[Snapshot] = []
    while len(chosen) < most and any(fit):
        chosen += [listed.pop(0) for listed in fit if listed]
    return chosen[:most]


def _assistant(engine: Engine, catalog: Catalog, sensitivity: Sensitivity) -> Assistant:
    """One that has seen nothing yet."""
    from smallsense.assistant.run import Assistant
    from smallsense.assistant.settings import Settings
    from smallsense.skills import loader

    settings = Settings(sensitivity=sensitivity)
    return Assistant(engine, catalog, {"nullness": loader.own()["nullness"]}, settings)


def _typed(snapshot: Snapshot, edits: int) -> Iterator[Edit]:
    """Edits that type a probe into the first statement of the function in the middle, letter by letter."""
    from smallsense.text.scopes import scopes
    from smallsense.text.span import Edit, Span

    bodies = [
        body.named_children[0]
        for scope in scopes(snapshot, "function")
        if scope.node is not None
        and (body := scope.node.child_by_field_name("body")) is not None
        and body.type in ("block", "statement_block")
        and body.named_children
        and body.named_children[0].start_point.row > scope.node.start_point.row
    ]
    place = bodies[len(bodies) // 2]
    indent = " " * place.start_point.column
    probe = _PROBES["python" if snapshot.language.name == "python" else "javascript"].format(indent=indent)
    step = max(1, len(probe) // edits)
    for at in range(0, len(probe), step):
        start = place.start_byte + at
        yield Edit(Span(start, start), probe[at : at + step])

"""Building training data: licenses, leaks, held-out sources, mixes."""

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from smallsense.training.corruptions import Lexicon, corruptions
from smallsense.training.pairs import (
    Pair,
    Rules,
    Tally,
    detokenize,
    is_reflective,
    read_clean,
    read_fixes,
    read_pairs,
)
from smallsense.training.pool import Noise, Pool, draw, load_pool
from smallsense.training.recipe import read_recipe
from smallsense.training.rows import DataError
from smallsense.training.withheld import Leaks, is_withheld, read_leaks

RULES = Rules(Leaks(frozenset({"dev/repo"}), frozenset({"adevelopmentsentence"})), 0, "salt", {})


def write(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def fix(source: str, target: str, **more: object) -> dict[str, object]:
    return {"src": source, "tgt": target, "repo": "some/repo", "batch": 2, "licence": "MIT", **more}


def test_fixes_of_share_alike_repositories_do_not_train(tmp_path: Path) -> None:
    path = write(
        tmp_path / "fixes.jsonl",
        fix("the performence of it", "the performance of it"),
        fix("the readibility of it", "the readability of it", licence="CC-BY-SA-4.0"),
    )
    tally = Tally()
    kept = read_fixes(path, None, RULES, tally, random.Random(0))
    assert [pair.target for pair in kept] == ["the performance of it"]
    assert tally.counts["fixes: license"] == 1


def test_a_file_without_any_license_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.jsonl", {"src": "a wrong text", "tgt": "a right text"})
    with pytest.raises(DataError, match="no license"):
        read_pairs(path, None, RULES, Tally())
    assert read_pairs(path, "MIT", RULES, Tally()) == [Pair("a wrong text", "a right text", "pairs")]


def test_development_repositories_and_sentences_do_not_train(tmp_path: Path) -> None:
    path = write(
        tmp_path / "fixes.jsonl",
        fix("the performence of it", "the performance of it", repo="dev/repo"),
        fix("a developmnt sentence", "A development sentence!"),
        fix("the readibility of it", "the readability of it"),
    )
    kept = read_fixes(path, None, RULES, Tally(), random.Random(0))
    assert [pair.target for pair in kept] == ["the readability of it"]


def test_leaks_are_read_from_the_development_split(tmp_path: Path) -> None:
    path = write(tmp_path / "dev.jsonl", {"src": "Teh end.", "tgt": "The end.", "repo": "dev/repo"})
    leaks = read_leaks([path])
    assert leaks.holds("the END")
    assert leaks.holds("teh end", "something else")
    assert leaks.holds("something", repository="dev/repo")
    assert not leaks.holds("something", repository="other/repo")


def test_held_out_sources_are_held_out_whole_and_for_fixes_too(tmp_path: Path) -> None:
    rules = Rules(RULES.leaks, 30, "salt", {})
    sources = [f"owner/{number}" for number in range(200)]
    held = {source for source in sources if is_withheld(source, 30, "salt")}
    assert 30 < len(held) < 90
    clean = write(
        tmp_path / "clean.jsonl",
        *(
            {"text": f"A sentence out of {s}.", "source": s, "licence": "MIT", "register": "technical"}
            for s in sources
        ),
    )
    read = read_clean(clean, None, rules, Tally())
    assert {text.split()[-1][:-1] for text in read["held out"]} == held
    assert len(read["technical"]) == len(sources) - len(held)
    fixes = write(tmp_path / "fixes.jsonl", *(fix("if its done", "if it's done", repo=s) for s in sources))
    assert len(read_fixes(fixes, None, rules, Tally(), random.Random(0))) == len(sources) - len(held)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text("{not json\n")
    with pytest.raises(DataError, match=r"broken\.jsonl"):
        read_pairs(path, "MIT", RULES, Tally())
    with pytest.raises(DataError, match=r"absent\.jsonl"):
        read_leaks([tmp_path / "absent.jsonl"])


def test_tokenized_text_closes_up() -> None:
    assert (
        detokenize("I 'm not sure , but it does n't ( really ) matter .")
        == "I'm not sure, but it doesn't (really) matter."
    )
    assert detokenize('He said " hello " twice !') == 'He said "hello" twice!'


def pool() -> Pool:
    noise = Noise({"agreement": 1.0}, [1.0], corruptions(Lexicon({}, frozenset())))
    return Pool(
        fixes=[Pair(f"wrng {n}", f"wrong {n}", "fixes-2") for n in range(20)],
        pairs=[],
        clean={"technical": [f"The `value` number {n} is new." for n in range(20)], "everyday": []},
        noises={"technical": noise},
    )


def test_a_mix_has_the_shares_it_asks_for() -> None:
    drawn = draw(
        pool(), {"fixes": 1.0, "technical": 2.0, "technical_errors": 1.0, "fixed": 1.0}, 50, random.Random(0)
    )
    assert len(drawn) == 50
    assert sum(pair.source == pair.target for pair in drawn) == 30
    assert {pair.origin for pair in drawn} == {"fixes-2", "technical", "technical_errors", "fixed"}
    errors = [pair for pair in drawn if pair.origin == "technical_errors"]
    assert len(errors) == 10
    assert all(" are " in pair.source and " is " in pair.target for pair in errors)


def test_drawing_is_seeded() -> None:
    mix = {"fixes": 1.0, "technical_errors": 1.0}
    assert draw(pool(), mix, 30, random.Random(3)) == draw(pool(), mix, 30, random.Random(3))
    assert draw(pool(), mix, 30, random.Random(3)) != draw(pool(), mix, 30, random.Random(4))


def test_a_share_without_data_is_named() -> None:
    with pytest.raises(DataError, match="everyday"):
        draw(pool(), {"everyday": 1.0}, 10, random.Random(0))


def test_pairs_of_ones_own_are_all_a_recipe_needs(tmp_path: Path) -> None:
    write(tmp_path / "pairs.jsonl", {"source": "a wrng text", "target": "a wrong text"})
    own = read_recipe(Path(__file__).parents[2] / "models" / "recipes" / "own-pairs.toml")
    pool, held = load_pool(tmp_path, own.raw, random.Random(0), Tally())
    drawn = draw(pool, own.stages[0].mix, 3, random.Random(0))
    assert drawn == [Pair("a wrng text", "a wrong text", "pairs")] * 3
    assert held == []


@pytest.mark.parametrize(
    ("text", "reflective"),
    [
        ("You will think clearly only when you have slept enough.", True),
        ("He thinks that they have to go home.", False),
        ("“They are here, and they want us to leave.”", False),
        ("In winter the roads of Norway are closed.", False),
        ("They walked home under a clear sky.", False),
    ],
)
def test_what_is_said_in_general_tells_no_story(text: str, reflective: bool) -> None:
    assert is_reflective(text) is reflective

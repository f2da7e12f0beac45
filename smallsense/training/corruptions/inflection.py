"""Errors of grammar: articles, agreement, forms of verbs and nouns, prepositions."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

from smallsense.training import lexicon
from smallsense.training.corruptions.pieces import (
    VOWELS,
    Pieces,
    drop,
    find,
    grouped,
    like,
    next_word,
    pick,
    previous,
    put,
    swap_word,
)


def article(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Leave out an article, take the wrong one, or put one where a determiner stands already."""
    kind = rng.random()
    if kind < 0.5:
        place = pick(rng, find(pieces, lambda word: word in ("a", "an", "the")))
        return None if place is None else drop(pieces, place)
    if kind < 0.72:
        place = pick(rng, find(pieces, lambda word: word in ("a", "an")))
        return (
            None if place is None else swap_word(pieces, place, "an" if pieces[place].lower == "a" else "a")
        )
    if kind < 0.8:
        place = pick(rng, find(pieces, lambda word: word in ("a", "an", "the")))
        if place is None:
            return None
        return swap_word(pieces, place, "the" if pieces[place].lower != "the" else "a")
    if kind < 0.9:
        places = find(pieces, lambda word: word.endswith("s") and len(word) > 4 and not word.endswith("ss"))
        place = pick(rng, [i for i in places if previous(pieces, i) not in lexicon.DETERMINERS and i])
        return None if place is None else put(pieces, place, "a " + pieces[place].text)
    place = pick(rng, find(pieces, lambda word: word in lexicon.DETERMINERS))
    if place is None:
        return None
    other = rng.choice(("the", "a"))
    if pieces[place].lower == other:
        other = "the" if other == "a" else "a"
    if rng.random() < 0.5:
        return put(pieces, place, f"{pieces[place].text} {other}")
    return put(pieces, place, like(pieces[place].text, f"{other} {pieces[place].lower}"))


_NUMBER = grouped(
    pair
    for one, many in (
        ("is", "are"),
        ("was", "were"),
        ("has", "have"),
        ("does", "do"),
        ("doesn't", "don't"),
        ("isn't", "aren't"),
        ("wasn't", "weren't"),
        ("hasn't", "haven't"),
    )
    for pair in ((one, many), (many, one))
)


_IRREGULAR = {form: line for line in lexicon.FORMS for form in line}


def third_person(verb: str) -> str:
    """The form of a regular verb after "she"; the plural of a regular noun, too."""
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in VOWELS else verb + "s"


def past(verb: str) -> str:
    """The past form of a regular verb."""
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in VOWELS else verb + "ed"


def progressive(verb: str) -> str:
    """The form of a regular verb in "-ing"."""
    return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb) + "ing"


_FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        form: (verb, third_person(verb), past(verb), progressive(verb))
        for verb in lexicon.REGULAR_VERBS
        for form in (verb, third_person(verb), past(verb), progressive(verb))
    }
    | _IRREGULAR
)


_THIRD_PERSON = {third_person(verb): verb for verb in lexicon.REGULAR_VERBS} | {
    line[1]: line[0] for line in lexicon.FORMS if line[0] != "be" and line[0] != "have" and line[0] != "do"
}


_BASE = {base: third for third, base in _THIRD_PERSON.items()}


def agreement(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Break the agreement of a verb with its subject."""
    if rng.random() < 0.5:
        place = pick(rng, find(pieces, _NUMBER.__contains__))
        return None if place is None else swap_word(pieces, place, rng.choice(_NUMBER[pieces[place].lower]))
    place = pick(rng, find(pieces, lambda word: word in _THIRD_PERSON))
    if place is not None and rng.random() < 0.75:
        return swap_word(pieces, place, _THIRD_PERSON[pieces[place].lower])
    places = find(pieces, lambda word: word in _BASE)
    subjects = ("they", "we", "you", "i", "to", "that", "which", "who", *lexicon.MODALS)
    place = pick(rng, [i for i in places if previous(pieces, i) in subjects])
    return None if place is None else swap_word(pieces, place, _BASE[pieces[place].lower])


def verb_form(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Put a verb into another of its forms where its neighbors do not allow it."""
    governing = lexicon.MODALS | lexicon.AUXILIARIES | lexicon.BEFORE_FORMS
    places = find(pieces, _FORMS.__contains__)
    guided = [i for i in places if previous(pieces, i) in governing]
    place = pick(rng, guided if guided and rng.random() < 0.8 else places)
    if place is None:
        return None
    word = pieces[place].lower
    others = [form for form in _FORMS[word] if form != word]
    return swap_word(pieces, place, rng.choice(others))


def noun_number(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Take a singular for a plural or the other way round, mostly where a neighbor tells."""

    def plural(word: str) -> bool:
        return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))

    kind = rng.random()
    if kind < 0.15:
        place = pick(rng, find(pieces, lexicon.UNCOUNTABLE.__contains__))
        return None if place is None else put(pieces, place, pieces[place].text + "s")
    if kind < 0.7:
        places = [i for i in find(pieces, plural) if pieces[i].lower not in _THIRD_PERSON and i]
        cued = [i for i in places if previous(pieces, i) in lexicon.PLURAL_CUES]
        place = pick(rng, cued if cued and rng.random() < 0.7 else places)
        if place is None:
            return None
        word = pieces[place].text
        return put(pieces, place, word[:-3] + "y" if word.endswith("ies") else word[:-1])
    places = find(pieces, lambda word: len(word) > 3 and not word.endswith(("s", "ing", "ed", "ly")))
    cued = [i for i in places if previous(pieces, i) in lexicon.SINGULAR_CUES]
    nouns = [i for i in cued if i + 1 >= len(pieces) or pieces[i + 1].text != " "]
    place = pick(rng, nouns or cued)
    return None if place is None else put(pieces, place, third_person(pieces[place].text))


def preposition(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Take a wrong preposition, or put one where none belongs."""
    if rng.random() < 0.12:
        place = pick(rng, find(pieces, lexicon.EXTRA_AFTER.__contains__))
        if place is None or next_word(pieces, place) is None:
            return None
        word = pieces[place].text
        return put(pieces, place, f"{word} {lexicon.EXTRA_AFTER[word.lower()]}")
    place = pick(rng, find(pieces, lexicon.PREPOSITIONS.__contains__))
    if place is None:
        return None
    return swap_word(pieces, place, rng.choice(lexicon.PREPOSITIONS[pieces[place].lower]))

"""Words that tell what kind of mistake an edit mends."""

from __future__ import annotations

import re

from smallsense.text.words import words

WORD = re.compile(r"\w+(?:[’'\-]\w+)*[’']?")
"""A word of a sentence, with what joins its parts."""

ARTICLES = frozenset({"a", "an", "the"})
DETERMINERS = ARTICLES | words("my your his her its our their this that these those some any no every each")
NEGATIONS = words("not no never none nor neither cannot nothing nobody")
PREPOSITIONS = words(
    "about above across after against along among around as at before behind below between by during for from"
    " in inside into of off on onto out over per since through to toward towards under until upon via with"
    " within without"
)
# Forms that no suffix rule relates. Each set is one verb (or pronoun) in all its shapes.
PARADIGMS = tuple(
    words(line)
    for line in (
        "be am is are was were been being",
        "isn't aren't wasn't weren't",
        "have has had having",
        "hasn't haven't hadn't",
        "do does did done doing",
        "doesn't don't didn't",
        "go goes went gone going",
        "write writes wrote written writing",
        "make makes made making",
        "take takes took taken taking",
        "give gives gave given giving",
        "get gets got gotten getting",
        "see sees saw seen seeing",
        "run runs ran running",
        "begin begins began begun beginning",
        "come comes came coming",
        "know knows knew known knowing",
        "choose chooses chose chosen choosing",
        "send sends sent sending",
        "build builds built building",
        "find finds found finding",
        "keep keeps kept keeping",
        "leave leaves left leaving",
        "mean means meant meaning",
        "say says said saying",
        "show shows showed shown showing",
        "hold holds held holding",
        "throw throws threw thrown throwing",
        "break breaks broke broken breaking",
        "think thinks thought thinking",
        "bring brings brought bringing",
        "buy buys bought buying",
        "lose loses lost losing",
        "catch catches caught catching",
        "draw draws drew drawn drawing",
        "grow grows grew grown growing",
        "speak speaks spoke spoken speaking",
    )
)
AGREEING = words(
    "is are am was were has have do does goes go isn't aren't wasn't weren't hasn't haven't doesn't don't"
)
"""Verbs, and never nouns."""

# What stands before a noun, before a verb, and behind a verb, and seldom anywhere else.
BEFORE_NOUNS = (PREPOSITIONS - {"to"}) | words(
    "a an the this these those my your his her its our their whose each every either neither no any some all"
    " both many several few fewer more most other another such multiple various different following"
    " one two three four five six seven eight nine ten hundred thousand"
)
ALWAYS_SUBJECTS = words("he she it they we you i who which")
BEHIND_VERBS = words(
    "a an the my your his her its our their it them him us each every no not whether if how what why"
)
SINGULAR_PLURAL = (
    {"this", "these"},
    {"that", "those"},
    {"child", "children"},
    {"datum", "data"},
    {"much", "many"},
)
CONFUSED = tuple(
    words(line)
    for line in (
        "its it's it’s",
        "your you're you’re",
        "their there they're they’re",
        "whose who's who’s",
        "then than",
        "to too two",
        "affect effect",
        "lose loose",
        "accept except",
        "advice advise",
        "principal principle",
        "complement compliment",
        "past passed",
        "weather whether",
        "where were",
        "of off",
        "quite quiet",
        "lead led",
        "ensure insure assure",
        "which witch",
    )
)

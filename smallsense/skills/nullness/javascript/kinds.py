"""Kinds of syntax nodes of JavaScript and TypeScript. This file is data."""

from __future__ import annotations

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "method_definition",
        "class_declaration",
        "abstract_class_declaration",
        "class",
    }
)
TYPES = frozenset(
    {
        "type_annotation",
        "type_arguments",
        "interface_declaration",
        "type_alias_declaration",
        "enum_declaration",
    }
)
MAYBE_STORING = frozenset({"??=", "||=", "&&="})
"""Operators that store a value only where the old one calls for it."""

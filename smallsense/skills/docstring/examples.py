"""What the docstring skill does, shown: documentation, unit tests and evaluation cases at once."""

from __future__ import annotations

from textwrap import dedent

from smallsense.engine.questions import Generation
from smallsense.skills.skill import Example


def _code(text: str) -> str:
    return dedent(text).removeprefix("\n")


def _said(*slots: str) -> tuple[Generation]:
    return (Generation("", slots, 0.7),)


EXAMPLES = (
    Example(
        before=_code("""
                def area(width, height):
                    return width * height
            """),
        language="python",
        answers=_said("Compute the area of a rectangle", "width of the rectangle", "", "The area"),
        after=_code('''
                def area(width, height):
                    """Compute the area of a rectangle.

                    Args:
                        width: The width of the rectangle.

                    Returns:
                        The area.
                    """
                    return width * height
            '''),
    ),
    Example(
        before=_code("""
                class Stack:
                    items = []
            """),
        language="python",
        answers=_said("A stack of items"),
        after=_code('''
                class Stack:
                    """A stack of items."""
                    items = []
            '''),
    ),
    Example(
        before=_code('''
                def half(number):
                    """Halve it.

                    :param number: what to halve
                    """
                    return number / 2


                def check(number):
                    if number < 0:
                        raise ValueError(number)
            '''),
        language="python",
        answers=_said("Check that a number is not negative", "The number", "If it is negative"),
        after=_code('''
                def half(number):
                    """Halve it.

                    :param number: what to halve
                    """
                    return number / 2


                def check(number):
                    """Check that a number is not negative.

                    :param number: The number.
                    :raises ValueError: If it is negative.
                    """
                    if number < 0:
                        raise ValueError(number)
            '''),
    ),
    Example(
        before=_code("""
                export function last(items) {
                  return items[items.length - 1];
                }
            """),
        language="javascript",
        answers=_said("Get the last item", "the items", "the last one"),
        after=_code("""
                /**
                 * Get the last item.
                 *
                 * @param items - The items.
                 * @returns The last one.
                 */
                export function last(items) {
                  return items[items.length - 1];
                }
            """),
    ),
    Example(
        before=_code('''
                def area(width):
                    """Compute it."""
                    return width
            '''),
        language="python",
        after=None,
    ),
    Example(
        before=_code("""
                def area(width):
                    return width
            """),
        language="python",
        answers=_said("def area(width): return width", "width", "x = 1"),
        after=None,
    ),
)

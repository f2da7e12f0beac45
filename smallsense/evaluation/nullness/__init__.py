"""How well missing guards are found: real fixes and clean code, ours beside type checkers."""

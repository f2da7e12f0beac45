"""smallsense: a language server whose every feature is a skill with its own tiny local model."""

__version__ = "0.1.0"

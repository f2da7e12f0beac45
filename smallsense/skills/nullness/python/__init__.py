"""Python, reduced to what can be missing."""

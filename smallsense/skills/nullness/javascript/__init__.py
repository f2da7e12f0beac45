"""JavaScript and TypeScript, reduced to what can be missing."""

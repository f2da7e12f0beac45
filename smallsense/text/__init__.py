"""What a document is: snapshots, spans, languages, scopes and prose. Knows no model and no editor."""

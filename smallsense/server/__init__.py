"""LSP, and nothing else."""

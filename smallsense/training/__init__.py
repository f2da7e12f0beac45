"""How adapters are made: data, LoRA training, export to GGUF and scoring. The server never imports it."""

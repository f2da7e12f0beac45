"""How adapters are made: data, LoRA training, and export to GGUF. The server never imports it."""

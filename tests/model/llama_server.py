"""llama-server as the package xllamacpp has it: run as a script, it serves until its standard input ends.

Arguments: the weights, and adapters for them. The address is the last line on standard output.
"""

from __future__ import annotations

import importlib
import sys


def main(base: str, *adapters: str) -> None:
    llama = importlib.import_module("xllamacpp")
    parameters = llama.CommonParams()
    parameters.model.path = base
    parameters.lora_adapters = [llama.CommonAdapterLoraInfo(path, 0.0) for path in adapters]
    parameters.hostnames, parameters.port = ["127.0.0.1"], 0
    parameters.n_ctx, parameters.n_parallel = 2048, 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.warmup = False
    # Weights repacked for AMX crash llama.cpp.
    parameters.no_extra_bufts = True
    server = llama.Server(parameters)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])

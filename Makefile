# Every task of the project. On a fresh clone `make demo` and `make test` do all that is needed first;
# when they are run again they find it done.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/.made
INSTALLED := $(VENV)/.installed
DEVELOPED := $(VENV)/.developed

.PHONY: help demo test lint format docs bench weights wheel clean distclean
.DEFAULT_GOAL := help

help: ## show the tasks
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|'

demo: weights ## install, fetch the weights and check the files in examples/
	@# Exit code 1 says that there are findings: what a demonstration is for.
	@$(BIN)/smallsense check examples || test $$? -eq 1

test: lint weights ## install everything and run the whole test suite
	$(BIN)/pytest $(PYTEST_ARGS)

lint: $(DEVELOPED) ## check format, style, types and the floors of the architecture
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright
	$(BIN)/lint-imports

format: $(DEVELOPED) ## format the code and sort its imports
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(INSTALLED) ## write the generated parts of the README anew
	$(BIN)/python tools/skills_table.py README.md docs/rules.md

bench: weights ## measure the engine
	$(BIN)/smallsense bench revise $(BENCH_ARGS)

weights: $(INSTALLED)
	@$(BIN)/smallsense models pull

wheel: $(DEVELOPED) ## build the wheel and the source distribution into dist/
	$(BIN)/python -m build

clean: ## remove what was built, but not .venv
	rm -rf build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find smallsense tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove .venv as well
	rm -rf $(VENV)

$(MADE):
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) was not found: install Python 3.11 or newer, or name one with 'make PYTHON=/path/to/python'" >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "smallsense needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): name another with 'make PYTHON=/path/to/python'" >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: install its venv package (Debian and Ubuntu: 'apt install python3-venv')" >&2; \
	  exit 1; }
	$(PYTHON) -m venv $(VENV)
	@# Older ones know no dependency groups.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@touch $@

$(INSTALLED): pyproject.toml tools/llama.cmake | $(MADE)
	@$(BIN)/python -c 'import importlib.metadata as m; m.version("llama-cpp-python")' 2>/dev/null || \
	  command -v $${CXX:-c++} >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || { \
	  echo "a C++ compiler is needed to build llama.cpp: install one (Debian and Ubuntu: 'apt install g++')" >&2; \
	  exit 1; }
	@echo "installing smallsense; the first time, compiling llama.cpp takes about two minutes on two cores"
	@CMAKE_ARGS="-DCMAKE_PROJECT_INCLUDE='$(CURDIR)/tools/llama.cmake' $$CMAKE_ARGS" \
	  $(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEVELOPED): pyproject.toml $(INSTALLED)
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@

# make run    the chat page over corpus/      make test    everything that must be green
# make soak   the long random tests           make format  lint fixes and formatting
# make clean  remove what is derived: .venv, index, caches (never the documents)
#
# Another Python: make run PYTHON=python3.12      Another port: CITEWELL_PORT=7861 make run

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# What is imported is compiled once, and not again in each of the many processes that start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test soak coverage format clean

run: $(VENV)/installed
	$(BIN)/python app.py

test: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@told=$$(mktemp); { $(BIN)/lint-imports && $(BIN)/mypy; } >$$told 2>&1 & checks=$$!; \
	  echo "$(BIN)/lint-imports, $(BIN)/mypy, and beside them $(BIN)/pytest"; $(BIN)/pytest; tests=$$?; \
	  wait $$checks; checks=$$?; cat $$told; rm -f $$told; [ $$checks -eq 0 ] && [ $$tests -eq 0 ]

soak: $(VENV)/installed-dev
	$(BIN)/pytest -m soak
	$(BIN)/python -m tests.soak_commands

coverage: $(VENV)/installed-dev
	$(BIN)/pytest --cov

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) index/manifest.sqlite* index/texts index/tables index/chroma index/lexical build dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps say what was installed from the files as they stand: nothing is installed twice.
$(VENV)/installed: pyproject.toml constraints.txt install.py | $(BIN)/python
	$(BIN)/python install.py
	touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt install.py | $(BIN)/python
	$(BIN)/python install.py --dev
	touch $(VENV)/installed $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Citewell needs Python 3.11 or newer. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# All that is needed is Python 3.11 or newer, make and pip. Another Python: make test PYTHON=python3.12
PYTHON ?= python3
BIN = .venv/bin
PIP = $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --no-warn-script-location

demo: .venv/run.stamp ; $(BIN)/tocsin demo
test: .venv/dev.stamp ; $(BIN)/python -m pytest
check: .venv/dev.stamp ; $(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
eval: .venv/dev.stamp ; $(BIN)/python -m pytest tests/eval
run: .venv/run.stamp ; $(BIN)/tocsin run
docs: .venv/dev.stamp ; $(BIN)/python -m docs.generate
install: .venv/dev.stamp ;
image: ; docker build --tag tocsin .
clean: ; rm -rf .venv demo-out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
.venv/bin/python: ; $(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=…" * (sys.version_info < (3, 11)) or None)' && $(PYTHON) -m venv --without-pip .venv
.venv/%.stamp: requirements/%.txt pyproject.toml | $(BIN)/python ; $(PIP) --require-hashes -r $< && $(PIP) --no-deps --no-build-isolation --editable . && touch $@
.PHONY: demo test check eval run docs install image clean

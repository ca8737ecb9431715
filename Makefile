# make audit [INPUT=folder] [OUTPUT=folder] [LMNS="QK1 QOC"]   build the audit (the synthetic sample where there is no input)
# make test · make ui · make bench [WORDS=ingest] (WORDS=scale: 6 million births, an hour or more) · make lint · make reference [REF=folder]
# Each makes .venv itself; a second call finds it made and goes straight on.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INPUT ?=
OUTPUT ?=
LMNS ?=
WORDS ?=
REF ?= ../shared/statistics
HOST ?= 127.0.0.1
PORT ?= 3000

.PHONY: audit test ui bench lint reference clean
.DEFAULT_GOAL := audit

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the pinned requirements (about two minutes, once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

audit: $(VENV)/ready
	@$(BIN)/equity-audit run $(if $(INPUT),--input "$(INPUT)") $(if $(OUTPUT),--output "$(OUTPUT)") $(if $(LMNS),--lmns "$(LMNS)")

ui: $(VENV)/ready
	@$(BIN)/equity-audit ui --host $(HOST) --port $(PORT) $(if $(INPUT),--input "$(INPUT)") $(if $(OUTPUT),--output "$(OUTPUT)")

test: $(VENV)/ready
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup

bench: $(VENV)/ready
	@$(BIN)/python -m tests.bench.run $(WORDS)

lint: $(VENV)/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models dbt_project/tests

reference: $(VENV)/ready
	@$(BIN)/python -m tests.reference.run "$(REF)"

clean:
	rm -rf $(VENV) output data/inbox dbt_project/target

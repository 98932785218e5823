# p2p-fleet: every target sets up what it needs by itself.
# PYTHON: the interpreter for the virtual environment, 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= auto
SEEDS ?= 2000

.DEFAULT_GOAL := help
.PHONY: help setup demo test nightly check format package deploy undeploy bench sandbox clean

help: ## Show the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

setup: $(READY) ## Create .venv with everything, p2p-fleet in it

$(READY): requirements.txt requirements-dev.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "p2p-fleet needs Python 3.11 or newer; name one with make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "no virtual environment: install the venv module (Debian: apt install python3-venv)"; exit 1; }
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  -r requirements.txt -r requirements-dev.txt -c constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: $(READY) ## Run the main job end to end on the sandbox
	@$(BIN)/python -m cli.demo

test: $(READY) ## Run all tests
	@$(BIN)/python -m pytest -n $(WORKERS) --quiet

nightly: $(READY) ## Run the long tests: bootstrap dies at every single request
	@P2P_FLEET_SWEEP=full $(BIN)/python -m pytest -n $(WORKERS) --quiet --timeout 900 \
	  tests/bootstrap/test_crash_sweep.py

check: $(READY) ## Lint, formatting, types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy

format: $(READY) ## Format the code
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check --fix --quiet

package: $(READY) ## Build the functions' code and their layer, without Docker
	@$(BIN)/python -m infra.packaging

deploy: package ## Deploy both functions with Serverless Devs
	@$(BIN)/python -m infra.deploying

undeploy: $(READY) ## Remove both functions and their layer
	@$(BIN)/python -m infra.deploying remove

bench: $(READY) ## Measure a poll against its baseline; writes docs/benchmarks.md
	@$(BIN)/python -m tests.bench

sandbox: $(READY) ## Run the sandbox in the foreground, with the fleet's groups
	@$(BIN)/p2p-fleet sandbox --port 8800 --with-groups

clean: ## Remove everything that was set up or built
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

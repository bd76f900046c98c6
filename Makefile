# A fresh machine needs make and Python 3.11, 3.12 or 3.13 with venv and pip; `make demo` and `make test` do the rest.
VENV := .venv
BIN := $(VENV)/bin
PYTEST_FLAGS ?= -n auto --dist loadgroup
IMAGE_EXTRAS := s3 gcs redis kubernetes otel dask

# Compiled once at installation; without it every first import pays, Prefect's most.
export UV_COMPILE_BYTECODE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint format types contracts lock schemas example bench clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## Make the environment and the demo campaign: 75 cities, drawn on this machine, for nothing
	@$(BIN)/adlocalizer run demo --date 2026-12-01

test: $(VENV)/.dev ## Run the whole suite; PYTEST_FLAGS='-x -k store' narrows it
	@$(BIN)/pytest $(PYTEST_FLAGS)

lint: $(VENV)/.dev ## Check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(VENV)/.dev ## Mend style and format where that is safe
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(VENV)/.dev ## Check types, strictly
	@$(BIN)/mypy

contracts: $(VENV)/.dev ## Check who imports whom
	@$(BIN)/lint-imports

lock: $(VENV)/.dev ## Pin the newest versions pyproject.toml allows, with hashes
	@uv=$$(command -v uv || echo $(BIN)/uv); pin() { \
	  $$uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --output-file "$$@"; }; \
	pin requirements/runtime.txt pyproject.toml && pin requirements/dev.txt --extra=dev pyproject.toml && \
	pin requirements/image.txt $(IMAGE_EXTRAS:%=--extra=%) pyproject.toml && \
	pin deploy/build-tools.txt deploy/build-tools.in

schemas: $(VENV)/.runtime ## Write the JSON Schemas of configs/ again
	@$(BIN)/python -m adlocalizer.config.schemas

# What makes the example report, in this order; tests/test_example.py takes the same lines. Status 3: not everything is delivered.
define EXAMPLE
run morning_example --date 2026-12-01 --select '*.jp-tokyo.*'
run morning_example --date 2026-12-02
revise morning_example --date 2026-12-02 --select '*.fr-paris.*.x_image_landscape' --edit 'a calmer sky, in warmer light'
review morning_example --date 2026-12-02 --reviewer editor --approve '*.jp-tokyo.*.gads_upload_728x90' --reject '*.ae-dubai.*.x_image_landscape' --reason 'the second line is hard to read on the towers'
endef
export EXAMPLE

example: $(VENV)/.runtime ## Build the committed example report again
	@rm -rf build/example reports/example
	@echo "$$EXAMPLE" | while read -r line; do \
	  eval "$(BIN)/adlocalizer $$line --store build/example/store --reports build/example/reports" || [ $$? -eq 3 ] || exit; done
	@mkdir -p reports && cp -r build/example/reports/morning_example/2026-12-02 reports/example

bench: $(VENV)/.dev ## Measure the pipeline against a plain asyncio floor
	@$(BIN)/python -m benchmarks

clean: ## Remove the environment and every cache; store/ and reports/ stay
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip may be missing when an earlier attempt was interrupted, hence ensurepip.
$(BIN)/python:
	@python=$$(for name in python3.13 python3.12 python3.11 python3; do \
	  if $$name -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; \
	  then echo $$name; break; fi; done); \
	if [ -z "$$python" ]; then \
	  echo "adlocalizer needs Python 3.11, 3.12 or 3.13 with venv and pip; found: $$(python3 --version 2>&1 | head -n 1)." >&2; \
	  echo "Install one (on Debian or Ubuntu: apt-get install python3 python3-venv), then run make again." >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$python --version)"; $$python -m venv $(VENV)

# uv takes less than a minute, pip about ten; both refuse a wrong hash.
$(VENV)/.runtime $(VENV)/.dev: $(VENV)/.%: requirements/%.txt pyproject.toml | $(BIN)/python
	@echo "Installing requirements/$*.txt"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@uv=$$(command -v uv || command -v $(BIN)/uv || true); \
	if [ -z "$$uv" ] && $(BIN)/python -m pip install --quiet uv; then uv=$(BIN)/uv; fi; \
	if [ -n "$$uv" ] && "$$uv" pip install --quiet --python $(BIN)/python -r requirements/$*.txt -e .; then :; else \
	  echo "uv cannot install here: pip does, which takes about ten minutes"; \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements/$*.txt && \
	  $(BIN)/python -m pip install --quiet --no-deps -e .; \
	fi
	@touch $@

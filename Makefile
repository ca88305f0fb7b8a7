# Two commands for a new user: `make demo` and `make test`. Both do all set-up; a second run rebuilds only what changed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEMO   ?= demo
SERVE  ?= yes
PORTAL := src/dafeng/api/web/index.html
WEB    := $(shell find web -path web/node_modules -prune -o -path web/shots -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup web client web-test shots portal demo test lint docs docs-serve bench check-full lock clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(READY) ## make the virtual environment with the pinned packages

# uv (pinned, with hashes) is quick; plain pip is the fallback where it has no wheel
$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "dafeng needs Python 3.11 or newer (make PYTHON=/path/to/python3.11 …)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock \
	  && $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

web: $(PORTAL) ## build the portal (needs Node 20 or newer, with npm)

web/node_modules/.ready: web/package.json web/package-lock.json
	@cd web && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.ready

$(PORTAL): $(filter-out web/openapi.json,$(WEB)) web/openapi.json | web/node_modules/.ready
	@cd web && npm run --silent build

client: $(READY) ## renew the web client from the API's document
	@$(BIN)/dafeng openapi --out web/openapi.json && cd web && npm run --silent client

web-test: web/node_modules/.ready ## unit tests of the portal, and whether its client and size are as they should be
	@$(BIN)/dafeng openapi | diff -q - web/openapi.json >/dev/null || { echo "web/openapi.json lags behind the API: make client"; exit 1; }
	@cd web && npm run --silent client && git diff --exit-code --stat -- src/client && npx tsc --noEmit && npm test --silent

shots: web ## pictures of every page in both languages into web/shots
	@cd web && npm run --silent shots

# the portal where Node is; without it everything but the portal works
portal:
	@if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; \
	  then $(MAKE) --no-print-directory web; \
	  else echo "No Node 20 or newer with npm here: the portal's pages are not built. Install it and run: make web"; fi

demo: $(READY) portal ## build 示范市 in ./demo, run the whole chain on it, serve the portal (SERVE=no: without)
	@$(BIN)/dafeng demo --programme $(DEMO) $(if $(filter no,$(SERVE)),,--serve)

test: $(READY) ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

lint: $(READY) ## style, types, room walls
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: $(READY) ## build the documentation into ./site (offline)
	@$(BIN)/python docs/build.py

bench: $(READY) ## measure reading, importing and a full run
	@$(BIN)/python -m benchmarks

check-full: $(READY) ## everything, the slow too
	@$(MAKE) --no-print-directory lint docs web web-test
	@$(BIN)/python -m pytest -n 2 --dist worksteal
	@$(MAKE) --no-print-directory bench

lock: ## renew the pinned packages (needs uv)
	uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 --upgrade -o requirements.lock
	printf 'uv\n' | uv pip compile - --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 --upgrade -o requirements-uv.lock

clean: ## remove what was built
	rm -rf $(VENV) $(DEMO) src/dafeng/api/web web/node_modules web/shots site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

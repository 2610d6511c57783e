# Masthead. `make demo` plays the first donation; `make test` runs the suite. Both set up what they need.

PYTHON ?= python3
PY := .venv/bin/python
PORT ?= 8000
SANDBOX_PORT ?= 12111
EXIT ?=
WORKERS ?= auto
POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/masthead
REDIS_URL ?= redis://127.0.0.1:6379/9
PYTEST := $(PY) -m pytest -q -n $(WORKERS)
SUITE := not deep and not browser and not services and not cli

.DEFAULT_GOAL := help
.PHONY: help demo test test-deep test-postgres test-browser test-cli check format bench lock clean

help: ## Show what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: ## Play a first donation on this machine and serve it; EXIT=1 stops after the story, PORT=8000
	@PYTHON=$(PYTHON) deploy/bootstrap demo
	@$(PY) -m tests.demo --port $(PORT) --sandbox-port $(SANDBOX_PORT) $(if $(EXIT),--exit)

.venv/dev: requirements.txt requirements-dev.txt deploy/bootstrap
	@PYTHON=$(PYTHON) deploy/bootstrap dev

# Tables made of the models, not by the migrations, which take longer: those are run by every other suite and the demo.
test: .venv/dev ## Run the suite on SQLite, no services needed
	$(PYTEST) --nomigrations -m "$(SUITE)"

test-deep: .venv/dev ## Run fuzz, simulations and long clocks
	$(PYTEST) -m deep

test-postgres: .venv/dev ## Run the suite on PostgreSQL with a Redis broker
	DATABASE_URL=$(POSTGRES_URL) REDIS_URL=$(REDIS_URL) $(PYTEST) -m "not deep and not browser and not cli"

test-browser: .venv/dev node_modules/.installed ## Run the journeys in Chromium, with axe-core
	$(PY) -m pytest -q -m browser

test-cli: .venv/dev node_modules/.installed ## Drive the sandbox with the official Stripe CLI
	$(PY) -m pytest -q -m cli

# Not npm ci: the lock holds the CLI's binary of the platform where it was written, and leaves out the others.
node_modules/.installed: package.json package-lock.json
	npm install --no-audit --no-fund --no-save
	@touch $@

check: .venv/dev ## Lint, types, contracts, templates, migrations, deployment settings
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	.venv/bin/lint-imports
	$(PY) -m mypy payments membership config
	.venv/bin/djlint --check --quiet templates tests/demo
	.venv/bin/djlint --lint --quiet templates tests/demo
	DJANGO_SETTINGS_MODULE=config.settings_test $(PY) manage.py makemigrations --check --dry-run
	.ci/check-deploy

format: .venv/dev ## Format code and templates
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	-.venv/bin/djlint --reformat --quiet templates tests/demo

bench: .venv/dev ## Print measured figures and ratios
	DATABASE_URL=$(POSTGRES_URL) REDIS_URL=$(REDIS_URL) $(PY) -m tests.benchmarks

lock: .venv/dev ## Pin requirements again from the .in files
	$(PY) -m uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --upgrade requirements.in -o requirements.txt
	$(PY) -m uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --upgrade requirements-dev.in -o requirements-dev.txt

clean: ## Remove the environment and the demo's data
	rm -rf .venv var node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

# make demo   the main job, on SQLite, with a fake Stripe on loopback: no key, no network
# make test   the test suite; ARGS=--cov for its coverage
# make chaos  10,000 events, while everything goes wrong; needs PostgreSQL and RabbitMQ on loopback
# make fuzz   hostile posts, for ten minutes; ARGS="--posts 1000000", ARGS="--guided --seconds 600"
# make bench  what a delivery costs, against a bare Django view; ARGS="--full --write" for the table in the docs
# make screenshots  the pictures of the documentation, of the example site; needs chromium and its driver
# make audit  known weaknesses of the dependencies; asks an advisory service on the internet
# make release  sdist and wheel in dist/, checked and installed; ARGS=--all with every supported version
#
# All make .venv and install what they need; a Python of 3.11 or newer is enough.

# What one worker of the tests has compiled, the others and the next run read.
export PYTHONDONTWRITEBYTECODE =
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test chaos fuzz bench screenshots audit lint types docs reference migrations messages release clean
.DEFAULT_GOAL := test

demo: $(VENV)/.demo
	@$(BIN)/python example/demo.py $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses 3 --dist loadgroup $(ARGS)

chaos: $(VENV)/.test
	$(BIN)/python -m tests.chaos $(ARGS)

fuzz: ARGS := $(or $(ARGS),--seconds 600)
fuzz: $(VENV)/.test
	$(if $(findstring --guided,$(ARGS)),$(BIN)/python -m pip install --quiet --group fuzz)
	$(BIN)/python -m tests.fuzz $(ARGS)

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --group screenshots
	$(BIN)/python example/screenshots.py $(ARGS)

audit: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --group audit
	$(BIN)/pip-audit --local --skip-editable $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

migrations: $(VENV)/.test
	$(BIN)/python -m django makemigrations --check --dry-run --settings tests.settings

messages: $(VENV)/.test
	cd pinax/stripe && DJANGO_SETTINGS_MODULE=tests.settings PYTHONPATH=../.. ../../$(BIN)/django-admin makemessages \
		-l de -l fr --no-location --no-wrap --no-obsolete
	cd pinax/stripe && DJANGO_SETTINGS_MODULE=tests.settings PYTHONPATH=../.. ../../$(BIN)/django-admin compilemessages

release: $(VENV)/.release
	@$(BIN)/python -m tests.release $(ARGS)

docs: $(VENV)/.docs
	@$(BIN)/sphinx-build -W -n --keep-going -q -b html docs docs/_build/html
	@echo "The documentation is in docs/_build/html: open docs/_build/html/index.html"

# $(call install,what is said,what pip installs): one line; what pip says is shown only if it fails.
define install
@echo "Installing $(1)…"
@$(BIN)/python -m pip install --quiet $(2) >$(VENV)/install.log 2>&1 || { cat $(VENV)/install.log; exit 1; }
@touch $@
endef

reference: $(VENV)/.test
	@DJANGO_SETTINGS_MODULE=tests.settings PYTHONPATH=. $(BIN)/python docs/_ext/generated.py

$(VENV)/bin/python:
	@echo "Making $(VENV)…"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip >$(VENV)/install.log 2>&1 || { cat $(VENV)/install.log; exit 1; }

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	$(call install,(about 10 s),--editable .)

$(VENV)/.test: $(VENV)/.demo
	$(call install,what the tests need (about a minute),--group test)

$(VENV)/.dev: $(VENV)/.test
	$(call install,linters,--group lint --group types)

$(VENV)/.docs: $(VENV)/.test
	$(call install,what builds the documentation,--group docs)

$(VENV)/.release: $(VENV)/.demo
	$(call install,what builds and checks a release,--group release)

clean:
	rm -rf $(VENV) .tox build dist docs/_build *.egg-info example/db.sqlite3* .coverage htmlcov

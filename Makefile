# Everything is installed into .venv and nothing anywhere else. `make` alone lists the targets.

PYTHON ?= python3
WORKERS ?= 2
# A hunt's blocks of ten histories: how many, and the first one's number.
BLOCKS ?= 200
FROM ?= 0
# More for pytest: make test ARGS="-k windows"
ARGS ?=
BIN := .venv/bin

# Stamps carry a digest of what they were made from: a touched file makes no work, and a changed or deleted one does.
PROJECT := $(shell sha256sum pyproject.toml | cut -c1-16)
READY := .venv/.ready-$(PROJECT)
# Wheels of all that pip needs to install the project, so that the tests of the hooks ask no index.
WHEELHOUSE := .venv/wheelhouse/.complete-$(PROJECT)
# What action.yml installs, file by file as it is locked, so that workflows run on this machine ask no index.
LOCKED := $(shell sha256sum action-requirements.txt | cut -c1-16)
ACTION_WHEELS := .venv/action-wheels/.complete-$(LOCKED)-$(PROJECT)
SOURCES := find hooks schemas .github apps/exa partners policy.yaml pyproject.toml README.md LICENSE -type f -not -name '*.pyc' \
  -print0
# Sphinx and its theme, which only the site needs.
SITE_READY := .venv/.site-$(PROJECT)
INSTALLED := .venv/.installed-$(shell $(SOURCES) | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)

# What runs is the installed wheel, wherever the caller looks for Python modules.
unexport PYTHONPATH
# And what was compiled once is kept, the tests too: whatever the caller says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test more lint act browser breakages crashes site hunt bench bench-check sdist clean git-there

help:
	@echo 'make demo   walk one change through its whole life, in a throw-away clone (under 30 seconds)'
	@echo 'make test   build the wheel, install it into .venv and run the tests against it'
	@echo 'make lint   ruff, mypy --strict, the documentation checks, and the checks of the workflows'
	@echo 'make more   the cases that make test leaves out, and all examples of the properties (six minutes)'
	@echo 'make act    run the workflows in .github/workflows by act, against a stand-in for GitHub (two minutes)'
	@echo 'make browser  look at the board in Chromium: by keyboard, on a phone, in print, with hostile partners (two minutes)'
	@echo 'make breakages  break each mechanism that keeps a promise, and see its test fail (two minutes)'
	@echo 'make crashes  kill every command that writes at every point, and run it again (ten minutes)'
	@echo 'make site   the documentation as a site in dist/site, to be read without a network'
	@echo 'make bench  the benchmarks'
	@echo 'make bench-check  check beside check-jsonschema and yamllint, into docs/performance.md'
	@echo 'make hunt   random histories against an independent model: hours, in blocks (docs/hunting.md)'
	@echo 'make sdist  build the source distribution beside the wheel, in dist/'
	@echo 'make clean  remove .venv, dist and caches'
	@echo 'make help   this list'

demo: $(INSTALLED)
	@$(BIN)/launchwindow demo

test: $(INSTALLED) $(WHEELHOUSE)
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

# Tests that are marked `few` run some of their cases in the ordinary suite, and the others here. Properties are tried
# with all of their examples here, and with a third of them there: tests/conftest.py.
more: $(INSTALLED) $(WHEELHOUSE)
	$(BIN)/pytest -n $(WORKERS) -m "(more or hypothesis) and not crash" $(ARGS)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy docs/check_links.py
	$(BIN)/mypy docs/make_rules.py
	$(BIN)/mypy docs/reference
	$(BIN)/python docs/make_rules.py --check
	$(BIN)/python docs/reference --check
	$(BIN)/python docs/check_links.py
	$(BIN)/zizmor --offline --quiet --persona pedantic .github action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

# The real workflows and the real action.yml, run on this machine: tests/github/act/README.md.
act: $(INSTALLED) $(ACTION_WHEELS)
	$(BIN)/pytest -n $(WORKERS) -m act tests/github/test_act.py tests/github/test_run_sh.py $(ARGS)

# Chromium with its driver, and axe-core in .node/axe, are not installed here: .ci/run does that.
browser: $(INSTALLED)
	$(BIN)/pytest -m browser tests/board $(ARGS)

# Takes each mechanism that keeps a promise out of a copy of the package: its test must fail there.
breakages: $(INSTALLED)
	$(BIN)/pytest -n $(WORKERS) -m breakage tests/test_promises.py $(ARGS)

# The ordinary suite kills at fewer points, and mostly without a remote.
crashes: $(INSTALLED)
	$(BIN)/pytest -n $(WORKERS) -m crash tests/test_crashes.py tests/github/test_sync_from_any_state.py \
	  tests/github/test_sync_of_many.py $(ARGS)

# Every warning fails it, a broken link or anchor too. What only the site needs is installed here and not by the others.
site: $(INSTALLED) $(SITE_READY)
	@rm -rf dist/site
	$(BIN)/sphinx-build -W --keep-going -q -b html -c docs/site -d dist/doctrees . dist/site
	$(BIN)/pytest -q -m site tests/test_site.py $(ARGS)
	@echo 'Open dist/site/index.html.'

bench: $(INSTALLED)
	@if [ -f bench/__main__.py ]; then $(BIN)/python bench; else echo 'There is no benchmark in bench/ yet.'; fi

# Puts its table into docs/performance.md.
bench-check: $(INSTALLED)
	$(BIN)/python -m compileall -q .venv/lib
	$(BIN)/python bench/check.py --write $(ARGS)

hunt: $(INSTALLED)
	LAUNCHWINDOW_HUNT_PROFILE=hunt LAUNCHWINDOW_HUNT_BLOCKS=$(BLOCKS) LAUNCHWINDOW_HUNT_FROM=$(FROM) \
	  $(BIN)/pytest -n $(WORKERS) -m "" $(ARGS) tests/test_histories.py

# Beside the wheel that was tested: what a release publishes.
sdist: $(INSTALLED)
	@rm -f dist/*.tar.gz
	@$(BIN)/python -m hatchling build -t sdist -d dist

clean:
	rm -rf .venv .node dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

setup: $(INSTALLED)

git-there:
	@command -v git >/dev/null || { echo 'git is missing: apt-get install git' >&2; exit 1; }

$(READY): | git-there
	@command -v $(PYTHON) >/dev/null || { echo '$(PYTHON) is missing: apt-get install python3 python3-venv' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is too old: Python 3.11 or newer is needed; name one with make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv' 2>/dev/null || { echo 'venv is missing: apt-get install python3-venv' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo 'ensurepip is missing: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Setting up .venv, once …'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python .ci/requirements.py > .venv/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r .venv/requirements.txt
	@rm -f .venv/.ready-* && touch $@

$(SITE_READY): $(READY)
	@echo 'Fetching what the site is built with, once …'
	@$(BIN)/python .ci/requirements.py --docs > .venv/site-requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r .venv/site-requirements.txt
	@rm -f .venv/.site-* && touch $@

$(WHEELHOUSE): $(READY)
	@echo 'Fetching the wheels that the tests of the hooks install, once …'
	@rm -rf .venv/wheelhouse
	@$(BIN)/python .ci/requirements.py --to-install > .venv/to-install.txt
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check -w .venv/wheelhouse -r .venv/to-install.txt
	@touch $@

$(ACTION_WHEELS): $(READY)
	@echo 'Fetching what action.yml installs, once …'
	@rm -rf .venv/action-wheels
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
	  -r action-requirements.txt -d .venv/action-wheels
	@touch $@

# Without build isolation: the build's own requirements are in .venv already, and nothing is fetched again.
$(INSTALLED): $(READY)
	@rm -rf dist .venv/.installed-*
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index --force-reinstall dist/*.whl
	@touch $@

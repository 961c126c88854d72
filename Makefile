# Everything here is a command that a person could type.
VENV ?= .venv
PY = $(VENV)/bin/python

.PHONY: demo test check proof bench docs build assets lock clean

PIP = $(PY) -m pip install --quiet --disable-pip-version-check

$(VENV)/base: pyproject.toml base.lock
	python3 -m venv $(VENV)
	$(PIP) --require-hashes -r base.lock
	$(PIP) --no-deps .
	touch $@

$(VENV)/installed: pyproject.toml dev.lock
	python3 -m venv $(VENV)
	$(PIP) --require-hashes -r dev.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

demo: $(VENV)/base  ## build the invented region and run the main job on it
	$(VENV)/bin/datong demo demo

test: $(VENV)/installed assets node_modules/axe-core  ## all tests but the long proofs
	$(PY) -m pytest -q -n auto -m "not slow"

check: $(VENV)/installed  ## lint, format, types, import contracts
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	PYTHONPATH=src $(VENV)/bin/lint-imports --no-logo

proof: $(VENV)/installed  ## the long proofs, minutes to hours
	LAWS=night $(PY) -m pytest -q -m slow
	$(PY) -m bench kills

bench: $(VENV)/installed  ## every figure of docs/figures.md
	$(PY) -m bench all

docs: $(VENV)/installed  ## the pages of docs/reference that are made from the code
	$(PY) -m datong.run.reference docs/reference

build: $(VENV)/installed assets  ## the wheel, with the scripts of the pages inside
	$(PY) -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .

ASSETS = src/datong/serve/web/assets/vendor

assets: $(ASSETS)/echarts.min.js  ## what the pages are served with, from two packages

$(ASSETS)/echarts.min.js: package-lock.json
	npm ci --silent --no-audit --no-fund
	mkdir -p $(ASSETS)
	cp node_modules/htmx.org/dist/htmx.min.js $(ASSETS)/
	cp node_modules/htmx.org/LICENSE $(ASSETS)/htmx.LICENSE
	cp node_modules/echarts/LICENSE $(ASSETS)/echarts.LICENSE
	cp node_modules/echarts/dist/echarts.min.js $(ASSETS)/

node_modules/axe-core: package-lock.json  ## what the pages are judged by, in the tests
	npm ci --silent --no-audit --no-fund

LOCK = $(VENV)/bin/uv pip compile --universal --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links --no-annotate --quiet pyproject.toml

lock:  ## renew the locks after a change of pyproject.toml
	$(LOCK) -o base.lock
	$(LOCK) --extra dev -o dev.lock

clean:
	rm -rf $(VENV) dist build demo

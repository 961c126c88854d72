# Everything here is a command that a person could type.
VENV ?= .venv
PY = $(VENV)/bin/python

.PHONY: demo test check proof bench lock clean

$(VENV)/installed: pyproject.toml dev.lock
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r dev.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(VENV)/installed  ## build the invented region and run the main job on it
	$(VENV)/bin/datong demo demo

test: $(VENV)/installed  ## all tests but the long proofs
	$(PY) -m pytest -q -n auto -m "not slow"

check: $(VENV)/installed  ## lint, format, types, import contracts
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	PYTHONPATH=src $(VENV)/bin/lint-imports --no-logo

proof: $(VENV)/installed  ## the long proofs, minutes to hours
	LAWS=night $(PY) -m pytest -q -m slow

bench: $(VENV)/installed  ## every figure of docs/figures.md
	$(PY) -m bench all

lock:  ## renew the lock after a change of pyproject.toml
	$(VENV)/bin/uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --extra dev pyproject.toml -o dev.lock

clean:
	rm -rf $(VENV) dist build demo

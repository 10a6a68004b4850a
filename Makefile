# Each target does its own set-up in .venv; a machine needs python3 (3.11 or newer), venv, gcc and make.
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: demo test test-postgres test-docs soak soak-organisations bench-push bench-decide bench-review bench-overhead bench-quality-cut bench-memory bench-nights check format golden bench-quality bench-match bench-calls bench-checks lock clean

demo: $(VENV)/.ready  ## run the whole job on the sample organisation
	$(VENV)/bin/reconcile demo

test: $(VENV)/.ready-dev  ## run all tests
	@scripts/find-browser.sh
	$(PY) -m pytest -n 2 --dist loadfile

test-postgres: $(VENV)/.ready-dev  ## the tests of what is stored, on a private PostgreSQL (installed if missing)
	$(PY) tests/postgres_server.py $(PY) -m pytest -n 2 --dist loadfile tests/store tests/sync tests/listening tests/journey tests/push tests/money tests/web tests/organisations tests/flows

test-docs: $(VENV)/.ready-dev  ## type every command of the README and of docs/
	$(PY) -m pytest tests/docs -m "soak or not soak"

soak: $(VENV)/.ready-dev  ## push under the simulation for long; SEEDS=100000 SECONDS=3600
	$(PY) -m tests.simulation.soak --seeds $(or $(SEEDS),100000) --seconds $(or $(SECONDS),3600)
	$(PY) -m pytest tests/push tests/invoicing tests/sync tests/money -m soak
	$(PY) -m pytest -m "hypothesis and not soak" --hypothesis-profile=search

check: $(VENV)/.ready-dev  ## lint, types, arrows
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/.ready-dev  ## format the code
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

golden: $(VENV)/.ready-dev  ## rewrite the golden files from what the code does now
	$(PY) -m pytest --update-golden

bench-quality: $(VENV)/.ready-dev  ## quality of the matching on labelled sets
	$(PY) benchmarks/match/quality.py

bench-match: $(VENV)/.ready-dev $(VENV)-bench/.ready  ## cost of the matching, beside other tools
	$(PY) benchmarks/match/speed.py --splink-python $(VENV)-bench/bin/python

bench-calls: $(VENV)/.ready-dev  ## HTTP calls that pulls and pushes need
	$(PY) benchmarks/calls.py

bench-push: $(VENV)/.ready-dev  ## cost of pushing, and how it grows
	$(PY) benchmarks/push.py

bench-decide: $(VENV)/.ready-dev  ## cost of storing many decisions at once
	$(PY) benchmarks/decide.py

bench-memory: $(VENV)/.ready-dev  ## memory of a first pull of 100,000 invoices into the store
	$(PY) benchmarks/store_memory.py

bench-nights: $(VENV)/.ready-dev  ## cost of a night with nothing, little and everything changed
	$(PY) benchmarks/nights.py

bench-review: $(VENV)/.ready-dev  ## how fast the review page is with 20,000 proposals
	$(PY) benchmarks/review.py

bench-overhead: $(VENV)/.ready-dev  ## what Prefect itself costs in a nightly run
	$(PY) benchmarks/overhead.py

bench-quality-cut: $(VENV)/.ready-dev  ## quality of the matching on halves, quarters and unequal sides
	$(PY) benchmarks/match/quality.py --halves

soak-organisations: $(VENV)/.ready-dev  ## fifty organisations on two workers, and an invoice at once through real processes
	$(PY) tests/postgres_server.py $(PY) -m pytest -m soak tests/organisations -s

bench-checks: $(VENV)/.ready-dev  ## cost of the data checks
	$(PY) benchmarks/checks.py

$(VENV)/bin/python:
	@echo "Making $(VENV) ..."
	@python3 -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the program needs (about a minute the first time) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	@echo "Installing what the tests need ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)-bench/.ready: requirements-bench.lock
	@echo "Installing the tools that the benchmark compares with ..."
	@python3 -m venv $(VENV)-bench
	@$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

lock:  ## resolve the locks anew (needs uv)
	uv pip compile pyproject.toml --extra install $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml --extra install --extra dev --extra postgres -c requirements.lock $(LOCK) -o requirements-dev.lock
	uv pip compile pyproject.toml --extra bench -c requirements.lock $(LOCK) -o requirements-bench.lock
LOCK := --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 --quiet

clean:  ## remove what was installed and made
	rm -rf $(VENV) $(VENV)-bench data/demo

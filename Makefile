# Two commands matter: `make run` and `make test`. Each target installs what it needs into .venv, once.
.DEFAULT_GOAL := help
.PHONY: help run demo test test-sqlite test-postgresql lint messages screenshots bench bench-million torture requirements clean

PYTHON ?= python3
BIN := .venv/bin

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.venv/bin/python:
	$(PYTHON) -m venv .venv

# Every dependency is listed and hashed, so pip resolves nothing (--no-deps) and fetches nothing unexpected.
.venv/run.stamp: requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv/run.stamp  ## collect what config.toml names, until Ctrl-C
	$(BIN)/kentongan run --config config.toml

demo: .venv/run.stamp  ## the whole product on a sample city, offline
	$(BIN)/kentongan demo

test: test-sqlite test-postgresql  ## the whole suite, on SQLite and on a real PostgreSQL

test-sqlite: .venv/dev.stamp
	$(BIN)/python -m pytest -rs --database=sqlite

test-postgresql: .venv/dev.stamp
	$(BIN)/python -m pytest -rs --database=postgresql -m database

lint: .venv/dev.stamp  ## ruff and the strict type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy collectors pipeline storage inbox reports kentongan scheduler.py tests bench

screenshots: .venv/dev.stamp  ## every page as a picture, laptop and phone, light and dark, in build/screenshots
	$(BIN)/python -m pytest -rs tests/screenshots.py

bench: .venv/dev.stamp  ## every benchmark, each a table beside its peer; `bench-million` is the long one
	@for file in bench/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

bench-million: .venv/dev.stamp  ## every command on a store of a million mentions, on both databases; an hour
	$(BIN)/python bench/million.py --large
	$(BIN)/python bench/million.py --postgresql --large

torture: .venv/dev.stamp  ## the long tests: a hundred kills, an hour of trouble
	$(BIN)/python -m pytest -rs --database=sqlite -m torture

messages: .venv/dev.stamp  ## gather the strings of the pages and compile their English
	$(BIN)/python -m tests.messages

requirements: .venv/bin/python  ## pin every dependency anew, with hashes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade --constraint requirements.txt --extra dev pyproject.toml -o requirements-dev.txt

clean:  ## forget the installed environment
	rm -rf .venv build *.egg-info

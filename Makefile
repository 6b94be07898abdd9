# The menu: `make` prints it. Every target does the set-up it needs; a second run of the set-up is instant.
# Long recipes live in scripts/. ARGS="…" is handed on to the command behind a target.

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help setup run demo test check lock lab bench soak reference clean

export PATH := $(CURDIR)/.venv/bin:$(PATH)

help: ## print this menu
	@echo 'usage: make TARGET [ARGS="…"]'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with the arcops command, and build the page
	@scripts/setup.sh

run: setup ## start the service: on your current cluster if it answers, else on the demo cluster
	@scripts/run.sh $(ARGS)

demo: setup ## start the service on the built-in demo cluster
	@exec arcops serve --demo $(ARGS)

test: setup ## everything CI checks: `make check`, then every test, browser and real control plane included
	@scripts/test.sh $(ARGS)

check: setup ## the fast part, under a minute: lint, types, floors, secrets, unit tests
	@scripts/check.sh $(ARGS)

lab: setup ## a real three-node cluster with a small shop in it, without Docker; prints KUBECONFIG=
	@exec python -m lab up $(ARGS)

bench: setup ## measure what the documents claim
	@exec python -m benchmarks $(ARGS)

soak: setup ## ten minutes of random changes on the real control plane, then half an hour of a healthy one
	@scripts/soak.sh $(ARGS)

lock: setup ## resolve the requirements again and write their hashes (ARGS="--upgrade" for newer ones)
	@scripts/lock.sh $(ARGS)

reference: setup ## write docs/reference again from the code
	@exec python -m scripts.reference

clean: ## remove what the targets above made; keeps .env, data/ and the caches outside the tree
	@rm -rf .venv .venv-foundry build dist htmlcov src/*.egg-info src/arcops/api/static web/node_modules web/dist
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

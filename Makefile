# The logic is in tools/; `make help` lists the commands.
PYTHON ?= python3
DB ?= demo
PORT ?= 8069
ARGS ?=
JOBS ?=
export PORT JOBS

.DEFAULT_GOAL := help
.PHONY: help run test odoo demo bench lint translate setup clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' Makefile | sed 's/^\([a-z]*\):.*## /  make \1\t/' | expand -t 20

run: ## set up, serve the demo on http://localhost:8069 (PORT=8070, DB=name)
	@exec $(PYTHON) -m tools run $(DB)

test: ## set up and run every check; ARGS="-k grading" narrows it to those tests
	@exec $(PYTHON) -m tools test $(ARGS)

odoo: ## Odoo's command line: ARGS="shell -d demo"
	@exec $(PYTHON) -m tools odoo $(ARGS)

demo: ## make a fresh demo database: DB=name
	@exec $(PYTHON) -m tools demo $(DB)

bench: ## measure speed and growth; ARGS go to benchmarks/run.py
	@exec $(PYTHON) -m tools bench $(ARGS)

lint: ## check style only, without a database
	@exec $(PYTHON) -m tools lint $(ARGS)

translate: ## bring the .pot and .po files up to date with the code
	@exec $(PYTHON) -m tools translate

setup: ## only set up, for work without a network later
	@exec $(PYTHON) -m tools setup

clean: ## remove this checkout's databases and logs (.odoo/)
	@exec $(PYTHON) -m tools clean

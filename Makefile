# The two commands to know are `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install demo test search check lock clean

help: ## Visar vad som går att göra
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /'

# The running service: pinned, hash-checked, without torch.
.venv/.installed: .ci/requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| (echo 'lyssnad behöver Python 3.11 eller nyare; ange den med make PYTHON=python3.12' >&2; exit 1)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement .ci/requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# What tests need on top.
.venv/.installed-dev: .venv/.installed .ci/requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement .ci/requirements-dev.lock
	@touch $@

install: .venv/.installed ## Skapar miljön i .venv

demo: .venv/.installed ## Läser in exempeldata och öppnar tjänsten på http://127.0.0.1:8000
	$(BIN)/lyssnad demo

test: .venv/.installed-dev ## Kör alla tester
	$(BIN)/python -m pytest

search: .venv/.installed-dev ## Letar efter nya fall som fäller egenskapstesterna, andra varje gång
	$(BIN)/python -m pytest --hypothesis-profile=search

check: .venv/.installed-dev ## Kör allt som krävs för att en ändring ska tas emot
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

lock: ## Låser om beroendena (kräver uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
		--extra build pyproject.toml --output-file .ci/requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
		--extra dev pyproject.toml --constraint .ci/requirements.lock --output-file .ci/requirements-dev.lock

clean: ## Tar bort miljön
	rm -rf .venv

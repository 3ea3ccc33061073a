# Everything a checkout needs is made in .venv; `make help` lists the targets.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
REQUIREMENTS := $(BIN)/python scripts/requirements.py
BENCH_PROGRAMS := $(addprefix build/,null_reader do_link event_source fork_source batch_writer queue_reader add_element)
BENCH_FLAGS := -std=c11 -O2 -Wall -Wextra -Werror
MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs
CODEC  := $(wildcard src/netlynx/*/*.pyx src/netlynx/*/*.pxi src/netlynx/*/*/*.pxi)

# Extra arguments: make test ARGS="-k route", make bench ARGS="--routes 10000"
ARGS ?=

# The Pythons of `make wheels`; without any, those that scripts/pythons finds
PYTHONS ?=

export LC_ALL := C.UTF-8
export NETLYNX_VM_CACHE ?= $(CURDIR)/build/vm
.DELETE_ON_ERROR:
.PHONY: help setup test test-vm outlines man demo fuzz ways soak soak-fleet lint types format format-check bench bench-short bench-peers docs docs-serve build wheels test-pythons release clean distclean FORCE

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r t d; do printf '%-16s %s\n' "$$t" "$$d"; done

setup: $(VENV)/.netlynx ## make .venv with netlynx in it, the native codec compiled (editable)
	@:

test: $(VENV)/.dev ## run the tests, one process a processor (as an ordinary user: in a user namespace); ARGS are pytest's
	@scripts/run-tests $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

test-vm: $(VENV)/.dev ## run the tests that need a kernel of their own in a QEMU guest; ARGS are pytest's
	@$(BIN)/python scripts/vm-modules build/vm-modules
	@scripts/vm-choose $(BIN) build/vm-modules $(ARGS)
	@NETLYNX_VM_PROCESSORS=$${NETLYNX_VM_PROCESSORS:-$$(nproc)} scripts/vm run env NETLYNX_TEST_MODULES=$(CURDIR)/build/vm-modules scripts/vm-tests $(BIN) $(ARGS)

outlines: setup ## write anew what `netlynx routes --json` and the like know of their tables (netlynx.schema.outlining)
	@$(BIN)/python scripts/outlines

demo: setup ## the smallest conversation with a kernel
	@$(BIN)/netlynx hello

lint: $(VENV)/.dev ## ruff
	@$(BIN)/ruff check .

types: $(VENV)/.dev ## mypy --strict
	@$(BIN)/mypy

format: $(VENV)/.dev ## lay the code out
	@$(BIN)/ruff format .

format-check: $(VENV)/.dev ## check the layout, change nothing
	@$(BIN)/ruff format --check .

bench: $(VENV)/.bench $(BENCH_PROGRAMS) build/mnl_reader ## measure every target against C, ip and pyroute2 (docs/bench.md); ARGS are the benchmark's
	@scripts/probe-namespaces >/dev/null || { echo 'netlynx: nothing measured: it takes a network namespace' >&2; exit 1; }
	@$(BIN)/python -m bench $(ARGS)

bench-short: ## the same in two minutes; fails when a target is missed by far
	@$(MAKE) --no-print-directory bench ARGS="--short $(ARGS)"

bench-peers:
	@scripts/bench-peers

fuzz: $(VENV)/.fuzz build/fuzz/built ## bytes that find their way through the codec, with sanitizers in it (ARGS="--seconds N")
	@$(BIN)/python -m fuzz $(ARGS)

ways: $(VENV)/.dev ## all ways of reading strange messages, compared for a minute (ARGS="--seconds N")
	@$(BIN)/python -m fuzz.ways $(ARGS)

soak: $(VENV)/.dev ## everything at once for ten minutes, counted; ARGS="--seconds N --seed N"
	@scripts/probe-namespaces >/dev/null || { echo 'netlynx: no soak: it takes a network namespace' >&2; exit 1; }
	@$(BIN)/python -m soak $(ARGS)

soak-fleet: $(VENV)/.dev ## many hosts publish to a nats-server that is killed, from full disks and set clocks; ARGS="--hosts N"
	@scripts/probe-namespaces >/dev/null || { echo 'netlynx: no soak: it takes a network namespace' >&2; exit 1; }
	@$(BIN)/python -m soak.fleet $(ARGS)

docs: $(VENV)/.docs ## the documentation site, in build/site; a warning is a failure
	@$(MKDOCS) build --strict
	@echo build/site/index.html

docs-serve: $(VENV)/.docs ## show the site at http://127.0.0.1:8000, anew whenever a page changes; ARGS are MkDocs'
	@$(MKDOCS) serve $(ARGS)

man: $(VENV)/.netlynx ## the manual pages, in build/man; archives that are built then have them (man -l build/man/netlynx.1)
	@$(BIN)/python scripts/man build/man

build: $(VENV)/.dev man ## sdist and wheel, in dist/
	@rm -rf dist && mkdir -p build
	@$(BIN)/python -m build --outdir dist > build/build.log 2>&1 || { cat build/build.log; exit 1; }
	@ls dist

wheels: $(VENV)/.wheels man ## a manylinux wheel for each Python found, tried with no compiler, in dist/wheels (PYTHONS="path …")
	@scripts/wheels $(PYTHONS)

test-pythons: wheels ## run tests of the codec, the engine and connections with each of those wheels; ARGS are pytest's
	@scripts/test-pythons $(ARGS)

release: $(VENV)/.release ## make a release of main: VERSION=1.2.3, all but the last step with DRY_RUN=1 (docs/project/releasing.md)
	@$(BIN)/python scripts/release.py make "$(VERSION)" $(if $(DRY_RUN),--dry-run) --pythons "$(PYTHONS)"

clean: ## remove what was built, keep .venv
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis src/*.egg-info $(VENV)/.netlynx
	rm -f src/netlynx/*/*.so
	find src tests bench fuzz scripts soak -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove .venv too
	rm -rf $(VENV)

# ------------------------------------------------------------------------------------------------ stamps

# A .venv whose Python is gone (the system was upgraded) is made anew.
ifneq ($(shell test -x $(BIN)/python && echo works),works)
$(VENV)/pyvenv.cfg: FORCE
endif

$(VENV)/pyvenv.cfg:
	@command -v cc >/dev/null || { echo 'netlynx: needs a C compiler (cc): apt-get install gcc libc6-dev' >&2; exit 1; }
	@python=$$(scripts/find-python '$(PYTHON)') && "$$python" -m venv --clear $(VENV)

# The build tools live in .venv, so that compiling the codec again asks nothing of the network.
$(VENV)/.tools: $(VENV)/pyvenv.cfg pyproject.toml scripts/requirements.py
	@$(REQUIREMENTS) build-system | $(PIP) install -r /dev/stdin
	@touch $@

$(VENV)/.netlynx: $(VENV)/.tools setup.py $(CODEC)
	@mkdir -p build
	@$(PIP) install --no-build-isolation --editable '.[cli]'
	@touch $@

$(VENV)/.dev: $(VENV)/.netlynx pyproject.toml
	@$(REQUIREMENTS) dev | $(PIP) install -r /dev/stdin
	@touch $@

$(VENV)/.bench: $(VENV)/.netlynx pyproject.toml
	@$(REQUIREMENTS) bench | $(PIP) install -r /dev/stdin
	@touch $@

$(VENV)/.wheels: $(VENV)/.tools pyproject.toml
	@$(REQUIREMENTS) wheels | $(PIP) install -r /dev/stdin
	@touch $@

$(VENV)/.docs: $(VENV)/.netlynx pyproject.toml
	@$(REQUIREMENTS) docs | $(PIP) install -r /dev/stdin
	@touch $@

$(VENV)/.release: $(VENV)/.dev $(VENV)/.wheels
	@$(REQUIREMENTS) release | $(PIP) install -r /dev/stdin
	@touch $@

$(VENV)/.fuzz: $(VENV)/.dev pyproject.toml
	@$(REQUIREMENTS) fuzz | $(PIP) install -r /dev/stdin
	@touch $@

# The native modules again, with gcc's sanitizers and its coverage in them; coverage.c has neither.
SANITIZED := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fsanitize-coverage=trace-pc,trace-cmp
build/fuzz/built: $(VENV)/.tools setup.py fuzz/coverage.c $(CODEC) $(shell find src -name '*.py')
	@command -v gcc >/dev/null || { echo 'netlynx: needs gcc, whose sanitizers are used: apt-get install gcc libc6-dev' >&2; exit 1; }
	@mkdir -p build/fuzz
	@gcc -O2 -fPIC -Wall -Wextra -Werror -c fuzz/coverage.c -o build/fuzz/coverage.o
	@CC=gcc CFLAGS='$(SANITIZED)' LDFLAGS='$(CURDIR)/build/fuzz/coverage.o -fsanitize=address,undefined' \
		$(BIN)/python setup.py -q build --build-base build/fuzz/base --build-lib build/fuzz/lib > build/fuzz/build.log 2>&1 \
		|| { cat build/fuzz/build.log; exit 1; }
	@touch $@

$(BENCH_PROGRAMS): build/%: bench/%.c bench/bench.h
	@mkdir -p build
	@$(CC) $(BENCH_FLAGS) -o $@ $<

# Without libmnl its row stays empty, and says so.
build/mnl_reader: bench/mnl_reader.c bench/bench.h | bench-peers
	@mkdir -p build
	@! echo '#include <libmnl/libmnl.h>' | $(CC) -E - >/dev/null 2>&1 || $(CC) $(BENCH_FLAGS) -o $@ $< -lmnl

# Everything that builds, checks or measures the project. `make` alone lists the targets.
#
# One target folder and one set of compiler flags throughout, so that nothing is compiled twice but for what clippy
# checks and the tests run. No linker is chosen here: the compiler's own (LLD) links a test binary as fast as mold.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

export CARGO_TARGET_DIR ?= $(CURDIR)/target

# All tests run in UTC. Those of these packages, which must not depend on the zone of the machine, run in these zones too:
# half an hour off and changing its clock, and as far ahead of UTC as it goes.
ZONED_PACKAGES ?= mainstay-time
ZONES ?= America/St_Johns Pacific/Kiritimati

# What `make dev` passes to the program.
ARGS ?= --help

# Where `make demo` keeps the made-up provider; remove the folder for a new one.
DEMO_DATA ?= $(CARGO_TARGET_DIR)/demo

# The date in the name of the bench's result files.
DATE ?= $(shell date -u +%Y-%m-%d)

stage := scripts/stage.sh
with_postgres := $(CARGO_TARGET_DIR)/debug/with-postgres

# With nextest each test is a process of its own; without it, cargo's own runner does.
ifneq ($(shell command -v cargo-nextest),)
build_tests := cargo nextest run --workspace --locked --no-run
run_tests := cargo nextest run --workspace --locked --no-fail-fast
run_zoned_tests := cargo nextest run --workspace --locked -E '$(patsubst %,package(%) +,$(ZONED_PACKAGES)) none()'
else
build_tests := cargo test --workspace --locked --lib --bins --tests --no-run
run_tests := cargo test --workspace --locked --lib --bins --tests --no-fail-fast
run_zoned_tests := cargo test --locked --lib --bins --tests $(ZONED_PACKAGES:%=--package %)
endif

.PHONY: help demo tools test lint format doc doc-tests build-tests zone-tests all-tests dev fuzz-api bench

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: tools ## Build, make up a provider with fourteen months of work, serve it and print links (DEMO_DATA=folder)
	@$(stage) build cargo build --release --locked --package mainstay
	$(CARGO_TARGET_DIR)/release/mainstay --data '$(DEMO_DATA)' demo

tools: ## Install what is missing on a Debian 12 machine that has Rust
	@$(stage) tools scripts/install-tools.sh

test: tools lint doc build-tests doc-tests zone-tests all-tests ## Check and test everything, as a submission is tested

lint: ## Check format and lints; changes nothing
	@$(stage) format cargo fmt --all --check
	@$(stage) clippy cargo clippy --workspace --all-targets --locked -- -D warnings

doc: ## Build the documentation of the code; a broken link fails
	@RUSTDOCFLAGS=-Dwarnings $(stage) doc cargo doc --workspace --no-deps --locked

format: ## Format the code
	cargo fmt --all

build-tests:
	@$(stage) build-tests $(build_tests)

doc-tests:
	@if grep -rqE '^ *//[/!] ```' --include='*.rs' crates/*/src; then \
		$(stage) doc-tests cargo test --workspace --locked --doc --quiet; \
	fi

zone-tests:
	@for zone in $(ZONES); do \
		TZ=$$zone $(stage) "zone-tests $$zone" $(run_zoned_tests); \
	done

all-tests:
	@TZ=UTC $(stage) all-tests $(with_postgres) $(run_tests)

dev: ## Run the program from source: make dev ARGS='...'
	cargo run --package mainstay -- $(ARGS)

fuzz-api: ## Send random requests made from the description of the REST interface (REQUESTS=5000)
	@scripts/fuzz-api.sh $(or $(REQUESTS),5000)

bench: ## Measure; results go to bench/results (DATE=2026-01-31, PLAN=smoke|full|million, PART=in-process|over-http, MORE=options)
	cargo run --release --package mainstay-bench --locked -- --date $(DATE) --plan $(or $(PLAN),full) --part $(or $(PART),all) $(MORE)

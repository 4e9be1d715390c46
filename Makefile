# Thin verbs over scripts/, CMake and npm. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PRESET ?= release
BINARY := build/release/sightglass
export PATH := $(CURDIR)/.deps/bin:$(PATH)

.PHONY: help run configure build build-all test test-unit test-e2e test-asan bench fuzz lint format setup clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: build ## set up, build, and open the window on a simulated week: sightglass demo
	@exec $(BINARY) demo $(ARGS)

setup: ## install what is missing (Debian 12)
	@scripts/setup

configure: setup
	@mkdir -p build && cmake --preset $(PRESET) >build/.configure.log 2>&1 || { cat build/.configure.log; exit 1; }

build: configure ## build/release/sightglass, with the dashboard in it
	@cmake --build --preset $(PRESET) --target sightglass

build-all: configure ## the same and all unit tests
	@cmake --build --preset $(PRESET)

test: build-all test-unit test-e2e ## everything that must hold: unit tests, dashboard, end to end

test-unit:
	@ctest --test-dir build/$(PRESET) --output-on-failure --no-tests=error
	@cd dashboard && npm run --silent lint && npm run --silent test

test-e2e:
	@scripts/test-e2e

test-asan: setup ## unit tests under AddressSanitizer and UndefinedBehaviorSanitizer (clang)
	@cmake --preset asan && cmake --build --preset asan && ctest --test-dir build/asan --output-on-failure --no-tests=error

bench: ## figures beside nginx and other peers, in one run
	@scripts/setup bench
	@$(MAKE) --no-print-directory build
	@cmake --preset bench && cmake --build --preset bench
	@node bench/run.mjs

fuzz: setup ## every fuzz target for SECONDS_EACH (default 20) seconds each
	@scripts/fuzz

lint: setup ## formatting, rooms, sizes, clang-tidy, dashboard types
	@scripts/lint

format: ## clang-format all C++ files
	@git ls-files '*.cc' '*.h' | xargs -P2 -n20 clang-format -i

clean: ## remove build/
	@rm -rf build

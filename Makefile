# Every target installs what it needs from Debian's packages, or says plainly what is missing.

SWIFT ?= swift
NAME ?= default
LEVEL ?= control-plane
# One set of flags for every debug build, so that check, test and fuzz share their objects.
DEBUG_FLAGS = --explicit-target-dependency-import-check error
RELEASE_FLAGS = -c release --static-swift-stdlib -Xlinker --gc-sections -Xlinker --strip-all

# Tests side by side, but not all at once: those that keep real time would wait for the processor.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 8

.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

requirements:
	@Scripts/requirements

build: requirements ## Build the release binary at .build/release/envfactory
	$(SWIFT) build $(RELEASE_FLAGS) --product envfactory

# A debug build is there in a third of the time, and quick enough to look at.
demo: requirements ## Show what it does, on a simulated cluster in one process
	@$(SWIFT) build $(DEBUG_FLAGS) --product envfactory
	@.build/debug/envfactory demo

# These hold the processors until they are over, for minutes: tests that keep real time would wait for them in vain.
LONG_TESTS := EnvfactoryCommandsTests|EnvironmentOperatorTests|SimulationTests

test: requirements ## Run every test that needs no cluster
	ENVFACTORY_KUBECTL="$$(Scripts/kubectl)" $(SWIFT) test $(DEBUG_FLAGS) --skip '^($(LONG_TESTS))\.'
	for tests in $(subst |, ,$(LONG_TESTS)); do $(SWIFT) test $(DEBUG_FLAGS) --skip-build --filter "^$$tests\." || exit 1; done

check: requirements ## Format, sizes, words, imports, build, tests, generated files
	Scripts/check source
	$(SWIFT) build $(DEBUG_FLAGS) --build-tests
	$(MAKE) test
	Scripts/check generated

oracle: requirements ## Compare templates and chart functions with Go and Helm's libraries, case by case
	SWIFT="$(SWIFT)" Scripts/ask-oracles

format: ## Rewrite the Swift files in the house's format
	$(SWIFT) format -i -r Package.swift Sources Tests Benchmarks

generate: requirements ## Write Manifests/ and Charts/ anew from Sources/EnvironmentAPI
	Scripts/generate

bench: build ## Print every figure (ONLY=json for one family)
	$(SWIFT) build $(RELEASE_FLAGS) --product Benchmarks
	Scripts/bench

fuzz: requirements ## Fuzz every reader (SECONDS_EACH=30)
	ENVFACTORY_FUZZ_SECONDS=$${SECONDS_EACH:-30} $(SWIFT) test $(DEBUG_FLAGS) --filter Fuzz

simulate: build ## Try the operator where everything goes wrong (SEEDS=2000)
	Scripts/simulate

planted: requirements ## Plant bugs, and count the seeds until the simulation finds each (ONLY='a b')
	SWIFT="$(SWIFT)" Scripts/planted

deep: build ## What takes hours: long fuzzing, a million quantities, the soak
	Scripts/deep

cluster-up: ## Start a real Kubernetes (LEVEL=control-plane|node NAME=default)
	NAME=$(NAME) LEVEL=$(LEVEL) Scripts/host-cluster up

cluster-down: ## Stop it and remove everything it made
	NAME=$(NAME) Scripts/host-cluster down

test-cluster: requirements ## Run the suites that need a real API server
	Scripts/test-cluster

operator-up: build ## Install Manifests/ and run the operator under its own ServiceAccount
	NAME=$(NAME) Scripts/operator up

operator-down: ## Stop that operator and uninstall it
	NAME=$(NAME) Scripts/operator down

test-demo: requirements ## Run the demo on terminals, in pipes, interrupted, and with kubectl
	$(SWIFT) build $(DEBUG_FLAGS) --product envfactory
	ENVFACTORY=.build/debug/envfactory Scripts/test-demo

test-pipeline: requirements ## Run the workflows of examples/ci as their systems do, on the simulated cluster
	$(SWIFT) build $(DEBUG_FLAGS) --product envfactory
	Scripts/test-pipeline

test-completion: requirements ## Complete words in bash, zsh and fish, with the names of the simulated cluster
	$(SWIFT) build $(DEBUG_FLAGS) --product envfactory
	ENVFACTORY=.build/debug/envfactory Scripts/test-completion

test-terminal: requirements ## Run every command on a terminal and off it, interrupted, and on full disks
	$(SWIFT) build $(DEBUG_FLAGS) --product envfactory
	ENVFACTORY=.build/debug/envfactory Scripts/test-terminal

story: build ## Live one user's whole day on a real cluster with real pods
	Scripts/story

.PHONY: help requirements build demo test test-demo check oracle format generate bench fuzz simulate planted deep \
	cluster-up cluster-down test-cluster test-completion test-pipeline test-terminal operator-up operator-down story

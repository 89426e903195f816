# What a person needs: make demo, make test, make install. The first sentence above a target
# is what make without a target tells of it.

STEAMPIPE_INSTALL_DIR ?= $(HOME)/.steampipe

# The race detector needs a C compiler. Without one, the tests run without it.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

.PHONY: help demo build man test lint vulnerabilities licenses debian duckdb moto fuzz mutants soak bench cross
.PHONY: release-check snapshot images publish picture install clean

# List the targets.
help:
	@awk '/^# / { said = said substr($$0, 2); next } \
		/^[A-Z_]+ *[:?]?=/ { next } \
		/^[a-z-]+:/ && said { sub(/:.*/, "", $$1); sub(/[.:]( .*)?$$/, "", said); printf "%-16s%s\n", $$1, said } \
		{ said = "" }' Makefile

# Check the sample account. Some of its groups are open and one cannot be determined, so
# the check exits with 2, as it should.
demo: build
	@bin/ftpcheck check --from docs/sample; test $$? -eq 2

# Build the command, bin/ftpcheck.
build:
	CGO_ENABLED=0 go build -trimpath -buildvcs=auto -o bin/ftpcheck ./cmd/ftpcheck

# Write man pages and completions for shells into bin/manual, as a release has them.
man:
	go run ./ftpcheck/internal/manual bin/manual

# Run all checks and tests, as CI does. The race detector makes ten times the work, and finds nothing
# where nothing runs side by side: packages in which each test is ALONE are tested without it. And
# where tests try thousands of cases, SOME run with it, and once more all of them without it.
ALONE := ftpcheck/exposure ftpcheck/pgsql ftpcheck/pgsql/syntax ftpcheck/scan/document
SOME := ftpcheck/audit ftpcheck/scan ftpcheck/scan/ec2
test: lint debian duckdb moto
	go test $(RACE) -timeout 14m $$(go list ./... | grep -v $(ALONE:%=-e '/%$$'))
	go test $(ALONE:%=./%)
	$(if $(RACE),go test -run 'Constructs|Delet|Forgeries|Truncation' $(SOME:%=./%))

# Check the format and the code. With the flags of the tests, so that both share what is
# compiled.
lint: export GOFLAGS := $(shell go env GOFLAGS) $(RACE)
lint:
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	go vet ./...
	go tool staticcheck ./...

# Look for known vulnerabilities in what the two programs call. The database is a version
# of golang.org/x/vulndb, which is a Go module: a commit has the same findings tomorrow, and
# nothing but modules must be reached. Raise the version to learn of newer ones, or name the
# live database, as CI does: make vulnerabilities VULNDB=https://vuln.go.dev.
VULNDB_VERSION := v0.0.0-20261105234957-e22db6528018
VULNDB ?= file://$(CURDIR)/bin/vulndb-$(VULNDB_VERSION)
vulnerabilities: $(if $(filter file:%,$(VULNDB)),bin/vulndb-$(VULNDB_VERSION))
	CGO_ENABLED=0 go tool govulncheck -db $(VULNDB) . ./cmd/ftpcheck
bin/vulndb-$(VULNDB_VERSION):
	@mkdir -p bin
	osv=$$(go mod download -json golang.org/x/vulndb@$(VULNDB_VERSION) | sed -n 's/.*"Dir": "\(.*\)".*/\1/p') && \
		go run golang.org/x/vulndb/cmd/indexdb@$(VULNDB_VERSION) -vulns "$$osv/data/osv" -out $@.part
	mv $@.part $@

# List the modules that are linked into the two programs, and their licences. A test has
# the list of those that are allowed.
licenses:
	@go run ./ftpcheck/internal/licenses

# Install the programs that prove what we write: PostgreSQL the SQL, the real AWS CLI what is
# printed for closing FTP, Chromium the report, LibreOffice the CSV, OpenSSH, OpenSSL and jq what
# vouches for evidence. Where one is missing and this user may not install it, the tests with it
# say that they are skipped.
debian:
	@missing=; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgresql-15"; \
	test -x /usr/bin/aws || missing="$$missing awscli"; \
	test -x /usr/bin/chromium || missing="$$missing chromium"; \
	command -v soffice >/dev/null || missing="$$missing libreoffice-calc-nogui"; \
	{ ! command -v python3 >/dev/null || python3 -c 'import ensurepip, venv' 2>/dev/null; } || missing="$$missing python3-venv"; \
	command -v ssh-keygen >/dev/null || missing="$$missing openssh-client"; \
	command -v openssl >/dev/null || missing="$$missing openssl"; \
	command -v jq >/dev/null || missing="$$missing jq"; \
	command -v shellcheck >/dev/null || missing="$$missing shellcheck"; \
	test -z "$$missing" || test "$$(id -u)" -ne 0 || \
		{ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $$missing; }

# Install DuckDB, which runs on Node.js and reads our Parquet files. The same goes for it. Node.js
# has certificates of its own, and may be told to trust those of the system.
DUCKDB := ftpcheck/internal/duckdb/testdata
duckdb: $(DUCKDB)/node_modules/.package-lock.json
$(DUCKDB)/node_modules/.package-lock.json: $(DUCKDB)/package-lock.json
	@! command -v npm >/dev/null || npm ci --prefix $(DUCKDB) --no-audit --no-fund || \
		NODE_OPTIONS=--use-openssl-ca npm ci --prefix $(DUCKDB) --no-audit --no-fund || \
		echo "DuckDB could not be installed: the tests with it will be skipped."

# Install moto, an AWS that others wrote, and the schemas that Kubernetes and those who run pipelines
# publish, into a virtual environment. Without Python the tests with it are skipped.
MOTO := ftpcheck/internal/moto
moto: $(MOTO)/venv/bin/moto_server
$(MOTO)/venv/bin/moto_server: $(MOTO)/requirements.txt
	@! command -v python3 >/dev/null || { python3 -m venv $(MOTO)/venv && \
		$(MOTO)/venv/bin/pip install -q --disable-pip-version-check -r $(MOTO)/requirements.txt && touch $@; } || \
		echo "moto could not be installed: the tests with it will be skipped."

# Let each fuzz test search for FUZZTIME. What it finds it writes to testdata: keep it there.
FUZZTIME ?= 1m
fuzz:
	@for file in $$(grep -rl --include='*_test.go' '^func Fuzz' ftpcheck); do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$file); do \
			go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$file) || exit 1; done; done

# Make small mistakes in the rule, one after the other, and print those on which no test fails.
mutants:
	go run ./ftpcheck/internal/mutants ./ftpcheck/rule

# Run the tests that have chance in them many times.
soak:
	FTPCHECK_SOAK=2000 go test -run 'Random' -timeout 4h -v ./ftpcheck ./ftpcheck/scan ./ftpcheck/cli
	FTPCHECK_SOAK=20000 go test -run 'Random' -timeout 4h -v ./ftpcheck/pgsql
	FTPCHECK_SOAK=100000 go test -run 'Random' -timeout 4h -v ./ftpcheck/exposure

# Measure, see docs/performance.md. BENCH is for the first: BENCH="-worlds L -cases floor,check -n 3"
bench:
	go run ./ftpcheck/internal/perf $(BENCH)
	go test -run '^$$' -bench . -benchtime 1x -timeout 1h ./...

# Build for all platforms of a release, without leaving binaries behind. What is for tests and for
# measuring compiles for each system, too.
cross:
	for os in linux darwin; do for arch in amd64 arm64; do \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -o /dev/null . ./cmd/ftpcheck || exit 1; done; done
	for arch in amd64 arm64; do \
		CGO_ENABLED=0 GOOS=windows GOARCH=$$arch go build -o /dev/null ./cmd/ftpcheck || exit 1; done
	for os in darwin windows; do CGO_ENABLED=0 GOOS=$$os go vet ./... || exit 1; done

# Check how a release is made: that its configuration is right, that Steampipe installs the
# plugin from a registry, and that a commit gives the same bytes in every folder. It takes
# ten minutes on two cores, and twice that the first time.
GORELEASER := go run github.com/goreleaser/goreleaser/v2@v2.15.1
release-check:
	$(GORELEASER) check
	cd release && go vet ./... && go test -timeout 30m ./...

# Build a release into dist, without publishing or signing it. A busy machine may need more than the
# hour that GoReleaser gives itself.
snapshot:
	$(GORELEASER) release --snapshot --clean --skip=sign --timeout 3h
	$(MAKE) images

# Make the images of what is in dist, in dist/oci, and push them with IMAGES=-push.
images:
	cd release && go run . $(IMAGES)

# Publish the release of the tag that is checked out, as the release workflow does. Its
# notes are the newest section of CHANGELOG.md, which must be that of the tag.
publish:
	@tag=$$(git describe --tags --exact-match) || exit 1; \
		mkdir -p bin && awk '/^## / { n++ } n == 1' CHANGELOG.md > bin/NOTES.md; \
		head -1 bin/NOTES.md | grep -qF "## $$tag " || \
		{ echo "The newest section of CHANGELOG.md is not that of the tag $$tag: write it first."; exit 1; }
	$(GORELEASER) release --clean --release-notes bin/NOTES.md
	$(MAKE) images IMAGES=-push

# Draw the picture of README.md: what check prints, and the report. It takes Chromium.
picture:
	go run ./ftpcheck/internal/picture

# Put the plugin where Steampipe finds it. A configuration that is there already stays.
install:
	mkdir -p $(STEAMPIPE_INSTALL_DIR)/plugins/local/ftpcheck $(STEAMPIPE_INSTALL_DIR)/config
	CGO_ENABLED=0 go build -trimpath -buildvcs=auto -o $(STEAMPIPE_INSTALL_DIR)/plugins/local/ftpcheck/ftpcheck.plugin .
	test -e $(STEAMPIPE_INSTALL_DIR)/config/ftpcheck.spc || \
		sed 's|plugin *= *"ftpcheck"|plugin = "local/ftpcheck"|' config/ftpcheck.spc > $(STEAMPIPE_INSTALL_DIR)/config/ftpcheck.spc

# Remove what was built.
clean:
	rm -rf bin dist

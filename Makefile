# What a person needs: make demo, make test, make install.

STEAMPIPE_INSTALL_DIR ?= $(HOME)/.steampipe

# The race detector needs a C compiler. Without one, the tests run without it.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

.PHONY: demo build test lint postgres bench cross install clean

# Check the sample account. Some of its groups are open and one cannot be determined, so
# the check exits with 2, as it should.
demo: build
	@bin/ftpcheck check --from docs/sample; test $$? -eq 2

build:
	CGO_ENABLED=0 go build -trimpath -buildvcs=auto -o bin/ftpcheck .

test: lint postgres
	go test $(RACE) -timeout 14m ./...

# With the flags of the tests, so that both share what is compiled.
lint: export GOFLAGS := $(shell go env GOFLAGS) $(RACE)
lint:
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	go vet ./...
	go tool staticcheck ./...

# The SQL of the benchmark and of the docs is proven on PostgreSQL, too. Where it is not
# installed and this user may not install it, those tests say that they are skipped.
postgres:
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || test "$$(id -u)" -ne 0 || \
		{ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends postgresql-15; }

# See docs/performance.md. BENCH is for the first: BENCH="-worlds L -cases floor,check -n 3"
bench:
	go run ./ftpcheck/internal/perf $(BENCH)
	go test -run '^$$' -bench . -benchtime 1x -timeout 1h ./...

# All platforms of a release, without leaving binaries behind.
cross:
	for os in linux darwin; do for arch in amd64 arm64; do \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -o /dev/null . || exit 1; done; done

# Put the plugin where Steampipe finds it. A configuration that is there already stays.
install:
	mkdir -p $(STEAMPIPE_INSTALL_DIR)/plugins/local/ftpcheck $(STEAMPIPE_INSTALL_DIR)/config
	CGO_ENABLED=0 go build -trimpath -buildvcs=auto -o $(STEAMPIPE_INSTALL_DIR)/plugins/local/ftpcheck/ftpcheck.plugin .
	test -e $(STEAMPIPE_INSTALL_DIR)/config/ftpcheck.spc || \
		sed 's|plugin *= *"ftpcheck"|plugin = "local/ftpcheck"|' config/ftpcheck.spc > $(STEAMPIPE_INSTALL_DIR)/config/ftpcheck.spc

clean:
	rm -rf bin dist

// Package duckdb reads with DuckDB what the product writes, for tests: a reader that shares
// no code with our writer.
package duckdb

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// A Result is what a statement gives.
type Result struct {
	Columns []Column
	// Rows hold nil, bool, float64 or string. Integers of 64 bits and times are texts.
	Rows [][]any
}

// A Column is a column of a result, with its type as DuckDB names it.
type Column struct {
	Name, Type string
}

// Run runs statements one after another in a DuckDB of their own, and returns the result of
// each. It skips the test if there is no DuckDB here.
func Run(t testing.TB, statements ...string) []Result {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		needs.Skip(t, "there is no Node.js here to run DuckDB with")
	}
	_, here, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(here), "testdata")
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		needs.Skip(t, "there is no DuckDB here to read with: run make duckdb")
	}
	input, err := json.Marshal(statements)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), node, filepath.Join(dir, "run.mjs"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("DuckDB: %v\n%s", err, &stderr)
	}
	var results []Result
	if err := json.Unmarshal(stdout.Bytes(), &results); err != nil {
		t.Fatal(err)
	}
	return results
}

// Text is a text as a literal of SQL.
func Text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

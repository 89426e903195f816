package pgsql_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A question is one statement of the corpus and what is known of its answer.
type question struct {
	file    string
	line    int
	sql     string
	ordered bool
	refused bool // we refuse it
	fails   bool // PostgreSQL fails, and so do we
}

func (q question) String() string { return fmt.Sprintf("%s:%d\n%s", q.file, q.line, q.sql) }

var directive = regexp.MustCompile(`^-- (same|ordered|unordered|refused: .+|error)$`)

// questions reads the corpus. testdata/corpus/README.md says how it is written.
func questions(t testing.TB) []question {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var all []question
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		said, lines, begin := "", []string(nil), 0
		for i, line := range strings.Split(string(text), "\n") {
			switch {
			case lines == nil && strings.HasPrefix(line, "--"):
				if d := directive.FindStringSubmatch(line); d != nil {
					said, _, _ = strings.Cut(d[1], ":")
				}
				continue
			case lines == nil && line == "":
				continue
			case lines == nil:
				begin = i + 1
			}
			lines = append(lines, line)
			if strings.HasSuffix(line, ";") {
				sql := strings.TrimSuffix(strings.Join(lines, "\n"), ";")
				all = append(all, question{
					file: file, line: begin, sql: sql,
					ordered: said == "ordered" || said != "unordered" && isOrdered(sql),
					refused: said == "refused", fails: said == "error",
				})
				said, lines = "", nil
			}
		}
		if lines != nil {
			t.Fatalf("%s ends within a statement", file)
		}
	}
	return all
}

var (
	quoted  = regexp.MustCompile(`(?s)'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*`)
	nested  = regexp.MustCompile(`\([^()]*\)`)
	orderBy = regexp.MustCompile(`(?i)\border\s+by\b`)
)

// isOrdered reports whether a statement has an ORDER BY that is not in parentheses.
func isOrdered(sql string) bool {
	sql = quoted.ReplaceAllString(sql, "''")
	for before := ""; before != sql; {
		before, sql = sql, nested.ReplaceAllString(sql, "")
	}
	return orderBy.MatchString(sql)
}

// TestCorpus holds our answer to every statement of the corpus against PostgreSQL's.
func TestCorpus(t *testing.T) {
	p := newOracles(t)
	ours, _ := newEngine(t, p[0])
	counts, wordings := map[verdict]int{}, 0
	for _, q := range questions(t) {
		want, alternative := p.ask(t.Context(), q.sql)
		switch {
		case q.fails != (want.err != nil):
			t.Errorf("%v\nis not marked rightly. PostgreSQL says\n%v", q, want)
			continue
		case !same(want, alternative, q.ordered):
			t.Errorf("%v\nhas no one answer. PostgreSQL says\n%v\nand with the rows in reverse\n%v", q, want, alternative)
			continue
		}
		got := ours.ask(t.Context(), q.sql)
		v := judge(want, got, q.ordered)
		counts[v]++
		switch {
		case v.defect():
			t.Errorf("%v\n%s. PostgreSQL says\n%v\nand our engine\n%v", q, v, want, got)
		case q.refused && v == agrees:
			t.Errorf("%v\nis marked as refused, and is not", q)
		case !q.refused && v == refuses:
			t.Errorf("%v\nis refused, and not marked so: %v", q, got.err)
		case got.err != nil && v == agrees && wording(want.err) != got.err.Error():
			wordings++
			t.Logf("%v\nPostgreSQL: %s\n      ours: %s", q, wording(want.err), got.err)
		}
	}
	t.Logf("%v; %d errors are worded otherwise", counts, wordings)
}

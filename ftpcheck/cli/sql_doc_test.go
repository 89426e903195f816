package cli

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

const sqlDoc = "docs/sql.md"

var update = flag.Bool("update", false, "write the lists of "+sqlDoc+" and the files of scripts anew")

// TestSQLDocLists holds the lists of columns and of routines in docs/sql.md against the
// tables and the catalogue.
func TestSQLDocLists(t *testing.T) {
	doc := readDocs(t)[sqlDoc]
	want := doc
	for name, list := range map[string]string{"columns": columnsDoc(), "routines": routinesDoc()} {
		begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->\n"
		before, rest, ok := strings.Cut(want, begin)
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("%s has no place for the list of %s", sqlDoc, name)
		}
		want = before + begin + "\n" + list + "\n" + end + after
	}
	if *update {
		if err := os.WriteFile(sqlDoc, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, doc); diff != "" {
		t.Errorf("with -update %s would change (-new +old):\n%s", sqlDoc, diff)
	}
}

func columnsDoc() string {
	var b strings.Builder
	for i, tab := range tables.Steampipe(nil) {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "### `%s`\n\n| column | type | asked for |\n| --- | --- | --- |\n", tab.Name)
		for _, c := range tab.Columns {
			var asked []string
			for _, form := range []struct {
				op string
				ok bool
			}{{"=", c.Key}, {"<>", c.Differs}, {"like", c.Prefix}, {"?", c.HasKeys}} {
				if form.ok {
					asked = append(asked, "`"+form.op+"`")
				}
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, output.TypeName(c.Type), strings.Join(asked, ", "))
		}
	}
	return b.String()
}

func routinesDoc() string {
	var b strings.Builder
	for _, list := range pgsql.Routines() {
		title := strings.ToUpper(list.Kind[:1]) + list.Kind[1:] + "s"
		if list.Of != "" {
			title += " of " + list.Of
		}
		fmt.Fprintf(&b, "- %s: `%s`\n", title, strings.Join(list.Names, "`, `"))
	}
	return b.String()
}

// TestSQLDocRefusals runs what docs/sql.md says is refused. That PostgreSQL answers it is a
// test of the package benchmark.
func TestSQLDocRefusals(t *testing.T) {
	blocks := docExamples(readDocs(t)[sqlDoc], "sql+refused")
	if len(blocks) == 0 {
		t.Fatal("nothing is refused")
	}
	for _, b := range blocks {
		for sql := range strings.SplitAfterSeq(strings.TrimSpace(b.text), ";") {
			if strings.TrimSpace(sql) == "" {
				continue
			}
			var stdout, stderr bytes.Buffer
			code := Run(t.Context(), []string{"query", "--from", "docs/sample", "-"}, strings.NewReader(sql), &stdout, &stderr)
			if first, _, _ := strings.Cut(stderr.String(), "\n"); code == exitOK || !strings.Contains(first, " not supported") {
				t.Errorf("%s\nis not refused: %s%s", sql, &stdout, &stderr)
			}
		}
	}
}

// TestSQLDocConditions looks whether the conditions of which docs/sql.md says that they are
// asked for are.
func TestSQLDocConditions(t *testing.T) {
	_, table, ok := strings.Cut(readDocs(t)[sqlDoc], "| asked for | written |\n| --- | --- |\n")
	table, _, ended := strings.Cut(table, "\n\n")
	if !ok || !ended {
		t.Fatal("there is no table of conditions")
	}
	for line := range strings.SplitSeq(table, "\n") {
		codes := inCode.FindAllStringSubmatch(line, -1)
		if len(codes) < 2 {
			t.Errorf("%s has no condition", line)
			continue
		}
		for _, condition := range codes[1:] {
			stdout, stderr, code := run(t, "query", "--from", "docs/sample", "explain select title from ftpcheck_security_group where "+condition[1])
			asked := regexp.MustCompile(`asks for \w+ ` + regexp.QuoteMeta(codes[0][1]) + " ")
			if code != exitOK || !asked.MatchString(stdout) {
				t.Errorf("%s is not asked for as %s:\n%s%s", condition[1], codes[0][1], stdout, stderr)
			}
		}
	}
}

// shellWords takes a command apart as a shell does, of which it knows quotes and the
// backslash.
func shellWords(command string) []string {
	var words []string
	var word []byte
	var quote byte
	inside := false
	for i := 0; i < len(command); i++ {
		c := command[i]
		switch {
		case quote == '\'' && c != '\'', quote == '"' && c != '"' && c != '\\':
			word = append(word, c)
		case c == '\\' && i+1 < len(command):
			i++
			if command[i] != '\n' {
				word, inside = append(word, command[i]), true
			}
		case c == quote:
			quote = 0
		case c == '\'' || c == '"':
			quote, inside = c, true
		case c == ' ' || c == '\n':
			if inside {
				words = append(words, string(word))
			}
			word, inside = nil, false
		default:
			word, inside = append(word, c), true
		}
	}
	if inside {
		words = append(words, string(word))
	}
	return words
}

func TestShellWords(t *testing.T) {
	got := shellWords("a  'b \"c' \"d 'e\\\"\"f ''\\\n g\\ h\n")
	if diff := cmp.Diff([]string{"a", `b "c`, `d 'e"f`, "", "g h"}, got); diff != "" {
		t.Error(diff)
	}
}

package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// The languages of the queries in the documentation. Tables have two blocks of each query, as
// the Steampipe Hub asks for: PostgreSQL's, which is also ours, and that of Steampipe's
// extension of SQLite.
const (
	postgresSQL = "sql+postgres"
	sqliteSQL   = "sql+sqlite"
	anySQL      = "sql"
)

// A docBlock is a fenced block of a Markdown file.
type docBlock struct {
	heading string // that it stands under, without the #s
	lang    string
	text    string // with the line end of its last line
	line    int    // of its first line, counted from 1
	// next is the block that follows with nothing but empty lines between, if any.
	next *docBlock
}

// docBlocks returns the fenced blocks of a Markdown text in order.
func docBlocks(markdown string) []*docBlock {
	var blocks []*docBlock
	var inside, previous *docBlock
	heading := ""
	for i, line := range strings.SplitAfter(markdown, "\n") {
		trimmed := strings.TrimSpace(line)
		switch fence, isFence := strings.CutPrefix(trimmed, "```"); {
		case isFence && inside != nil:
			inside = nil
		case isFence:
			inside = &docBlock{heading: heading, lang: fence, line: i + 2}
			blocks = append(blocks, inside)
			if previous != nil {
				previous.next = inside
			}
			previous = inside
		case inside != nil:
			inside.text += line
		case strings.HasPrefix(trimmed, "#"):
			heading = strings.TrimSpace(strings.TrimLeft(trimmed, "#"))
			previous = nil
		case trimmed != "":
			previous = nil
		}
	}
	return blocks
}

// docExamples returns the queries in one of the given languages.
func docExamples(markdown string, langs ...string) []*docBlock {
	return slices.DeleteFunc(docBlocks(markdown), func(b *docBlock) bool { return !slices.Contains(langs, b.lang) })
}

// readDocs changes to the root of the repository and returns the documentation with
// queries in it, by path.
func readDocs(t *testing.T) map[string]string {
	t.Helper()
	t.Chdir("../..")
	paths, err := filepath.Glob("docs/tables/*.md")
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]string{}
	for _, path := range append(paths, "README.md", "docs/index.md", sqlDoc) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs[path] = string(text)
	}
	return docs
}

func tableDoc(name string) string { return "docs/tables/" + name + ".md" }

// emptyOnSample names the examples that find nothing in the sample.
var emptyOnSample = map[string]bool{
	"List what was not read":            true,
	"What stands behind load balancers": true,
}

func TestDocumentedQueriesRun(t *testing.T) {
	for path, doc := range readDocs(t) {
		for _, b := range docExamples(doc, postgresSQL, anySQL) {
			t.Run(filepath.Base(path)+"/"+b.heading, func(t *testing.T) {
				stdout, stderr, code := run(t, "query", "--from", "docs/sample", "--output", "line", b.text)
				if code != exitOK {
					t.Fatalf("%s:%d: exit code %d: %s", path, b.line, code, stderr)
				}
				if got := stdout == ""; got != emptyOnSample[b.heading] {
					t.Errorf("%s:%d: the answer is empty: %v, want %v", path, b.line, got, !got)
				}
			})
		}
	}
}

// TestDocumentedQueriesRunOnSQLite runs the queries that are for SQLite, as Steampipe's
// extension for it has them, on a SQLite with the rows of the sample.
func TestDocumentedQueriesRunOnSQLite(t *testing.T) {
	docs := readDocs(t)
	db := sqliteSample(t)
	ran := 0
	for path, doc := range docs {
		for _, b := range docExamples(doc, sqliteSQL) {
			ran++
			t.Run(filepath.Base(path)+"/"+b.heading, func(t *testing.T) {
				query, rest, err := db.Prepare(b.text)
				if err != nil || strings.TrimSpace(rest) != "" {
					t.Fatalf("%s:%d: %v; after the query comes %q", path, b.line, err, rest)
				}
				defer query.Close()
				if got := !query.Step(); got != emptyOnSample[b.heading] {
					t.Errorf("%s:%d: the answer is empty: %v, want %v", path, b.line, got, !got)
				}
				for query.Step() {
				}
				if err := query.Err(); err != nil {
					t.Errorf("%s:%d: %v", path, b.line, err)
				}
			})
		}
	}
	if ran == 0 {
		t.Error("there are no queries for SQLite")
	}
}

// sqliteSample is a SQLite with the tables, of the sample.
func sqliteSample(t *testing.T) *sqlite3.Conn {
	t.Helper()
	scanner, err := scan.New(config.Config{Paths: []string{"docs/sample"}})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlite3.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(db.Close(), scanner.Close()); err != nil {
			t.Error(err)
		}
	})
	for _, table := range tables.Steampipe(scanner) {
		var names []string
		for _, c := range table.Columns {
			names = append(names, c.Name)
		}
		if err := db.Exec("create table " + table.Name + " (" + strings.Join(names, ", ") + ")"); err != nil {
			t.Fatal(err)
		}
		err := table.List(t.Context(), relation.Query{}, func(row relation.Row) error {
			var values []string
			for _, c := range table.Columns {
				v := c.Value(row, nil)
				if at, ok := v.(time.Time); ok {
					v = at.UTC().Format(time.RFC3339Nano)
				}
				values = append(values, sqlite3.Quote(v))
			}
			return db.Exec("insert into " + table.Name + " values (" + strings.Join(values, ", ") + ")")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// TestDocumentedOutputIsReal compares each block of text that follows a query, or an
// ftpcheck command, with what that prints.
func TestDocumentedOutputIsReal(t *testing.T) {
	compared := 0
	for path, doc := range readDocs(t) {
		for _, b := range docBlocks(doc) {
			if b.lang != "text" {
				continue
			}
			var args []string
			for _, before := range docBlocks(doc) {
				if before.next == nil || before.next.line != b.line {
					continue
				}
				if before.lang == "sh" {
					args = shellWords(before.text)[1:]
				} else {
					args = []string{"query", "--from", "docs/sample", before.text}
				}
			}
			if args == nil {
				t.Errorf("%s:%d: nothing before this output says what prints it", path, b.line)
				continue
			}
			var stdout, stderr bytes.Buffer
			Run(t.Context(), args, nil, &stdout, &stderr)
			if diff := cmp.Diff(b.text, stdout.String()); diff != "" {
				t.Errorf("%s:%d: the output is another (-documented +real):\n%s", path, b.line, diff)
			}
			compared++
		}
	}
	if compared == 0 {
		t.Error("no output was compared")
	}
}

// TestTableDocs holds each table's document to the format of the Steampipe Hub.
func TestTableDocs(t *testing.T) {
	docs := readDocs(t)
	known := map[string]bool{"README.md": true, "docs/index.md": true, sqlDoc: true}
	for _, tab := range tables.Of(nil) {
		path := tableDoc(tab.Name)
		known[path] = true
		doc, ok := docs[path]
		if !ok {
			t.Errorf("table %s has no %s", tab.Name, path)
			continue
		}
		if !strings.HasPrefix(doc, "---\ntitle: \"Steampipe Table: "+tab.Name+" - Query ") || !strings.Contains(doc, "\ndescription: \"") {
			t.Errorf("%s: the front matter has no title or no description", path)
		}
		for _, part := range []string{"\n# Table: " + tab.Name + " - Query ", "\n## Table Usage Guide\n", "\n## Examples\n\n### Basic info\n"} {
			if !strings.Contains(doc, part) {
				t.Errorf("%s: %q is missing", path, part)
			}
		}
		_, examples, _ := strings.Cut(doc, "\n## Examples\n")
		if headings, pairs := strings.Count(examples, "\n### "), len(docBlocks(doc))/2; headings != pairs || len(docBlocks(doc))%2 != 0 {
			t.Errorf("%s: %d examples and %d blocks; each example has one for %s and one for %s", path, headings, len(docBlocks(doc)), postgresSQL, sqliteSQL)
			continue
		}
		blocks := docBlocks(doc)
		for i := 0; i < len(blocks); i += 2 {
			if p, s := blocks[i], blocks[i+1]; p.lang != postgresSQL || s.lang != sqliteSQL || p.heading != s.heading {
				t.Errorf("%s:%d: %q must have a %s block and then a %s block", path, p.line, p.heading, postgresSQL, sqliteSQL)
			}
		}
	}
	for path, doc := range docs {
		if !known[path] {
			t.Errorf("%s is about no table", path)
		}
		for _, b := range docExamples(doc, postgresSQL, sqliteSQL, anySQL) {
			if !strings.HasSuffix(b.text, ";\n") {
				t.Errorf("%s:%d: the query does not end with a semicolon", path, b.line)
			}
			if strings.Contains(b.text, "*") && !strings.Contains(b.text, "count(*)") && !strings.Contains(b.text, " * ") || strings.Contains(b.text, "select *") {
				t.Errorf("%s:%d: the query does not name its columns", path, b.line)
			}
		}
	}
}

var (
	inCode      = regexp.MustCompile("`([^`\n]+)`")
	anIdent     = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)+$`)
	anyIdent    = regexp.MustCompile(`\b(?:([a-z]\w*)\.)?([a-z]\w*)\b(\s*\()?`)
	sqlLiteral  = regexp.MustCompile(`'[^']*'`)
	sqlNewName  = regexp.MustCompile(`\b([a-z]\w*) as materialized|\bas ([a-z]\w*)|\bwith ([a-z]\w*) \(([a-z_, ]+)\)`)
	sqlFromName = regexp.MustCompile(`\bftpcheck_[a-z_]+\b`)
)

// wordsOfDocs are those that look like columns in the documents and are values.
func wordsOfDocs() map[string]bool {
	words := map[string]bool{sg.ContentGroups: true, "not_read": true}
	for _, r := range []rule.Reason{rule.AnyIPv4, rule.AnyIPv6, rule.PrefixList, rule.Combined, rule.Undetermined} {
		words[string(r)] = true
	}
	for _, s := range []sg.Status{sg.StatusScanned, sg.StatusInvalid, sg.StatusIncomplete, sg.StatusDenied, sg.StatusDeniedBySCP, sg.StatusRegionDisabled,
		sg.StatusSuspended, sg.StatusRoleFailed, sg.StatusThrottled, sg.StatusUnreachable, sg.StatusExpired, sg.StatusOtherShard, sg.StatusUnrecognized, sg.StatusLeftOut, sg.StatusOutdated, sg.StatusNotRecorded, sg.StatusError} {
		words[string(s)] = true
	}
	for _, c := range []exposure.Code{
		exposure.NoPublicAddress, exposure.SecurityGroups, exposure.NoRoute, exposure.NetworkACLInbound, exposure.NetworkACLOutbound,
		exposure.BlockPublicAccessBlocks, exposure.DenyAllIgwTraffic, exposure.RouteTablesNotRead,
	} {
		words[string(c)] = true
	}
	for _, tab := range tables.Of(nil) {
		words[tab.Name] = true
	}
	for _, argument := range arguments() {
		words[argument] = true
	}
	for _, list := range pgsql.Routines() {
		for _, name := range list.Names {
			words[name] = true
		}
	}
	return words
}

// arguments are those of a connection, and of the blocks in it.
func arguments() []string {
	var names []string
	for _, t := range []reflect.Type{reflect.TypeFor[config.Config](), reflect.TypeFor[config.AssumeRole]()} {
		for field := range t.Fields() {
			if name, _, _ := strings.Cut(field.Tag.Get("hcl"), ","); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// TestDocsNameColumns checks that what looks like a column, in the text and in the queries,
// is one.
func TestDocsNameColumns(t *testing.T) {
	all := map[string]bool{}
	columns := map[string]map[string]bool{} // by table
	for _, tab := range tables.Steampipe(nil) {
		columns[tab.Name] = map[string]bool{}
		for _, c := range tab.Columns {
			all[c.Name] = true
			columns[tab.Name][c.Name] = true
		}
	}
	values := wordsOfDocs()
	for path, doc := range readDocs(t) {
		own, ok := columns[strings.TrimSuffix(filepath.Base(path), ".md")]
		if !ok {
			own = all
		}
		for i, line := range strings.Split(doc, "\n") {
			for _, code := range inCode.FindAllStringSubmatch(line, -1) {
				name, _, _ := strings.Cut(code[1], " ") // of a condition
				// The documents of all tables speak of the verdict on a permission.
				if anIdent.MatchString(name) && !own[name] && !values[name] && name != "unrestricted_ftp" {
					t.Errorf("%s:%d: %s is not a column", path, i+1, name)
				}
			}
		}
		for _, b := range docExamples(doc, postgresSQL, sqliteSQL, anySQL) {
			for _, name := range undefined(b.text, columns) {
				t.Errorf("%s:%d: %s is not a column of the query's tables", path, b.line, name)
			}
		}
	}
}

// undefined returns the names in a query that are no columns of its tables and are not
// made by the query itself. It looks at names with an underscore or behind a dot, which
// are no keywords.
func undefined(sql string, columns map[string]map[string]bool) []string {
	sql = sqlLiteral.ReplaceAllString(sql, "''")
	defined := map[string]bool{"value": true} // of json_each
	for _, m := range sqlNewName.FindAllStringSubmatch(sql, -1) {
		defined[m[1]], defined[m[2]], defined[m[3]] = true, true, true
		for _, c := range strings.Split(m[4], ",") {
			defined[strings.TrimSpace(c)] = true
		}
	}
	for _, from := range sqlFromName.FindAllString(sql, -1) {
		for c := range columns[from] {
			defined[c] = true
		}
		defined[from] = columns[from] != nil
	}
	var names []string
	for _, m := range anyIdent.FindAllStringSubmatch(sql, -1) {
		qualified, name, isCall := m[1] != "", m[2], m[3] != ""
		if (qualified || strings.Contains(name, "_")) && !isCall && !defined[name] {
			names = append(names, name)
		}
	}
	return names
}

func TestUndefined(t *testing.T) {
	columns := map[string]map[string]bool{"ftpcheck_scan": {"region": true, "error_code": true}}
	for sql, want := range map[string][]string{
		"select region, error_code as the_code from ftpcheck_scan order by the_code;": nil,
		"select s.region, my_function(error_code) from ftpcheck_scan as s;":           nil,
		"select 'no_column' from ftpcheck_scan;":                                      nil,
		"select error_codes from ftpcheck_scan;":                                      {"error_codes"},
		"select s.regions from ftpcheck_scan as s;":                                   {"regions"},
		"select region from ftpcheck_scans;":                                          {"ftpcheck_scans"},
	} {
		if diff := cmp.Diff(want, undefined(sql, columns)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sql, diff)
		}
	}
}

// TestIndexIsInStep compares docs/index.md with what it shows of other files.
func TestIndexIsInStep(t *testing.T) {
	docs := readDocs(t)
	index := docs["docs/index.md"]
	examples, inREADME := docExamples(index, anySQL), docExamples(docs["README.md"], anySQL)
	if len(examples) == 0 || len(inREADME) == 0 {
		t.Fatal("docs/index.md or README.md has no example query")
	}
	// README.md has few lines, and docs/index.md those that the Steampipe Hub asks for.
	if diff := cmp.Diff(strings.Fields(examples[0].text), strings.Fields(inREADME[0].text)); diff != "" {
		t.Errorf("the example query of README.md is another (-docs/index.md +README.md):\n%s", diff)
	}

	_, shown, begun := strings.Cut(index, "<!-- begin config/ftpcheck.spc -->\n")
	shown, _, ended := strings.Cut(shown, "<!-- end config/ftpcheck.spc -->\n")
	if blocks := docBlocks(shown); !begun || !ended || len(blocks) != 1 {
		t.Error("docs/index.md does not show config/ftpcheck.spc, in one block between its marks")
	} else if config, err := os.ReadFile("config/ftpcheck.spc"); err != nil {
		t.Log("there is no config/ftpcheck.spc to compare with")
	} else if diff := cmp.Diff(string(config), blocks[0].text); diff != "" {
		t.Errorf("docs/index.md shows another configuration (-config/ftpcheck.spc +docs/index.md):\n%s", diff)
	}
	for _, name := range arguments() {
		if !strings.Contains(index, "`"+name+"`") {
			t.Errorf("docs/index.md does not explain the argument %s", name)
		}
	}

}

// TestDemoIsTheCheckOfTheSample compares what ftpcheck demo prints with the check of the same files.
func TestDemoIsTheCheckOfTheSample(t *testing.T) {
	t.Chdir("../..")
	text, stderr, code := run(t, "check", "--from", "docs/sample", "--output", "text")
	if code != exitError || stderr != "" {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if demo, _, _ := run(t, "demo"); !strings.HasPrefix(demo, text) {
		t.Errorf("ftpcheck demo shows\n%s\nand not\n%s", demo, text)
	}
}

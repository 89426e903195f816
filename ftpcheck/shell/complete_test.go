package shell

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
)

var testNames = Names{
	Tables: []TableName{
		{"t_group", []string{"group_id", "group_name", "region"}},
		{"t_scan", []string{"region", "status", "title"}},
	},
	Schemas:   []string{"one", "two"},
	Functions: []string{"count", "greatest", "row_number", "start_it"},
}

func TestComplete(t *testing.T) {
	s := &Shell{Names: testNames, Formats: []string{"table", "csv"}}
	for _, c := range []struct {
		typed string // with | at the cursor
		want  string // what it becomes with each choice
	}{
		{"sel|", "select"},
		{"SEL|", "SELECT"},
		{"select grou|", "select group, select group_id, select group_name, select grouping"},
		{"select group_|", "select group_id, select group_name"},
		{"select GROUP_N|", "select group_name"},
		{"select stat| from t_group", ""}, // a column of another table
		{"select stat| from t_scan", "select status from t_scan"},
		{"select st| from t_scan", "select start_it( from t_scan, select status from t_scan"},
		{"select | from t_scan", "select region from t_scan, select status from t_scan, select title from t_scan"},
		{"select | from t_scan; select 1 from t_group", "select region from t_scan; select 1 from t_group, select status from t_scan; select 1 from t_group, select title from t_scan; select 1 from t_group"},
		{"select group_id from t_group; select tit|", "select group_id from t_group; select title"},
		{"select cou|", "select count("},
		{"select a,(sta|", "select a,(start_it(, select a,(status"},
		{"select * from |", "select * from t_group, select * from t_scan, select * from one., select * from two."},
		{"select * from t_s|", "select * from t_scan"},
		{"select * from one.t_|", "select * from one.t_group, select * from one.t_scan"},
		{"select * from t_scan, t_g|", "select * from t_scan, t_group"},
		{"select * from t_scan join t_g|", "select * from t_scan join t_group"},
		{"select * from t_scan, (select 1) as x, t_g|", "select * from t_scan, (select 1) as x, t_group"},
		{"select * from t_scan where title in (1, tit|", "select * from t_scan where title in (1, title"},
		{"select * from greatest(1, tit|", "select * from greatest(1, title"},
		{"select * from t_group g where g.|", "select * from t_group g where g.group_id, select * from t_group g where g.group_name, select * from t_group g where g.region"},
		{"select s.st| from t_group as g, t_scan as s", "select s.status from t_group as g, t_scan as s"},
		{"select t_scan.t| from t_scan", "select t_scan.title from t_scan"},
		{`select "S x".t| from t_scan as "S x"`, `select "S x".title from t_scan as "S x"`},
		{"select g.s| from t_group g", ""},
		{"select x.| from t_group g", ""},
		// Where nothing can be known.
		{"select 'sta|", ""},
		{"select 'a', sta| from t_scan", "select 'a', start_it( from t_scan, select 'a', status from t_scan"},
		{`select "sta|`, ""},
		{"select $$ sta|", ""},
		{"select /* sta|", ""},
		{"select 1 -- sta|", ""},
		{"select 1 -- x\n, sta|", "select 1 -- x\n, start_it(, select 1 -- x\n, status"},
		{"select 12|", ""},
		{"select 'x'|", ""},
		{".|", ".inspect, .tables, .output, .timing, .cache, .help, .quit, .exit"},
		{`\ti|`, `\timing`},
		{`\d t_s|`, `\d t_scan`},
		{".inspect t_g|", ".inspect t_group"},
		{".output c|", ".output csv"},
		{`\x o|`, `\x on, \x off`},
		{".cache |", ".cache clear"},
		{`\i |`, ""},
	} {
		text, after, _ := strings.Cut(c.typed, "|")
		begin, choices := s.Complete(text+after, len(text))
		var got []string
		for _, choice := range choices {
			got = append(got, text[:begin]+choice+after)
		}
		if got := strings.Join(got, ", "); got != c.want {
			t.Errorf("%s\n becomes %s\n want    %s", c.typed, got, c.want)
		}
	}
	// What was typed on the lines before counts.
	s.pending = "select title\n"
	if begin, choices := s.Complete("from t_s", 8); begin != 5 || !slices.Equal(choices, []string{"t_scan"}) {
		t.Error(begin, choices)
	}
	s.pending = "select s.\n"
	if begin, choices := s.Complete("st from t_scan s", 2); begin != 0 || !slices.Equal(choices, []string{"status"}) {
		t.Error(begin, choices)
	}
	s.pending = "select '\n"
	if _, choices := s.Complete(".he", 3); choices != nil {
		t.Error("a command in a string:", choices)
	}
}

// TestKeywords holds that what is completed is a word of the grammar.
func TestKeywords(t *testing.T) {
	words, _ := syntax.Words(strings.Join(keywords, " "))
	for _, w := range words {
		if !w.Grammar {
			t.Errorf("%s is no word of SQL", w.Text)
		}
	}
	if len(words) != len(keywords) {
		t.Errorf("%d words of %d", len(words), len(keywords))
	}
}

// TestCompleteAnything holds that no text is one with which completing fails, and that what
// has been typed stays.
func TestCompleteAnything(t *testing.T) {
	s := &Shell{Names: testNames, Formats: []string{"table"}}
	piece := rapid.SampledFrom([]string{"select ", "from ", "t_scan", "t", ".", ",", ";", "(", ")", "'", `"`, "--", "\n", "/*", `\`, "one", " ", "ä", "\xff", "st", "as ", "1", "$$", `\d `, ".output "})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "") })
	rapid.Check(t, func(t *rapid.T) {
		s.pending = rapid.SampledFrom([]string{"", "select\n", "'\n", "select t.\n"}).Draw(t, "pending")
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		begin, choices := s.Complete(before+after, len(before))
		if begin < 0 || begin > len(before) {
			t.Fatalf("it begins at %d of %q", begin, before)
		}
		for _, c := range choices {
			if !hasPrefixFold(c, before[begin:]) {
				t.Fatalf("%q becomes %q", before[begin:], c)
			}
		}
	})
}

package syntax

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestWordsSemicolons asks where the semicolons are that end a statement.
func TestWordsSemicolons(t *testing.T) {
	for _, c := range []struct {
		text string
		open bool
		want int // semicolons
	}{
		{"", false, 0},
		{"select 1", false, 0},
		{"select 1;", false, 1},
		{"select 1; select 2;", false, 2},
		{"select ';'", false, 0},
		{"select ';';", false, 1},
		{"select 'it''s;", true, 0},
		{`select "a;`, true, 0},
		{`select "a;";`, false, 1},
		{"select $$;", true, 0},
		{"select $$;$$;", false, 1},
		{"select $a$;$$;$a$;", false, 1},
		{"select $a$;$a", true, 0},
		{"select 1 -- ;", false, 0},
		{"select 1 -- '\n;", false, 1},
		{"select 1 /* ;", true, 0},
		{"select 1 /* ; /* */ ;", true, 0},
		{"select 1 /* ; /* */ */ ;", false, 1},
		{`select E'\';`, true, 0},
		{`select E'\';';`, false, 1},
		{`select '\';`, false, 1},
		// What is no SQL ends, too: the error is for whoever runs it.
		{"select 1a;", false, 1},
		{"select b'1;';", false, 1},
		{"select b'1;", true, 0},
		{"select U&';';", false, 1},
		{`select U&";";`, false, 1},
		{`select E'\u12;';`, false, 1},
		{`select E'\u12;`, true, 0},
		{`select E'\ud800\';';`, false, 1},
		{"select $99999999999;", false, 1},
		{"select 1e+;", false, 1},
		{"select (1;", false, 1},
	} {
		words, open := Words(c.text)
		got := 0
		for _, w := range words {
			if w.Mark && w.Text == ";" {
				got++
			}
			if c.text[w.Pos:w.End] == "" {
				t.Errorf("%q has a word of nothing", c.text)
			}
		}
		if got != c.want || open != c.open {
			t.Errorf("%q has %d semicolons, open %t", c.text, got, open)
		}
	}
}

func TestWordsKinds(t *testing.T) {
	words, _ := Words(`select Group_ID as "From", 'x' \q from`)
	var got []string
	for _, w := range words {
		kind := "-"
		switch {
		case w.Grammar:
			kind = "g"
		case w.Name:
			kind = "n"
		case w.Mark:
			kind = "m"
		}
		got = append(got, kind+w.Text)
	}
	if got, want := strings.Join(got, " "), `gselect ngroup_id gas -From m, -x m\ nq gfrom`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestWordsAgree holds that whatever the parser takes as so many statements has its
// semicolons here, and that no text is one that Words does not come back from.
func TestWordsAgree(t *testing.T) {
	piece := rapid.SampledFrom([]string{"select 1", ";", "'", "''", `"a"`, `"`, "$$", "$a$", "--", "\n", "/*", "*/", `E'\`, "E'", "b'", "U&'", `\`, "1a", " ", "ä", "\x00", "\xff", "select ';' as a"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "")
		words, open := Words(text)
		last := 0
		for _, w := range words {
			if w.Pos < last || w.End <= w.Pos || w.End > len(text) {
				t.Fatalf("%q: word from %d to %d behind %d", text, w.Pos, w.End, last)
			}
			last = w.End
		}
		statements, err := Parse(text)
		if err != nil {
			return
		}
		if open {
			t.Fatalf("%q is open, and has been parsed", text)
		}
		filled, n := false, 0
		for _, w := range append(words, Word{Text: ";", Mark: true}) {
			if w.Mark && w.Text == ";" {
				if filled {
					n++
				}
				filled = false
			} else {
				filled = true
			}
		}
		if n != len(statements) {
			t.Fatalf("%q: %d statements, and %d between semicolons", text, len(statements), n)
		}
	})
}

package output

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		text                string
		line, column, width int
		want                string
	}{
		{"select nothing", 1, 8, 80, "LINE 1: select nothing\n               ^"},
		{"select\n  a,\r\n  b", 2, 3, 80, "LINE 2:   a,\n          ^"},
		{"select", 1, 7, 80, "LINE 1: select\n              ^"}, // at its end
		{"select '漢字', b", 1, 14, 80, "LINE 1: select '漢字', b\n                       ^"},
		{"\tä\x1b[2J b", 1, 8, 80, "LINE 1:  ä\\x1b[2J b\n                  ^"},
		{"select " + strings.Repeat("x, ", 30) + "here" + strings.Repeat(", y", 30), 1, 98, 60,
			"LINE 1: ... x, x, x, x, x, x, x, here, y, y, y, y, y, y,...\n                                 ^"},
		{"select 1", 7, 1, 80, ""},
	} {
		if got := Excerpt(c.text, c.line, c.column, c.width); got != c.want {
			t.Errorf("%q, line %d, column %d:\n%s\nwant:\n%s", c.text, c.line, c.column, got, c.want)
		}
	}
}

// TestExcerptPoints holds that the mark stands below the character, and that no line is too
// wide, whatever the text.
func TestExcerptPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a", "漢", "\t", "\x1b", "é", "é"})).Draw(t, "before"), "")
		after := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"b", "字", "\x00", " "})).Draw(t, "after"), "")
		width := rapid.IntRange(60, 120).Draw(t, "width")
		got := Excerpt(before+"@"+after, 1, len([]rune(before))+1, width)
		line, mark, _ := strings.Cut(got, "\n")
		if i := strings.Index(line, "@"); i < 0 || displayWidth(line[:i]) != displayWidth(mark)-1 {
			t.Fatalf("the mark is elsewhere:\n%s", got)
		}
		if displayWidth(line) > width || displayWidth(mark) > width {
			t.Fatalf("wider than %d:\n%s", width, got)
		}
	})
}

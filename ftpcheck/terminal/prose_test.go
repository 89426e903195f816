package terminal

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"what fits stays", "one two three\n\n  four\n", "one two three\n\n  four\n"},
		{"between words", "one two three four five", "one two three\nfour five"},
		{"to the last column", "one two three 16 five", "one two three 16\nfive"},
		{"blanks at the break are gone", "one two three    four five", "one two three\nfour five"},
		{"beneath the text of a list", "- one two three four", "- one two three\n  four"},
		{"beneath the text, not the label", "alarm  one two three four", "alarm  one two\n       three\n       four"},
		{"beneath the text, not the margin", "   one two three four", "   one two three\n   four"},
		{"a word stays whole", "see /path/of-a-file now", "see\n/path/of-a-file\nnow"},
		{"also one that begins further to the left", "        /path/of-a-file", " /path/of-a-file"},
		{"also beneath a list", "- see /path/of-a-file: x", "- see\n/path/of-a-file:\nx"},
		{"one that is wider than all is broken", "see one-that-is-longer", "see\none-that-is-long\ner"},
		{"a path behind a slash", "see /path/of/another-file", "see\n/path/of/\nanother-file"},
		{"wide letters", "漢字かな漢字かな 漢字", "漢字かな漢字かな\n漢字"},
		{"wide letters without blanks", "漢字かな漢字かな漢字", "漢字かな漢字かな\n漢字"},
		{"a mark stays with its letter", "one two three 1e\u0301 x", "one two three 1e\u0301\nx"},
		{"an emoji is as wide as it may be", "one two three 1❤\ufe0f x", "one two three\n1❤\ufe0f x"},
		{"a flag is one letter", "one two three x🇩🇪🇩🇪", "one two three\nx🇩🇪🇩🇪"},
		{"colours take no room", "\x1b[31;1mone\x1b[0;22m two three 16 x", "\x1b[31;1mone\x1b[0;22m two three 16\nx"},
		{"colours end with the line", "one \x1b[33mtwo three four\x1b[0m five six", "one \x1b[33mtwo three\x1b[0m\n\x1b[33mfour\x1b[0m five six"},
		{"bold ends", "\x1b[1mone two\x1b[22m three four five", "\x1b[1mone two\x1b[22m three\nfour five"},
		{"a tab is wide", "\tone two three", "        one two\n        three"},
	} {
		if diff := cmp.Diff(test.want, Wrap(test.text, 16)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// marked finds a blank that is one letter with the mark behind it.
var marked = regexp.MustCompile(` [\x{301}\x{fe0f}\x{200d}]`)

// TestWrapAnything holds any text to be no wider than the terminal, with every word.
func TestWrapAnything(t *testing.T) {
	letters := []rune("abcdefgh     -_/éü漢字かな\u0301🙂❤\ufe0f\u200d🇩🇪ᄒ\n\n")
	for seed := range uint64(3000) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		width := []int{1, 2, 8, 20, 60}[rnd.IntN(5)]
		text := make([]rune, rnd.IntN(200))
		for i := range text {
			text[i] = letters[rnd.IntN(len(letters))]
		}
		coloured := string(text)
		if rnd.IntN(2) == 0 && !strings.Contains(coloured, "\n") {
			coloured = strings.Replace(coloured, " ", " \x1b[32m", 1) + "\x1b[0m"
		}
		got := Wrap(coloured, width)
		plain := colourSequences.ReplaceAllString(got, "")
		longest := 0
		for word := range strings.FieldsSeq(string(text)) {
			longest = max(longest, TextWidth(word))
		}
		words, have := strings.Fields(string(text)), strings.Fields(plain)
		if longest > width || marked.MatchString(string(text)) {
			words, have = []string{strings.Join(words, "")}, []string{strings.Join(have, "")}
		}
		if diff := cmp.Diff(words, have); diff != "" {
			t.Fatalf("seed %d, %d columns: other words (-want +got):\n%s", seed, width, diff)
		}
		for line := range strings.SplitSeq(plain, "\n") {
			// Measured by another library.
			if w := runewidth.StringWidth(line); w > width && width > 2 {
				t.Fatalf("seed %d: %q is %d wide on a terminal of %d, of %q", seed, line, w, width, coloured)
			}
		}
		for line := range strings.SplitSeq(got, "\n") {
			begun := strings.LastIndex(line, "\x1b[32m")
			if begun >= 0 && !strings.Contains(line[begun:], "\x1b[0m") {
				t.Fatalf("seed %d: %q leaves a colour behind", seed, line)
			}
		}
	}
}

func TestProse(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	if err := pty.Setsize(tty, &pty.Winsize{Cols: 8, Rows: 20}); err != nil {
		t.Fatal(err)
	}
	const text = "one two three\n"
	for _, w := range []io.Writer{tty, Open(tty, Auto)} {
		if _, err := io.WriteString(Prose(w), text); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 1000)
		n, err := master.Read(got)
		if string(got[:n]) != "one two\r\nthree\r\n" || err != nil {
			t.Errorf("a terminal got %q, %v", got[:n], err)
		}
	}
	var buffer bytes.Buffer
	pipe, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	for _, w := range []io.Writer{&buffer, end, Open(&buffer, Always)} {
		if n, err := io.WriteString(Prose(w), text); n != len(text) || err != nil {
			t.Error(n, err)
		}
	}
	end.Close()
	piped, err := io.ReadAll(pipe)
	if string(piped) != text || buffer.String() != text+text || err != nil {
		t.Errorf("a pipe got %q and a buffer %q, %v", piped, buffer.String(), err)
	}
	if Paint(Prose(Open(&buffer, Always)), Bad, "open") == "open" {
		t.Error("prose has lost its colours")
	}
}

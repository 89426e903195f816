package terminal

import (
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/rivo/uniseg"
)

// Prose returns w as a stream for text that people read. On a terminal, what is wider than
// it is broken between words; in a pipe or a file, nothing changes. Each call of Write must
// begin at the beginning of a line.
func Prose(w io.Writer) *Stream {
	s, ok := w.(*Stream)
	if !ok {
		s = &Stream{Writer: w}
		s.file, _ = w.(*os.File)
	}
	width := Width(w)
	if width == 0 {
		return s
	}
	return &Stream{Writer: wrapper{s, width}, file: s.file, colours: s.colours}
}

type wrapper struct {
	w     io.Writer
	width int
}

func (w wrapper) Write(text []byte) (int, error) {
	if _, err := io.WriteString(w.w, Wrap(string(text), w.width)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// TextWidth returns how many columns a text takes on a terminal, at most: those that show
// an emoji in one column and those that show it in two are both right.
func TextWidth(s string) int {
	width := 0
	for len(s) > 0 {
		letter, w := Letter(s)
		width += w
		s = s[len(letter):]
	}
	return width
}

// Letter returns the first letter of a text that is not empty, with all that is drawn into
// the same place, and how many columns it takes. The sequence of a colour takes none.
func Letter(s string) (letter string, width int) {
	switch {
	case s[0] == '\t':
		return s[:1], 8
	case s[0] == '\x1b':
		if at := colourSequences.FindStringIndex(s); at != nil && at[0] == 0 {
			return s[:at[1]], 0
		}
		return s[:1], 0
	case s[0] < 0x80 && (len(s) == 1 || s[1] < 0x80):
		if s[0] < ' ' || s[0] == 0x7f {
			return s[:1], 0
		}
		return s[:1], 1
	}
	letter, _, width, _ = uniseg.FirstGraphemeClusterInString(s, -1)
	return letter, max(width, text.StringWidth(letter), text.StringWidthWithoutEscSequences(letter))
}

var colourSequences = regexp.MustCompile(`\x1b\[([0-9;]*)m`)

// head is what stands before the text of a line, and what its other lines stand beneath:
// blanks, and behind them a dash, or a word that two blanks set apart.
var head = regexp.MustCompile(`^[ \t]*(?:- |[^ \t]+ {2,})?`)

// Wrap breaks the lines of a text that are wider than width between words, the rest of each
// beneath its text. A word stays whole if it is no wider than width, also where it must begin
// further to the left for that.
func Wrap(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if TextWidth(line) > width {
			lines[i] = wrapLine(line, width)
		}
	}
	return strings.Join(lines, "\n")
}

func wrapLine(line string, width int) string {
	head := head.FindString(line)
	blank := strings.TrimLeft(head, " \t") == ""
	if !blank && TextWidth(head) > width/2 {
		head = "" // a label that leaves the text no room
	}
	line = line[len(head):]
	widest := 0
	for word := range strings.SplitSeq(line, " ") {
		widest = max(widest, TextWidth(word))
	}
	indent := min(TextWidth(head), width/2)
	if widest <= width {
		indent = min(indent, width-widest)
	}
	if blank {
		head = strings.Repeat(" ", indent)
	}
	lines := breakLines(line, width-TextWidth(head), width-indent, ' ')
	lines[0] = strings.TrimRight(head+lines[0], " ")
	return strings.Join(lines, "\n"+strings.Repeat(" ", indent))
}

// Break breaks a text into lines that are not wider than width: behind the separator where
// that can be, and anywhere in what is longer than a line, if it has no slash. Nothing is lost
// but the blanks at the breaks.
func Break(s string, width int, separator rune) []string {
	return breakLines(s, width, width, separator)
}

// breakLines is Break with another width for the first line. If that is smaller, the line may
// be empty.
func breakLines(s string, first, width int, separator rune) []string {
	var lines []string
	width = max(width, 1)
	room := max(first, 1)
	start, behind, at := 0, 0, 0 // where the line begins, and the part behind its last separator; how wide it is up to i
	for i := 0; i < len(s); {
		letter, w := Letter(s[i:])
		if at+w <= room || i == start && room >= width {
			i += len(letter)
			at += w
			if letter == string(separator) {
				behind = i
			}
			continue
		}
		end := i
		switch {
		case letter == " " && separator == ' ': // the break is here
		case behind > start:
			end = behind
		case room < width:
			end = start // the word may be whole on a line of its own
		case separator == ' ':
			// Of a path or an ARN, the parts stay whole.
			if slash := strings.LastIndexByte(s[start:i], '/'); slash > 0 {
				end = start + slash + 1
			}
		}
		lines = append(lines, s[start:end])
		start, room = end, width
		if separator == ' ' {
			start += len(s[end:]) - len(strings.TrimLeft(s[end:], " "))
		}
		i = max(i, start)
		at = TextWidth(s[start:i])
	}
	lines = append(lines, s[start:])
	if separator == ' ' {
		for i, line := range lines[:len(lines)-1] {
			lines[i] = strings.TrimRight(line, " ")
		}
	}
	return carryColours(lines)
}

// carryColours ends a colour at the end of a line, and begins it again on the next.
func carryColours(lines []string) []string {
	colour := ""
	for i, line := range lines {
		lines[i] = colour + line
		for _, m := range colourSequences.FindAllStringSubmatch(line, -1) {
			colour = m[0]
			if first, _, _ := strings.Cut(m[1], ";"); first == "" || first == "0" || first == "22" {
				colour = ""
			}
		}
		if colour != "" && i < len(lines)-1 {
			lines[i] += "\x1b[0m"
		}
	}
	return lines
}

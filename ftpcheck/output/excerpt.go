package output

import (
	"fmt"
	"strings"
)

// Excerpt shows a place in a text: the line that it is in, and below it a mark. Line and
// column are counted from 1, in characters. Of a line that is wider than width columns it
// shows what is around the place; 0 is no limit.
func Excerpt(text string, line, column, width int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	runes := []rune(strings.ReplaceAll(strings.TrimSuffix(lines[line-1], "\r"), "\t", " "))
	at := max(0, min(column-1, len(runes)))
	label := fmt.Sprintf("LINE %d: ", line)
	shown := func(r []rune) string { return Printable(string(r)) }
	const more = "..."
	begin, end, left, right := 0, len(runes), "", ""
	if width > 0 {
		// The mark needs a column of its own.
		room := max(width-len(label)-2*len(more)-1, 20)
		if displayWidth(shown(runes)) > room+len(more) {
			for displayWidth(shown(runes[begin:at])) > room/2 && displayWidth(shown(runes[begin:])) > room {
				begin, left = begin+1, more
			}
			for displayWidth(shown(runes[begin:end])) > room && end > at {
				end, right = end-1, more
			}
		}
	}
	before := label + left + shown(runes[begin:at])
	return before + shown(runes[at:end]) + right + "\n" + strings.Repeat(" ", displayWidth(before)) + "^"
}

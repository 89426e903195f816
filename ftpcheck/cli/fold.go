package cli

import (
	"regexp"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// foldShell breaks a line for a POSIX shell, a comment or a command, into lines that are no
// wider than width and mean the same; 0 is no limit. Between words, a command goes on behind a
// backslash. In a word that is longer than a line, quotes end with the line and begin again
// with the next, as what stands side by side is one word:
//
//	aws ec2 … --ip-permissions \
//	  '[{"IpProtocol":"tcp","FromPort":1,'\
//	'"ToPort":19}]'
//
// The quotes of the line must be those of shellescape: single ones, and double ones around a
// single one.
func foldShell(line string, width int) []string {
	if width == 0 || terminal.TextWidth(line) <= width {
		return []string{line}
	}
	// What a line ends with between words and within one, and what the next begins with.
	between, within, next, nextWithin := ` \`, `\`, "  ", ""
	if strings.HasPrefix(line, "#") {
		between, within, next, nextWithin = "", "", "# ", "# "
	}
	room := max(width-2, 8) // for a quote and a backslash
	var lines []string
	now, quoted := "", false  // the line, and whether it ends in quotes
	blank, clause := 0, false // the best place between words to end it, and whether an option begins there
	for line != "" {
		piece, _ := terminal.Letter(line)
		switch {
		case !quoted && strings.HasPrefix(line, `"'"`):
			piece = line[:3]
		case line[0] == '\'' || line[0] == ' ':
			piece = line[:1] // also where a mark is drawn over it
		}
		if begins := clauseBegins.MatchString(line); piece == " " && !quoted && len(now) > len(next) && (begins || !clause) {
			blank, clause = len(now), begins
		}
		if terminal.TextWidth(now+piece) <= room || terminal.TextWidth(now+line) <= width {
			if piece == "'" {
				quoted = !quoted
			}
			now, line = now+piece, line[len(piece):]
			continue
		}
		switch {
		case blank > 0:
			now += line
			lines = append(lines, now[:blank]+between)
			now, line, quoted = next, now[blank+1:], false
		case quoted:
			lines = append(lines, now+"'"+within)
			now = nextWithin + "'"
		default:
			lines = append(lines, now+within)
			now = nextWithin
		}
		blank, clause = 0, false
	}
	return append(lines, now)
}

// clauseBegins finds a blank behind which people would begin a new line.
var clauseBegins = regexp.MustCompile(`^ (?:--|&&|> )`)

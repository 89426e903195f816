package main

import (
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// A theme is a way to colour the picture: for readers with a light screen, and with a dark one.
// The colours are those of the report.
type theme struct {
	name                     string
	frame, page, text, quiet string
	red, yellow, green       string
}

var themes = []theme{
	{name: "light", frame: "#d5dae0", page: "#ffffff", text: "#1b2128", quiet: "#545d68", red: "#b3261e", yellow: "#7a4a00", green: "#17663a"},
	{name: "dark", frame: "#313a44", page: "#0f1318", text: "#e6e9ed", quiet: "#a5afba", red: "#ffa198", yellow: "#f2c46d", green: "#7ddba0"},
}

func (t theme) file() string { return "docs/picture-" + t.name + ".svg" }

// The measures of the picture, in its own unit. A letter of a font with letters of one width is 0.6
// times as wide as the font is high; textLength has every line be as wide as that.
const (
	fontSize    = 13
	letterWidth = fontSize * 0.6
	lineHeight  = 18
	margin      = 16 // around what stands in a frame, and between the frames

	terminalWidth = columns*letterWidth + 2*margin
	reportWidth   = 400
	width         = terminalWidth + margin + reportWidth
)

// A size is that of a box in the picture.
type size struct{ width, height float64 }

// reportSize is the size of the report beside a terminal with a text.
func reportSize(printed string) size { return size{reportWidth, terminalHeight(printed)} }

// terminalHeight is how high a terminal with a text is, and the line above with the command.
func terminalHeight(printed string) float64 {
	return float64((strings.Count(printed, "\n")+1)*lineHeight + 2*margin)
}

// picture returns the picture as SVG: a text with colours on the left, and an image of the report,
// which says answer first, on the right.
func picture(t theme, printed string, image []byte, answer string) []byte {
	var b strings.Builder
	height := terminalHeight(printed)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%[1]g" height="%[2]g" role="img">
<title>ftpcheck check on a terminal, and the report of ftpcheck audit</title>
<style>
text { font: %dpx ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; white-space: pre; fill: %s }
.strong { font-weight: bold } .faint { fill: %s } .red { fill: %s } .yellow { fill: %s } .green { fill: %s }
.frame { fill: none; stroke: %s } .page { fill: %s }
</style>
<rect class="page" width="%g" height="%g" rx="8"/>
`, width, height, fontSize, t.text, t.quiet, t.red, t.yellow, t.green, t.frame, t.page, terminalWidth, height)
	baseline := float64(margin + fontSize)
	for _, line := range screen("\x1b[2m$\x1b[0m ftpcheck check --from " + sample + "\n" + printed) {
		b.WriteString(line.svg(margin, baseline))
		baseline += lineHeight
	}
	left := terminalWidth + margin
	fmt.Fprintf(&b, `<clipPath id="report"><rect x="%g" width="%d" height="%g" rx="8"/></clipPath>
<image x="%[1]g" width="%[2]d" height="%[3]g" preserveAspectRatio="xMidYMin slice" clip-path="url(#report)" aria-label="%s" href="%s%s"/>
<rect class="frame" x=".5" y=".5" width="%g" height="%g" rx="8"/>
<rect class="frame" x="%g" y=".5" width="%d" height="%g" rx="8"/>
</svg>
`, left, reportWidth, height, answer, dataURI, base64.StdEncoding.EncodeToString(image), terminalWidth-1, height-1, left+.5, reportWidth-1, height-1)
	return []byte(b.String())
}

const dataURI = "data:image/png;base64,"

// A run is a part of a line in one style.
type run struct{ classes, text string }

// A line is one of a screen.
type line []run

func (l line) svg(x, y float64) string {
	var b strings.Builder
	columns := 0
	for _, r := range l {
		columns += terminal.TextWidth(r.text)
		text := html.EscapeString(r.text)
		if r.classes != "" {
			text = `<tspan class="` + r.classes + `">` + text + "</tspan>"
		}
		b.WriteString(text)
	}
	if columns == 0 {
		return ""
	}
	return fmt.Sprintf("<text x=\"%g\" y=\"%g\" textLength=\"%.1f\" xml:space=\"preserve\">%s</text>\n", x, y, float64(columns)*letterWidth, b.String())
}

var sequence = regexp.MustCompile(`\x1b\[([0-9;]*)m`)

// screen returns the lines of a text with sequences of colours, without what ends it.
func screen(text string) []line {
	var lines []line
	styles := map[string]bool{}
	for rest := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		var l line
		for rest != "" {
			at := sequence.FindStringSubmatchIndex(rest)
			if at == nil {
				at = []int{len(rest), len(rest), 0, 0}
			}
			if at[0] > 0 {
				l = append(l, run{classes(styles), rest[:at[0]]})
			}
			if at[0] < at[1] {
				for code := range strings.SplitSeq(rest[at[2]:at[3]], ";") {
					style(styles, code)
				}
			}
			rest = rest[at[1]:]
		}
		lines = append(lines, l)
	}
	return lines
}

// style applies one number of a sequence, of those that package terminal writes.
func style(styles map[string]bool, code string) {
	switch code {
	case "", "0":
		clear(styles)
	case "1":
		styles["strong"] = true
	case "2":
		styles["faint"] = true
	case "22":
		delete(styles, "strong")
		delete(styles, "faint")
	case "31":
		styles["red"] = true
	case "32":
		styles["green"] = true
	case "33":
		styles["yellow"] = true
	default:
		panic("the picture has no style for the sequence ESC[" + code + "m: give it one")
	}
}

// classes are those of the style sheet for the styles that are on.
func classes(styles map[string]bool) string {
	var on []string
	for _, class := range []string{"strong", "faint", "red", "yellow", "green"} {
		if styles[class] {
			on = append(on, class)
		}
	}
	return strings.Join(on, " ")
}

package finding

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// What a summary has room for: GitHub takes 65,536 characters for a comment, and few people read
// on.
const (
	markdownRows  = 100
	markdownWidth = 200    // characters of a cell
	markdownRoom  = 50_000 // after this many bytes no row begins
)

// WriteMarkdown writes a summary of the report, fit for a comment of a pull request or the summary
// of a job: the answer, what a person must act on, and what was not read. Since are lines on what
// has changed since a baseline. Its errors are those of w.
func WriteMarkdown(w io.Writer, r *Report, since []string) error {
	b := &bytes.Buffer{}
	fmt.Fprintf(b, "## FTP: %s\n\n%s\n", r.headline(), r.Answer())
	var act, accepted, unread []Finding
	for _, f := range r.All() {
		switch {
		case f.Kind == NotRead:
			unread = append(unread, f)
		case f.Accepted():
			accepted = append(accepted, f)
		default:
			act = append(act, f)
		}
	}
	markdownTable(b, "", act)
	markdownList(b, "Not read", unread, func(f Finding) string { return f.Problem() })
	markdownList(b, "Since the baseline", since, func(line string) string { return line })
	if len(accepted) > 0 {
		fmt.Fprintf(b, "\n<details><summary>%s open, and accepted</summary>\n", plural(len(accepted), "ingress permission"))
		markdownTable(b, "accepted", accepted)
		fmt.Fprint(b, "\n</details>\n")
	}
	if r.Exceptions != nil {
		markdownList(b, "Exceptions to look at", r.Exceptions.Notes, func(note string) string { return note })
	}
	if read := ScopeOf(r.Places).Read(plural[int]); read != "" {
		fmt.Fprintf(b, "\nRead: %s.\n", read)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// headline is the answer in a word or two.
func (r *Report) headline() string {
	switch {
	case r.OpenGroups > r.Accepted:
		return "open"
	case !r.Complete():
		return "not known"
	case r.OpenGroups > 0:
		return "open, and accepted"
	}
	return "nothing is open"
}

// Answer is the whole answer in a few sentences: what is open, and what is not known.
func (r *Report) Answer() string {
	text := OpenText(r.OpenGroups, r.Accepted, r.Groups)
	if n := r.Count(Undetermined); n > 0 {
		text += " " + UndeterminedText(int64(n))
	}
	if n := r.Count(NotRead); n > 0 {
		text += fmt.Sprintf(" Not read: %s.", plural(n, "place"))
	}
	if n := ScopeOf(r.Places).LeftOut; n > 0 {
		text += fmt.Sprintf(" Left out by choice: %s.", plural(n, "place"))
	}
	if !r.Complete() {
		text += " This is not the whole answer."
	}
	return text
}

// OpenText says how many of some security groups are open, and how many of these exceptions cover.
func OpenText(open, accepted, groups int64) string {
	text := fmt.Sprintf("%s of %s let the whole internet in on FTP", humanize.Comma(open), plural(groups, "security group"))
	switch {
	case accepted == 0:
	case accepted == open:
		text += ", and exceptions cover all that is open"
	default:
		text += fmt.Sprintf(", of which exceptions cover %s", humanize.Comma(accepted))
	}
	return text + "."
}

// UndeterminedText says how many ingress permissions may be open.
func UndeterminedText(permissions int64) string {
	return fmt.Sprintf("%s could not be determined.", plural(permissions, "ingress permission"))
}

func markdownTable(b *bytes.Buffer, more string, findings []Finding) {
	if len(findings) == 0 {
		return
	}
	header := []string{"Account", "Region", "Group", "Rule", "Allows", "Why", "Reachable"}
	if more != "" {
		header = append(header, "Accepted")
	}
	fmt.Fprintf(b, "\n| %s |\n|%s\n", strings.Join(header, " | "), strings.Repeat(" --- |", len(header)))
	told := 0
	for _, f := range findings {
		if told == markdownRows || b.Len() > markdownRoom {
			break
		}
		told++
		p := f.Permission
		why := string(p.Verdict.Reason)
		if f.Change != "" {
			why += " (" + strings.ReplaceAll(f.Change, "_", " ") + ")"
		}
		cells := []string{
			p.Group.AccountID, p.Group.Region, strings.TrimSpace(p.Group.Ref() + " " + p.Group.Name), cmp.Or(p.RuleID, p.Resource.Address),
			p.Protocol + " " + p.Ports() + " from " + p.SourceText(), why, reachWord(f),
		}
		if more != "" {
			cells = append(cells, f.acceptance())
		}
		for i, cell := range cells {
			cells[i] = markdown(cell)
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
	if more := len(findings) - told; more > 0 {
		fmt.Fprintf(b, "\nAnd %s more.\n", humanize.Comma(int64(more)))
	}
}

// reachWord says in a word or two whether the internet reaches anything through the group.
func reachWord(f Finding) string {
	e := f.Exposure()
	if e == nil {
		return ""
	}
	switch e.Reachable {
	case rule.Yes:
		return "now, at " + Addresses(e.ReachableAddresses)
	case rule.No:
		return "not now"
	}
	return "not known"
}

func markdownList[T any](b *bytes.Buffer, title string, all []T, text func(T) string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n", title)
	told := 0
	for _, one := range all {
		if told == markdownRows || b.Len() > markdownRoom {
			break
		}
		told++
		fmt.Fprintf(b, "- %s\n", markdown(text(one)))
	}
	if more := len(all) - told; more > 0 {
		fmt.Fprintf(b, "- and %s more\n", humanize.Comma(int64(more)))
	}
}

// markdown is a text that says in Markdown what it says: whoever names a group or a file writes no
// links, no HTML and nobody's name into a pull request.
func markdown(text string) string {
	text = output.Printable(text)
	if runes := []rune(text); len(runes) > markdownWidth {
		text = string(runes[:markdownWidth]) + "…"
	}
	return markdownEscapes.Replace(text)
}

var markdownEscapes = func() *strings.Replacer {
	pairs := []string{"&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "&#64;", "://", "&#58;//", "www.", "www&#46;"}
	for _, r := range "\\`*_{}[]()#+!|~$" {
		pairs = append(pairs, string(r), fmt.Sprintf("&#%d;", r))
	}
	return strings.NewReplacer(pairs...)
}()

func plural[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return humanize.Comma(int64(n)) + " " + noun + "s"
}

// annotations is how many annotations GitHub shows of a step.
const annotations = 10

// WriteAnnotations writes what a person must act on as commands of GitHub Actions, which show them
// beside the files or the summary of a run. Its errors are those of w.
func WriteAnnotations(w io.Writer, r *Report) error {
	b := bufio.NewWriter(w)
	n := 0
	for _, f := range r.All() {
		if f.Accepted() {
			continue
		}
		if n++; n == annotations && r.Count() > annotations {
			fmt.Fprintf(b, "::error title=FTP::%s\n", annotation("There is more than GitHub shows. "+r.Answer()))
			break
		}
		at := ""
		if f.Permission != nil && r.Locate != nil {
			for _, address := range []string{f.Permission.Resource.Address, f.Permission.Group.Resource.Address} {
				if file, line, ok := r.Locate(address); ok && at == "" {
					at = fmt.Sprintf("file=%s,line=%d,", annotationProperty(file), line)
				}
			}
		}
		fmt.Fprintf(b, "::error %stitle=%s::%s\n", at, annotationProperty(map[Kind]string{Open: "FTP is open", Undetermined: "FTP may be open", NotRead: "Not read"}[f.Kind]), annotation(f.message()))
	}
	return b.Flush()
}

var annotationEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")

func annotation(text string) string { return annotationEscapes.Replace(output.Printable(text)) }

// annotationProperty is a text where also ends of properties must be written otherwise.
func annotationProperty(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(annotation(text))
}

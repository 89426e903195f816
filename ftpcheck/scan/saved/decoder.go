package saved

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Decoder makes security groups of what one program writes. Everything that is particular to
// that program is in its decoder; which files there are, in which order they are read, what is
// said of them, and the verdict are not. What it must promise is in docs/sources.md.
//
// A document is the decoder's if the first object in it has a member that it recognizes. Of each
// document of the same read all of Complete comes before any of Groups, so that groups can be
// handed over one by one, each with everything that completes it.
//
// Both return an error for a document that is not whole or not understood, and what is wrong with
// an element as an [*sg.BadValue] to the walk of package document, which tells where it is. Neither
// drops anything that it does not understand and that may be, or hold, an ingress permission.
type Decoder interface {
	// Recognizes reports whether an object that has a member of this name is of the decoder's kind.
	Recognizes(member string) bool
	// Complete takes in what the document holds besides security groups. It reports whether the
	// document has security groups; it need not read further than up to the first. It may say in
	// the record what the document holds, and what a reader should know about it.
	Complete(d *document.Document, c *sg.Coverage, to *sg.Completion) (groups bool, err error)
	// Groups hands over the security groups of the document, located in an account and a region as
	// far as it tells, and not judged. An error of hand is to be returned as it is.
	Groups(d *document.Document, c *sg.Coverage, hand func(*sg.Group) error) error
}

// decoders are those of a read. The first that recognizes a document reads it.
func (r *savedRead) decoders() []Decoder {
	return append([]Decoder{&awsCLI{r}, &steampipe{r}, &plans{r}, &configItems{r}}, r.others...)
}

// recognize finds the decoder of a document by what it begins with.
func (r *savedRead) recognize(d *document.Document, c *sg.Coverage) (found Decoder, err error) {
	all := r.decoders()
	var names []string
	lists, err := d.Top(func(name string) bool {
		names = append(names, name)
		if i := slices.IndexFunc(all, func(d Decoder) bool { return d.Recognizes(name) }); i >= 0 {
			found = all[i]
		}
		return found == nil
	})
	if found == nil && err == nil {
		err = unknownContent(c.Origin, lists, names)
	}
	return found, err
}

// known are documents of which we know what they are, and that they do not hold what must be
// known, by the members of their first object.
var known = []struct {
	members      []string
	what, advice string
}{
	{[]string{"Scan"}, "this is the index of a recorded scan, which is read as a folder", "Unpack the archive that it is in, and name the folder, or leave the file out"},
	{[]string{"CheckID", "CheckTitle"}, "these are the results of Prowler, which do not have the rules of the groups", saveGroups},
	{[]string{"AssessmentStartTime"}, "these are the results of Prowler, which do not have the rules of the groups", saveGroups},
	{[]string{"finding_info", "class_uid"}, "these are findings in OCSF, as Prowler writes them, which do not have the rules of the groups", saveGroups},
	{[]string{"ProductArn", "GeneratorId"}, "these are findings for AWS Security Hub, as Prowler writes them, which do not have the rules of the groups", saveGroups},
	{[]string{"provider_code", "services"}, "these are the results of ScoutSuite, which has another form for the rules of the groups", saveGroups},
}

const saveGroups = "Save what this prints: aws ec2 describe-security-groups --output json"

func unknownContent(origin string, lists int, names []string) error {
	problem := func(text string) error {
		return &document.Error{Code: document.UnknownContent, Offset: -1, Problem: text}
	}
	has := func(name string) bool { return slices.Contains(names, name) }
	for _, k := range known {
		if !slices.ContainsFunc(k.members, func(name string) bool { return !has(name) }) {
			return problem(k.what + ". " + k.advice)
		}
	}
	for _, name := range names {
		for _, a := range answers {
			if ec2.SameLetters(name, a.member) {
				return &document.Error{Code: document.InvalidValue, Offset: -1, Pointer: jsontext.Pointer(strings.Repeat("/0", lists)).AppendToken(name),
					Problem: fmt.Sprintf("AWS spells this %s. Save the command's output as it is", a.member)}
			}
		}
	}
	holds := "nothing"
	if len(names) > 0 {
		holds = strings.Join(names[:min(len(names), 5)], ", ")
	}
	var members []string
	for _, a := range answers {
		if a.advised {
			members = append(members, a.member)
		}
	}
	advice := "Leave the file out"
	if folder := recordedBeside(origin); folder != "" {
		advice = "Leave the file out, or name only the recorded scan beside it: " + folder
	}
	return problem(fmt.Sprintf("this is the output of another command: it holds %s, and none of %s. %s", holds, strings.Join(members, ", "), advice))
}

// recordedBeside is the only folder beside a file that holds a recorded scan, as the
// manifest of an audit has one; empty if there is none.
func recordedBeside(origin string) (folder string) {
	if origin == stdinPath {
		return ""
	}
	entries, _ := os.ReadDir(filepath.Dir(origin)) // without it there is no advice, but the problem is told
	for _, e := range entries {
		at := filepath.Join(filepath.Dir(origin), e.Name())
		if _, err := os.Stat(filepath.Join(at, record.IndexName)); err != nil {
			continue
		} else if folder != "" {
			return ""
		}
		folder = at
	}
	return folder
}

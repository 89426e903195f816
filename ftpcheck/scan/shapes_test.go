package scan

import (
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

const closedToAll = `{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}`

// The same two groups in every shape: one is open and the other is not.
func TestShapes(t *testing.T) {
	open, closed := ftp("sg-1", openToAll), ftp("sg-2", closedToAll)
	answer := func(token string, groups ...string) string {
		return strings.TrimSuffix(groupsFile(groups...), "}") + token + "}"
	}
	const more = `, "NextToken": "x"`
	for name, files := range map[string]map[string]string{
		"an answer":                           {"a": groupsFile(open, closed)},
		"a list of groups":                    {"a": "[" + open + "," + closed + "]"},
		"lists of groups, one behind another": {"a": "[" + open + "]\n[" + closed + "]"},
		"a list of lists of groups":           {"a": "[[], [" + open + "], [" + closed + "]]"},
		"one group, and another":              {"a": open, "b": closed},
		"groups as lines":                     {"a": open + "\n" + closed + "\n"},
		"a list of answers":                   {"a": "[" + groupsFile(open) + ", " + groupsFile(closed) + "]"},
		"answers, one behind another":         {"a": groupsFile(open) + groupsFile(closed)},
		"answers as lines":                    {"a": groupsFile(open) + "\n" + groupsFile(closed) + "\n"},
		"a list of pages":                     {"a": "[" + answer(more, open) + ", " + answer(`, "ResponseMetadata": {"RetryAttempts": 0}`, closed) + "]"},
		"pages as lines":                      {"a": answer(more, open) + "\n" + answer("", closed)},
		"pages in numbered files":             {"sg.1.json": answer(more, open), "sg.2.json": answer(`, "NextToken": "y"`), "sg.3.json": answer("", closed)},
		"pages of two regions":                {"a": answer(more, open) + answer("") + answer(`, "NextToken": "y"`, closed) + answer(`, "NextToken": ""`)},
	} {
		t.Run(name, func(t *testing.T) {
			groups, places, err := read(t, config.Config{Paths: []string{write(t, files)}}, sg.Everything())
			if err != nil || len(groups) != 2 || len(places) != len(files) {
				t.Fatalf("%v, %v, %v", groups, places, err)
			}
			for _, g := range groups {
				if (g.Verdict.Unrestricted == rule.Yes) != (g.ID == "sg-1") {
					t.Errorf("%s: %v", g.ID, g.Verdict)
				}
			}
		})
	}
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no last page":                  {map[string]string{"a": "[" + answer(more, open) + "," + answer(`, "NextToken": "y"`, closed) + "]"}, "only a part"},
		"no last page of one region":    {map[string]string{"a": answer(more, open) + answer("", closed) + answer(`, "NextToken": "y"`, closed)}, "only a part"},
		"a page twice":                  {map[string]string{"a": answer(more, open) + answer(more, open) + answer("")}, "same page"},
		"no next file":                  {map[string]string{"sg.1.json": answer(more, open), "sg.3.json": answer("", closed)}, "only a part"},
		"no first file":                 {map[string]string{"sg.2.json": answer(more, open), "sg.3.json": answer("", closed)}, "only a part"},
		"the same file twice":           {map[string]string{"sg.1.json": answer(more, open), "sg.2.json": answer(more, open), "sg.3.json": answer("")}, "only a part"},
		"the next file is another list": {map[string]string{"sg.1.json": answer(more, open), "sg.2.json": `{"NetworkInterfaces": []}`}, "only a part"},
		"pages in files without number": {map[string]string{"a": answer(more, open), "b": answer("", closed)}, "only a part"},
		"an answer among groups":        {map[string]string{"a": "[" + open + "," + groupsFile(closed) + "]"}, "has no GroupId"},
		"a group among answers":         {map[string]string{"a": "[" + groupsFile(open) + "," + closed + "]"}, "another command, behind one"},
		"a number among groups":         {map[string]string{"a": open + " 5"}, "a number stands where an object is expected"},
		"half a group at the end":       {map[string]string{"a": open + closed[:40]}, "ends in the middle"},
		"rules behind their groups":     {map[string]string{"a": groupsFile(open, closed) + `{"SecurityGroupRules": []}`}, "stand behind security groups here"},
		"an empty list":                 {map[string]string{"a": "[]"}, "holds nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, config.Config{Paths: []string{write(t, tt.files)}}, sg.Everything())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

// What is wrong with one group keeps none in a later answer from coming.
func TestOddGroupInSeveralAnswers(t *testing.T) {
	for _, text := range []string{
		groupsFile(`{"GroupName": "g", "IpPermissions": []}`) + groupsFile(ftp("sg-1", openToAll)),
		`[{"GroupName": 5, "IpPermissions": []}]` + "[" + ftp("sg-1", openToAll) + "]",
		`{"GroupName": 5, "IpPermissions": []}` + ftp("sg-1", openToAll),
	} {
		groups, _, err := read(t, config.Config{Paths: []string{write(t, map[string]string{"a": text})}}, sg.Everything())
		if err == nil || len(groups) != 1 {
			t.Errorf("%s: %v, %v", text, groups, err)
		}
	}
}

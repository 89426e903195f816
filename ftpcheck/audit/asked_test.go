package audit

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

// Each argument that narrows what is read is in words, the same before the manifest is written and after
// it is read.
func TestAskedFor(t *testing.T) {
	many := strings.Split(strings.Repeat("a,", 22)+"a", ",")
	for want, c := range map[string]config.Config{
		"Every enabled region of the account of the credentials.":                                                                                        {},
		"Every enabled region of the accounts *, without the accounts 1*, 2*.":                                                                           {Accounts: []string{"*"}, ExcludeAccounts: []string{"1*", "2*"}},
		"Only the regions us-east-1, eu-* of the account of the credentials.":                                                                            {Regions: []string{"us-east-1", "eu-*"}},
		"Only the regions us-* of the accounts 111122223333, without the regions us-west-?.":                                                             {Regions: []string{"us-*"}, Accounts: []string{home}, ExcludeRegions: []string{"us-west-?"}},
		"Every enabled region of the account of the credentials. Left out where that failed with Unauthorized*. Left out where that failed with denied.": {IgnoreErrorCodes: []string{"Unauthorized*"}, IgnoreErrorMessages: []string{"denied"}},
		"Every enabled region of every account of the aggregator org.":                                                                                   {Aggregator: "org"},
		"Only the regions us-* of the accounts 1* of the aggregator org.":                                                                                {Aggregator: "org", Regions: []string{"us-*"}, Accounts: []string{"1*"}},
		"Saved files alone: a, b, without *.md.":                                                                                                         {Paths: []string{"a", "b"}, ExcludePaths: []string{"*.md"}},
		"Saved files alone: " + strings.Join(many[:20], ", ") + " and 3 more, which manifest.json has.":                                                  {Paths: many},
	} {
		m := &Manifest{Configuration: []map[string]any{c.Public()}}
		text, err := json.Marshal(m.Configuration)
		if err != nil {
			t.Fatal(err)
		}
		read := &Manifest{}
		if err := json.Unmarshal(text, &read.Configuration); err != nil {
			t.Fatal(err)
		}
		for _, m := range []*Manifest{m, read} {
			if diff := cmp.Diff([]string{want}, m.AskedFor()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
	m := &Manifest{Configuration: []map[string]any{{}, {"profile": "x"}}, Shard: &Shard{3, 8}}
	if diff := cmp.Diff([]string{"Every enabled region of the account of the credentials.", "Every enabled region of the account of the credentials.", "Of the accounts only those of shard 3 of 8, counted from 0."}, m.AskedFor()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

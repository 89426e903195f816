package scan

import (
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// TestForget holds that what AWS said is used again until somebody forgets it, and that the
// scanner knows since when it does.
func TestForget(t *testing.T) {
	w := &fakeaws.World{Record: true, Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{"us-east-1": {Groups: []fakeaws.Group{openGroup("open")}}}}}}
	s := w.Start(t)
	c := liveConfig(t, s)
	c.Regions, c.CacheTTL = []string{"us-east-1"}, config.LongestCacheTTL
	scanner, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	read := func() int {
		t.Helper()
		if _, err := scanner.Read(t.Context(), sg.Request{Verdicts: true}, func(*sg.Group) error { return nil }); err != nil {
			t.Fatal(err)
		}
		return s.Count("", "", "DescribeSecurityGroups").Attempts
	}
	if at := scanner.ReadSince(); !at.IsZero() {
		t.Errorf("nothing has been read, since %v", at)
	}
	first := read()
	since := scanner.ReadSince()
	if since.IsZero() {
		t.Fatal("it does not know since when")
	}
	if again := read(); first == 0 || again != first {
		t.Errorf("%d calls, and %d after the second read", first, again)
	}
	if at := scanner.ReadSince(); !at.Equal(since) {
		t.Errorf("read since %v, and since %v", since, at)
	}
	scanner.Forget()
	if at := scanner.ReadSince(); !at.IsZero() {
		t.Errorf("all is forgotten, since %v", at)
	}
	if again := read(); again != 2*first {
		t.Errorf("%d calls, and %d after it was forgotten", first, again)
	}
	if at := scanner.ReadSince(); !at.After(since) {
		t.Errorf("read since %v, and since %v after it was forgotten", since, at)
	}

	// Without a cache nothing is used again.
	c.CacheTTL = -1
	if scanner, err = New(c); err != nil {
		t.Fatal(err)
	}
	read()
	if at := scanner.ReadSince(); !at.IsZero() {
		t.Errorf("nothing is kept, since %v", at)
	}
}

package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/history"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// historyOf is a history of one region, from letters: of each finding O for open, U for undetermined and C
// for neither, of each audit that the place was not read with N in all of them.
func historyOf(name string, findings ...string) *history.History {
	h := history.New()
	for n := range findings[0] {
		s := baseline.New()
		place := baseline.Row{"account_id": "111122223333", "region": "eu-west-1", "origin": sg.Live, "content": sg.ContentGroups, "status": string(sg.StatusScanned)}
		a := history.Audit{Name: fmt.Sprint("audit-", n), At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, n, 0), Complete: true}
		for i, states := range findings {
			switch states[n] {
			case 'N':
				place["status"], a.Complete = string(sg.StatusDenied), false
			case 'O', 'U':
				s.AddFinding(baseline.Row{"finding": map[byte]string{'O': "open", 'U': "undetermined"}[states[n]], "account_id": "111122223333", "region": "eu-west-1",
					"group_id": fmt.Sprint("sg-", i), "group_name": name, "ip_protocol": "tcp", "from_port": "20", "to_port": "21", "source": "0.0.0.0/0"})
			}
		}
		s.AddPlace(place)
		if n == 0 {
			a.Reviews = []history.Review{{By: name, Note: name, At: a.At, Key: "SHA256:abc"}}
		}
		h.Add(a, s)
	}
	return h
}

func historyPage(t *testing.T, h *history.History, problems ...string) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteHistory(&b, h, problems, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHistoryAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		h        *history.History
		problems []string
		state    string
		says     []string
	}{
		"open":       {historyOf("ftp", "COO"), nil, "open", []string{"As of the newest audit, of 2026-03-01: 1 finding open."}},
		"closed":     {historyOf("ftp", "OOC"), nil, "closed", []string{"of 2026-03-01: nothing is open.", "31 to 59 days"}},
		"not read":   {historyOf("ftp", "OCN"), nil, "incomplete", []string{"nothing is known to be open.", "Of 1 place it is not known what is there now"}},
		"not known":  {historyOf("ftp", "OUU"), nil, "incomplete", []string{"nothing is known to be open."}},
		"tampered":   {historyOf("ftp", "C"), []string{`"q3" is not as it was written.`}, "incomplete", []string{"nothing is known to be open.", "&#34;q3&#34; is not as it was written."}},
		"of nothing": {history.New(), []string{"x"}, "incomplete", []string{"There is no audit to tell of."}},
	} {
		page := historyPage(t, c.h, c.problems...)
		if !strings.Contains(page, `<body class="`+c.state+`">`) {
			t.Errorf("%s: the state is not %s", name, c.state)
		}
		for _, text := range c.says {
			if !strings.Contains(page, text) {
				t.Errorf("%s: it does not say %q", name, text)
			}
		}
	}
}

// Each bar begins and ends where an audit says so, and what nobody read is drawn as that.
func TestHistoryCharts(t *testing.T) {
	h := historyOf("ftp", "COONC", "CCUNO", "OOCNC")
	v := &historyView{History: h, Episodes: h.Episodes(), from: h.Audits[0].At, long: h.Newest().Sub(h.Audits[0].At), at: map[string]time.Time{}}
	for _, a := range h.Audits {
		v.at[a.Name] = a.At
	}
	x := func(n int) string { return percents(v.x(h.Audits[n].At)) }
	long := func(from, to int) string { return percents(v.x(h.Audits[to].At) - v.x(h.Audits[from].At)) }
	want := map[string][]segment{
		"sg-0": {{"undetermined", x(0), long(0, 4)}, {"open", x(1), long(1, 2)}, {"notread", x(3), "0.70%"}},
		"sg-1": {{"undetermined", x(1), long(1, 4)}, {"open", x(4), "0.70%"}, {"notread", x(3), "0.70%"}},
		"sg-2": {{"undetermined", x(0), long(0, 2)}, {"open", x(0), long(0, 1)}},
	}
	for _, e := range v.Episodes {
		if got := v.Course(e); fmt.Sprint(got) != fmt.Sprint(want[e.GroupID]) {
			t.Errorf("%s is drawn as %v, want %v", e.GroupID, got, want[e.GroupID])
		}
	}
	var blocks []string
	for _, b := range v.Blocks() {
		blocks = append(blocks, fmt.Sprint(b.Kind, " ", b.X, " ", b.Y, "+", b.High))
	}
	if got, want := strings.Join(blocks, ", "), fmt.Sprintf("open %s 50.00%%+50.00%%, open %s 0.00%%+100.00%%, open %s 50.00%%+50.00%%, undetermined %s 0.00%%+50.00%%, notread %s 0.00%%+100.00%%, open %s 50.00%%+50.00%%", x(0), x(1), x(2), x(2), x(3), x(4)); got != want {
		t.Errorf("over time it is %s, want %s", got, want)
	}
}

// Texts of others are texts: the page has no script, and nothing in it is run or turned around.
func TestHistoryIsInert(t *testing.T) {
	page := historyPage(t, historyOf("<script>alert(1)</script>\u202e", "O"), "<img src=x>")
	for _, bad := range []string{"<script", "<img", "\u202e", "http://", "https://", "style="} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q in it", bad)
		}
	}
	if !strings.Contains(page, `&lt;script&gt;alert(1)&lt;/script&gt;\u202e`) {
		t.Error("the name is not shown")
	}
	style := page[strings.Index(page, "<style>")+len("<style>") : strings.Index(page, "</style>")]
	if !strings.Contains(page, "style-src &#39;"+strings.ReplaceAll(strings.Trim(hash(style), "'"), "+", "&#43;")+"&#39;") {
		t.Error("the policy does not allow the style")
	}
}

// Of very many findings, the page has the first and says so.
func TestHistoryIsBounded(t *testing.T) {
	findings := make([]string, 3000)
	for i := range findings {
		findings[i] = "O"
	}
	page := historyPage(t, historyOf("ftp", findings...))
	if n := strings.Count(page, `<svg width="100%" height="14" aria-hidden`); n < mostRows || n > mostRows+10 || !strings.Contains(page, "Here are the first 100 of 3,000.") {
		t.Errorf("it shows %d findings", n)
	}
}

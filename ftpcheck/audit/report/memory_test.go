package report

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// The page is written as it is made: what is in memory then hardly grows with the findings.
func TestMemoryOfAPage(t *testing.T) {
	few, many := peakOf(t, 2*blockRows), peakOf(t, 8*blockRows)
	const finding = 250 // of which its place in the order, and the name of its group
	if more := many - few; more > 6*blockRows*finding {
		t.Errorf("to write %d findings takes %d KB more than %d, which is %d bytes for each", 8*blockRows, more>>10, 2*blockRows, more/(6*blockRows))
	}
}

// peakOf is the most that is in memory while a page with so many findings is written.
func peakOf(t *testing.T, findings int) int64 {
	spool := finding.NewSpool(t.TempDir())
	defer spool.Close()
	for i := range findings {
		g := group("111122223333", "eu-west-1", fmt.Sprintf("sg-%017x", i), fmt.Sprint("service-", i), "0.0.0.0/0")
		g.Description = fmt.Sprintf("what service %d is for, and who has asked for it", i)
		g.Tags = map[string]string{"Name": g.Name, "ticket": fmt.Sprint("OPS-", i)}
		kept, err := spool.Keep(finding.Of(g))
		if err != nil {
			t.Fatal(err)
		}
		spool.Add(kept)
	}
	r := reportOf(nil, []sg.Coverage{scanned("111122223333", "eu-west-1", int64(findings))})
	r.Findings = spool
	w := &memoryWriter{}
	w.look()
	before := w.most
	if err := Write(w, r); err != nil || spool.Err() != nil {
		t.Fatal(err, spool.Err())
	}
	return w.most - before
}

// memoryWriter looks again and again how much is in memory while it is written to.
type memoryWriter struct {
	written, looked int
	most            int64
}

func (w *memoryWriter) Write(b []byte) (int, error) {
	if w.written += len(b); w.written-w.looked > 64<<10 {
		w.looked = w.written
		w.look()
	}
	return len(b), nil
}

func (w *memoryWriter) look() {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	w.most = max(w.most, int64(m.HeapAlloc))
}

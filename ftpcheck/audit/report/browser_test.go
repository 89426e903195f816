package report

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// A browser is a headless Chromium with a new profile, for one test and its subtests.
type browser struct{ ctx context.Context }

func startBrowser(t *testing.T) *browser {
	t.Helper()
	chromium := needs.Program(t, "The page is tested in it. Install it, as with: apt-get install chromium", "chromium")
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(chromium), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	return &browser{ctx}
}

// A tab shows one page, from a file. At the end of its test it must not have asked for
// anything, run anything that the policy forbids, complained, or shown a dialog.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	mischief []string
	requests int // for the page itself
}

// open shows the page of a report, after the preparations.
func (b *browser) open(t *testing.T, r *finding.Report, prepare ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	return b.show(t, written(t, r), prepare...)
}

// show shows a page, after the preparations.
func (b *browser) show(t *testing.T, page string, prepare ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	p := &tab{t: t, ctx: ctx, url: "file://" + path}
	if err := chromedp.Listen(ctx, p.watch); err != nil {
		t.Fatal(err)
	}
	p.do(prepare...)
	p.do(chromedp.Navigate(p.url))
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, m := range p.mischief {
			t.Errorf("the page must not: %s", m)
		}
		if p.requests != 1 {
			t.Errorf("the page was asked for %d times, so that nothing can be said of requests", p.requests)
		}
	})
	return p
}

func (p *tab) watch(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.Request.URL == p.url {
			p.requests++
		} else {
			p.mischief = append(p.mischief, "ask for "+e.Request.URL)
		}
	case *network.EventWebSocketCreated:
		p.mischief = append(p.mischief, "open a web socket to "+e.URL)
	case *cdplog.EventEntryAdded: // violations of the policy are here, too
		p.mischief = append(p.mischief, "complain: "+e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		p.mischief = append(p.mischief, fmt.Sprintf("write to the console: %s", e.Type))
	case *runtime.EventExceptionThrown:
		p.mischief = append(p.mischief, "throw: "+e.ExceptionDetails.Text)
	case *cdppage.EventJavascriptDialogOpening:
		p.mischief = append(p.mischief, "show a dialog: "+e.Message)
	}
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// ready waits until the script has taken over.
func (p *tab) ready() *tab {
	p.t.Helper()
	p.do(chromedp.WaitReady(chromedp.CSS("html[data-ready]")))
	return p
}

// eval is the value of an expression in the page.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for an expression to have a value.
func until[T comparable](p *tab, expression string, want T) {
	p.t.Helper()
	var got T
	for range 500 {
		if got = eval[T](p, expression); got == want {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Fatalf("%s is %v, want %v", expression, got, want)
}

func is[T comparable](p *tab, expression string, want T) {
	p.t.Helper()
	if got := eval[T](p, expression); got != want {
		p.t.Errorf("%s is %v, want %v", expression, got, want)
	}
}

// command is an action of the protocol itself.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

func media(kind, scheme string) chromedp.Action[chromedp.Void] {
	return command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// column is the text of a column of the findings that are shown.
func (p *tab) column(name string) []string {
	p.t.Helper()
	return eval[[]string](p, fmt.Sprintf(`[...document.querySelectorAll('[data-table=findings] tr.row [data-cell=%s]')].map(e => e.textContent)`, name))
}

func (p *tab) shown() string {
	p.t.Helper()
	return eval[string](p, `document.querySelector('[data-table=findings] .shown').textContent`)
}

func (p *tab) choose(filter, value string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(() => {
		const select = document.querySelector('[data-table=findings] select[data-filter=%s]');
		select.value = [...select.options].find(o => o.textContent.startsWith(%q)).value;
		return select.dispatchEvent(new Event('change', {bubbles: true}));
	})()`, filter, value))
}

// search puts a text in the search of the findings, as if it had been typed.
func (p *tab) search(text string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(() => {
		const input = document.querySelector('[data-table=findings] input[type=search]');
		input.value = %q;
		return input.dispatchEvent(new Event('input', {bubbles: true}));
	})()`, text))
}

func TestBrowser(t *testing.T) {
	b := startBrowser(t)
	for name, test := range map[string]func(*testing.T, *browser){
		"shows the answer":     testShows,
		"filters":              testFilters,
		"reach":                testReach,
		"sorts by click":       testSortsByClick,
		"works by keyboard":    testKeyboard,
		"details and copy":     testDetails,
		"hostile texts":        testHostile,
		"large report":         testLarge,
		"schemes and widths":   testSchemesAndWidths,
		"prints":               testPrints,
		"without JavaScript":   testWithoutJavaScript,
		"policy stops a style": testPolicyWorks,
		"what has changed":     testShowsDiff,
		"summary on one page":  testPrintsOnOnePage,
	} {
		t.Run(name, func(t *testing.T) { test(t, b) })
	}
}

func testShows(t *testing.T, b *browser) {
	p := b.open(t, sample(t)).ready()
	is(p, `document.querySelector('.sentence').textContent`, "5 of 19 security groups let the whole internet in on FTP. 1 ingress permission could not be determined.")
	is(p, `document.title.startsWith("INCOMPLETE")`, true)
	is(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 7)
	is(p, `document.querySelectorAll('[data-table=findings] tr.details').length`, 0)
	is(p, `document.querySelectorAll('[data-table=rest] tr.row').length`, 29)
	if p.shown() != "7 findings." {
		t.Errorf("shown: %s", p.shown())
	}
	is(p, `[...document.querySelectorAll('.chart')].map(c => c.querySelectorAll('rect').length).join()`, "4,2,3,5,4")
	// A chart filters the table.
	p.do(chromedp.Click(chromedp.CSS(`a[data-filter-by=reason][data-value=combined]`)))
	if got := p.column("reason"); !slices.Equal(got, []string{"combined", "combined"}) {
		t.Errorf("after the chart: %v", got)
	}
}

func testFilters(t *testing.T, b *browser) {
	p := b.open(t, patchy()).ready()
	for _, f := range []struct {
		filter, value string
		rows          int
	}{{"kind", "open", 4}, {"kind", "undetermined", 1}, {"kind", "not read", 3}, {"account", "444455556666", 4}, {"region", "us-east-1", 3}, {"reason", "denied_by_scp", 1}} {
		p.choose(f.filter, f.value)
		if n := len(p.column("kind")); n != f.rows {
			t.Errorf("%s %s: %d rows, want %d", f.filter, f.value, n, f.rows)
		}
		if want := fmt.Sprintf("%d matching, of 8 findings.", f.rows); p.shown() != want {
			t.Errorf("%s %s: shown %q, want %q", f.filter, f.value, p.shown(), want)
		}
		p.do(chromedp.Click(chromedp.CSS(`[data-table=findings] button[type=reset]`)))
		until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 8)
	}
	// All words must be there, in any column or detail, in upper or lower case.
	p.search("HALVES 128.0")
	until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 1)
	if got := p.column("source"); !slices.Equal(got, []string{"128.0.0.0/1"}) {
		t.Errorf("searched: %v", got)
	}
	is(p, `document.querySelector('[data-table=findings] .shown').getAttribute('role')`, "status")
	for words, rows := range map[string]int{"nothing of this kind": 0, "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0123456789abcdef1": 2, "allow the caller": 3} {
		p.search(words)
		until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, rows)
	}
	// Filters add to each other.
	p.do(chromedp.Click(chromedp.CSS(`[data-table=findings] button[type=reset]`)))
	until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 8)
	p.choose("kind", "open")
	p.choose("region", "us-east-1")
	if got := p.column("reason"); !slices.Equal(got, []string{"combined", "combined"}) {
		t.Errorf("two filters: %v", got)
	}
}

func testReach(t *testing.T, b *browser) {
	p := b.open(t, reached()).ready()
	order := []string{"sg-4", "sg-5", "sg-2", "sg-3", "sg-5", "sg-6", "", "sg-1"}
	if got := p.column("group"); !slices.Equal(got, order) {
		t.Errorf("the order is %q, want %q", got, order)
	}
	if got := p.column("at")[:4]; !slices.Equal(got, []string{"198.51.100.0 and more", "2001:db8::/80", "198.51.100.20", "the route tables were not read and more"}) {
		t.Errorf("reachable at %q", got)
	}
	is(p, `[...document.querySelectorAll('.answer .figures li')].map(e => e.textContent).filter(t => t.includes('with findings')).join()`,
		"3 groups with findings that the internet is known to reach now,2 groups with findings of which that is not known")
	// Weight and colour say it, and the word does so without them.
	is(p, `getComputedStyle(document.querySelector('.reach[data-value=now]')).fontWeight`, "600")
	is(p, `getComputedStyle(document.querySelector('.reach[data-value="not now"]')).fontWeight`, "400")
	is(p, `[...document.querySelectorAll('select[data-filter=reachable] option')].map(o => o.textContent).join()`, "all,not known (4),not now (1),now (3)")
	for value, groups := range map[string][]string{"now (": order[:3], "not known (": order[3:7], "not now (": order[7:]} {
		p.choose("reachable", value)
		if got := p.column("group"); !slices.Equal(got, groups) {
			t.Errorf("%s: %q, want %q", value, got, groups)
		}
	}
	p.choose("reachable", "all")
	until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 8)
	p.search("198.51.100.17") // is in the details alone
	until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 1)
	p.do(chromedp.Click(chromedp.CSS(`[data-table=findings] .more`)))
	is(p, `document.querySelectorAll('tr.details [data-lines=addresses] li').length`, 21)
	is(p, `document.querySelector('tr.details [data-if=addresses]').textContent.startsWith('Reachable now at198.51.100.0')`, true)
	is(p, `document.querySelector('tr.details [data-if=unsure]').textContent`, "Reach not fully known, asan appliance stands in the way")
	p.do(chromedp.Click(chromedp.CSS(`[data-table=findings] button[type=reset]`)))
	until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 8)
	is(p, `[...document.querySelectorAll('[data-table=missed] tr.row [data-cell=status]')].map(e => e.textContent).join()`, "denied,scanned, networks not all read,scanned, not all determined")

	// On paper it is all there, and says what it is filtered by.
	p.choose("reachable", "now (")
	p.do(media("print", "light"), chromedp.EmulateViewport(1031, 700))
	eval[any](p, `dispatchEvent(new Event('beforeprint')), 0`)
	is(p, `document.querySelector('[data-table=findings] .print-note').textContent`, "3 findings printed. Filtered: only where reachable is now (3). The report has 8 findings.")
	is(p, `[...document.querySelectorAll('[data-table=findings] td[data-label=Reachable]')].map(e => e.checkVisibility() && e.innerText.replace('\n', ' ')).join()`,
		"now 198.51.100.0 and more,now 2001:db8::/80,now 198.51.100.20")
	is(p, `[...document.querySelectorAll('table.rows td')].filter(t => t.scrollWidth > t.clientWidth + 1).map(t => t.textContent).join()`, "")
	is(p, `[...document.querySelectorAll('table.rows')].every(t => t.getBoundingClientRect().right <= innerWidth)`, true)
	is(p, `document.querySelector('.answer .figures').checkVisibility()`, true)
}

func testSortsByClick(t *testing.T, b *browser) {
	p := b.open(t, sample(t)).ready()
	original := p.column("rule")
	for _, column := range []string{"kind", "account", "region", "group", "rule", "ports", "source", "reason", "ftp", "reachable"} {
		button := chromedp.CSS(fmt.Sprintf(`[data-table=findings] th[data-column=%s] button`, column))
		sorting := `[...document.querySelectorAll('[data-table=findings] th[aria-sort]')].map(h => h.dataset.column + " " + h.getAttribute('aria-sort')).join()`
		p.do(chromedp.Click(button))
		is(p, sorting, column+" ascending")
		up := p.column(column)
		p.do(chromedp.Click(button))
		is(p, sorting, column+" descending")
		down := p.column(column)
		if column != "ports" && (!slices.IsSorted(up) || !slices.IsSortedFunc(down, func(a, b string) int { return strings.Compare(b, a) })) {
			t.Errorf("by %s: up %v, down %v", column, up, down)
		}
		if column == "ports" && !slices.Equal(up, []string{"all", "1-1024", "20-21", "21", "21", "21", "21"}) {
			t.Errorf("by ports: %v", up)
		}
		p.do(chromedp.Click(button))
		is(p, sorting, "")
		if got := p.column("rule"); !slices.Equal(got, original) {
			t.Errorf("after the third click on %s: %v, want the order of the report", column, got)
		}
	}
	p.do(chromedp.Click(chromedp.CSS(`details.rest summary`)), chromedp.Click(chromedp.CSS(`[data-table=rest] th[data-column=permissions] button`)))
	is(p, `[...document.querySelectorAll('[data-table=rest] tr.row [data-cell=permissions]')].map(e => e.textContent).join()`, strings.Repeat("0,", 26)+"2,10,15")
}

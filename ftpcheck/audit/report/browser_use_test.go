package report

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabTo presses the tab key until the element that has the focus is the wanted one.
func (p *tab) tabTo(selector string) {
	p.t.Helper()
	for range 100 {
		p.do(chromedp.KeyEvent(kb.Tab))
		if eval[bool](p, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			if eval[string](p, `getComputedStyle(document.activeElement).outlineStyle`) == "none" {
				p.t.Errorf("%s has the focus, and nothing shows it", selector)
			}
			return
		}
	}
	p.t.Fatalf("the tab key does not get to %s", selector)
}

func testKeyboard(t *testing.T, b *browser) {
	p := b.open(t, sample(t)).ready()
	// The first stop leads past the navigation.
	p.do(chromedp.KeyEvent(kb.Tab))
	is(p, `document.activeElement.textContent`, "Skip to the answer")
	p.do(chromedp.KeyEvent(kb.Enter))
	until(p, `document.activeElement.id`, "main")

	p.tabTo(`[data-table=findings] input[type=search]`)
	p.do(chromedp.KeyEvent("print"))
	until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 2)
	p.tabTo(`[data-table=findings] select[data-filter=reason]`)
	p.tabTo(`[data-table=findings] th[data-column=source] button`)
	p.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(" "))
	is(p, `document.querySelector('th[data-column=source]').getAttribute('aria-sort')`, "descending")
	if got := p.column("source"); !slices.Equal(got, []string{"128.0.0.0/1", "0.0.0.0/1"}) {
		t.Errorf("sorted: %v", got)
	}
	p.tabTo(`[data-table=findings] .more`)
	p.do(chromedp.KeyEvent(kb.Enter))
	is(p, `document.activeElement.getAttribute('aria-expanded')`, "true")
	is(p, `document.getElementById(document.activeElement.getAttribute('aria-controls')).matches('tr.details')`, true)
	p.tabTo(`.copy`)
}

func testDetails(t *testing.T, b *browser) {
	r := sample(t)
	p := b.open(t, r).ready()
	f := r.Findings.At(tallyOf(r).ranked()[slices.Index(p.column("group"), "sg-0a26339f36fac09ee")])
	is(p, `document.querySelectorAll('tr.details').length`, 0)
	more := chromedp.JSPath(`[...document.querySelectorAll('[data-table=findings] tr.row')].find(r => r.textContent.includes('sg-0a26339f36fac09ee')).querySelector('.more')`)
	p.do(chromedp.Click(more))
	is(p, `document.querySelector('tr.details .problem').textContent`, f.Problem())
	is(p, `document.querySelector('tr.details [data-cell=description]').textContent`, "customers upload here")
	is(p, `[...document.querySelectorAll('tr.details [data-lines=tags] li')].map(e => e.textContent).join()`, "env = prod,team = integration")
	is(p, `document.querySelector('tr.details [data-cell=width]').textContent`, "3,702,258,432, which are all there are")
	is(p, `document.querySelector('tr.details [data-if=code]').hidden`, true)
	is(p, `document.querySelector('tr.details pre').textContent + "\n"`, remedy(f))
	// What is open stays so when the table is sorted.
	p.do(chromedp.Click(chromedp.CSS(`[data-table=findings] th[data-column=rule] button`)))
	is(p, `document.querySelector('tr.details').previousElementSibling.textContent.includes('sg-0a26339f36fac09ee')`, true)

	eval[any](p, `Object.defineProperty(navigator, 'clipboard', {configurable: true, value: {writeText: async (s) => { window.copied = s; }}}), 0`)
	p.do(chromedp.Click(chromedp.CSS(`.copy`)))
	until(p, `document.getElementById('said').textContent`, "Copied.")
	is(p, `window.copied + "\n"`, remedy(f))
	for _, clipboard := range []string{`undefined`, `{writeText: async () => { throw new DOMException('denied', 'NotAllowedError'); }}`} {
		eval[any](p, `getSelection().removeAllRanges(), document.getElementById('said').textContent = "", Object.defineProperty(navigator, 'clipboard', {configurable: true, value: `+clipboard+`}), 0`)
		p.do(chromedp.Click(chromedp.CSS(`.copy`)))
		until(p, `document.getElementById('said').textContent`, "Selected. Copy it with the keyboard.")
		is(p, `getSelection().toString().trimEnd() + "\n"`, remedy(f))
	}
	p.do(chromedp.Click(chromedp.CSS(`.more[aria-expanded=true]`)))
	is(p, `document.querySelectorAll('tr.details').length`, 0)
}

func testHostile(t *testing.T, b *browser) {
	p := b.open(t, hostile(false)).ready()
	before := eval[int](p, `document.querySelectorAll('script, svg, img, iframe, style').length`)
	p.do(chromedp.Click(chromedp.CSS(`details.rest summary`)))
	eval[any](p, `document.querySelectorAll('[data-table=findings] .more').forEach(b => b.click()), 0`)
	eval[any](p, `document.querySelectorAll('th .sort').forEach(b => b.click()), 0`)
	for s, found := range map[string]int{"window.owned=2": 3, "__proto__": 3, "constructor": 3, `\u202eright`: 3} {
		p.search(s)
		until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, found)
	}
	// Words that objects of JavaScript have by themselves are texts like others.
	p.do(chromedp.Click(chromedp.CSS(`[data-table=findings] button[type=reset]`)))
	until(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 48)
	p.choose("account", "__proto__ (")
	if n := len(p.column("kind")); n != 3 {
		t.Errorf("%d findings of account __proto__, want 3", n)
	}
	is(p, `document.querySelectorAll('script, svg, img, iframe, style').length`, before)
	is(p, `'owned' in window`, false)
	is(p, `document.documentElement.scrollWidth <= innerWidth`, true)
}

func testLarge(t *testing.T, b *browser) {
	p := b.open(t, large(50000)).ready()
	if want := "1 to 100 of 50,040 findings."; p.shown() != want {
		t.Errorf("shown %q, want %q", p.shown(), want)
	}
	elements := `document.querySelectorAll('*').length`
	if n := eval[int](p, elements); n > 10500 {
		t.Errorf("%d elements in the document, which is not small", n)
	}
	// How long it takes is for people to read; -v shows it.
	timed := func(what, script string) {
		t.Logf("%s: %.0f ms", what, eval[float64](p, `(() => { const from = performance.now(); `+script+`; return performance.now() - from; })()`))
	}
	search := func(s string) string {
		return fmt.Sprintf(`(() => { const i = document.querySelector('[data-table=findings] input[type=search]'); i.value = %q; i.form.dispatchEvent(new Event('change')); })()`, s)
	}
	timed("the first search", search("service-4242"))
	if want := "11 matching, of 50,040 findings."; p.shown() != want {
		t.Errorf("shown %q, want %q", p.shown(), want)
	}
	timed("another search", search("team-7 ftp eu-west-1"))
	timed("a search for what is almost everywhere", search("e"))
	timed("no search", search(""))
	timed("sort by source", `document.querySelector('[data-table=findings] th[data-column=source] button').click()`)
	timed("sort by rule", `document.querySelector('[data-table=findings] th[data-column=rule] button').click()`)
	timed("the last page", `document.querySelector('[data-table=findings] [data-page=last]').click()`)
	if want := "50,001 to 50,040 of 50,040 findings."; p.shown() != want {
		t.Errorf("shown %q, want %q", p.shown(), want)
	}
	is(p, `document.querySelector('[data-table=findings] .pages span').textContent`, "Page 501 of 501")
	p.do(chromedp.Click(chromedp.CSS(`[data-table=findings] [data-page=next]`)), chromedp.Click(chromedp.CSS(`[data-table=findings] [data-page=previous]`)))
	is(p, `document.querySelector('[data-table=findings] .pages span').textContent`, "Page 500 of 501")
	p.choose("reason", "undetermined")
	is(p, `document.querySelectorAll('[data-table=findings] tr.row').length`, 100)
	is(p, `document.querySelector('[data-table=findings] .pages').hidden`, true)
	if n := eval[int](p, elements); n > 10500 {
		t.Errorf("%d elements in the document after use, which is not small", n)
	}
}

func testSchemesAndWidths(t *testing.T, b *browser) {
	backs := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		p := b.open(t, patchy(), media("", scheme)).ready()
		backs[scheme] = eval[string](p, `getComputedStyle(document.body).backgroundColor`)
		for _, width := range []int64{320, 390, 800, 1216, 1280, 1920} {
			p.do(chromedp.EmulateViewport(width, 900))
			if !eval[bool](p, `document.documentElement.scrollWidth <= innerWidth`) {
				t.Errorf("%s, %d wide: the page is wider than the window", scheme, width)
			}
		}
	}
	if backs["light"] != "rgb(246, 247, 249)" || backs["dark"] != "rgb(15, 19, 24)" {
		t.Errorf("the background is %v", backs)
	}
}

func testPrints(t *testing.T, b *browser) {
	p := b.open(t, large(2100)).ready()
	note := `document.querySelector('[data-table=findings] .print-note').textContent`
	rows := `document.querySelectorAll('[data-table=findings] tr.row').length`
	eval[any](p, `dispatchEvent(new Event('beforeprint')), 0`)
	is(p, rows, 2000)
	is(p, note, "Only the first 2,000 of 2,140 findings are printed. The other 140 are in findings.csv; filter the table to print them.")
	is(p, `document.querySelector('details.rest').open`, false) // 16,960 places
	// The appendix says what to do about the most severe findings, and is on paper only.
	remedies, told := `document.querySelectorAll('#appendix li').length`, `document.querySelector('#appendix .print-note').textContent`
	is(p, remedies, 200)
	is(p, told, "Only of the first 200 of 2,100 findings it is printed. That of the other 1,900 is in findings.csv; filter the table to print it.")
	is(p, `document.querySelector('#appendix li').textContent.startsWith("sg-00000000000000000 (service-0-web) lets the whole IPv4 internet in on TCP 20 and 21, from 0.0.0.0/0.Account 100000000000, region ap-northeast-1, open, reached now# ")`, true)
	is(p, `document.querySelector('#appendix li pre').textContent.includes("aws ec2 revoke-security-group-ingress --region ap-northeast-1 --group-id sg-00000000000000000 ")`, true)
	eval[any](p, `dispatchEvent(new Event('afterprint')), 0`)
	is(p, rows, 100)
	is(p, `document.querySelector('#appendix').checkVisibility()`, false)
	p.choose("severity", "may be open, reached now")
	eval[any](p, `dispatchEvent(new Event('beforeprint')), 0`)
	is(p, remedies, 5)
	is(p, told, "5 findings.")
	eval[any](p, `dispatchEvent(new Event('afterprint')), 0`)
	p.do(chromedp.Click(chromedp.CSS(`[data-table=findings] button[type=reset]`)))
	until(p, rows, 100)
	p.choose("kind", "not read")
	eval[any](p, `dispatchEvent(new Event('beforeprint')), 0`)
	is(p, rows, 40)
	is(p, note, "40 findings printed. Filtered: only where kind is not read (40). The report has 2,140 findings.")
	is(p, `document.querySelector('#appendix').hidden`, true) // of them the table says all
	p.do(media("print", "light"))
	is(p, `getComputedStyle(document.querySelector('details.rest > summary'), '::after').content`, `" (folded, so the list is not printed: it is in coverage.csv)"`)

	// Who prints the page before its script has begun, as programs do, gets every finding,
	// or is told on paper how many are missing.
	never := command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: "window.requestAnimationFrame = () => 0"})
	p = b.open(t, large(1900), never)
	p.do(media("print", "light"))
	is(p, `'ready' in document.documentElement.dataset`, false)
	is(p, rows, 100)
	is(p, `document.querySelector('[data-table=findings] .shown').checkVisibility()`, true)
	if want := "Here are the first 100 of 1,940. The other 1,840 are in findings.csv and, with JavaScript, on this page."; p.shown() != want {
		t.Errorf("shown: %s", p.shown())
	}
	if _, err := chromedp.Run(p.ctx, chromedp.PrintToPDF()); err != nil {
		t.Errorf("no PDF: %v", err)
	}
	is(p, note, "1,940 findings printed.")
	eval[any](p, `dispatchEvent(new Event('beforeprint')), 0`)
	is(p, rows, 1940)
	is(p, `document.querySelector('[data-table=findings] .shown').checkVisibility()`, false)

	p = b.open(t, patchy(), media("", "dark")).ready()
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("no PDF: %v", err)
	}
	// The browser has told the page that it prints.
	is(p, note, "8 findings printed.")
	is(p, `document.querySelector('details.rest').open`, false)

	// On A4 as the page asks for it, 273 mm wide within its margins, nothing is cut, and
	// paper is white whatever the screen is.
	p.do(media("print", "dark"), chromedp.EmulateViewport(1031, 700))
	eval[any](p, `dispatchEvent(new Event('beforeprint')), 0`)
	is(p, `document.querySelector('details.rest').open`, true)
	is(p, `document.documentElement.scrollWidth`, 1031)
	is(p, `[...document.querySelectorAll('table.rows')].every(t => t.getBoundingClientRect().right <= innerWidth)`, true)
	is(p, `[...document.querySelectorAll('table.rows td')].every(t => t.scrollWidth <= t.clientWidth + 1)`, true)
	is(p, `getComputedStyle(document.body).backgroundColor`, "rgb(255, 255, 255)")
	is(p, `getComputedStyle(document.body).page`, "incomplete")
	is(p, `getComputedStyle(document.querySelector('.state.incomplete')).display != "none"`, true)
}

func testWithoutJavaScript(t *testing.T, b *browser) {
	r := large(250)
	p := b.open(t, r, command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	is(p, `document.querySelector('.sentence').textContent`, "249 of 84,800 security groups let the whole internet in on FTP. 1 ingress permission could not be determined. 40 places were not read.")
	visible := func(selector string) string {
		return fmt.Sprintf(`[...document.querySelectorAll(%q)].filter(e => e.checkVisibility()).length`, selector)
	}
	is(p, `'ready' in document.documentElement.dataset`, false)
	is(p, visible(`[data-table=findings] tr.row`), 100)
	is(p, visible(`[data-table=findings] tr.details`), 100)
	is(p, visible(`[data-table=missed] tr.row`), 40)
	bars := 0
	for _, chart := range all(parsed(t, written(t, r)), "table", "class", "plain chart") {
		bars += len(all(chart, "rect", "", ""))
	}
	is(p, visible(`.chart rect`), bars)
	is(p, visible(`form, .copy, .more, .pages`), 0)
	if want := "Here are the first 100 of 290. The other 190 are in findings.csv and, with JavaScript, on this page."; p.shown() != want {
		t.Errorf("shown %q, want %q", p.shown(), want)
	}
}

// The policy is in force: a style that the page does not have is not applied. This is
// what the other tests would see if the page broke its own policy.
func testPolicyWorks(t *testing.T, b *browser) {
	p := b.open(t, opened(), command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: `window.violations = []; addEventListener('securitypolicyviolation', e => violations.push(e.effectiveDirective))`})).ready()
	is(p, `violations.length`, 0)
	eval[any](p, `document.body.setAttribute('style', 'color: red'), document.head.append(Object.assign(document.createElement('script'), {textContent: 'window.owned = 1'})), document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'})), 0`)
	until(p, `violations.sort().join()`, "img-src,script-src-elem,style-src-attr")
	is(p, `'owned' in window`, false)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.mischief) != 4 {
		t.Errorf("the browser told of %q, want three violations and a request", p.mischief)
	}
	p.mischief = nil
}

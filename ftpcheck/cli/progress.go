package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// How far the reading of AWS has come, in two renderings of the same: a line for a person, which
// goes away, and a line of JSON for every event.

// progressMode is how to tell it.
type progressMode string

const (
	progressAuto  progressMode = "auto"
	progressJSON  progressMode = "json"
	progressNever progressMode = "never"
)

func (m *progressMode) String() string { return string(*m) }

// Choices are the values that it can have.
func (m *progressMode) Choices() []string {
	return []string{string(progressAuto), string(progressJSON), string(progressNever)}
}

func (m *progressMode) Type() string { return "MODE" }

func (m *progressMode) Set(text string) error {
	if text = strings.ToLower(text); !slices.Contains(m.Choices(), text) {
		return fmt.Errorf("must be %s", oneOf(m.Choices()))
	}
	*m = progressMode(text)
	return nil
}

func addProgress(c *cobra.Command) {
	mode := progressAuto
	c.Flags().Var(&mode, "progress", "tell on standard error how far reading AWS has come: auto (on a terminal), json (an event a line) or never")
}

// showProgress tells how far the reading of AWS has come, for what reads with the context that it
// returns, which is that of ctx. That must be ended before anything else is printed, or hidden.
func showProgress(ctx context.Context, c *cobra.Command) (context.Context, *progress) {
	mode := progressAuto
	if f := c.Flag("progress"); f != nil {
		mode = progressMode(f.Value.String())
	}
	p := &progress{places: map[string]*progressPlace{}, hide: func() {}}
	stderr := c.ErrOrStderr()
	switch stream, ok := stderr.(*terminal.Stream); {
	case mode == progressJSON:
		p.events = json.NewEncoder(stderr)
		p.events.SetEscapeHTML(false)
		p.write(&progressEvent{Event: "started"})
	case mode == progressAuto && !quiet(c) && ok && terminal.Is(stream):
		p.hide = sync.OnceFunc(p.show(ctx, stream))
	default:
		return ctx, p
	}
	return scan.WithObserver(ctx, p.observe), p
}

// end says that the reading has come to its end.
func (p *progress) end() {
	p.hide()
	if p.events != nil {
		p.write(&progressEvent{Event: "finished"})
	}
}

// A progress is what is known of the reads of a command.
type progress struct {
	events *json.Encoder // nil for a person
	hide   func()        // takes away the line for a person

	mu      sync.Mutex
	places  map[string]*progressPlace // account-regions that were to be read
	reading []*progressPlace          // those that are being read, the oldest first
	other   int                       // accounts and the like that could not be read
}

type progressPlace struct {
	account, region string
	reads           int // under way: a query may read a place several times
	done, failed    bool
	groups          int64
}

// observe implements [scan.Observer].
func (p *progress) observe(step scan.Step, c sg.Coverage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := sg.PlaceKey(c.AccountID, c.Region)
	place := p.places[key]
	// What is not to be read, such as a region that is not enabled, has neither been found nor
	// can it be missed.
	if counts := step != scan.Ended || c.Missing(); place == nil && counts && c.Region != "" {
		place = &progressPlace{account: c.AccountID, region: c.Region}
		p.places[key] = place
	}
	if place != nil {
		p.step(place, step, c)
	} else if c.Missing() {
		p.other++
	}
	if p.events != nil {
		p.tell(step, c)
	}
}

func (p *progress) step(place *progressPlace, step scan.Step, c sg.Coverage) {
	place.groups = max(place.groups, c.Groups)
	switch step {
	case scan.Begun:
		if place.reads++; place.reads == 1 {
			p.reading = append(p.reading, place)
		}
	case scan.Ended:
		place.done, place.failed = true, place.failed || c.Missing()
		if place.reads = max(place.reads-1, 0); place.reads == 0 {
			p.reading = slices.DeleteFunc(p.reading, func(other *progressPlace) bool { return other == place })
		}
	}
}

// progressTotal is how far the whole has come.
type progressTotal struct {
	Places int   `json:"places"` // known so far
	Done   int   `json:"done"`
	Failed int   `json:"failed"`
	Groups int64 `json:"groups"`
}

func (p *progress) total() (t progressTotal, accounts int) {
	ids := map[string]bool{}
	for _, place := range p.places {
		ids[place.account] = true
		t.Places++
		t.Groups += place.groups
		if place.done && place.reads == 0 {
			t.Done++
		}
		if place.failed {
			t.Failed++
		}
	}
	t.Failed += p.other
	return t, len(ids)
}

// progressEvent is a line of --progress json, which docs/command.md explains.
type progressEvent struct {
	Event        string        `json:"event"`
	Time         time.Time     `json:"time"`
	Connection   string        `json:"connection,omitempty"`
	AccountID    string        `json:"account_id,omitempty"`
	Region       string        `json:"region,omitempty"`
	Status       sg.Status     `json:"status,omitempty"`
	ErrorCode    string        `json:"error_code,omitempty"`
	ErrorMessage string        `json:"error_message,omitempty"`
	Groups       *int64        `json:"groups,omitempty"`
	Total        progressTotal `json:"total"`
}

// tell writes the event of a step, if it is one for other programs.
func (p *progress) tell(step scan.Step, c sg.Coverage) {
	e := &progressEvent{Connection: c.Connection, AccountID: c.AccountID, Region: c.Region}
	switch {
	case step == scan.Begun:
		e.Event = "place_started"
	case step != scan.Ended:
		return
	default:
		e.Event, e.Groups = "place_read", &c.Groups
		e.Status, e.ErrorCode, e.ErrorMessage = c.Status, c.ErrorCode, c.ErrorMessage
		if c.Missing() {
			e.Event = "place_failed"
		} else if c.Status != sg.StatusScanned {
			e.Event = "place_skipped"
		}
	}
	p.writeLocked(e)
}

func (p *progress) write(e *progressEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writeLocked(e)
}

func (p *progress) writeLocked(e *progressEvent) {
	e.Time = time.Now().UTC()
	e.Total, _ = p.total()
	_ = p.events.Encode(e) // the reading goes on if nobody listens
}

// howOften the line for a person is written anew. What is over before that shows none.
const howOften = 200 * time.Millisecond

// show keeps the status of a terminal up to date until the returned function is called, or the
// context ends: what is said after that must stay to be read.
func (p *progress) show(ctx context.Context, stderr *terminal.Stream) (end func()) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		defer stderr.Status("")
		tick := time.NewTicker(howOften)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ctx.Done():
				return
			case <-tick.C:
				stderr.Status(p.line(stderr.Room()))
			}
		}
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

// line is how far the reading has come, in so many columns. It names as many of the places that
// are being read as there is room for, those first that take longest.
func (p *progress) line(room int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	total, accounts := p.total()
	if total.Places == 0 {
		return ""
	}
	counted := func(n int64, noun string) string {
		if n != 1 {
			noun += "s"
		}
		return humanize.Comma(n) + " " + noun
	}
	line := humanize.Comma(int64(total.Done)) + " of " + counted(int64(total.Places), "region")
	add := func(part string) {
		if len(line+part) <= room {
			line += part
		}
	}
	if accounts > 1 {
		add(" in " + counted(int64(accounts), "account"))
	}
	add(", " + counted(total.Groups, "group"))
	if total.Failed > 0 {
		add(fmt.Sprintf(", %s not read", humanize.Comma(int64(total.Failed))))
	}
	var names []string
	for _, place := range p.reading {
		name := place.region
		if accounts > 1 {
			name += " of " + place.account
		}
		names = append(names, output.Printable(name))
	}
	for n := len(names); n > 0; n-- {
		waiting := line + "; waiting for " + strings.Join(names[:n], ", ")
		if n < len(names) {
			waiting += fmt.Sprintf(" and %d more", len(names)-n)
		}
		if len(waiting) <= room {
			return waiting
		}
	}
	return line
}

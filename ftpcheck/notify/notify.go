// Package notify tells a webhook once what has changed since a baseline.
package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
)

// A Webhook is where to tell.
type Webhook struct {
	URL    string
	Secret string // for the signature; empty for none
	// Told is the file that remembers what was told last; see [Webhook.Tell].
	Told string
	// Pause is how long to wait before the second attempt. Later pauses are longer.
	Pause time.Duration
}

// attempts is how often a webhook is tried.
const attempts = 4

// maxChanges is how many changes a message has: what takes messages takes no long ones.
const maxChanges = 500

// Message is what is told. Text is for people, and what Slack and those that do as it does show.
type Message struct {
	Text    string          `json:"text"`
	Counts  map[string]int  `json:"counts"`            // by kind of change
	Changes []messageChange `json:"changes"`           // with the columns of audit diff
	Omitted int             `json:"omitted,omitempty"` // changes that there was no room for
}

type messageChange map[string]string

// New returns the message on changes, of which text is what people are told; nil if there is nothing
// that somebody must be told.
func New(text string, changes baseline.Changes) *Message {
	m := &Message{Text: text, Counts: map[string]int{}, Changes: []messageChange{}}
	columns := baseline.Columns()
	for _, c := range changes {
		switch c.Kind {
		case baseline.StillOpen, baseline.StillUndetermined, baseline.CoverageGained:
			continue
		}
		m.Counts[string(c.Kind)]++
		if len(m.Changes) == maxChanges {
			m.Omitted++
			continue
		}
		change := messageChange{}
		for i, cell := range c.Row() {
			if text, ok := cell.(string); ok {
				change[columns[i].Name] = text
			}
		}
		m.Changes = append(m.Changes, change)
	}
	if len(m.Changes) == 0 {
		return nil
	}
	return m
}

// Check finds what is wrong with the webhook.
func (w *Webhook) Check() error {
	u, err := url.Parse(w.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return errors.New("it must be the URL of a webhook, such as https://hooks.example.com/…")
	}
	return nil
}

// Tell posts the message, unless it is what was told last. Whoever has the URL can write there, so
// that errors have its host alone.
func (w *Webhook) Tell(ctx context.Context, m *Message) (told bool, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return false, err
	}
	// What people are told of it counts groups that nothing has happened to, too.
	what, err := json.Marshal([]any{m.Counts, m.Changes, m.Omitted})
	if err != nil {
		return false, err
	}
	state := hash(w.URL) + " " + hash(string(what)) + "\n"
	if last, err := os.ReadFile(w.Told); err == nil && string(last) == state {
		return false, nil
	}
	for i := range attempts {
		if i > 0 {
			select {
			case <-ctx.Done():
				return false, ctx.Err()
			case <-time.After(w.Pause << (i - 1)):
			}
		}
		var again bool
		if again, err = w.post(ctx, body); err == nil || !again {
			break
		}
	}
	if err != nil {
		return false, fmt.Errorf("%s could not be told: %w", w.host(), err)
	}
	return true, w.remember(state)
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (w *Webhook) host() string {
	if u, err := url.Parse(w.URL); err == nil {
		return u.Host
	}
	return "the webhook"
}

// client follows no redirect: what is told is for whoever was named.
var client = &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// post posts the body once. Again says whether to try once more.
func (w *Webhook) post(ctx context.Context, body []byte) (again bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return false, errors.New("its URL is not valid")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "ftpcheck")
	if w.Secret != "" {
		mac := hmac.New(sha256.New, []byte(w.Secret))
		mac.Write(body)
		request.Header.Set("X-Ftpcheck-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	answer, err := client.Do(request)
	if err != nil {
		var in *url.Error
		if errors.As(err, &in) {
			err = in.Err // without the URL
		}
		return ctx.Err() == nil, err
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	switch {
	case answer.StatusCode < 300:
		return false, nil
	case answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode >= 500:
		return true, fmt.Errorf("it answered %s", answer.Status)
	}
	return false, fmt.Errorf("it answered %s", answer.Status)
}

// remember keeps what was told. That it could not be is an error: it would be told again.
func (w *Webhook) remember(state string) error {
	err := os.MkdirAll(filepath.Dir(w.Told), 0o700)
	if err == nil {
		err = os.WriteFile(w.Told, []byte(state), 0o600)
	}
	if err != nil {
		return fmt.Errorf("it was told, and %q, which remembers that, cannot be written: %w", w.Told, newfile.WithoutPath(err))
	}
	return nil
}

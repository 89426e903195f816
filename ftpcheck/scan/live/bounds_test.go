package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Pages end: as many as may be are an answer, and one more is an error that names the bound.
func TestBoundsOfPages(t *testing.T) {
	endless := func(page int) string { return fmt.Sprint(page) }
	upTo := func(pages int) func(int) string {
		return func(page int) string {
			if page == pages {
				return ""
			}
			return fmt.Sprint(page)
		}
	}
	token := func(size int) func(int) string {
		return func(page int) string { return strings.Repeat("x", size*(2-page)) }
	}
	for _, tt := range []struct {
		name  string
		next  func(page int) string // the token of the next, behind a page from 1
		asked int
		want  string
	}{
		{"most pages", upTo(mostPages), mostPages, ""},
		{"one more", upTo(mostPages + 1), mostPages, "has more than 10000 pages for it"},
		{"no end", endless, mostPages, "has more than 10000 pages for it"},
		{"longest token", token(longestToken), 2, ""},
		{"one byte more", token(longestToken + 1), 1, "gave a NextToken of more than 65536 bytes"},
	} {
		asked := 0
		l := New(config.Config{CallTimeout: 60, PlaceTimeout: 900})
		err := l.pages(t.Context(), "ec2:DescribeSecurityGroups", func(p *paging) askPage {
			return func(_ context.Context, _ *string) (*string, error) {
				asked++
				p.item(fmt.Sprint(asked))
				return aws.String(tt.next(asked)), nil
			}
		})
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) || asked != tt.asked {
			t.Errorf("%s: %d pages, %v", tt.name, asked, err)
		}
	}
	// Pages that fit together and come slowly end, too.
	l := New(config.Config{CallTimeout: 60, PlaceTimeout: 1})
	err := l.pages(t.Context(), "ec2:DescribeSecurityGroups", func(p *paging) askPage {
		page := 0
		return func(context.Context, *string) (*string, error) {
			page++
			time.Sleep(20 * time.Millisecond)
			return aws.String(endless(page)), nil
		}
	})
	if f := (*failure)(nil); !errors.As(err, &f) || f.status != sg.StatusUnreachable ||
		f.message != "ec2:DescribeSecurityGroups, with all its pages, took longer than 1s. Try again later, check the network, or raise {place_timeout}" {
		t.Error(err)
	}
}

// An attempt ends, whatever its answer is waiting for: for its begin or for the rest.
func TestBoundOfAnAttempt(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/begun" {
			io.WriteString(w, "<")
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	}))
	defer server.Close()
	client := newHTTPClient(server.Client(), make(chan struct{}, 1))
	if client.wait != attemptTimeout {
		t.Errorf("an attempt waits for %v", client.wait)
	}
	client.wait = 50 * time.Millisecond
	for _, path := range []string{"/", "/begun"} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Do(r)
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			t.Errorf("%s: %v", path, err)
		}
		cancel()
	}
}

// An answer is read up to a bound, and is an error if there is more.
func TestBoundOfAnAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden) // of which no shape is asked
		io.WriteString(w, r.URL.RawQuery)
	}))
	defer server.Close()
	client := newHTTPClient(server.Client(), make(chan struct{}, 1))
	if client.most != longestAnswer {
		t.Errorf("%d bytes of an answer are read", client.most)
	}
	client.most = 100
	for size, want := range map[int]string{99: "", 100: "", 101: "it has more than 100 bytes", 5000: "it has more than 100 bytes"} {
		r, err := http.NewRequest(http.MethodGet, server.URL+"?"+strings.Repeat("x", size), nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(r)
		switch {
		case want != "":
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%d bytes: %v", size, err)
			}
		case err != nil:
			t.Errorf("%d bytes: %v", size, err)
		default:
			if body, err := io.ReadAll(answer.Body); err != nil || len(body) != size {
				t.Errorf("%d bytes: %d, %v", size, len(body), err)
			}
		}
	}
}

package live

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// How much of an answer is read. AWS gives the tokens, and could give them for ever; the most
// that an account can have in a region is far below.
const (
	mostPages     = 10_000  // of one answer
	longestToken  = 1 << 16 // in bytes
	longestAnswer = 1 << 29 // of one page, in bytes
	timesRead     = 3       // how often pages are read that moved while they were
)

// paging is one pass over the pages of an answer.
type paging struct {
	seed  maphash.Seed
	items map[uint64]struct{} // by the hash of what identifies them
	twice string              // an item that came twice
}

// item takes note of an item. One that comes twice is the proof that the pages moved while they
// were read, so that another may not have come at all.
func (p *paging) item(id string) {
	hash := maphash.String(p.seed, id)
	if _, ok := p.items[hash]; ok && p.twice == "" {
		p.twice = id
	}
	p.items[hash] = struct{}{}
}

// has reports whether there was such an item.
func (p *paging) has(id string) bool {
	_, ok := p.items[maphash.String(p.seed, id)]
	return ok
}

// An askPage asks for the page of a token, and takes it in. It returns the token of the next.
type askPage func(ctx context.Context, token *string) (next *string, err error)

// pages reads all pages of what AWS answers to an action, for which begin returns what asks for
// them. Where the pages moved while they were read it begins again.
func (l *Source) pages(ctx context.Context, action string, begin func(*paging) askPage) error {
	started := time.Now()
	for try := 1; ; try++ {
		p := &paging{maphash.MakeSeed(), map[uint64]struct{}{}, ""}
		if err := l.pass(ctx, action, started, p, begin(p)); err != nil || p.twice == "" {
			return err
		}
		if try == timesRead {
			return &failure{sg.StatusError, codeUnexpected, fmt.Sprintf(
				"%s failed: AWS gave %.80q twice in each of %d readings, so its pages do not fit together. Try again when less is changed there", action, p.twice, try), ""}
		}
	}
}

func (l *Source) pass(ctx context.Context, action string, started time.Time, p *paging, ask askPage) error {
	tokens := map[uint64]struct{}{}
	for token := (*string)(nil); ; {
		left := time.Duration(l.config.PlaceTimeout)*time.Second - time.Since(started)
		if left <= 0 {
			return tooLong(action+", with all its pages,", "{place_timeout}", l.config.PlaceTimeout)
		}
		err := l.call(ctx, action, func(ctx context.Context) (err error) {
			token, err = ask(ctx, token)
			return err
		})
		if err != nil {
			return err
		}
		next := aws.ToString(token)
		hash := maphash.String(p.seed, next)
		_, known := tokens[hash]
		tokens[hash] = struct{}{}
		problem := ""
		switch {
		case next == "" || p.twice != "":
			return nil
		case known:
			problem = "gave the same NextToken twice, so its pages have no end"
		case len(tokens) == mostPages:
			problem = fmt.Sprintf("has more than %d pages for it", mostPages)
		case len(next) > longestToken:
			problem = fmt.Sprintf("gave a NextToken of more than %d bytes", longestToken)
		default:
			continue
		}
		return &failure{sg.StatusError, codeUnexpected, fmt.Sprintf("%s failed: what answers %s. Check {endpoint_url} and proxies", action, problem), ""}
	}
}

// call makes a call of AWS, with all its attempts, within the time for it.
func (l *Source) call(ctx context.Context, action string, do func(context.Context) error) error {
	return l.callWithin(ctx, action, l.config.CallTimeout, do)
}

func (l *Source) callWithin(ctx context.Context, action string, seconds int, do func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
	defer cancel()
	limited, throttled := withLastAnswer(limited)
	err := do(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil && !isFailure(err) {
		if code := throttled.Load(); code != nil {
			return throttledFor(action, *code, seconds)
		}
		return tooLong(action, "{call_timeout}", seconds)
	}
	return during(action, err)
}

func tooLong(what, argument string, seconds int) error {
	return &failure{sg.StatusUnreachable, codeTimedOut, fmt.Sprintf(
		"%s took longer than %s. Try again later, check the network, or raise %s", what, time.Duration(seconds)*time.Second, argument), ""}
}

func isFailure(err error) bool {
	var f *failure
	return errors.As(err, &f)
}

// lacking is the failure of an answer without something that AWS always gives.
func lacking(action, what string) *failure {
	return &failure{sg.StatusError, codeUnexpected, fmt.Sprintf("%s failed: the answer is not as AWS gives it: %s. Try again, and check {endpoint_url} and proxies if it stays so", action, what), ""}
}

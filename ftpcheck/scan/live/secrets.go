package live

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// shortestSecret is the length from which a value is blotted out. Shorter ones are in too
// many words.
const shortestSecret = 4

// blot is what is written in the place of a secret.
const blot = "(removed)"

// secrets are the values in use that nobody may read in what is written, whatever they look
// like. The zero value has none.
type secrets struct {
	mu      sync.RWMutex
	inUse   map[string]int                    // how often each is held
	byStart map[[shortestSecret]byte][]string // to look at each place of a text once
}

// held are the values that one holder has in use.
type held struct {
	mu     sync.Mutex
	values []string
}

// hold puts values in the place of those that were held before, which are in use no more.
func (h *held) hold(s *secrets, values ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(values) == len(h.values) {
		same := true
		for i := range values {
			same = same && values[i] == h.values[i]
		}
		if same {
			return
		}
	}
	s.add(values...)
	s.drop(h.values...)
	h.values = values
}

// forms are a value as it is and as it is in a query.
func forms(value string) []string {
	if len(value) < shortestSecret {
		return nil
	}
	if escaped := url.QueryEscape(value); escaped != value {
		return []string{value, escaped}
	}
	return []string{value}
}

func (s *secrets) add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inUse == nil {
		s.inUse, s.byStart = map[string]int{}, map[[shortestSecret]byte][]string{}
	}
	for _, value := range values {
		for _, v := range forms(value) {
			if s.inUse[v]++; s.inUse[v] == 1 {
				start := [shortestSecret]byte([]byte(v))
				s.byStart[start] = append(s.byStart[start], v)
			}
		}
	}
}

func (s *secrets) drop(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		for _, v := range forms(value) {
			if s.inUse[v]--; s.inUse[v] > 0 {
				continue
			}
			delete(s.inUse, v)
			start := [shortestSecret]byte([]byte(v))
			var others []string
			for _, o := range s.byStart[start] {
				if o != v {
					others = append(others, o)
				}
			}
			if s.byStart[start] = others; others == nil {
				delete(s.byStart, start)
			}
		}
	}
}

// remove blots the values in use out of a text.
func (s *secrets) remove(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.byStart) == 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		longest := 0
		if len(text)-i >= shortestSecret {
			for _, v := range s.byStart[[shortestSecret]byte([]byte(text[i:i+shortestSecret]))] {
				if len(v) > longest && strings.HasPrefix(text[i:], v) {
					longest = len(v)
				}
			}
		}
		if longest > 0 {
			b.WriteString(blot)
			i += longest
			continue
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

// holdSettings takes note of the secrets in variables and in the profiles in use.
func (l *Source) holdSettings(cfg aws.Config) {
	env, profiles := settings(cfg)
	values := []string{env.Credentials.SecretAccessKey, env.Credentials.SessionToken, env.ContainerAuthorizationToken}
	for _, p := range profiles {
		values = append(values, p.Credentials.SecretAccessKey, p.Credentials.SessionToken, p.ExternalID)
	}
	l.settings.hold(&l.secrets, values...)
}

var secretLike = regexp.MustCompile(`(AKIA|ASIA)[A-Z0-9]{8,}|[A-Za-z0-9/+=]{40,}`)

// withoutSecrets blots out what could be a key or a token. AWS quotes requests in some
// of its messages.
func withoutSecrets(s string) string {
	return secretLike.ReplaceAllString(s, blot)
}

package fakeaws

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"
)

// A cursor is what a NextToken stands for: where the page begins, which page it is, and
// when the token was made.
type cursor struct {
	offset, page int
	made         int64
}

// token writes the cursor in a form that clients can do nothing with but return it, to the
// same call.
func (c *call) token(at cursor) string {
	plain := fmt.Sprintf("%d %d %d", at.offset, at.page, at.made)
	return base64.URLEncoding.EncodeToString(fmt.Appendf(nil, "%016x %s", c.seal(plain), plain))
}

// seal is a checksum over the token's text and all that has to stay the same from page to page.
func (c *call) seal(plain string) uint64 {
	h := fnv.New64a()
	fmt.Fprintln(h, plain, c.action, c.account(), c.region)
	for _, name := range slices.Sorted(maps.Keys(c.params)) {
		if name != "NextToken" && name != "MaxResults" {
			fmt.Fprintln(h, name, c.params[name])
		}
	}
	return h.Sum64()
}

// cursor reads the call's NextToken. Without one, the call is about the first page.
func (c *call) cursor() (cursor, error) {
	at := cursor{page: 1}
	token := c.params.Get("NextToken")
	if token == "" {
		return at, nil
	}
	invalid := c.badToken(token, "The token is invalid.")
	text, err := base64.URLEncoding.DecodeString(token)
	if err != nil || len(text) < 17 {
		return at, invalid
	}
	seal, plain := string(text[:16]), string(text[17:])
	if seal != fmt.Sprintf("%016x", c.seal(plain)) {
		return at, invalid
	}
	if _, err := fmt.Sscan(plain, &at.offset, &at.page, &at.made); err != nil {
		return at, invalid
	}
	if life := c.server.world.TokenLife; life > 0 && time.Since(time.Unix(0, at.made)) > life {
		return at, c.badToken(token, "The token has expired.")
	}
	return at, nil
}

func (c *call) badToken(token, why string) error {
	switch c.service {
	case "config":
		return fail(400, "InvalidNextTokenException", "The nextToken provided is invalid")
	case "organizations":
		return fail(400, "InvalidInputException", "You provided a value for NextToken that is not valid.")
	}
	return fail(400, "InvalidParameterValue", "Value ( %s ) for parameter NextToken is invalid. %s", token, why)
}

// page returns the call's page of all the things, and the token for the page after it, empty
// if this is the last. The call's MaxResults must be from least to most; without it the page
// has usual things.
func page[T any](c *call, all iter.Seq[T], least, most, usual int) ([]T, string, error) {
	at, err := c.cursor()
	if err != nil {
		return nil, "", err
	}
	size := usual
	if given := c.params.Get("MaxResults"); given != "" {
		if size, err = c.maxResults(given, least, most); err != nil {
			return nil, "", err
		}
	}
	if short := c.server.world.ShortPages; short > 0 {
		size = min(size, short)
	}
	next := cursor{offset: at.offset, page: at.page + 1, made: time.Now().UnixNano()}
	if c.server.world.EmptyPages && at.page%2 == 1 {
		return nil, c.token(next), nil
	}
	var things []T
	i := 0
	for thing := range all {
		if len(things) == size {
			next.offset += size
			return things, c.token(next), nil
		}
		if i >= at.offset {
			things = append(things, thing)
		}
		i++
	}
	return things, "", nil
}

func (c *call) maxResults(given string, least, most int) (int, error) {
	size, err := strconv.Atoi(given)
	if err == nil && size >= least && size <= most {
		return size, nil
	}
	switch c.service {
	case "config":
		return 0, fail(400, "InvalidLimitException", "The specified limit is outside the allowable range.")
	case "organizations":
		return 0, fail(400, "InvalidInputException", "You specified an invalid value for MaxResults: %s", given)
	}
	expected := fmt.Sprintf("greater than %d", least)
	if size > most {
		expected = fmt.Sprintf("smaller than %d", most)
	}
	return 0, fail(400, "InvalidParameterValue", "Value ( %s ) for parameter maxResults is invalid. Expecting a value %s.", given, expected)
}

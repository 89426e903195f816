package saved

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// AWS ends each page of an answer but the last with a token, with which the next is asked for. The
// next does not repeat it. So pages are complete together if they stand in their order, and none
// but the last has a token: in one file, or in files of one folder with numbers in their names.

// pages are the pages of a file, by the list that they are of.
type pages struct {
	tokens map[string]string // of the last page, if it has one
}

// add takes in a page.
func (p *pages) add(list, token string) error {
	if p.tokens == nil {
		p.tokens = map[string]string{}
	}
	if token != "" && p.tokens[list] == token {
		return &document.Error{Code: document.Incomplete, Offset: -1,
			Problem: "the same page of an answer is in the file twice, and another may be missing. Save the command's output again"}
	}
	p.tokens[list] = token
	return nil
}

// last is the token with which the file ends, empty if it needs no other file.
func (p *pages) last() (token string) {
	for _, t := range p.tokens {
		token = cmp.Or(token, t)
	}
	return token
}

// openPages are pages that others must follow.
type openPages struct {
	token  string
	commit func() error // what they hold, once they are known to be complete; nil if it has been taken in
}

var numbered = regexp.MustCompile(`^(.*?)([0-9]+)([^0-9]*)$`)

// successor is the name of the file with the next page, and isFirst whether the name may be that
// of the first.
func successor(origin string) (next string, isFirst bool) {
	folder, name := filepath.Split(origin)
	m := numbered.FindStringSubmatch(name)
	if m == nil {
		return "", false
	}
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return "", false
	}
	return folder + m[1] + fmt.Sprintf("%0*d", len(m[2]), n+1) + m[3], n <= 1
}

// closePages refuses those of the files that end with a token, unless the files with the pages that
// follow are there, too.
func (r *savedRead) closePages(ctx context.Context, files []*sg.Coverage) error {
	whole := map[*sg.Coverage]bool{}
	for _, c := range files {
		if _, first := successor(c.Origin); r.pagesOf[c].token == "" || !first {
			continue
		}
		chain := []*sg.Coverage{c}
		tokens := map[string]bool{}
		for at := c; at != nil; {
			token := r.pagesOf[at].token
			if token == "" {
				for _, page := range chain {
					whole[page] = true
				}
				break
			}
			if tokens[token] {
				break
			}
			tokens[token] = true
			name, _ := successor(at.Origin)
			i := slices.IndexFunc(files, func(f *sg.Coverage) bool {
				return f.Origin == name && f.Content == c.Content && f.Status == sg.StatusScanned
			})
			if at = nil; i >= 0 {
				at = files[i]
				chain = append(chain, at)
			}
		}
	}
	for _, c := range files {
		open, ok := r.pagesOf[c]
		if !ok {
			continue
		}
		delete(r.pagesOf, c)
		var err error
		if !whole[c] {
			err = &document.Error{Code: document.Incomplete, Offset: -1,
				Problem: "the file has a NextToken, so it holds only a part of what AWS has. Save the command's output again, without --max-items, --starting-token and --no-paginate"}
			c.AccountID, c.Region = placeOf(c.Origin)
		} else if open.commit != nil {
			err = open.commit()
		}
		if c.Status != sg.StatusScanned || err == nil {
			continue
		}
		if err := r.record(ctx, c, err); err != nil {
			return err
		}
	}
	return nil
}

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// A witness is a reader that sees what SQL drops without a word: what is not known equals
// nothing, and a region that nobody has read has no rows.
type witness struct {
	reader tables.Reader
	doubts *doubts
}

// doubts are why the answer to a query may not hold: one line each.
type doubts struct {
	lines []string
	seen  map[string]bool // permissions that could not be determined
}

func newDoubts() *doubts { return &doubts{seen: map[string]bool{}} }

func (d *doubts) add(format string, args ...any) {
	if line := fmt.Sprintf(format, args...); !slices.Contains(d.lines, line) {
		d.lines = append(d.lines, line)
	}
}

// err is the doubts as an error, or nil if there are none.
func (d *doubts) err() error {
	if len(d.lines) == 0 {
		return nil
	}
	return errors.New(strings.Join(d.lines, "\n"))
}

// An unknown is the permissions of a place that could not be determined.
type unknown struct {
	place       sg.Coverage // as far as it tells the place from others
	permissions int
	lists       []string // their prefix lists
	doubts      []string // what else is not known of them
}

// Read implements [tables.Reader].
func (w *witness) Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	unknowns := map[[4]string]*unknown{}
	var order []*unknown
	places, err := w.reader.Read(ctx, request, func(g *sg.Group) error {
		if request.Verdicts && g.Fits(&request) {
			place := [4]string{g.Connection, g.Origin, g.AccountID, g.Region}
			for _, p := range g.Permissions {
				if p.Verdict.Unrestricted != rule.Unknown || !w.doubts.first(g, p) {
					continue
				}
				u := unknowns[place]
				if u == nil {
					u = &unknown{place: sg.Coverage{Connection: g.Connection, Origin: g.Origin, AccountID: g.AccountID, Region: g.Region}}
					unknowns[place] = u
					order = append(order, u)
				}
				u.permissions++
				switch {
				case p.Doubt != "":
					if doubt := cmp.Or(p.Resource.Address, g.Ref()) + ": " + p.Doubt; !slices.Contains(u.doubts, doubt) {
						u.doubts = append(u.doubts, doubt)
					}
				case !slices.Contains(u.lists, p.PrefixListID):
					u.lists = append(u.lists, p.PrefixListID)
				}
			}
		}
		return emit(g)
	})
	for _, u := range order {
		w.doubts.undetermined(u, places)
	}
	var incomplete *sg.IncompleteError
	switch {
	case errors.As(err, &incomplete) && request.Shows(incomplete.Failed):
		for _, c := range incomplete.Failed {
			w.doubts.add("nothing is known of %s", c.Problem())
		}
	case err != nil:
		return places, err // or enough was read: what the rest would have been is not known
	}
	for _, named := range namedPlaces(&request) {
		if known, err := w.knows(ctx, named, places); err != nil {
			return places, err
		} else if !known {
			w.doubts.unread(named, places)
		}
	}
	return places, err
}

// first reports whether a permission is met for the first time.
func (d *doubts) first(g *sg.Group, p *sg.Permission) bool {
	key := strings.Join([]string{g.Connection, g.Origin, g.AccountID, g.Region, g.ID, p.Resource.Address, p.Key()}, "\x00")
	before := d.seen[key]
	d.seen[key] = true
	return !before
}

func (d *doubts) undetermined(u *unknown, places []sg.Coverage) {
	place := u.place
	problem := strings.Join(u.doubts, "; ")
	if len(u.lists) > 0 {
		lists := "prefix list " + strings.Join(u.lists, ", ") + " was not read"
		if place.Origin != sg.Live {
			lists += ". Put what aws ec2 get-managed-prefix-list-entries prints, in a file with the ID of the list in its name, beside the others"
		}
		problem = strings.TrimPrefix(problem+"; "+lists, "; ")
	}
	for _, c := range places {
		if c.Connection == place.Connection && c.Origin == place.Origin && c.ErrorMessage != "" &&
			(c.Origin != sg.Live || c.AccountID == place.AccountID && c.Region == place.Region) {
			problem = c.ErrorMessage
		}
	}
	where := place.Place()
	if place.Connection != "" {
		where = "connection " + place.Connection + ", " + where
	}
	d.add("%s of %s could not be determined: %s", count(u.permissions, "ingress permission"), where, problem)
}

func (d *doubts) unread(named sg.Request, places []sg.Coverage) {
	for _, c := range places {
		if c.Status != sg.StatusScanned && c.AccountID != "" && named.WantsAccount(c.AccountID) &&
			(c.Region != "" && named.WantsRegion(c.Region) || c.Region == "" && named.Accounts != nil) {
			d.add("no place of %s was read: %s", nameOf(named), c.Problem())
			return
		}
	}
	d.add("no place of %s was read, and none is known: correct the name, or have it read, too", nameOf(named))
}

// namedPlaces takes the accounts and regions that a request names apart.
func namedPlaces(r *sg.Request) []sg.Request {
	if len(r.Accounts) == 1 && len(r.Regions) == 1 {
		return []sg.Request{{Accounts: r.Accounts, Regions: r.Regions, CoverageOnly: r.CoverageOnly}}
	}
	var named []sg.Request
	for i := range r.Accounts {
		named = append(named, sg.Request{Accounts: r.Accounts[i : i+1], CoverageOnly: r.CoverageOnly})
	}
	for i := range r.Regions {
		named = append(named, sg.Request{Regions: r.Regions[i : i+1], CoverageOnly: r.CoverageOnly})
	}
	for i := range r.RegionPrefixes {
		named = append(named, sg.Request{RegionPrefixes: r.RegionPrefixes[i : i+1], CoverageOnly: r.CoverageOnly})
	}
	return named
}

func nameOf(r sg.Request) string {
	var names []string
	for _, id := range r.Accounts {
		names = append(names, "account "+id)
	}
	for _, region := range r.Regions {
		names = append(names, "region "+region)
	}
	for _, prefix := range r.RegionPrefixes {
		names = append(names, "a region "+prefix+"…")
	}
	return strings.Join(names, ", ")
}

var errFound = errors.New("found")

// knows reports whether something was read of what is named or, if only the record is asked
// for, whether it is in the record.
func (w *witness) knows(ctx context.Context, named sg.Request, places []sg.Coverage) (bool, error) {
	vague := false // a file does not tell, or holds several
	for _, c := range places {
		switch {
		case !c.Concerns(&named),
			c.Status == sg.StatusScanned && c.Content != sg.ContentGroups,
			c.Status != sg.StatusScanned && !named.CoverageOnly && (c.Optional || c.Ignored):
			continue
		}
		if c.Origin == sg.Live || named.WantsAccount(c.AccountID) && named.WantsRegion(c.Region) {
			return true, nil // also one that failed: it has been told
		}
		vague = true
	}
	if !vague || named.CoverageOnly {
		return vague, nil
	}
	_, err := w.reader.Read(ctx, named, func(g *sg.Group) error {
		if !g.Fits(&named) {
			return nil
		}
		return errFound
	})
	var incomplete *sg.IncompleteError
	if err == errFound || errors.As(err, &incomplete) {
		return true, nil
	}
	return false, err
}

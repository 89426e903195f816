package saved

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A neighbourhood is all that was recorded in one scan, of which the places are replayed one by
// one. What one of them needs to know of another is read when it is needed, as it was then.
type neighbourhood struct {
	reader *savedRead
	index  *record.Index
	dir    string
	known  map[place]*neighbour
}

// A neighbour is what was recorded of a place that matters to the same region of other accounts.
type neighbour struct {
	account    *exposure.Account
	surveyed   bool
	interfaces map[string][]sg.NetworkInterface // by group
	sources    map[string]*exposure.Sources     // by group; nil unless paths are asked for
}

// at is what was recorded of a place; nil if nothing was, or if it is not as it was recorded, which
// its own record says.
func (n *neighbourhood) at(ctx context.Context, where place) (*neighbour, error) {
	if known, ok := n.known[where]; ok {
		return known, nil
	}
	n.known[where] = nil
	for i := range n.index.Scan.Places {
		p := &n.index.Scan.Places[i]
		if p.Origin != sg.Live || (place{p.AccountID, p.Region}) != where || len(p.Files) == 0 || p.Check(n.dir) != nil {
			continue
		}
		found, err := n.read(ctx, p)
		var bad *document.Error
		if err != nil && !errors.As(err, &bad) {
			return nil, err
		}
		n.known[where] = found
		break
	}
	return n.known[where], nil
}

func (n *neighbourhood) read(ctx context.Context, p *record.Place) (*neighbour, error) {
	asked := &n.reader.request
	r := n.reader.newRead(sg.Request{Reachability: asked.WantsNetworks(), NetworkInterfaces: asked.NetworkInterfaces}, nil)
	r.replayed = p
	var groupFiles []*sg.Coverage
	var decoders []Decoder
	for _, f := range p.Files {
		c := &sg.Coverage{Origin: filepath.Join(n.dir, filepath.FromSlash(f.Name))}
		by, groups, err := r.complete(ctx, c)
		if err != nil {
			return nil, err
		}
		if groups {
			groupFiles, decoders = append(groupFiles, c), append(decoders, by)
		}
	}
	r.joinRecorded()
	r.networks()
	at := place{p.AccountID, p.Region}
	found := &neighbour{account: r.accounts[at], surveyed: r.surveyed(at), interfaces: r.completion.NetworkInterfaces}
	if asked.Paths == nil {
		return found, nil
	}
	found.sources = map[string]*exposure.Sources{}
	for i, c := range groupFiles {
		err := r.judgedIn(ctx, c, decoders[i], func(g *sg.Group) { found.sources[g.ID] = exposure.NewSources(g.RulePermissions()) })
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// judgedIn hands over the groups of a file, judged.
func (r *savedRead) judgedIn(ctx context.Context, c *sg.Coverage, by Decoder, take func(*sg.Group)) error {
	d, err := r.open(ctx, c)
	if err != nil {
		return err
	}
	defer d.Close()
	return by.Groups(d, c, func(g *sg.Group) error {
		g.Judge(r.completion.PrefixLists)
		take(g)
		return nil
	})
}

// foreignSources takes in what the groups of those let in who have interfaces in the place and are
// not its account, which is replayed.
func (r *savedRead) foreignSources(at place) error {
	if r.replayed == nil {
		return nil // all files have been read
	}
	owners := map[string]bool{}
	for _, i := range r.interfacesOf[at] {
		owners[i.OwnerID] = i.OwnerID != at.account
	}
	for _, id := range slices.Sorted(maps.Keys(owners)) {
		if !owners[id] {
			continue
		}
		n, err := r.neighbour(id)
		if err != nil {
			return err
		}
		if n == nil {
			continue
		}
		for group, s := range n.sources {
			if r.sources[group] == nil {
				r.sources[group] = s
			}
		}
	}
	return nil
}

// completeShared gives a group of another account, of a place that is replayed, the network
// interfaces that its owner saw.
func (r *savedRead) completeShared(g *sg.Group) error {
	if r.replayed == nil || !g.IsShared() || !r.request.NetworkInterfaces {
		return nil
	}
	n, err := r.neighbour(g.OwnerID)
	if n == nil || err != nil || !n.surveyed {
		return err
	}
	g.CompleteByOwner(n.interfaces[g.ID])
	return nil
}

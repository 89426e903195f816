package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// The most that AWS gives in one answer, and takes in one filter.
const (
	groupsPerPage  = 1000
	entriesPerPage = 100
	listsPerPage   = 100
	valuesPerCall  = 200
)

// placeReader reads one account and region.
type placeReader struct {
	*Source
	job     placeJob
	request *Reading
	client  *ec2Calls
	record  sg.Coverage

	learned map[string]listAnswer // prefix lists that were read with the groups, by ID
	known   sg.AddressLists       // those of them that could be read

	again         bool   // everything is read for the second time
	contradiction string // of two answers about one thing; empty if there is none

	joined []ec2.IndexedRule // with groups before, whose room is used again

	// For the recorder: the rules behind the permissions, if there are some, and the files written so far.
	keptRules *record.Listing
	files     []record.File
	spool     *newfile.Spool // for what a place may have too much of for memory
}

// readPlace reads one place: its groups, and what the request asks for to complete them.
// Its error is the end of the whole read; what fails in the place is in its record.
func (l *Source) readPlace(ctx context.Context, job placeJob, request *Reading, send func(arrival) error) error {
	r := &placeReader{Source: l, job: job, request: request,
		client: newEC2Calls(job.account.aws, job.region),
		record: sg.Coverage{Origin: sg.Live, AccountID: job.account.id, Partition: job.account.partition, Region: job.region, Content: sg.ContentGroups, Status: sg.StatusScanned, Started: time.Now()},
	}
	if request.Recorder != nil {
		r.spool = request.Recorder.Spool()
		defer r.spool.Close()
		defer r.forgetRules()
	}
	l.tell(ctx, Begun, r.record)
	if err := r.read(ctx, send); err != nil {
		return err
	}
	if r.record.Finished.IsZero() {
		r.record.Finished = time.Now()
	}
	if request.Recorder != nil {
		request.Recorder.Add(r.record, r.files)
	}
	return send(arrival{place: &r.record})
}

// mostHeld is how many groups of a place are held back until they are known not to contradict
// their rules. AWS allows as many in a region, unless somebody asks for more.
const mostHeld = 2500

// read reads the place, and once more if two answers contradict each other: somebody may have
// changed something between the two calls.
func (r *placeReader) read(ctx context.Context, send func(arrival) error) error {
	unread := r.record
	r.again = r.request.Snapshot.wasAgain(r.place())
	for {
		r.learned, r.known = map[string]listAnswer{}, sg.AddressLists{}
		p, err := r.survey(ctx)
		if p == nil || err != nil {
			return err
		}
		d := delivery{reader: r, send: send}
		if r.contradiction == "" || r.again {
			if err := r.complete(ctx, p, d.take); err != nil {
				return err
			}
		}
		if r.contradiction != "" && !r.again && !d.begun {
			r.again, r.contradiction, r.record = true, "", unread
			r.forgetRules()
			r.request.Snapshot.setAgain(r.place())
			continue
		}
		if r.contradiction != "" {
			r.cache.forget(r.place())
			if err := r.missed(contradictory(r.contradiction, r.again)); err != nil {
				return err
			}
		}
		if err := r.keepAll(p); err != nil {
			return err
		}
		if err := p.exposure.paths(r, send); err != nil {
			return err
		}
		return d.end()
	}
}

// A delivery hands over groups, but holds back those that may have to be read again.
type delivery struct {
	reader *placeReader
	send   func(arrival) error
	held   []*sg.Group
	begun  bool // somebody has groups
}

func (d *delivery) take(groups []*sg.Group) error {
	r := d.reader
	// Of a snapshot it is known, and without rules nothing is left to compare.
	compared := (r.request.Rules || r.request.OpenRules) && r.request.Snapshot == nil
	if r.request.Discards || !compared || d.begun {
		return d.handOver(groups)
	}
	if d.held = append(d.held, groups...); len(d.held) <= mostHeld {
		return nil
	}
	return d.end()
}

func (d *delivery) handOver(groups []*sg.Group) error {
	d.begun = d.begun || !d.reader.request.Discards
	return d.send(arrival{groups: groups})
}

// end hands over what is held back.
func (d *delivery) end() error {
	groups := d.held
	d.held = nil
	if len(groups) == 0 {
		return nil
	}
	return d.handOver(groups)
}

// A survey is what is known of a place before its groups are handed over.
type survey struct {
	groups     *groupPages
	lists      []readList
	entries    sg.AddressLists
	names      []types.ManagedPrefixList
	interfaces *placeInterfaces // nil if not known
	// noInterfaces is why the interfaces could not be read; nil if they were or nobody asked.
	noInterfaces error
	exposure     *placeExposure // nil if not asked for
	// held are groups that were decoded to find out whether they are in use, by their page.
	held map[int][]*sg.Group
}

// survey asks for everything but rules. Its result is nil if no groups are to be handed over.
func (r *placeReader) survey(ctx context.Context) (*survey, error) {
	all, err := r.groups(ctx, filters(&r.request.Request))
	if err != nil {
		return nil, r.missed(err)
	}
	r.record.Groups, r.record.Permissions, r.record.Shared = all.groups, all.permissions, all.shared
	r.record.Started, r.record.Finished = all.started, all.finished
	if all.odd != nil {
		if err := r.missed(all.odd); err != nil {
			return nil, err
		}
	}
	var unread []string
	if all.oddPermission != "" {
		// It is undetermined; the place has been read.
		unread = append(unread, all.oddPermission)
		r.record.ErrorCode, r.record.ErrorMessage = sg.CodeOddPermission, all.oddPermission
	}
	if r.request.CoverageOnly && !r.request.UnreadLists && !r.request.WantsNetworks() {
		return nil, nil
	}
	p := &survey{groups: all, entries: sg.AddressLists{}, held: map[int][]*sg.Group{}}
	for _, id := range all.lists(r.request.AddressCounts) {
		list, err := r.list(ctx, id)
		if f := (*failure)(nil); errors.As(err, &f) {
			// The permissions that name it are undetermined; the place has been read.
			unread = append(unread, fmt.Sprintf("prefix list %s could not be read: %s", id, r.words(f)))
			r.record.ErrorCode, r.record.ErrorMessage = f.code, strings.Join(unread, ". ")
			continue
		} else if err != nil {
			return nil, err
		}
		list.id = id
		p.lists, p.entries[id] = append(p.lists, list), list.AddressList
	}
	defer r.forgetUnshared(p)
	if r.request.CoverageOnly {
		_, err := r.exposure(ctx, p)
		return nil, err
	}
	if p.names, err = r.listNames(ctx, all); r.missed(err) != nil {
		return nil, err
	}
	if p.interfaces, err = r.interfaces(ctx); r.missed(err) != nil {
		return nil, err
	}
	p.noInterfaces = err
	if p.exposure, err = r.exposure(ctx, p); err != nil {
		return nil, err
	}
	r.compareInterfaces(p)
	return p, nil
}

// complete hands over the groups that the request asks for, page by page.
func (r *placeReader) complete(ctx context.Context, p *survey, take func([]*sg.Group) error) error {
	names := map[string]string{}
	for _, l := range p.names {
		names[aws.ToString(l.PrefixListId)] = aws.ToString(l.PrefixListName)
	}
	absent := map[string]string{}
	for i := range p.groups.pages {
		wanted, err := r.wanted(p, i)
		if err != nil {
			return err
		}
		if r.request.Once && r.request.Recorder == nil {
			p.groups.pages[i] = groupPage{} // nobody asks for it again, and it may be one of many
		}
		for _, g := range wanted {
			for _, p := range g.Permissions {
				p.PrefixListName = names[p.PrefixListID]
			}
			if err := r.completeInterfaces(ctx, g, p); err != nil {
				return err
			}
			g.Exposure = p.exposure.of(g)
		}
		if err := r.joinRules(ctx, wanted); err != nil {
			return err
		}
		r.absent(p, wanted, absent)
		if err := take(wanted); err != nil {
			return err
		}
	}
	return r.compareReferences(ctx, absent)
}

// wanted are the groups of a page that the request asks for, judged.
func (r *placeReader) wanted(p *survey, page int) ([]*sg.Group, error) {
	if held, ok := p.held[page]; ok {
		delete(p.held, page)
		return held, nil
	}
	var wanted []*sg.Group
	err := r.each(p, page, &r.request.Request, func(g *sg.Group) { wanted = append(wanted, g) })
	return wanted, err
}

// each calls do with the groups of a page that the request asks for, judged.
func (r *placeReader) each(p *survey, page int, request *sg.Request, do func(*sg.Group)) error {
	return p.groups.pages[page].each(request, func(x *ec2.Group) error {
		g := &sg.Group{}
		if bad := x.Into(g); bad != nil {
			return nil // the record says so
		}
		g.Origin = sg.Live
		g.Locate(r.job.account.partition, r.job.region, r.job.account.id)
		g.Tags = ec2.TagMap(x.Tags)
		if !g.Fits(request) {
			return nil
		}
		if g.Judge(p.entries); g.Matters(request) {
			do(g)
		}
		return nil
	})
}

// missed puts what was not read into the record. It returns errors that are the end of
// the whole read.
func (r *placeReader) missed(err error) error {
	var f *failure
	if err == nil || !errors.As(err, &f) {
		return err
	}
	if r.record.Status == sg.StatusScanned {
		r.fail(&r.record, f)
	}
	return nil
}

// shared returns the result of fetch for the key, which other reads get, too, if they ask
// for the same.
func shared[V any](ctx context.Context, r *placeReader, key string, fetch func(context.Context) (V, error)) (V, error) {
	if r.request.Once {
		return fetch(ctx)
	}
	return once(ctx, &r.cache, r.request.Snapshot, key, fetch)
}

// place names the place among others.
func (r *placeReader) place() string { return sg.PlaceKey(r.job.account.id, r.job.region) }

// key names a result of this place among those that are shared.
func (r *placeReader) key(parts ...string) string {
	if r.again {
		parts = append(parts, "again")
	}
	return strings.Join(append([]string{r.place()}, parts...), "/")
}

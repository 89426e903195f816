package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

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

	// For the recorder: the rules behind the permissions, and the files written so far.
	rulePages pages
	files     []record.File
}

// readPlace reads one place: its groups, and what the request asks for to complete them.
// Its error is the end of the whole read; what fails in the place is in its record.
func (l *Source) readPlace(ctx context.Context, job placeJob, request *Reading, send func(arrival) error) error {
	r := &placeReader{Source: l, job: job, request: request,
		client: newEC2Calls(job.account.aws, job.region),
		record: sg.Coverage{Origin: sg.Live, AccountID: job.account.id, Partition: job.account.partition, Region: job.region, Content: sg.ContentGroups, Status: sg.StatusScanned, Started: time.Now()},
	}
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

func (r *placeReader) read(ctx context.Context, send func(arrival) error) error {
	all, err := r.groups(ctx)
	if err != nil {
		return r.missed(err)
	}
	r.record.Groups, r.record.Permissions = all.groups, all.permissions
	r.record.Started, r.record.Finished = all.started, all.finished
	if all.odd != nil {
		if err := r.missed(all.odd); err != nil {
			return err
		}
	}
	if err := r.keepGroups(all); err != nil {
		return err
	}
	if r.request.CoverageOnly && !r.request.UnreadLists {
		return nil
	}
	lists := sg.AddressLists{}
	var unread []string
	for _, id := range all.lists(r.request.AddressCounts) {
		list, err := r.list(ctx, id)
		if f := (*failure)(nil); errors.As(err, &f) {
			// The permissions that name it are undetermined; the place has been read.
			unread = append(unread, fmt.Sprintf("prefix list %s could not be read: %s", id, r.secrets.remove(f.message)))
			r.record.ErrorCode, r.record.ErrorMessage = f.code, strings.Join(unread, ". ")
			continue
		} else if err != nil {
			return err
		}
		if err := r.keepList("get-managed-prefix-list-entries."+id, "Entries", list.answer); err != nil {
			return err
		}
		lists[id] = list.AddressList
	}
	if r.request.CoverageOnly {
		return nil
	}
	names, err := r.listNames(ctx, all)
	if err := r.missed(err); err != nil {
		return err
	}
	interfaces, err := r.interfaces(ctx)
	if err := r.missed(err); err != nil {
		return err
	}
	for _, page := range all.pages {
		var wanted []*sg.Group
		err := page.each(&r.request.Request, func(x *ec2.Group) error {
			g := &sg.Group{}
			if bad := x.Into(g); bad != nil {
				return nil // the record says so
			}
			g.Origin = sg.Live
			g.Locate(r.job.account.partition, r.job.region, r.job.account.id)
			g.Tags = ec2.TagMap(x.Tags)
			if !g.Fits(&r.request.Request) {
				return nil
			}
			g.Judge(lists)
			if !g.Matters(&r.request.Request) {
				return nil
			}
			for _, p := range g.Permissions {
				p.PrefixListName = names[p.PrefixListID]
			}
			g.NetworkInterfaces, g.NetworkInterfacesKnown = interfaces[g.ID], interfaces != nil && !g.IsShared()
			wanted = append(wanted, g)
			return nil
		})
		if err != nil {
			return err
		}
		if err := r.joinRules(ctx, wanted); err != nil {
			return err
		}
		r.progress.groups.Add(int64(len(wanted)))
		if err := send(arrival{groups: wanted}); err != nil {
			return err
		}
	}
	if len(r.rulePages) > 0 {
		return r.keep("describe-security-group-rules", "SecurityGroupRules", r.rulePages...)
	}
	return nil
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

// key names a result of this place among those that are shared.
func (r *placeReader) key(parts ...string) string {
	return strings.Join(append([]string{r.job.account.id, r.job.region}, parts...), "/")
}

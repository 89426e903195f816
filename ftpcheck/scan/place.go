package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/s2"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2xml"
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
	*live
	job     placeJob
	request *Request
	client  *ec2.Client
	record  Coverage

	// For the recorder: the rules behind the permissions, and the files written so far.
	rulePages pages
	files     []string
}

// readPlace reads one place: its groups, and what the request asks for to complete them.
// Its error is the end of the whole read; what fails in the place is in its record.
func (l *live) readPlace(ctx context.Context, job placeJob, request *Request, send func(arrival) error) error {
	r := &placeReader{live: l, job: job, request: request,
		client: ec2.NewFromConfig(job.account.aws, func(o *ec2.Options) { o.Region = job.region }),
		record: Coverage{Origin: Live, AccountID: job.account.id, Partition: job.account.partition, Region: job.region, Content: ContentGroups, Status: StatusScanned, Started: time.Now()},
	}
	if err := r.read(ctx, send); err != nil {
		return err
	}
	if r.record.Finished.IsZero() {
		r.record.Finished = time.Now()
	}
	if request.recorder != nil {
		request.recorder.add(r.record, r.files)
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
	if err := r.keepGroups(all); err != nil {
		return err
	}
	if r.request.coverageOnly && !r.request.UnreadLists {
		return nil
	}
	lists := map[string]addressList{}
	var unread []string
	for _, id := range all.lists(r.request.AddressCounts) {
		list, err := r.list(ctx, id)
		if f := (*failure)(nil); errors.As(err, &f) {
			// The permissions that name it are undetermined; the place has been read.
			unread = append(unread, fmt.Sprintf("prefix list %s could not be read: %s", id, f.message))
			r.record.ErrorCode, r.record.ErrorMessage = f.code, strings.Join(unread, ". ")
		} else if err != nil {
			return err
		} else if err := r.keepList("get-managed-prefix-list-entries."+id, "Entries", list.answer); err != nil {
			return err
		}
		lists[id] = list
	}
	if r.request.coverageOnly {
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
		var wanted []*Group
		err := page.each(r.request, func(x *ec2xml.Group) error {
			g := &Group{}
			if bad := g.take(x); bad != nil {
				return bad // cannot be: the page was checked when it came
			}
			g.Origin = Live
			g.locate(r.job.account.partition, r.job.region, r.job.account.id)
			g.Tags = tagMap(x.Tags)
			if !g.fits(r.request) {
				return nil
			}
			g.judge(func(id string) addressList { return listOr(lists, id) })
			if !g.matters(r.request) {
				return nil
			}
			for _, p := range g.Permissions {
				p.PrefixListName = names[p.PrefixListID]
			}
			g.NetworkInterfaces, g.NetworkInterfacesKnown = interfaces[g.ID], interfaces != nil
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

func listOr(lists map[string]addressList, id string) addressList {
	if l, ok := lists[id]; ok {
		return l
	}
	return unreadList
}

var unreadList = addressList{source: rule.Unread()}

// missed puts what was not read into the record. It returns errors that are the end of
// the whole read.
func (r *placeReader) missed(err error) error {
	var f *failure
	if err == nil || !errors.As(err, &f) {
		return err
	}
	if r.record.Status == StatusScanned {
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
	return once(ctx, &r.flights, r.request.pins, key, fetch)
}

// key names a result of this place among those that are shared.
func (r *placeReader) key(parts ...string) string {
	return strings.Join(append([]string{r.job.account.id, r.job.region}, parts...), "/")
}

// groupPages are security groups as AWS gave them, small enough to be kept: those of
// thousands of places are in memory at once when nothing may be handed over before all
// has been read.
type groupPages struct {
	pages               []groupPage
	groups, permissions int64
	started, finished   time.Time

	ftpLists, otherLists []string // prefix lists, by whether they decide a verdict
}

// groupPage is one page of groups: the XML that AWS gave, compressed. Those groups that may
// be open to FTP, which are few and which most questions are about, are there once more.
type groupPage struct {
	xml     []byte
	open    []byte
	lengths []int // of the elements in open
}

// each decodes the groups that matter to the request, and maybe others. What is handed
// over is overwritten with the next.
func (p *groupPage) each(request *Request, handle func(*ec2xml.Group) error) error {
	if !request.onlyOpen() {
		xml, err := decompress(p.xml)
		if err != nil {
			return err
		}
		defer giveBack(xml)
		_, err = ec2xml.Decode(xml, handle)
		return err
	}
	xml, err := s2.Decode(nil, p.open)
	if err != nil {
		return err
	}
	var g ec2xml.Group
	for _, n := range p.lengths {
		if err := ec2xml.DecodeGroup(xml[:n], &g); err != nil {
			return err
		}
		if err := handle(&g); err != nil {
			return err
		}
		xml = xml[n:]
	}
	return nil
}

// page is a list of what AWS gave as compressed JSON, in the shape of the AWS CLI.
type page []byte

func newPage(list any) (page, error) {
	text := bytes.NewBuffer(takeRoom(0))
	defer func() { giveBack(text.Bytes()) }()
	err := json.MarshalWrite(text, list, json.OmitZeroStructFields(true))
	return compress(text.Bytes()), err
}

// compress makes texts of AWS about ten times smaller. What it returns has no room to
// spare; the room for the worst case is used again.
func compress(text []byte) []byte {
	room := compressRoom.Get().(*[]byte)
	defer compressRoom.Put(room)
	*room = s2.Encode((*room)[:cap(*room)], text)
	return bytes.Clone(*room)
}

// decompress is the reverse of compress. The room that it takes is to be given back.
func decompress(b []byte) (text []byte, err error) {
	size, err := s2.DecodedLen(b)
	if err != nil {
		return nil, err
	}
	return s2.Decode(takeRoom(size), b)
}

var compressRoom = sync.Pool{New: func() any { return new([]byte) }}

// pages are kept for the recorder.
type pages []page

// add keeps a list, if there is a recorder.
func (p *pages) add(list any, recorded bool) error {
	if !recorded {
		return nil
	}
	kept, err := newPage(list)
	*p = append(*p, kept)
	return err
}

func (g *groupPages) lists(all bool) []string {
	if all {
		return slices.Concat(g.ftpLists, g.otherLists)
	}
	return g.ftpLists
}

// groups reads the security groups that the request asks for, as far as EC2's filters
// can tell them.
func (r *placeReader) groups(ctx context.Context) (*groupPages, error) {
	filters := r.request.filters()
	var name strings.Builder
	for _, f := range filters {
		fmt.Fprintf(&name, "%s=%q;", *f.Name, f.Values)
	}
	return shared(ctx, r, r.key("groups", name.String()), func(ctx context.Context) (*groupPages, error) {
		all := &groupPages{started: time.Now()}
		size := int32(groupsPerPage)
		pages := ec2.NewDescribeSecurityGroupsPaginator(r.client, &ec2.DescribeSecurityGroupsInput{Filters: filters, MaxResults: &size})
		for pages.HasMorePages() {
			var p *pageReader // of the last attempt
			begin := func(body []byte) func(*ec2xml.Group) error {
				p = &pageReader{body: body, open: takeRoom(len(body) / 4)}
				return p.take
			}
			if _, err := pages.NextPage(ctx, ec2.WithAPIOptions(ec2xml.Deserializer(begin))); err != nil {
				return nil, during("ec2:DescribeSecurityGroups", err)
			}
			all.add(p, r.request.Once && r.request.onlyOpen())
			giveBack(p.body)
			giveBack(p.open)
		}
		all.finished = time.Now()
		return all, nil
	})
}

// pageReader takes in one page of groups: it checks what AWS says, and finds out what
// must be known before the groups are handed over.
type pageReader struct {
	body                []byte
	groups, permissions int64
	open                []byte
	lengths             []int
	lists               []listUse
	scratch             Group
}

// listUse is a prefix list, and whether it decides a verdict.
type listUse struct {
	id      string
	decides bool
}

func (r *pageReader) take(x *ec2xml.Group) error {
	g := &r.scratch
	if bad := g.take(x); bad != nil {
		return &failure{StatusError, codeUnexpected, "AWS gave an answer that cannot be: " + bad.problem, ""}
	}
	r.groups++
	r.permissions += int64(len(g.Permissions))
	for _, p := range g.Permissions {
		if use := (listUse{p.PrefixListID, p.FTPPorts() != 0}); use.id != "" && !slices.Contains(r.lists, use) {
			r.lists = append(r.lists, use)
		}
	}
	// A list that is not read yet may hold the whole internet: then this is unknown.
	g.judge(func(string) addressList { return unreadList })
	if g.Verdict.Unrestricted != rule.No {
		r.open = append(r.open, r.body[x.Start:x.End]...)
		r.lengths = append(r.lengths, x.End-x.Start)
	}
	return nil
}

// onlyOpen reports whether the request wants no groups but those that may be open.
func (r *Request) onlyOpen() bool { return r.Unrestricted != nil && *r.Unrestricted }

// add takes in a page that was read whole, maybe without what is certainly not open.
func (g *groupPages) add(p *pageReader, onlyOpen bool) {
	g.groups += p.groups
	g.permissions += p.permissions
	for _, use := range p.lists {
		switch {
		case slices.Contains(g.ftpLists, use.id):
		case use.decides:
			g.ftpLists = append(g.ftpLists, use.id)
			g.otherLists = slices.DeleteFunc(g.otherLists, func(id string) bool { return id == use.id })
		case !slices.Contains(g.otherLists, use.id):
			g.otherLists = append(g.otherLists, use.id)
		}
	}
	if p.groups > 0 {
		page := groupPage{open: compress(p.open), lengths: p.lengths}
		if !onlyOpen {
			page.xml = compress(p.body)
		}
		g.pages = append(g.pages, page)
	}
}

// filters are EC2's own, where they mean exactly what the query means. EC2 takes * and ?
// in values for wildcards, no value of more than 255 characters and no more than 200
// values in a call.
func (r *Request) filters() []types.Filter {
	var filters []types.Filter
	room := valuesPerCall
	for _, f := range []struct {
		name   string
		values []string
	}{
		{"group-id", r.GroupIDs},
		{"group-name", r.GroupNames},
		{"vpc-id", r.VPCIDs},
		{"owner-id", r.OwnerIDs},
		{"tag-key", r.TagKeys},
		{"ip-permission.cidr", r.CIDRIPv4},
		{"ip-permission.prefix-list-id", r.PrefixListIDs},
		{"ip-permission.group-id", r.ReferencedGroupIDs},
	} {
		wild := slices.ContainsFunc(f.values, func(v string) bool { return v == "" || len(v) > 255 || strings.ContainsAny(v, `*?\`) })
		if len(f.values) == 0 || len(f.values) > room || wild {
			continue
		}
		room -= len(f.values)
		values := slices.Clone(f.values)
		slices.Sort(values)
		filters = append(filters, types.Filter{Name: aws.String(f.name), Values: slices.Compact(values)})
	}
	return filters
}

// list reads the entries of a prefix list.
func (r *placeReader) list(ctx context.Context, id string) (addressList, error) {
	list, err := shared(ctx, r, r.key("list", id), func(ctx context.Context) (addressList, error) {
		var list addressList
		size := int32(entriesPerPage)
		pages := ec2.NewGetManagedPrefixListEntriesPaginator(r.client, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: &id, MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return unreadList, during("ec2:GetManagedPrefixListEntries", err)
			}
			for _, e := range page.Entries {
				p, err := netip.ParsePrefix(aws.ToString(e.Cidr))
				if err != nil {
					return unreadList, &failure{StatusError, codeUnexpected, fmt.Sprintf("AWS gave an entry that is no address range: %q", aws.ToString(e.Cidr)), ""}
				}
				list.entries = append(list.entries, p)
			}
			list.answer = append(list.answer, page.Entries...)
		}
		list.source = rule.PrefixListEntries(list.entries)
		return list, nil
	})
	if err != nil {
		list = unreadList
	}
	return list, err
}

// listNames reads the names of the prefix lists that the groups refer to, if the request
// asks for them.
func (r *placeReader) listNames(ctx context.Context, all *groupPages) (map[string]string, error) {
	ids := all.lists(true)
	if !r.request.PrefixListNames || len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	lists, err := shared(ctx, r, r.key("names", strings.Join(ids, ",")), func(ctx context.Context) ([]types.ManagedPrefixList, error) {
		var lists []types.ManagedPrefixList
		for batch := range slices.Chunk(ids, valuesPerCall) {
			size := int32(listsPerPage)
			pages := ec2.NewDescribeManagedPrefixListsPaginator(r.client, &ec2.DescribeManagedPrefixListsInput{
				Filters: []types.Filter{{Name: aws.String("prefix-list-id"), Values: batch}}, MaxResults: &size,
			})
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					return nil, during("ec2:DescribeManagedPrefixLists", err)
				}
				lists = append(lists, page.PrefixLists...)
			}
		}
		return lists, nil
	})
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, l := range lists {
		names[aws.ToString(l.PrefixListId)] = aws.ToString(l.PrefixListName)
	}
	return names, r.keepList("describe-managed-prefix-lists", "PrefixLists", lists)
}

// interfaces reads the network interfaces of the place, by the groups that they use, if
// the request asks for them. They are not known if the result is nil.
func (r *placeReader) interfaces(ctx context.Context) (map[string][]NetworkInterface, error) {
	if !r.request.NetworkInterfaces {
		return nil, nil
	}
	type answer struct {
		byGroup map[string][]NetworkInterface
		kept    pages
	}
	recorded := r.request.recorder != nil
	found, err := shared(ctx, r, r.key("interfaces"), func(ctx context.Context) (answer, error) {
		found := answer{byGroup: map[string][]NetworkInterface{}}
		size := int32(groupsPerPage)
		pages := ec2.NewDescribeNetworkInterfacesPaginator(r.client, &ec2.DescribeNetworkInterfacesInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return answer{}, during("ec2:DescribeNetworkInterfaces", err)
			}
			var kept []savedInterface
			for i := range page.NetworkInterfaces {
				n := newNetworkInterface(&page.NetworkInterfaces[i])
				for _, g := range page.NetworkInterfaces[i].Groups {
					found.byGroup[aws.ToString(g.GroupId)] = append(found.byGroup[aws.ToString(g.GroupId)], n)
				}
				kept = append(kept, newSavedInterface(&page.NetworkInterfaces[i]))
			}
			if err := found.kept.add(kept, recorded); err != nil {
				return answer{}, err
			}
		}
		return found, nil
	})
	if err != nil {
		return nil, err
	}
	return found.byGroup, r.keep("describe-network-interfaces", "NetworkInterfaces", found.kept...)
}

// joinRules completes the groups for which the request wants it with the rules behind
// their permissions.
func (r *placeReader) joinRules(ctx context.Context, groups []*Group) error {
	var concerned []*Group
	for _, g := range groups {
		if r.request.wantsRules(g) {
			concerned = append(concerned, g)
		}
	}
	for batch := range slices.Chunk(concerned, valuesPerCall) {
		var ids []string
		for _, g := range batch {
			ids = append(ids, g.ID)
		}
		slices.Sort(ids)
		rules, err := r.rules(ctx, ids)
		if err != nil {
			return r.missed(err)
		}
		index, err := rules.index()
		if err != nil {
			return err // cannot be: the pages were checked when they came
		}
		for _, g := range batch {
			index.join(g)
		}
		r.rulePages = append(r.rulePages, rules.kept...)
	}
	return nil
}

// wantsRules reports whether the rules of a judged group are asked for.
func (r *Request) wantsRules(g *Group) bool {
	return len(g.Permissions) > 0 && (r.Rules || r.OpenRules && g.Verdict.Unrestricted == rule.Yes)
}

// rulePages are security group rules: as groups are joined with them or, to be kept, as the
// XML that AWS gave, compressed. For the recorder there is what AWS gave besides.
type rulePages struct {
	rules []indexedRule
	xml   [][]byte
	kept  pages
}

// index decodes what has not been yet.
func (p *rulePages) index() (ruleIndex, error) {
	page := rulesPage{rules: p.rules}
	for _, kept := range p.xml {
		xml, err := decompress(kept)
		if err != nil {
			return nil, err
		}
		_, err = ec2xml.DecodeRules(xml, page.take)
		if err != nil {
			return nil, err
		}
		giveBack(xml)
	}
	return newRuleIndex(page.rules), nil
}

// rulesPage is one page of rules while it is read.
type rulesPage struct {
	body     []byte
	rules    []indexedRule // after those of the pages before
	recorded bool
	answer   []types.SecurityGroupRule // as AWS gave them, for the recorder
}

// take takes in a rule. Egress rules are passed over.
func (p *rulesPage) take(r *ec2xml.Rule) error {
	if r.IsEgress.Value {
		return nil
	}
	p.rules = append(p.rules, newIndexedRule(r))
	if p.recorded {
		p.answer = append(p.answer, *r.SecurityGroupRule())
	}
	return nil
}

func (r *placeReader) rules(ctx context.Context, ids []string) (rulePages, error) {
	recorded := r.request.recorder != nil
	return shared(ctx, r, r.key("rules", strings.Join(ids, ",")), func(ctx context.Context) (rulePages, error) {
		var rules rulePages
		size := int32(groupsPerPage)
		answers := ec2.NewDescribeSecurityGroupRulesPaginator(r.client, &ec2.DescribeSecurityGroupRulesInput{
			Filters: []types.Filter{{Name: aws.String("group-id"), Values: ids}}, MaxResults: &size,
		})
		for answers.HasMorePages() {
			var page rulesPage // of the last attempt
			begin := func(body []byte) func(*ec2xml.Rule) error {
				page = rulesPage{body: body, rules: rules.rules, recorded: recorded}
				if !r.request.Once {
					return nil
				}
				return page.take
			}
			if _, err := answers.NextPage(ctx, ec2.WithAPIOptions(ec2xml.RulesDeserializer(begin))); err != nil {
				return rulePages{}, during("ec2:DescribeSecurityGroupRules", err)
			}
			if rules.rules = page.rules; !r.request.Once {
				rules.xml = append(rules.xml, compress(page.body))
			}
			giveBack(page.body)
			if err := rules.kept.add(page.answer, recorded); err != nil {
				return rulePages{}, err
			}
		}
		return rules, nil
	})
}

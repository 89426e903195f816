// Package saved reads security groups from what the AWS CLI printed, and replays recorded scans.
package saved

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Source reads files, each by the [Decoder] that recognizes what it holds. Files of groups may
// be large and are read as streams, after all others: what the others hold is kept in memory and
// completes the groups.
type Source struct {
	paths, exclude []string
	others         []Decoder // besides those that are here
	excludedBy     string
	maxAge         time.Duration // of items of AWS Config; zero for any
	maxAgeName     string

	stdin   io.Reader
	spool   sync.Once
	spooled string
	noStdin error
}

// New returns a source of saved output: files, folders and patterns, and "-" for standard input,
// which stdin is then. What one of the exclude patterns matches is left out; excludedBy is what the
// user calls these. More decoders are for files that those that are here do not recognize.
func New(paths, exclude []string, excludedBy string, stdin io.Reader, more ...Decoder) *Source {
	return &Source{paths: paths, exclude: exclude, excludedBy: excludedBy, stdin: stdin, others: more}
}

// Within makes the source refuse places of which AWS Config captured something longer ago than
// this, unless it is zero; calledBy is what the user calls it.
func (s *Source) Within(age time.Duration, calledBy string) *Source {
	s.maxAge, s.maxAgeName = age, calledBy
	return s
}

// Close removes what the source keeps.
func (s *Source) Close() error {
	if s.spooled == "" {
		return nil
	}
	return os.Remove(s.spooled)
}

// readable returns the path under which the content of an origin can be read.
func (r *savedRead) readable(ctx context.Context, origin string) (string, error) {
	if path, ok := r.contents[origin]; ok {
		return path, nil
	}
	if origin != stdinPath {
		return origin, nil
	}
	r.spool.Do(func() { r.spooled, r.noStdin = spool(ctx, r.stdin) })
	return r.spooled, r.noStdin
}

// Read reads what the request asks for and hands each security group to emit, judged, and each
// file to the recorder, if that is not nil. It returns a record of every file, also of those
// that failed; its error is that of emit, of the recorder or of the context, never that of a
// file. Files that readBefore names by their absolute paths are left to who read them; those
// that are read now are added.
func (s *Source) Read(ctx context.Context, request sg.Request, recorder *record.Recorder, readBefore map[string]bool, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	r := s.newRead(request, emit)
	defer r.removeUnpacked()
	defer r.rules.Close()
	var places []sg.Coverage
	var indexes []string
	known, before := map[string]bool{}, map[string]bool{}
	var opened []string // by absolute paths; what is left out here is nobody's yet
	defer func() {
		for _, f := range opened {
			readBefore[f] = true
		}
	}()
	origins := map[string]string{} // paths by origin
	for _, path := range s.paths {
		for _, f := range s.expand(path) {
			full, err := filepath.Abs(f.path)
			switch {
			case known[f.path]:
			case f.status == "" && filepath.Base(f.path) == record.IndexName:
				if err == nil && readBefore[full] {
					before[f.path] = true
				} else {
					indexes = append(indexes, f.path)
				}
			case f.status == "":
				places = append(places, sg.Coverage{Origin: originOf(f.path, origins)})
				before[places[len(places)-1].Origin] = err == nil && readBefore[full]
			default:
				places = append(places, notRead(originOf(f.path, origins), f.status, document.Unreadable, f.problem))
			}
			if err == nil && f.status == "" && f.path != stdinPath {
				opened = append(opened, full)
			}
			known[f.path] = true
		}
	}
	var replayed []sg.Coverage
	for _, f := range indexes {
		p, files, err := r.replay(ctx, f, recorder)
		if err != nil {
			return append(places, replayed...), err
		}
		replayed = append(replayed, p...)
		// What belongs to a recorded scan is read with it, and only so.
		places = slices.DeleteFunc(places, func(c sg.Coverage) bool { return files[filepath.Clean(origins[c.Origin])] })
	}
	places = refuseUnfinished(ctx, places, origins, indexes)
	r.begin()
	r.contents = origins
	delete(r.contents, stdinPath)
	r.before = before
	unread := map[string]bool{}
	for _, c := range places {
		unread[c.Origin] = c.Status != ""
	}
	places, err := r.files(ctx, places)
	if err != nil {
		return append(places, replayed...), err
	}
	places = slices.DeleteFunc(places, func(c sg.Coverage) bool { return before[c.Origin] })
	if recorder != nil {
		for _, c := range places {
			if unread[c.Origin] || r.archives[c.Origin] { // the files of an archive are kept in its place
				continue
			}
			if err := r.keep(ctx, c, recorder); err != nil {
				return places, err
			}
		}
	}
	places = append(places, r.gaps(time.Now())...)
	groups := int64(0)
	for _, c := range places {
		groups += c.Groups
	}
	if groups == 0 && len(indexes) == 0 && len(r.plans) == 0 && !slices.Contains(slices.Collect(maps.Values(before)), true) && sg.Incomplete(places) == nil {
		// Not even an account without anything has an empty answer: it has default groups.
		places = append(places, notRead(strings.Join(s.paths, ", "), sg.StatusInvalid, document.NoGroups,
			"none of the files has security groups in it. Add the output of: aws ec2 describe-security-groups --output json"))
	}
	places = append(places, replayed...)
	return slices.DeleteFunc(places, func(c sg.Coverage) bool { return !c.Concerns(&request) }), nil
}

func (s *Source) newRead(request sg.Request, emit func(*sg.Group) error) *savedRead {
	return &savedRead{Source: s, request: request, emit: emit, seed: maphash.MakeSeed(), scope: newScope(), rules: ec2.NewRuleSpool(),
		fileGroups: map[uint64]fileGroup{}, replayedGroups: map[uint64]replayedGroup{}, places: map[place]*place{}, archives: map[string]bool{}}
}

// removeUnpacked removes what was unpacked. What cannot be removed is in the folder of the system
// for temporary files, and readable by nobody else.
func (r *savedRead) removeUnpacked() {
	if r.unpackedTo != "" {
		_ = os.RemoveAll(r.unpackedTo)
	}
}

// files reads files that complete each other and fills in their records, except of those
// that have one already. In the place of an archive there are the files in it.
func (r *savedRead) files(ctx context.Context, places []sg.Coverage) ([]sg.Coverage, error) {
	var read []*sg.Coverage
	for i := range places {
		read = append(read, &places[i])
	}
	read, err := r.readFiles(ctx, read)
	all := make([]sg.Coverage, len(read))
	for i, c := range read {
		all[i] = *c
	}
	return all, err
}

func (r *savedRead) readFiles(ctx context.Context, places []*sg.Coverage) ([]*sg.Coverage, error) {
	// First what completes the groups, then the groups.
	var groupFiles, plans, others []*sg.Coverage
	decoders := map[*sg.Coverage]Decoder{}
	for i := 0; i < len(places); i++ {
		c := places[i]
		if c.Status != "" {
			continue
		}
		by, holdsGroups, err := r.complete(ctx, c)
		var archive *archiveError
		if errors.As(err, &archive) {
			r.archives[c.Origin] = true
			entries, problem := r.unpack(ctx, c, archive.kind)
			places = slices.Insert(places, i+1, entries...)
			if problem == nil {
				places = slices.Delete(places, i, i+1)
				i--
				continue
			}
			err = problem
		}
		if err := r.record(ctx, c, err); err != nil {
			return places, err
		}
		decoders[c] = by
		switch {
		case !holdsGroups:
			others = append(others, c)
		case err == nil && r.plans[c]:
			plans = append(plans, c)
		case err == nil:
			groupFiles = append(groupFiles, c)
		}
	}
	if err := r.closePages(ctx, others); err != nil {
		return places, err
	}
	if err := r.refuseOtherRegion(ctx); err != nil {
		return places, err
	}
	r.joinRecorded()
	alone := &rulesAlone{&awsCLI{r}, map[string]*groupOfRules{}, map[*sg.Coverage][]*groupOfRules{}}
	for _, c := range r.aloneRules(groupFiles) {
		if err := r.record(ctx, c, alone.collect(ctx, c, decoders[c])); err != nil {
			return places, err
		}
		if decoders[c] = alone; c.Status == sg.StatusScanned {
			groupFiles = append(groupFiles, c)
		}
	}
	if err := r.readBalancerSources(ctx, groupFiles, decoders); err != nil {
		return places, err
	}
	for _, c := range slices.Concat(groupFiles, plans) {
		if r.before[c.Origin] {
			continue
		}
		err := r.groups(ctx, c, decoders[c])
		if err := r.record(ctx, c, err); err != nil {
			return places, err
		}
	}
	if err := r.closePages(ctx, groupFiles); err != nil {
		return places, err
	}
	if err := r.refuseForeign(ctx); err != nil {
		return places, err
	}
	if err := r.refuseWithoutGroup(ctx, groupFiles); err != nil {
		return places, err
	}
	return places, r.paths(slices.Concat(groupFiles, plans))
}

// complete finds out what a file is and takes in what it holds, unless that is security groups: it
// reports whether it has any.
func (r *savedRead) complete(ctx context.Context, c *sg.Coverage) (by Decoder, groups bool, err error) {
	c.Started = time.Now()
	c.AccountID, c.Region = placeOf(c.Origin)
	d, err := r.open(ctx, c)
	if err != nil {
		return nil, false, err
	}
	defer d.Close()
	if kind := d.Archive(); kind != document.NoArchive {
		return nil, false, &archiveError{kind}
	}
	if by, err = r.recognize(d, c); err != nil {
		return nil, false, err
	}
	if groups, err = by.Complete(d, c, r.completion); err == nil && c.AccountID != "" && c.Region != "" {
		r.named[place{c.AccountID, c.Region}] = true
	}
	return by, groups, err
}

// An archiveError says that a file is an archive.
type archiveError struct{ kind document.Archive }

func (*archiveError) Error() string { return "it is an archive" }

func notRead(origin string, status sg.Status, code, message string) sg.Coverage {
	now := time.Now()
	return sg.Coverage{Origin: origin, Status: status, ErrorCode: code, ErrorMessage: message, Ignored: status == sg.StatusLeftOut, Started: now, Finished: now}
}

// savedRead is one read of saved files.
type savedRead struct {
	*Source
	request sg.Request
	emit    func(*sg.Group) error
	emitted int // groups

	// What has been read, to tell what is in two files: by the hash of the ID or, for live
	// scans, in which two accounts see a shared group, of the account, region and ID.
	fileGroups     map[uint64]fileGroup
	replayedGroups map[uint64]replayedGroup
	places         map[place]*place // of fileGroups
	lastPlace      *place

	seed    maphash.Seed
	replays int // recorded scans begun

	readGroup ec2.Group
	readRule  ec2.Rule
	rules     *ec2.RuleSpool // of the scope

	archives      map[string]bool // origins
	unpackedTo    string          // temporary folder; empty until there is an archive
	unpackedBytes int64

	*scope
}

// scope is what completes the groups of files that belong together.
type scope struct {
	completion *sg.Completion
	ruleFiles  []*sg.Coverage
	vpcs       map[string]string          // regions of VPCs, as network interfaces have them
	pagesOf    map[*sg.Coverage]openPages // of files that end with a token

	// What one file says and another may contradict, by group.
	openRules   map[string][]openRule // whose group was not read yet
	uses        map[string]use
	onlyRules   map[place]bool   // whose groups were made of rules
	withoutRule map[place]string // a group with a permission without a rule, by place

	networkFiles     []*networkFile
	networkThings    map[networkThing]any
	named            map[place]bool // places of files, by their paths
	pathInterfaces   []savedPathInterface
	unplaced         map[place]string            // why not all paths to the interfaces are known
	interfaceOrigins map[place]string            // a file of the place's network interfaces
	accounts         map[place]*exposure.Account // nil until they are needed
	interfacesOf     map[place][]*sg.PathInterface
	pictures         map[picture]*exposure.Network
	sources          map[string]*exposure.Sources // by group
	balancerSources  map[string]*exposure.Sources // of the groups of load balancers
	groupPorts       map[string][]int32           // of these groups, on which the load balancers listen

	owned      always // what the groups of all files have, or none
	groupFiles []*groupFile
	before     map[string]bool       // origins whose groups another connection has read
	plans      map[*sg.Coverage]bool // those of plans and states of Terraform
	recorded   *recordedItems        // by AWS Config

	// replayed is the record of a live place that is replayed; nil for anything else.
	replayed *record.Place
	// neighbour gives what was recorded of another account in the region of that place; nil if
	// nothing was.
	neighbour func(account string) (*neighbour, error)
	// contents are where the contents of origins are that are replayed.
	contents map[string]string
}

func newScope() *scope {
	return &scope{
		completion: sg.NewCompletion(),
		vpcs:       map[string]string{},
		pagesOf:    map[*sg.Coverage]openPages{},
		plans:      map[*sg.Coverage]bool{},
		recorded:   newRecordedItems(),
		openRules:  map[string][]openRule{}, uses: map[string]use{}, withoutRule: map[place]string{}, onlyRules: map[place]bool{},
		networkThings: map[networkThing]any{}, named: map[place]bool{}, interfacesOf: map[place][]*sg.PathInterface{}, unplaced: map[place]string{},
		interfaceOrigins: map[place]string{}, sources: map[string]*exposure.Sources{},
		owned: always{of: "security group", names: []string{"GroupName", "OwnerId"}},
	}
}

// begin begins with files that belong together, and with no others.
func (r *savedRead) begin() {
	r.scope = newScope()
	r.rules.Clear()
}

type place struct{ account, region string }

// record completes the record of a file after a step. It returns an error only if the
// whole read must end.
func (r *savedRead) record(ctx context.Context, c *sg.Coverage, err error) error {
	c.Finished = time.Now()
	var bad *document.Error
	switch {
	case err == nil:
		c.Status = sg.StatusScanned
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &bad):
		c.Status, c.ErrorCode = sg.StatusInvalid, bad.Code
		switch bad.Code {
		case document.Incomplete:
			c.Status = sg.StatusIncomplete
		case document.UnknownContent:
			c.Status = sg.StatusUnrecognized
		}
		path, pathErr := r.readable(ctx, c.Origin)
		if pathErr != nil {
			path = c.Origin
		}
		c.ErrorMessage = bad.Describe(ctx, path)
	default:
		if consumer, ok := err.(*document.ConsumerError); ok {
			return consumer.Err
		}
		return err
	}
	return ctx.Err()
}

// noteOdd says in the record of a file which permission in it cannot come from AWS.
func (r *savedRead) noteOdd(ctx context.Context, d *document.Document, c *sg.Coverage) {
	if odd := d.Noted(); odd != nil {
		path, err := r.readable(ctx, c.Origin)
		if err != nil {
			path = c.Origin
		}
		c.ErrorCode, c.ErrorMessage = sg.CodeOddPermission, odd.Describe(ctx, path)
	}
}

func (r *savedRead) open(ctx context.Context, c *sg.Coverage) (*document.Document, error) {
	path, err := r.readable(ctx, c.Origin)
	if err != nil {
		return nil, &document.Error{Code: document.Unreadable, Problem: err.Error(), Offset: -1}
	}
	return document.Open(ctx, path)
}

package saved

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// What is here finds out that files are not what they are taken for: they lack something, or
// their folders say one thing and what they hold another.

// always is members that AWS gives to every element of a list: lists, be they empty, and texts
// that are not. If no element of a file has one, what wrote the file does not know it, or leaves
// it out where it is empty. If some have it and others have not, it was lost.
type always struct {
	of         string // what an element is
	names      []string
	has, lacks [4]bool // by position in names
}

// see takes in an element, which has those of the members for which present is true.
func (a *always) see(present ...bool) (bad *sg.BadValue) {
	for i, is := range present {
		there, earlier := "has no", "others have"
		if is {
			there, earlier = "has", "an earlier one has not"
		}
		if (is && a.lacks[i] && !a.has[i] || !is && a.has[i]) && bad == nil {
			bad = &sg.BadValue{Problem: fmt.Sprintf("the %s %s %s, which %s. AWS gives it always, so something is lost: save the command's output again, as it is", a.of, there, a.names[i], earlier)}
		}
		a.has[i], a.lacks[i] = a.has[i] || is, a.lacks[i] || !is
	}
	return bad
}

// note says in the record of a file which of the members, which are lists, no element has.
func (a *always) note(c *sg.Coverage) {
	var missing []string
	for i, name := range a.names {
		if a.lacks[i] && !a.has[i] {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		c.ErrorCode = sg.CodeListsMissing
		c.ErrorMessage = fmt.Sprintf("no %s in the file has %s, which the AWS CLI always prints, so each was taken to be empty", a.of, strings.Join(missing, ", "))
	}
}

// misplaced returns what is wrong with where a group is: in a folder of another region than its
// ARN names, or in a VPC of another region.
func (r *savedRead) misplaced(file *groupFile, g *sg.Group) *sg.BadValue {
	if r.replayed != nil {
		return nil
	}
	if differ(file.region, g.Region) {
		return &sg.BadValue{Pointer: "/SecurityGroupArn", Problem: fmt.Sprintf("security group %s is in region %s by its ARN, and the file in the folder of region %s. Save the output of %s again, with --region %s",
			g.ID, g.Region, file.region, file.region, file.region)}
	}
	if region := r.vpcs[g.VPCID]; differ(region, g.Region) {
		return &sg.BadValue{Pointer: "/VpcId", Problem: fmt.Sprintf("security group %s is of %s, which is in region %s by a file of network interfaces, and here in region %s. Save the output of both regions again",
			g.ID, g.VPCID, region, g.Region)}
	}
	return nil
}

// interfacePlace is the region of an interface in a file of the place: that of its availability
// zone if it names one.
func (r *savedRead) interfacePlace(c *sg.Coverage, i *ec2.SavedInterface, vpcs map[string]string) (region string, bad *sg.BadValue) {
	id, zone, vpc := aws.ToString(i.NetworkInterfaceId), aws.ToString(i.AvailabilityZone), aws.ToString(i.VpcId)
	region = regionOfZone(zone)
	switch {
	case differ(c.Region, region):
		return "", &sg.BadValue{Pointer: "/AvailabilityZone", Problem: fmt.Sprintf("network interface %s is in the availability zone %s, and the file in the folder of region %s. Save the output of %s again, with --region %s",
			id, zone, c.Region, c.Region, c.Region)}
	case region == "":
		region = c.Region
	}
	if vpc == "" || region == "" {
		return region, nil
	}
	for _, known := range []string{r.vpcs[vpc], vpcs[vpc]} {
		if differ(known, region) {
			return "", &sg.BadValue{Pointer: "/VpcId", Problem: fmt.Sprintf("network interface %s is of %s, which is in region %s by another network interface, and here in region %s. Save the output of both regions again",
				id, vpc, known, region)}
		}
	}
	vpcs[vpc] = region
	return region, nil
}

// refuseForeign refuses the files of a folder of an account that prove nothing of it: it has
// groups and owns none, or those of a file are just those that are in the folder of the account
// that owns them. That is how it looks if the credentials of one account were used for several.
// A shared group does not look like that: who shares it has default groups, too, which cannot
// be shared.
func (r *savedRead) refuseForeign(ctx context.Context) error {
	owns := map[string]bool{}
	for _, f := range r.groupFiles {
		owns[f.account] = owns[f.account] || f.own > 0
	}
	for _, f := range r.groupFiles {
		if f.account == "" || f.groups == 0 || f.own > 0 || f.owner == "" || f.Status != sg.StatusScanned {
			continue
		}
		problem := fmt.Sprintf("account %s owns none of the security groups in its folder, but %s owns such. Save them again, with the credentials of %s", f.account, f.owner, f.account)
		if owns[f.account] {
			same := slices.IndexFunc(r.groupFiles, func(o *groupFile) bool {
				return o.account != f.account && o.own > 0 && o.groups == f.groups && o.ids == f.ids
			})
			if same < 0 {
				continue
			}
			problem = fmt.Sprintf("these are the security groups of account %s, which are in %s, and the file is in the folder of account %s. Save them again, with the credentials of %s",
				f.owner, r.groupFiles[same].Place(), f.account, f.account)
		} else {
			problem += ". If they are shared with it and it has none, give the folder another name"
		}
		f.AccountID, f.Region = f.account, f.region
		if err := r.record(ctx, f.Coverage, &document.Error{Code: document.InvalidValue, Problem: problem, Offset: -1}); err != nil {
			return err
		}
	}
	return nil
}

// refuseOtherRegion refuses exclusions from Block Public Access of another region than all else that
// the files of their folder tell, where the path does not name one.
func (r *savedRead) refuseOtherRegion(ctx context.Context) error {
	regions := map[string][]string{} // by folder
	tell := func(folder, region string) {
		if region != "" && !slices.Contains(regions[folder], region) {
			regions[folder] = append(regions[folder], region)
		}
	}
	for _, f := range r.networkFiles {
		if !f.Exclusions.Read {
			for at := range f.told {
				tell(f.folder, at.region)
			}
		}
	}
	for _, i := range r.pathInterfaces {
		tell(i.folder, i.at.region)
	}
	for _, f := range r.networkFiles {
		told := regions[f.folder]
		if !f.Exclusions.Read || f.path.region != "" || len(told) != 1 {
			continue
		}
		for at := range f.told {
			if !differ(at.region, told[0]) {
				continue
			}
			delete(f.told, at)
			f.Exclusions = ec2.Answer[types.VpcBlockPublicAccessExclusion]{}
			problem := fmt.Sprintf("these are exclusions from VPC Block Public Access of region %s, and all else in the folder is of region %s. Save the output of %s again, with --region %s",
				at.region, told[0], told[0], told[0])
			if err := r.record(ctx, f.Coverage, &document.Error{Code: document.InvalidValue, Problem: problem, Offset: -1}); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// An openRule is a security group rule that lets the internet in on FTP, and the file that has it.
type openRule struct {
	ec2.IndexedRule
	file *sg.Coverage
}

// A use is a network interface that uses a group, where it is, and the file that has it.
type use struct {
	networkInterface string
	at               place
	file             *sg.Coverage
}

const saveAgain = ". Save the output of both commands again, one after the other and without filters"

// withoutPermission returns what is wrong if a rule lets the internet in to the group that none of
// its permissions does.
func (r *savedRead) withoutPermission(g *sg.Group) *sg.BadValue {
	rules := r.openRules[g.ID]
	delete(r.openRules, g.ID)
	for _, rule := range rules {
		if problem := rule.Contradicts(g); problem != "" {
			return &sg.BadValue{Problem: problem + saveAgain}
		}
	}
	return nil
}

// join completes the group with the rules behind its permissions. Files may have the rules of
// some groups only, and one change may have come between two that have them all: that is of one
// group. More than that are rules that were lost.
func (r *savedRead) join(g *sg.Group) (bad *sg.BadValue, err error) {
	joined, without, err := r.rules.Join(g)
	if err != nil {
		return nil, notKept(err)
	}
	if joined == 0 || without == nil || r.replayed != nil {
		return nil, nil
	}
	at := place{g.AccountID, g.Region}
	first, ok := r.withoutRule[at]
	if !ok {
		r.withoutRule[at] = g.ID
	}
	if !ok || first == g.ID {
		return nil, nil
	}
	return &sg.BadValue{Problem: fmt.Sprintf("%s, and %s has such, too%s", ec2.WithoutRule(without), first, saveAgain)}, nil
}

// refuseWithoutGroup refuses files that tell of groups which the files of groups do not have: they
// are not all. Where one of those could not be read that is known already, and what another
// connection has read it compares.
func (r *savedRead) refuseWithoutGroup(ctx context.Context, groupFiles []*sg.Coverage) error {
	if len(groupFiles) == 0 || slices.ContainsFunc(groupFiles, func(c *sg.Coverage) bool { return c.Status != sg.StatusScanned || r.before[c.Origin] }) {
		return nil
	}
	refuse := func(file *sg.Coverage, format string, args ...any) error {
		if file.Status != sg.StatusScanned {
			return nil
		}
		return r.record(ctx, file, &document.Error{Code: document.InvalidValue, Problem: fmt.Sprintf(format, args...) + saveAgain, Offset: -1})
	}
	for _, id := range slices.Sorted(maps.Keys(r.openRules)) {
		rule := r.openRules[id][0]
		if err := refuse(rule.file, "security group rule %s lets the internet in on FTP to security group %s, which no file has", rule.ID(), id); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.uses)) {
		u := r.uses[id]
		_, read := r.fileGroups[r.hash(id)]
		if read || u.at.account == "" || u.at.region == "" || r.places[u.at] == nil || r.onlyRules[u.at] {
			continue
		}
		if err := refuse(u.file, "network interface %s uses security group %s, and the files with the security groups of account %s in region %s do not have it", u.networkInterface, id, u.at.account, u.at.region); err != nil {
			return err
		}
	}
	return nil
}

// refuseUnfinished refuses the files of recordings that were interrupted, or whose index is not
// whole. Where the index itself is among what is read, its record stands for all of them.
func refuseUnfinished(ctx context.Context, places []sg.Coverage, paths map[string]string, indexes []string) []sg.Coverage {
	read := map[string]bool{}
	for _, index := range indexes {
		if real, err := realPath(index); err == nil {
			read[real] = true
		}
	}
	broken := map[string]error{} // by index
	var left []sg.Coverage
	for _, c := range places {
		index, err := "", error(nil)
		if real, e := realPath(paths[c.Origin]); e == nil && c.Status == "" && c.Origin != stdinPath {
			for folder := filepath.Dir(real); err == nil; folder = filepath.Dir(folder) {
				index = filepath.Join(folder, record.IndexName)
				if _, known := broken[index]; !known {
					broken[index] = record.Broken(ctx, index)
				}
				if err = broken[index]; folder == filepath.Dir(folder) {
					break
				}
			}
		}
		switch {
		case err == nil:
			left = append(left, c)
		case !read[index]:
			left = append(left, notRead(c.Origin, sg.StatusIncomplete, document.Incomplete,
				fmt.Sprintf("it belongs to a recorded scan that is not whole, in %q: %v", filepath.Dir(index), err)))
		}
	}
	return left
}

// realPath is the path in full, without links.
func realPath(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(real)
}

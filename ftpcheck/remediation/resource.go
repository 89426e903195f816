package remediation

import (
	"cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// resource writes what to change in a resource of Terraform. A command of the AWS CLI would be
// undone by the next apply.
func (w *writer) resource(p *sg.Permission) text {
	about, r := &remark{}, &remark{}
	written := cmp.Or(p.Resource.Address, w.group.Resource.Address)
	if group := cmp.Or(w.group.Resource.Address, w.group.ID); group != written {
		about.say("Resource %s, of security group %s.", value(written), value(group))
	} else {
		about.say("Resource %s.", value(written))
	}
	if p.Verdict.Unrestricted == rule.Unknown {
		if p.Doubt != "" {
			r.say("Nobody knows whether this is open: %s.", value(p.Doubt))
		} else {
			r.say("Nobody knows whether this is open, as prefix list %s could not be read.", value(p.PrefixListID))
		}
		return text{about.String(), r.String()}
	}
	w.why(about, p)
	switch {
	case p.SourceType() == "prefix_list":
		r.say("Narrow the source: take out of the prefix list what is the whole internet, or name another source here. Or leave TCP 20 and 21 out of the ports.")
	case p.Protocol == "-1":
		r.say("Narrow the source to the addresses that need it. Or have rules for the protocols and ports that are needed in its place, without TCP 20 and 21.")
	default:
		r.say("Narrow the source to the addresses that need FTP. Or leave TCP 20 and 21 out of the ports: if it is for more than these, with one rule below 20 and one above 21.")
	}
	if p.Resource.Action == "forget" || p.Resource.Action == "delete" {
		r.say("Terraform lets go of it and AWS keeps it as it is, so change it before that, or in AWS.")
	}
	w.rest(r, []*sg.Permission{p})
	r.say("Then plan again, and check the plan. A command of the AWS CLI would be undone by the next apply.")
	return text{about.String(), r.String()}
}

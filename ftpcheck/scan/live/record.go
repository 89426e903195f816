package live

import (
	"io"

	"github.com/go-json-experiment/json"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// keep records an answer of the place, which AWS gave in pages, if there is a recorder.
func (r *placeReader) keep(command, member string, pages ...page) error {
	if r.request.Recorder == nil {
		return nil
	}
	name, err := r.request.Recorder.File(r.job.account.id, r.job.region, command, false, func(w io.Writer) error {
		return record.WriteMember(w, member, func(yield func([]byte) error) error {
			for _, p := range pages {
				text, err := decompress(p)
				if err != nil {
					return err
				}
				if err := yield(text); err != nil {
					return err
				}
				putBuffer(text)
			}
			return nil
		})
	})
	r.files = append(r.files, name)
	return err
}

// keepAll records what was read of the place, if there is a recorder.
func (r *placeReader) keepAll(p *survey) error {
	if err := r.keepGroups(p.groups); err != nil {
		return err
	}
	for _, l := range p.lists {
		if err := r.keepList("get-managed-prefix-list-entries."+l.id, "Entries", l.answer); err != nil {
			return err
		}
	}
	if len(p.names) > 0 {
		if err := r.keepList("describe-managed-prefix-lists", "PrefixLists", p.names); err != nil {
			return err
		}
	}
	if p.interfaces != nil {
		if err := r.keep("describe-network-interfaces", "NetworkInterfaces", p.interfaces.kept...); err != nil {
			return err
		}
	}
	if p.exposure != nil && p.exposure.read != nil {
		if err := r.keepNetwork(&p.exposure.read.Network); err != nil {
			return err
		}
		if err := p.exposure.read.balancing.EachAnswer(r.keepList); err != nil {
			return err
		}
	}
	if len(r.rulePages) > 0 {
		return r.keep("describe-security-group-rules", "SecurityGroupRules", r.rulePages...)
	}
	return nil
}

// keepGroups records the groups of the place.
func (r *placeReader) keepGroups(all *groupPages) error {
	var kept pages
	if r.request.Recorder == nil {
		return nil
	}
	for i := range all.pages {
		var groups []ec2.SavedGroup
		err := all.pages[i].each(&sg.Request{}, func(x *ec2.Group) error {
			groups = append(groups, ec2.NewSavedGroup(x.SecurityGroup()))
			return nil
		})
		if err != nil {
			return err
		}
		if err := kept.add(groups, true); err != nil {
			return err
		}
	}
	return r.keep("describe-security-groups", "SecurityGroups", kept...)
}

// keepNetwork records what was read of the networks of the place.
func (r *placeReader) keepNetwork(n *ec2.Network) error {
	err := n.EachAnswer(r.keepList)
	if err != nil || r.request.Recorder == nil || !n.BlockPublicAccess.Read {
		return err
	}
	name, err := r.request.Recorder.File(r.job.account.id, r.job.region, "describe-vpc-block-public-access-options", false, func(w io.Writer) error {
		return json.MarshalWrite(w, map[string]any{"VpcBlockPublicAccessOptions": &n.BlockPublicAccess.Items[0]}, json.OmitZeroStructFields(true))
	})
	r.files = append(r.files, name)
	return err
}

// keepList is keep for a list that is not in pages.
func (r *placeReader) keepList(command, member string, list any) error {
	var kept pages
	if err := kept.add(list, r.request.Recorder != nil); err != nil {
		return err
	}
	return r.keep(command, member, kept...)
}

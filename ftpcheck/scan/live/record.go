package live

import (
	"io"

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

// keepList is keep for a list that is not in pages.
func (r *placeReader) keepList(command, member string, list any) error {
	var kept pages
	if err := kept.add(list, r.request.Recorder != nil); err != nil {
		return err
	}
	return r.keep(command, member, kept...)
}

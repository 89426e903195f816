package live

import (
	"bytes"
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
	return r.recordList(command, member, func(l *record.Listing) error {
		for _, p := range pages {
			text, err := decompress(p)
			if err != nil {
				return err
			}
			if err := l.Add(bytes.TrimSpace(text[1 : len(text)-1])); err != nil { // without the brackets
				return err
			}
			putBuffer(text)
		}
		return nil
	})
}

// listing begins a file with a list of the place.
func (r *placeReader) listing(command, member string) (*record.Listing, error) {
	return r.request.Recorder.Listing(r.job.account.id, r.job.region, command, member)
}

// recordList records a list of the place, whose elements fill adds.
func (r *placeReader) recordList(command, member string, fill func(*record.Listing) error) error {
	l, err := r.listing(command, member)
	if err != nil {
		return err
	}
	if err := fill(l); err != nil {
		l.Abandon()
		return err
	}
	return r.end(l)
}

// end completes a file of the place.
func (r *placeReader) end(l *record.Listing) error {
	f, err := l.End()
	r.files = append(r.files, f)
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
	if l := r.keptRules; l != nil {
		r.keptRules = nil
		return r.end(l)
	}
	return nil
}

// keepRules records rules of the place, as JSON texts.
func (r *placeReader) keepRules(elements []byte) (err error) {
	if r.keptRules == nil {
		if r.keptRules, err = r.listing("describe-security-group-rules", "SecurityGroupRules"); err != nil {
			return err
		}
	}
	return r.keptRules.Add(elements)
}

// forgetRules gives up the rules that were recorded.
func (r *placeReader) forgetRules() {
	if r.keptRules != nil {
		r.keptRules.Abandon()
		r.keptRules = nil
	}
}

// keepGroups records the groups of the place.
func (r *placeReader) keepGroups(all *groupPages) error {
	if r.request.Recorder == nil {
		return nil
	}
	return r.recordList("describe-security-groups", "SecurityGroups", func(l *record.Listing) error {
		text := getBuffer(0)
		defer func() { putBuffer(text) }()
		for i := range all.pages {
			text = text[:0]
			err := all.pages[i].each(&sg.Request{}, func(x *ec2.Group) error {
				text = x.AppendJSON(appendSeparator(text))
				return nil
			})
			if err != nil {
				return err
			}
			if err := l.Add(text); err != nil {
				return err
			}
		}
		return nil
	})
}

// appendSeparator parts the next element of a list from those before it.
func appendSeparator(elements []byte) []byte {
	if len(elements) == 0 {
		return elements
	}
	return append(elements, ",\n"...)
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

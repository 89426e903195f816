// Package terraform reads security groups from what terraform show -json prints, of a plan or of a
// state, and what OpenTofu prints: as they will be when the plan is applied.
//
// A plan has every resource as it will be, but for what is known only when it is applied. So a
// group that is to be made has no ID, and neither has the security_group_id of its rules; the
// references of the configuration join them. Whatever the plan cannot tell is a permission with a
// doubt: nobody passes for closed because something is not known.
package terraform

import (
	"maps"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Recognizes reports whether a member at the top of a JSON object is one that Terraform's plans,
// states and logs have, and no answer of AWS.
func Recognizes(member string) bool {
	switch member {
	case "format_version", "terraform_version", "planned_values", "resource_changes", "prior_state", "provider_schemas", "lineage", "@level", "@message":
		return true
	}
	return false
}

// Read reads the groups of a plan or state and hands them to emit, judged. Of prefix lists that
// it does not have, saved has the entries. It counts the groups in the record of the file. Its
// error says what is wrong with the file, also after groups were handed over.
func Read(d *document.Document, c *sg.Coverage, saved sg.AddressLists, emit func(*sg.Group) error) error {
	c.Content = sg.ContentGroups
	p, err := decode(d)
	if err != nil {
		return err
	}
	b := &builder{plan: p, saved: saved, problem: p.odd}
	b.build()
	switch {
	case p.errored:
		b.note(inconsistent("Terraform could not finish the plan, so it has only a part of what will be. Mend what terraform plan says"))
	case p.incomplete:
		b.note(inconsistent("Terraform says that the plan is not complete, as one that was made with -target or that puts something off. Plan the whole"))
	}
	lists := sg.AddressLists{}
	maps.Copy(lists, saved)
	for id, l := range b.known {
		if l.doubt == "" {
			lists[id] = l.addresses()
		}
	}
	for n, g := range b.built {
		g.Judge(lists)
		g.Origin = c.Origin
		if n == 0 {
			c.AccountID, c.Partition, c.Region = g.AccountID, g.Partition, g.Region
		}
		if c.AccountID != g.AccountID {
			c.AccountID = ""
		}
		if c.Region != g.Region {
			c.Partition, c.Region = "", ""
		}
		c.Groups++
		c.Permissions += int64(len(g.Permissions))
		if err := emit(&g.Group); err != nil {
			return &document.ConsumerError{Err: err}
		}
	}
	return b.problem
}

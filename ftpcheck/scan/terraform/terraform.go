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

// Read reads the groups of a plan or state and hands them over, judged. Of prefix lists that it
// does not have, saved has the entries. Its error is that of hand, or says what is wrong with the
// document, also after groups were handed over.
func Read(d *document.Document, saved sg.AddressLists, hand func(*sg.Group) error) error {
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
	for _, g := range b.built {
		g.Judge(lists)
		if err := hand(&g.Group); err != nil {
			return err
		}
	}
	return b.problem
}

package saved

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/terraform"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// plans decodes plans and states of Terraform. What they say is of another time than what AWS
// said, so it is not compared with other files, and nothing but the entries of prefix lists is
// taken from those.
type plans struct{ *savedRead }

func (*plans) Recognizes(member string) bool { return terraform.Recognizes(member) }

func (p *plans) Complete(_ *document.Document, c *sg.Coverage, _ *sg.Completion) (groups bool, err error) {
	c.Content, c.Planned = sg.ContentGroups, true
	p.plans[c] = true
	return true, nil
}

// Groups hands over groups that are judged, as only the plan has the prefix lists that it makes.
func (p *plans) Groups(d *document.Document, _ *sg.Coverage, hand func(*sg.Group) error) error {
	return terraform.Read(d, p.completion.PrefixLists, hand)
}

// handOverPlanned hands over a group of a plan, if it is one that the request asks for.
func (r *savedRead) handOverPlanned(g *sg.Group) error {
	if !g.Fits(&r.request) || !g.Matters(&r.request) {
		return nil
	}
	for _, p := range g.Permissions {
		p.PrefixListName = r.completion.PrefixListNames[p.PrefixListID]
	}
	if r.request.WantsNetworks() {
		x := withoutInterfaces.Group(exposure.Group{OwnerID: planned, SeenBy: planned}, func(string) *exposure.Sources { return exposure.NewSources(g.RulePermissions()) })
		g.Exposure = &x
	}
	r.emitted++
	if err := r.emit(g); err != nil {
		return &document.ConsumerError{Err: err}
	}
	return nil
}

// withoutInterfaces is the network of every plan: nothing is known of what will use its groups.
var withoutInterfaces = exposure.NewNetwork(&exposure.Account{ID: planned})

const planned = "planned"

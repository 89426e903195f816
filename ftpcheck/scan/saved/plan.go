package saved

import (
	"context"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/terraform"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// plan reads a plan or state of Terraform. What it says is of another time than what the AWS CLI
// printed, so its groups are not compared with those of other files; only the entries of prefix
// lists are taken from them.
func (r *savedRead) plan(ctx context.Context, c *sg.Coverage) error {
	d, err := r.open(ctx, c)
	if err != nil {
		return err
	}
	defer d.Close()
	return terraform.Read(d, c, r.lists, func(g *sg.Group) error {
		if !g.Fits(&r.request) || !g.Matters(&r.request) {
			return nil
		}
		for _, p := range g.Permissions {
			p.PrefixListName = r.listNames[p.PrefixListID]
		}
		return r.emit(g)
	})
}

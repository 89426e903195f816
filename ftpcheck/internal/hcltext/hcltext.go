// Package hcltext tells people what is wrong with HCL: configurations and mods.
package hcltext

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Lines are the diagnostics, each once, with the file and line where they are known.
func Lines(diags hcl.Diagnostics) []string {
	var lines []string
	for _, d := range diags {
		line := d.Summary + ". " + d.Detail
		if d.Subject != nil && d.Subject.Filename != "" {
			line = fmt.Sprintf("%s, line %d: %s", d.Subject.Filename, d.Subject.Start.Line, line)
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
)

// Decode decodes the arguments of a connection: the fields of [Config] that have a
// tag. What is wrong with a value names its argument, which HCL by itself does not do.
func Decode(body hcl.Body) (Config, hcl.Diagnostics) {
	var config Config
	diags := gohcl.DecodeBody(body, nil, &config)
	if !diags.HasErrors() {
		return config, nil
	}
	schema, _ := gohcl.ImpliedBodySchema(config)
	content, _, _ := body.PartialContent(schema)
	nameValues(diags, "", content.Attributes)
	for _, block := range content.Blocks {
		attributes, _ := block.Body.JustAttributes()
		nameValues(diags, block.Type+".", attributes)
	}
	return config, diags
}

// nameValues puts the name of the argument before what is wrong with its value.
func nameValues(diags hcl.Diagnostics, prefix string, attributes hcl.Attributes) {
	for name, a := range attributes {
		for _, d := range diags {
			if d.Subject != nil && a.Expr.Range().Overlaps(*d.Subject) {
				d.Summary = prefix + name + ": " + d.Summary
			}
		}
	}
}

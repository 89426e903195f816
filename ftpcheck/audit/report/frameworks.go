package report

import "github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/framework"

// bearings is what the page says of frameworks, which is the same on each page.
type bearings struct {
	Bearings []framework.Bearing
	All      []framework.Framework
}

func frameworks() bearings { return bearings{framework.Bearings, framework.All()} }

// Package report writes the page that a person opens first.
package report

import (
	"fmt"
	"io"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
)

// Write writes the report as one HTML file.
func Write(w io.Writer, r *finding.Report) error {
	_, err := fmt.Fprintf(w, "%d findings, complete: %v\n", len(r.Findings), r.Complete())
	return err
}

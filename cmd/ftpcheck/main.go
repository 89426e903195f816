// Ftpcheck finds EC2 security groups that let the whole internet in on FTP, without
// Steampipe.
package main

import (
	"os"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/cli"
)

func main() { os.Exit(cli.Main()) }

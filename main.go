// Steampipe-plugin-ftpcheck finds EC2 security groups that let the whole internet in on
// FTP. Launched by Steampipe it is a plugin; launched by a person it is the ftpcheck
// command.
package main

import (
	"os"

	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/shared"
	"github.com/turbot/steampipe-plugin-sdk/v5/plugin"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/cli"
)

func main() {
	if !launchedBySteampipe() {
		os.Exit(cli.Main())
	}
	// By default the SDK returns memory to the system every 100 rows, which costs more
	// than everything else together.
	const freeMemory = "STEAMPIPE_FREE_MEM_INTERVAL"
	if _, set := os.LookupEnv(freeMemory); !set {
		os.Setenv(freeMemory, "0")
	}
	plugin.Serve(&plugin.ServeOpts{PluginFunc: ftpcheck.Plugin})
}

// launchedBySteampipe reports whether the process is to serve the plugin. The cookie
// alone does not tell: what a plugin launches inherits it.
func launchedBySteampipe() bool {
	return len(os.Args) == 1 &&
		os.Getenv(shared.Handshake.MagicCookieKey) == shared.Handshake.MagicCookieValue &&
		os.Getenv("PLUGIN_PROTOCOL_VERSIONS") != ""
}

// Steampipe-plugin-ftpcheck finds EC2 security groups that let the whole internet in on
// FTP. Launched by Steampipe it is a plugin; launched by a person it is the ftpcheck
// command.
package main

import (
	"log"
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
	stop, err := profiles()
	if err != nil {
		log.Fatalln("ftpcheck:", err)
	}
	plugin.Serve(&plugin.ServeOpts{PluginFunc: ftpcheck.Plugin})
	if err := stop(); err != nil {
		log.Fatalln("ftpcheck:", err)
	}
}

// profiles begins the profiles that a developer asks for by environment variables, as a
// plugin has no flags.
func profiles() (stop func() error, err error) {
	var p cli.Profile
	if path := os.Getenv("FTPCHECK_CPUPROFILE"); path != "" {
		err = p.StartCPU(path)
	}
	p.Memory(os.Getenv("FTPCHECK_MEMPROFILE"))
	return p.Stop, err
}

// launchedBySteampipe reports whether the process is to serve the plugin. The cookie
// alone does not tell: what a plugin launches inherits it.
func launchedBySteampipe() bool {
	return len(os.Args) == 1 &&
		os.Getenv(shared.Handshake.MagicCookieKey) == shared.Handshake.MagicCookieValue &&
		os.Getenv("PLUGIN_PROTOCOL_VERSIONS") != ""
}

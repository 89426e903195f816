package ftpcheck

import (
	"log"
	"os"

	"github.com/turbot/steampipe-plugin-sdk/v5/plugin"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/profile"
)

// Serve serves the plugin to Steampipe until that ends it.
func Serve() {
	// By default the SDK returns memory to the system every 100 rows, which costs more
	// than everything else together.
	const freeMemory = "STEAMPIPE_FREE_MEM_INTERVAL"
	if _, set := os.LookupEnv(freeMemory); !set {
		os.Setenv(freeMemory, "0")
	}
	withoutSpans()
	stop, err := profiles()
	if err != nil {
		log.Fatalln("ftpcheck:", err)
	}
	plugin.Serve(&plugin.ServeOpts{PluginFunc: Plugin})
	if err := stop(); err != nil {
		log.Fatalln("ftpcheck:", err)
	}
}

// withoutSpans has nobody make the spans that the SDK begins for each of its calls, several for
// each row, until it is asked for telemetry. Otherwise OpenTelemetry looks each time for who might
// want them.
func withoutSpans() { otel.SetTracerProvider(noop.NewTracerProvider()) }

// profiles begins the profiles that a developer asks for by environment variables, as a
// plugin has no flags.
func profiles() (stop func() error, err error) {
	var p profile.Profile
	if path := os.Getenv("FTPCHECK_CPUPROFILE"); path != "" {
		err = p.StartCPU(path)
	}
	p.Memory(os.Getenv("FTPCHECK_MEMPROFILE"))
	return p.Stop, err
}

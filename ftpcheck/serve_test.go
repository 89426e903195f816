package ftpcheck

import (
	"testing"

	"github.com/turbot/steampipe-plugin-sdk/v5/telemetry"
	"go.opentelemetry.io/otel"
)

// Nobody makes spans unless somebody asks for telemetry.
func TestSpans(t *testing.T) {
	before := otel.GetTracerProvider()
	defer otel.SetTracerProvider(before)
	made := func() bool {
		_, span := telemetry.StartSpan(t.Context(), "ftpcheck", "a call")
		defer span.End()
		return span.IsRecording()
	}
	withoutSpans()
	if after := otel.GetTracerProvider(); after == before || made() {
		t.Errorf("%T makes spans, or is still there", after)
	}
	t.Setenv("STEAMPIPE_OTEL_LEVEL", "TRACE")
	t.Setenv("STEAMPIPE_OTEL_INSECURE", "1")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	if _, err := telemetry.Init("ftpcheck"); err != nil {
		t.Fatal(err)
	}
	if !made() {
		t.Error("no spans are made for who asks for telemetry")
	}
}

package scan

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/cputime"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// BenchmarkStream reads a file of security groups of FTPCHECK_STREAM_BYTES (64 MiB
// unless set; 1 GiB to see that memory does not grow with the file) and reports
//
//	MB/cpu-s   bytes of file for each second of CPU that the whole process used
//	peak-MB    the highest memory that the Go runtime held from the system
//	x-of-floor CPU time as a multiple of that of the JSON tokens alone, in the same run
func BenchmarkStream(b *testing.B) {
	size := int64(64 << 20)
	if s := os.Getenv("FTPCHECK_STREAM_BYTES"); s != "" {
		if _, err := fmt.Sscan(s, &size); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(b.TempDir(), "describe-security-groups.json")
	writeManyGroups(b, path, size)

	before := cputime.Used()
	countTokens(b, path)
	floor := cputime.Used() - before

	runtime.GC()
	stop := make(chan struct{})
	peak := make(chan uint64)
	go func() {
		held := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		var most uint64
		for {
			metrics.Read(held)
			most = max(most, held[0].Value.Uint64()-held[1].Value.Uint64())
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	before = cputime.Used()
	groups := 0
	for b.Loop() {
		s, err := New(config.Config{Paths: []string{path}})
		if err != nil {
			b.Fatal(err)
		}
		_, err = s.Read(context.Background(), sg.Request{}, func(*sg.Group) error { groups++; return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
	used := (cputime.Used() - before) / time.Duration(b.N)
	close(stop)
	b.SetBytes(size)
	b.ReportMetric(float64(size)/1e6/used.Seconds(), "MB/cpu-s")
	b.ReportMetric(float64(<-peak)/1e6, "peak-MB")
	b.ReportMetric(used.Seconds()/floor.Seconds(), "x-of-floor")
	b.ReportMetric(float64(groups)/float64(b.N), "groups")
}

// writeManyGroups writes groups as the AWS CLI prints them, each with its own ID.
func writeManyGroups(b *testing.B, path string, size int64) {
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	template, err := os.ReadFile("../../testdata/emulator/123456789012/us-east-1/describe-security-groups.json")
	if err != nil {
		b.Fatal(err)
	}
	from, to := bytes.Index(template, []byte("[")), bytes.LastIndex(template, []byte("]"))
	one := template[from+1 : to]
	fmt.Fprint(f, `{"SecurityGroups": [`)
	for n, written := 0, int64(0); written < size; n++ {
		if n > 0 {
			fmt.Fprint(f, ",")
		}
		// Seven characters of every group ID count the copies.
		w, err := f.Write(bytes.ReplaceAll(one, []byte(`"GroupId": "sg-`), fmt.Appendf(nil, `"GroupId": "sg-%07x`, n)))
		if err != nil {
			b.Fatal(err)
		}
		written += int64(w)
	}
	fmt.Fprint(f, "]}")
}

func countTokens(b *testing.B, path string) {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for d := jsontext.NewDecoder(f); ; {
		if _, err := d.ReadToken(); err == io.EOF {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

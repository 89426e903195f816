package fakeaws_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

func BenchmarkPage(b *testing.B) {
	w := fakeaws.Generate(1, []string{"us-east-1"}, 2000)
	w.Latency = -1
	s := w.Start(b)
	for b.Loop() {
		r, _ := http.NewRequest("POST", s.URL, strings.NewReader("Action=DescribeSecurityGroups&Version=2016-11-15&MaxResults=1000"))
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+w.Accounts[0].AccessKey()+"/20260101/us-east-1/ec2/aws4_request")
		resp, err := http.DefaultClient.Do(r)
		if err != nil || resp.StatusCode != 200 {
			b.Fatal(err, resp)
		}
		n, _ := io.Copy(io.Discard, resp.Body)
		b.SetBytes(n)
		resp.Body.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}

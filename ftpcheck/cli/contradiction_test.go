package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// An audit of answers that contradict each other is not complete, whether AWS gave them or files,
// and says so wherever somebody looks: by its exit code, in the manifest, and in INCOMPLETE.txt.
func TestAuditsOfContradictions(t *testing.T) {
	id := func(name string) string { return fakeaws.GroupID(home, "us-east-1", name) }
	// region is what each answer tells of; what is lost is missing in one of them.
	region := func(lost string) *fakeaws.World {
		open := fakeaws.Group{Name: "open", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 22, To: 22, CIDR4: "10.0.0.0/8"}}}
		if lost != "permission" {
			open.Ingress = append(open.Ingress, fakeaws.Permission{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"})
		}
		r := &fakeaws.Region{Groups: []fakeaws.Group{open, {Name: "naming", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 20, Group: id("named")}}}}}
		for _, name := range []string{"used", "named"} {
			if lost != name {
				r.Groups = append(r.Groups, fakeaws.Group{Name: name, Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 21, CIDR6: "2000::/3"}}})
			}
		}
		r.NetworkInterfaces = []fakeaws.NetworkInterface{{Description: "n", Zone: "us-east-1a", Groups: []string{id("used")}}}
		return &fakeaws.World{Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{"us-east-1": r}}}}
	}
	incomplete := func(t *testing.T, want, dir string, args ...string) {
		t.Helper()
		_, stderr, code := run(t, append([]string{"audit", "--out", dir}, args...)...)
		var m audit.Manifest
		text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
		if err == nil {
			err = json.Unmarshal(text, &m)
		}
		if err != nil {
			t.Fatalf("%v: %s", err, stderr)
		}
		mark, err := os.ReadFile(filepath.Join(dir, "INCOMPLETE.txt"))
		if want == "" {
			if code != exitOpen || !m.Complete || err == nil {
				t.Errorf("exit code %d, complete: %v\n%s\n%s", code, m.Complete, mark, stderr)
			}
		} else if code != exitError || m.Complete || !strings.Contains(string(mark), want) {
			t.Errorf("exit code %d, complete: %v, want %q in\n%s", code, m.Complete, want, mark)
		}
	}
	for _, tt := range []struct {
		name, lost, action, want string
		files                    bool // also show it
	}{
		{"all is there", "", "", "", true},
		{"a rule without its permission", "permission", "DescribeSecurityGroups", "security group " + id("open") + " has the security group rule sgr-", true},
		{"a permission without its rule", "permission", "DescribeSecurityGroupRules", "(tcp, ports 21, from 0.0.0.0/0) that is not among its security group rules", false}, // one only may be a change
		{"an interface of a group that is not there", "used", "DescribeSecurityGroups", "uses security group " + id("used"), true},
		{"a reference to a group that is not there", "named", "DescribeSecurityGroups", id("naming") + " refers to " + id("named"), false}, // may be a group that was deleted
	} {
		t.Run(tt.name, func(t *testing.T) {
			whole := live(t, region(""))
			less := region(tt.lost).Start(t)
			proxies := map[bool]*httputil.ReverseProxy{}
			for lost, server := range map[bool]*fakeaws.Server{false: whole, true: less} {
				target, err := url.Parse(server.URL)
				if err != nil {
					t.Fatal(err)
				}
				proxies[lost] = httputil.NewSingleHostReverseProxy(target)
			}
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				form, _ := url.ParseQuery(string(body))
				// Who asks for the group that is named by its ID is told of it.
				proxies[form.Get("Action") == tt.action && (tt.lost != "named" || !form.Has("Filter.1.Name"))].ServeHTTP(w, r)
			}))
			t.Cleanup(front.Close)
			t.Setenv("AWS_ENDPOINT_URL", front.URL)
			dir := t.TempDir()
			incomplete(t, tt.want, filepath.Join(dir, "live"))
			incomplete(t, tt.want, filepath.Join(dir, "replayed"), "--from", filepath.Join(dir, "live", "raw"))

			// What the AWS CLI would have saved of these answers.
			raw := filepath.Join(dir, "live", "raw")
			if err := os.Remove(filepath.Join(raw, "scan.json.gz")); err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if !tt.files {
				want = ""
			}
			incomplete(t, want, filepath.Join(dir, "saved"), "--from", raw)
		})
	}
}

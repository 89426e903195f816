package config

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/gohcl"
)

func TestWords(t *testing.T) {
	c := Config{Flags: map[string]string{"regions": "--region", "profile": "--profile"}}
	for text, want := range map[string]string{
		"name it with {regions}, not {default_region}": "name it with --region, not default_region",
		"{regions} {profile}":                          "--region --profile",
		"{a,b} and {cause} of AWS":                     "{a,b} and {cause} of AWS",
		"regions":                                      "regions",
	} {
		if got := c.Words(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := (&Config{}).Words("leave {regions} out"); got != "leave regions out" {
		t.Error(got)
	}
}

// What the user reads of an argument may have come from a flag: no message has the name of one
// without asking for the word. Names that are English words, too, are left to the eye.
func TestMessagesAskForWords(t *testing.T) {
	schema, _ := gohcl.ImpliedBodySchema(Config{})
	var names []string
	for _, a := range schema.Attributes {
		if strings.Contains(a.Name, "_") && a.Name != "access_key" && a.Name != "secret_key" && a.Name != "session_token" {
			names = append(names, a.Name)
		}
	}
	if len(names) < 10 {
		t.Fatalf("arguments are %v", names)
	}
	bare := regexp.MustCompile(`(^|[^{\w])(` + strings.Join(names, "|") + `)\b`)
	asked := 0
	for _, dir := range []string{".", "..", "../live", "../saved"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, name, source, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if f, ok := n.(*ast.Field); ok && f.Tag != nil {
					return false
				}
				l, ok := n.(*ast.BasicLit)
				if !ok || l.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(l.Value)
				if err != nil {
					t.Fatal(err)
				}
				asked += strings.Count(text, "{endpoint_url}")
				// An endpoint_url of a profile is the AWS CLI's.
				if strings.Contains(text, " ") && !strings.Contains(text, "of the AWS profile") && bare.MatchString(text) {
					t.Errorf("%s: %q has the name of an argument, which a user may know as a flag: write {%s}", set.Position(l.Pos()), text, bare.FindStringSubmatch(text)[2])
				}
				return true
			})
		}
	}
	if asked < 5 {
		t.Errorf("only %d messages name {endpoint_url}", asked)
	}
}

func TestURLProblem(t *testing.T) {
	for text, want := range map[string]string{
		"http://localhost:4566":          "",
		"https://ec2.example.com/aws":    "",
		"https://me:secret@example.com":  "",
		"http://[::1]:4566":              "",
		"localhost:4566":                 `is "localhost:4566", without a scheme: write http://localhost:4566`,
		"localhost":                      `is "localhost", without a scheme: write http://localhost`,
		"127.0.0.1:4566":                 `is "127.0.0.1:4566", without a scheme: write http://127.0.0.1:4566`,
		"[::1]:4566":                     `is "[::1]:4566", without a scheme: write http://[::1]:4566`,
		"//ec2.example.com":              `is "ec2.example.com", without a scheme: write https://ec2.example.com`,
		"ec2.eu-west-1.amazonaws.com":    `is "ec2.eu-west-1.amazonaws.com", without a scheme: write https://ec2.eu-west-1.amazonaws.com`,
		"192.0.2.1:8080/aws":             `is "192.0.2.1:8080/aws", without a scheme: write https://192.0.2.1:8080/aws`,
		"me:hunter2@example.com":         `is "example.com", without a scheme: write https://example.com`,
		"ftp://example.com":              `has the scheme "ftp": write http:// or https://`,
		"HTTP://example.com":             "",
		"http:/localhost:4566":           `is "http:/localhost:4566", which is no URL of a server: write one as in https://ec2.example.com`,
		"https://":                       `is "https://", which is no URL of a server: write one as in https://ec2.example.com`,
		"://example.com":                 `is "://example.com", which is no URL of a server: write one as in https://ec2.example.com`,
		"http://me:hunter2@exa mple.com": `is "exa mple.com", which is no URL of a server: write one as in https://ec2.example.com`,
		"see the wiki":                   `is "see the wiki", which is no URL of a server: write one as in https://ec2.example.com`,
	} {
		if got := URLProblem(text); got != want {
			t.Errorf("%s: %s\nwant %s", text, got, want)
		}
	}
}

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// What is documented for services, as they say that it must be.

// published are documents that services read, and what they publish about these.
type published struct {
	Schema any `json:"schema"`
	Value  any `json:"value"`
}

// TestPublishedSchemas holds what is documented to the schemas of those who read it. With a member more
// that nobody knows, each must be refused.
func TestPublishedSchemas(t *testing.T) {
	python := needs.Program(t, "Run: make moto", "../internal/moto/venv/bin/python")
	var documents []published
	var names []string
	add := func(name, text string, schemas ...any) {
		for _, value := range yamlDocuments[map[string]any](t, text) {
			for _, schema := range schemas {
				documents, names = append(documents, published{schema, value}), append(names, fmt.Sprint(name, " ", schema))
			}
		}
	}
	add("action.yml", readFile(t, actionFile), "github-actions")
	add("GitLab", pipelineBlock(t, "GitLab"), "gitlab-ci")
	// The schema has no tasks of extensions.
	ours := regexp.MustCompile(`(?m)^  - task: AWSShellScript@1\n(    .*\n)+`)
	azure := pipelineBlock(t, "Azure Pipelines")
	if found := ours.FindAllString(azure, -1); len(found) != 1 || !strings.Contains(found[0], "      awsCredentials: aws\n      regionName: us-east-1\n      scriptType: inline\n      inlineScript: ") {
		t.Errorf("Azure Pipelines has the tasks %q", found)
	}
	add("Azure Pipelines", ours.ReplaceAllString(azure, ""), "azure-pipelines")
	// The first version that docs/deploy.md asks for, and the newest of the schemas.
	add("CronJob", pipelineBlock(t, "Kubernetes"), "1.29", "1.37")
	for _, file := range []string{"kubernetes.yaml", "kubernetes-merge.yaml"} {
		add(file, readFile(t, "../../docs/deploy/"+file), "1.29", "1.37")
	}
	right := len(documents)
	for i := range right {
		value := map[string]any{"surprise": "nobody knows this"}
		for key, v := range documents[i].Value.(map[string]any) {
			value[key] = v
		}
		documents, names = append(documents, published{documents[i].Schema, value}), append(names, names[i]+" with a surprise")
	}
	// What somebody must learn of: events of ECS. They have a list of containers, of which EventBridge
	// takes any, and moto none; so here it is the container.
	pattern := yamlDocuments[map[string]any](t, pipelineBlocks(t, "AWS: a scheduled task")[2].text)[0]
	event := func(status, container string) map[string]any {
		return yamlDocuments[map[string]any](t, `{"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": {"group": "family:ftpcheck", "lastStatus": "`+status+`", "containers": {"name": "ftpcheck"`+container+`}}}`)[0]
	}
	for _, e := range []struct {
		status, container string
		matches           bool
	}{{"STOPPED", `, "exitCode": 1`, true}, {"STOPPED", `, "exitCode": 2`, true}, {"STOPPED", "", true}, {"STOPPED", `, "exitCode": 0`, false}, {"RUNNING", "", false}} {
		d := published{event(e.status, e.container), pattern}
		if e.matches {
			documents = append([]published{d}, documents...)
			names = append([]string{"an event " + e.status + e.container}, names...)
			right++
		} else {
			documents, names = append(documents, d), append(names, "an event "+e.status+e.container)
		}
	}
	input, err := json.Marshal(documents)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(python, "testdata/published.py")
	command.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	var problems []string
	if err == nil {
		err = json.Unmarshal(out, &problems)
	}
	if err != nil || len(problems) != len(documents) {
		t.Fatalf("%v, %d answers; is make moto up to date? %s", err, len(problems), stderr.String())
	}
	for i, problem := range problems {
		if (problem == "") != (i < right) {
			t.Errorf("%s: %q", names[i], problem)
		}
	}
}

// TestWorkflows has actionlint look at the workflows of docs/ci.md, docs/terraform.md and this repository,
// with what the inputs of our own action are and, in action.yml, with shellcheck.
func TestWorkflows(t *testing.T) {
	shellcheck := needs.Program(t, "Install it, as with: apt-get install shellcheck", "shellcheck")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{
		"docs/ci.md":        pipelineBlock(t, "GitHub Actions"),
		"docs/terraform.md": "",
		"action.yml":        actionAsWorkflow(t),
	}
	for _, b := range docBlocks(readFile(t, terraformDoc)) {
		if b.lang == "yaml" {
			texts["docs/terraform.md"] += b.text
		}
	}
	own, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(own) < 4 {
		t.Fatalf("%q, %v", own, err)
	}
	for _, path := range own {
		texts[filepath.Base(path)] = readFile(t, path)
	}
	project, err := actionlint.NewProject(root)
	if err != nil {
		t.Fatal(err)
	}
	lint := func(name, text string, shellcheck string) []*actionlint.Error {
		linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{Shellcheck: shellcheck})
		if err != nil {
			t.Fatal(err)
		}
		// Our action is that of this commit, and actionlint knows others by their versions.
		text = strings.ReplaceAll(text, "uses: ftpcheck/steampipe-plugin-ftpcheck@v"+Version, "uses: ./")
		text = regexp.MustCompile(`@[0-9a-f]{40} # (v\d+)[\d.]*`).ReplaceAllString(text, "@$1")
		found, err := linter.Lint(name, []byte(text), project)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	pinned := regexp.MustCompile(`^(\./|[a-z-]+/[a-z/-]+@(v\d+|[0-9a-f]{40} # v[\d.]+|v` + regexp.QuoteMeta(Version) + `))$`)
	for name, text := range texts {
		check := ""
		if name == "action.yml" {
			check = shellcheck
		}
		for _, problem := range lint(name, text, check) {
			t.Errorf("%s: %v", name, problem)
		}
		for _, uses := range regexp.MustCompile(`uses: (.*)`).FindAllStringSubmatch(text, -1) {
			if !pinned.MatchString(uses[1]) {
				t.Errorf("%s: %s is not pinned", name, uses[1])
			}
		}
	}
	for _, wrong := range []string{"fail-onn: never", "role: ${{ secret.ROLE }}"} {
		text := strings.Replace(texts["docs/ci.md"], "baseline: auto", wrong, 1)
		if len(lint("wrong", text, "")) == 0 {
			t.Errorf("%s is not found", wrong)
		}
	}
}

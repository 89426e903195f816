package cli

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// deployments are the shell texts of docs/deploy, by file.
func deployments(t *testing.T) map[string]string {
	t.Helper()
	scripts := map[string]string{}
	for _, name := range []string{"kubernetes.yaml", "kubernetes-merge.yaml"} {
		text := readFile(t, "../../docs/deploy/"+name)
		_, block, ok := strings.Cut(text, "\n            - |\n")
		if !ok {
			t.Fatalf("%s has no script", name)
		}
		script := ""
		for line := range strings.Lines(block) {
			line, ok := strings.CutPrefix(line, strings.Repeat(" ", 14))
			if !ok {
				break
			}
			script += line
		}
		scripts[name] = script
	}
	var definition struct {
		ContainerProperties struct{ Command []string }
	}
	if err := json.Unmarshal([]byte(readFile(t, "../../docs/deploy/aws-batch.json")), &definition); err != nil {
		t.Fatal(err)
	}
	scripts["aws-batch.json"] = definition.ContainerProperties.Command[2]
	return scripts
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDeployedScripts runs the shell texts with a worker that does nothing but exit.
func TestDeployedScripts(t *testing.T) {
	dir := t.TempDir()
	worker := "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$ARGUMENTS\"\nexit \"$EXIT\"\n"
	if err := os.WriteFile(filepath.Join(dir, "ftpcheck"), []byte(worker), 0o755); err != nil {
		t.Fatal(err)
	}
	audit := "audit\n--account\n*\n--shard\n3/8\n--out\n/evidence/shard-3\n--with\nparquet\n"
	want := map[string]string{
		"kubernetes.yaml": audit, "aws-batch.json": audit,
		"kubernetes-merge.yaml": "audit\nmerge\n--out\n/evidence/whole\n/evidence/shard-*\n",
	}
	for name, script := range deployments(t) {
		// What the job makes of the worker's exit codes: to have found something is no failure.
		for code, seen := range map[string]int{"0": 0, "1": 0, "2": 2, "137": 137} {
			cmd := exec.Command("/bin/sh", "-c", script)
			arguments := filepath.Join(t.TempDir(), "arguments")
			cmd.Env = []string{"PATH=" + dir, "EXIT=" + code, "ARGUMENTS=" + arguments, "JOB_COMPLETION_INDEX=3", "AWS_BATCH_JOB_ARRAY_INDEX=3"}
			err := cmd.Run()
			if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != seen {
				t.Errorf("%s: exit code %s of the worker becomes %d, want %d", name, code, got, seen)
			}
			if got := readFile(t, arguments); got != want[name] {
				t.Errorf("%s: the arguments are %q, want %q", name, got, want[name])
			}
		}
	}
}

// TestDeployedShards holds the numbers of shards to each other.
func TestDeployedShards(t *testing.T) {
	for path, patterns := range map[string][]string{
		"../../docs/deploy/kubernetes.yaml": {`completions: (\d+)`, `parallelism: (\d+)`, `--shard "\$JOB_COMPLETION_INDEX/(\d+)"`},
		"../../docs/deploy/aws-batch.json":  {`--shard \\"\$AWS_BATCH_JOB_ARRAY_INDEX/(\d+)\\"`},
		"../../docs/deploy.md":              {`--array-properties size=(\d+)`},
	} {
		for _, pattern := range patterns {
			found := regexp.MustCompile(pattern).FindStringSubmatch(readFile(t, path))
			if found == nil || found[1] != "8" {
				t.Errorf("%s says %q of %s", path, found, pattern)
			}
		}
	}
}

// TestDeployedFlags checks that the documented audits have flags that there are.
func TestDeployedFlags(t *testing.T) {
	root := newRoot()
	if audit, _, err := root.Find([]string{"audit"}); err != nil || audit == root {
		t.Fatal("there is no command audit")
	}
	texts := deployments(t)
	for _, name := range []string{"deploy.md", "lake.md"} {
		for _, b := range docBlocks(readFile(t, "../../docs/"+name)) {
			texts[name] += b.text
		}
	}
	for name, text := range texts {
		for _, line := range strings.Split(text, "\n") {
			words := strings.Fields(line)
			if len(words) < 2 || words[0] != "ftpcheck" {
				continue
			}
			c, _, err := root.Find(words[1:])
			if err != nil {
				t.Errorf("%s: %s: %v", name, line, err)
				continue
			}
			for _, word := range words {
				if flag, ok := strings.CutPrefix(word, "--"); ok && c.Flags().Lookup(flag) == nil {
					t.Errorf("%s: %s: there is no %s", name, line, word)
				}
			}
		}
	}
}

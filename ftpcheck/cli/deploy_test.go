package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A workload is what the tests look at of a Job or CronJob of Kubernetes. The schemas that Kubernetes
// publishes say whether the rest is right.
type workload struct {
	Kind string
	Spec struct {
		JobTemplate              *workload `yaml:"jobTemplate"`
		Completions, Parallelism int
		PodFailurePolicy         struct {
			Rules []struct {
				Action      string
				OnExitCodes struct {
					ContainerName string `yaml:"containerName"`
					Operator      string
					Values        []int
				} `yaml:"onExitCodes"`
			}
		} `yaml:"podFailurePolicy"`
		Template struct {
			Spec struct {
				Containers []struct {
					Name, Image   string
					Command, Args []string
				}
			}
		}
	}
}

// yamlDocuments are those of a text, as anything that is given.
func yamlDocuments[T any](t *testing.T, text string) []T {
	t.Helper()
	var all []T
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var one T
		if err := decoder.Decode(&one); err != nil {
			if len(all) == 0 || err.Error() != "EOF" {
				t.Fatal(err)
			}
			return all
		}
		all = append(all, one)
	}
}

// theJob is the only Job of a text.
func theJob(t *testing.T, text string) *workload {
	t.Helper()
	for _, w := range yamlDocuments[workload](t, text) {
		switch w.Kind {
		case "CronJob":
			return w.Spec.JobTemplate
		case "Job":
			return &w
		}
	}
	t.Fatal("there is no Job")
	return nil
}

// args are those of the only container, as it gets them with some variables. The image has no
// shell, so it is for the program alone.
func (w *workload) args(t *testing.T, variables ...string) []string {
	t.Helper()
	containers := w.Spec.Template.Spec.Containers
	if len(containers) != 1 || containers[0].Command != nil || containers[0].Image != theImage {
		t.Fatalf("the containers are %+v", containers)
	}
	var args []string
	for _, arg := range containers[0].Args {
		args = append(args, strings.NewReplacer(variables...).Replace(arg))
	}
	return args
}

// theImage is what a release is pushed to.
var theImage = "ghcr.io/ftpcheck/ftpcheck:" + Version

// exitsTaken are the exit codes for which a Job takes an action.
func (w *workload) exitsTaken(t *testing.T, action string) []int {
	t.Helper()
	for _, rule := range w.Spec.PodFailurePolicy.Rules {
		if rule.Action == action {
			if of := rule.OnExitCodes; of.ContainerName != w.Spec.Template.Spec.Containers[0].Name || of.Operator != "In" {
				t.Errorf("the rule is about %+v", of)
			}
			return rule.OnExitCodes.Values
		}
	}
	t.Errorf("there is no rule %s", action)
	return nil
}

// A batchDefinition is what the tests look at of a job definition of AWS Batch.
type batchDefinition struct {
	RetryStrategy struct {
		EvaluateOnExit []struct{ OnExitCode, Action string }
	}
	ContainerProperties struct {
		Image   string
		Command []string
	}
}

// TestDeployedAudit runs the workers and the merge of Kubernetes and AWS Batch on an organization of
// eight accounts.
func TestDeployedAudit(t *testing.T) {
	w := &fakeaws.World{Organization: &fakeaws.Organization{}}
	for i := range 8 {
		w.Accounts = append(w.Accounts, &fakeaws.Account{ID: fmt.Sprint(111122223333 + i), Regions: map[string]*fakeaws.Region{
			"us-east-1": {Groups: []fakeaws.Group{{Name: "default"}, {Name: "open", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}}}},
		}})
	}
	live(t, w)
	// Nothing but the volume can be written to.
	t.Setenv("TMPDIR", "/nowhere")
	evidence := filepath.Join(t.TempDir(), "evidence")
	if err := os.Mkdir(evidence, 0o700); err != nil {
		t.Fatal(err)
	}
	job := theJob(t, readFile(t, "../../docs/deploy/kubernetes.yaml"))
	if n := job.Spec.Completions; n != 8 || job.Spec.Parallelism != n {
		t.Errorf("%d completions, %d at once", n, job.Spec.Parallelism)
	}
	if got := job.exitsTaken(t, "FailIndex"); !slices.Equal(got, []int{exitError}) {
		t.Errorf("a shard fails by %d", got)
	}
	var definition batchDefinition
	if err := json.Unmarshal([]byte(readFile(t, "../../docs/deploy/aws-batch.json")), &definition); err != nil {
		t.Fatal(err)
	}
	if got := definition.RetryStrategy.EvaluateOnExit; len(got) != 1 || got[0].OnExitCode != fmt.Sprint(exitError) || got[0].Action != "EXIT" {
		t.Errorf("what is not tried again is %+v", got)
	}
	if definition.ContainerProperties.Image != theImage {
		t.Errorf("the image is %s", definition.ContainerProperties.Image)
	}
	submitted := submittedToBatch(t)
	if len(submitted) != 10 {
		t.Fatalf("%d commands for AWS Batch: %q", len(submitted), submitted)
	}
	for i := range 8 {
		args := job.args(t, "$(JOB_COMPLETION_INDEX)", fmt.Sprint(i), "/evidence", evidence)
		if _, stderr, code := run(t, args...); code != exitOK {
			t.Fatalf("shard %d: exit code %d, %s", i, code, stderr)
		}
		// The other engine runs the same.
		parameters, _ := valueOf(submitted[i+1], "--parameters")
		shard, out, _ := strings.Cut(parameters, ",")
		batch := strings.NewReplacer("Ref::shard", strings.TrimPrefix(shard, "shard="), "Ref::out", strings.Replace(strings.TrimPrefix(out, "out="), "/evidence", evidence, 1))
		var others []string
		for _, arg := range definition.ContainerProperties.Command {
			others = append(others, batch.Replace(arg))
		}
		if diff := cmp.Diff(setFlags(t, args), setFlags(t, others)); diff != "" {
			t.Errorf("shard %d (-Kubernetes +AWS Batch):\n%s", i, diff)
		}
	}
	merge := theJob(t, readFile(t, "../../docs/deploy/kubernetes-merge.yaml")).args(t)
	overrides, _ := valueOf(submitted[9], "--container-overrides")
	var override struct{ Command []string }
	if err := json.Unmarshal([]byte(overrides), &override); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(merge, override.Command); diff != "" {
		t.Errorf("the merge (-Kubernetes +AWS Batch):\n%s", diff)
	}
	for i, arg := range merge {
		merge[i] = strings.ReplaceAll(arg, "/evidence", evidence)
	}
	if _, stderr, code := run(t, merge...); code != exitOK {
		t.Errorf("the merge: exit code %d, %s", code, stderr)
	}
	var m audit.Manifest
	if err := json.Unmarshal([]byte(readFile(t, evidence+"/whole/manifest.json")), &m); err != nil {
		t.Fatal(err)
	}
	if !m.Complete || len(m.Shards.Present) != 8 || m.Answer.OpenSecurityGroups != 8 {
		t.Errorf("%+v of shards %+v", m.Answer, m.Shards)
	}

	// What was not read is a failure, also if nothing that is open is.
	if err := os.RemoveAll(evidence + "/shard-3"); err != nil {
		t.Fatal(err)
	}
	merge[slices.Index(merge, evidence+"/whole")] = evidence + "/some"
	if _, _, code := run(t, merge...); code != exitError {
		t.Errorf("the merge without a shard: exit code %d", code)
	}
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: "DescribeSecurityGroups"}}
	live(t, w)
	if _, _, code := run(t, job.args(t, "$(JOB_COMPLETION_INDEX)", "3", "/evidence", evidence)...); code != exitError {
		t.Errorf("a worker that is denied: exit code %d", code)
	}
}

// submittedToBatch are the commands that docs/deploy.md runs with the AWS CLI.
func submittedToBatch(t *testing.T) [][]string {
	t.Helper()
	var commands [][]string
	for _, b := range docBlocks(readFile(t, "../../docs/deploy.md")) {
		if b.heading == "AWS Batch" {
			commands = append(commands, awsCommands(t, b.text)...)
		}
	}
	return commands
}

// awsCommands are the arguments of the commands that a shell runs with the AWS CLI.
func awsCommands(t *testing.T, script string) [][]string {
	t.Helper()
	dir := t.TempDir()
	recorder := "#!/bin/sh\nfor arg; do printf '%s\\0' \"$arg\"; done >> \"$COMMANDS\"\nprintf '\\n' >> \"$COMMANDS\"\n"
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(recorder), 0o755); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "commands")
	if printed, code := inShell(t, dir, script, "PATH="+dir+":"+os.Getenv("PATH"), "COMMANDS="+log); code != 0 {
		t.Fatalf("exit code %d: %s", code, printed)
	}
	var commands [][]string
	for line := range strings.SplitSeq(strings.TrimSuffix(readFile(t, log), "\n"), "\n") {
		commands = append(commands, strings.Split(strings.TrimSuffix(line, "\x00"), "\x00"))
	}
	return commands
}

// inShell runs a text as pipelines do, and returns what it printed and its exit code.
func inShell(t *testing.T, dir, script string, env ...string) (printed string, code int) {
	t.Helper()
	command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	out, err := command.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), command.ProcessState.ExitCode()
}

// valueOf is what follows a flag.
func valueOf(args []string, flag string) (string, bool) {
	i := slices.Index(args, flag)
	if i < 0 || i+1 == len(args) {
		return "", false
	}
	return args[i+1], true
}

// setFlags are the command and the flags that arguments set, however they are written.
func setFlags(t *testing.T, args []string) map[string]string {
	t.Helper()
	root := Command()
	c, rest, err := root.Find(args)
	if err == nil {
		err = c.ParseFlags(rest)
	}
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	set := map[string]string{"": c.CommandPath() + strings.Join(c.Flags().Args(), " ")}
	for _, name := range flagNames(c) {
		if f := c.Flags().Lookup(name); f != nil && f.Changed {
			set[name] = f.Value.String()
		}
	}
	return set
}

// TestAWSTakesWhatIsDocumented has the AWS CLI hold all commands of docs/deploy.md and docs/ci.md to
// the model of the API. It asks nothing of AWS.
func TestAWSTakesWhatIsDocumented(t *testing.T) {
	if testing.Short() {
		t.Skip("the AWS CLI takes a second")
	}
	// Debian's is a package of Python, which one process can use several times.
	needs.Program(t, "Install the AWS CLI, as with: apt-get install awscli", "/usr/bin/aws")
	commands := submittedToBatch(t)
	for i, command := range commands {
		if file, ok := valueOf(command, "--cli-input-json"); ok {
			path, err := filepath.Abs("../../" + strings.TrimPrefix(file, "file://"))
			if err != nil {
				t.Fatal(err)
			}
			commands[i][slices.Index(command, file)] = "file://" + path
		}
	}
	dir := t.TempDir()
	for _, command := range scheduledTask(t, dir) {
		for i, arg := range command {
			command[i] = strings.Replace(arg, "file://", "file://"+dir+"/", 1)
		}
		commands = append(commands, command)
	}
	if len(commands) < 15 {
		t.Fatalf("only %d commands", len(commands))
	}
	right := len(commands)
	// What AWS would refuse is.
	commands = append(commands,
		[]string{"batch", "submit-job", "--job-name", "a", "--job-queue", "b", "--job-definition", "c", "--container-overrides", `{"comand": ["a"]}`},
		[]string{"events", "put-rule", "--name", "a", "--pattern", "{}"})
	var lines bytes.Buffer
	for _, command := range commands {
		line, err := json.Marshal(command)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	cli := exec.Command("/usr/bin/python3", "testdata/aws.py")
	cli.Stdin = &lines
	var stderr bytes.Buffer
	cli.Stderr = &stderr
	cli.Env = append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=", "HOME="+t.TempDir())
	out, err := cli.Output()
	codes := strings.Fields(string(out))
	if err != nil || len(codes) != len(commands) {
		t.Fatalf("%v, %d answers to %d commands: %s", err, len(codes), len(commands), stderr.String())
	}
	for i, code := range codes {
		if (code == "0") != (i < right) {
			t.Errorf("aws %s: exit code %s: %s", strings.Join(commands[i], " "), code, stderr.String())
		}
	}
}

// TestDeployedFlags checks that the documented commands have flags that there are.
func TestDeployedFlags(t *testing.T) {
	commands := 0
	for _, name := range []string{"deploy.md", "lake.md"} {
		for _, c := range commandsOf(readFile(t, "../../docs/"+name)) {
			if c.words[0] != "ftpcheck" {
				continue
			}
			commands++
			if err := understood(c.words[1:]); err != nil {
				t.Errorf("%s:%d: %s: %v", name, c.line, strings.Join(c.words, " "), err)
			}
		}
	}
	if commands < 4 {
		t.Errorf("only %d commands", commands)
	}
	if !regexp.MustCompile("`ghcr.io/ftpcheck/ftpcheck`").MatchString(readFile(t, "../../docs/deploy.md")) {
		t.Error("docs/deploy.md does not name the image")
	}
}

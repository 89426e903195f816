package cli

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"text/template"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

const (
	releasesURL   = "https://github.com/ftpcheck/steampipe-plugin-ftpcheck/releases/download"
	pipelinesDoc  = "../../docs/ci.md"
	terraformDoc  = "../../docs/terraform.md"
	actionFile    = "../../action.yml"
	hooksFile     = "../../.pre-commit-hooks.yaml"
	goreleaserYML = "../../.goreleaser.yml"
)

// pipelineBlocks are the blocks of docs/ci.md under a heading.
func pipelineBlocks(t *testing.T, heading string) []*docBlock {
	t.Helper()
	var blocks []*docBlock
	for _, b := range docBlocks(readFile(t, pipelinesDoc)) {
		if b.heading == heading {
			blocks = append(blocks, b)
		}
	}
	if len(blocks) == 0 {
		t.Fatalf("docs/ci.md shows nothing under %q", heading)
	}
	return blocks
}

// pipelineBlock is the only one.
func pipelineBlock(t *testing.T, heading string) string {
	t.Helper()
	blocks := pipelineBlocks(t, heading)
	if len(blocks) != 1 {
		t.Fatalf("docs/ci.md has %d blocks under %q", len(blocks), heading)
	}
	return blocks[0].text
}

// TestPipelinesAreTested holds that a test below looks at each block of docs/ci.md.
func TestPipelinesAreTested(t *testing.T) {
	tested := map[string]string{
		"Only what is new": "sh", "Several forms from one run": "sh", "Tell somebody": "sh", // TestPipelineCommands
		"GitHub Actions": "yaml", "GitLab": "yaml", "Jenkins": "groovy", "Azure Pipelines": "yaml", "pre-commit": "yaml", "Kubernetes": "yaml",
		"AWS: a scheduled task": "json json json sh",
	}
	found := map[string]string{}
	for _, b := range docBlocks(readFile(t, pipelinesDoc)) {
		found[b.heading] = strings.TrimSpace(found[b.heading] + " " + b.lang)
	}
	for heading, langs := range found {
		if tested[heading] != langs {
			t.Errorf("docs/ci.md: nothing says how to test %s under %q", langs, heading)
		}
		delete(tested, heading)
	}
	for heading := range tested {
		t.Errorf("docs/ci.md shows nothing under %q", heading)
	}
}

// A pipelineWorld is an organization with one group that is open, and one that opens when open is
// called.
type pipelineWorld struct {
	*fakeaws.World
	t *testing.T
}

func newPipelineWorld(t *testing.T) pipelineWorld {
	open := []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}
	w := &fakeaws.World{Organization: &fakeaws.Organization{}}
	for _, id := range []string{home, member} {
		w.Accounts = append(w.Accounts, &fakeaws.Account{ID: id, Regions: map[string]*fakeaws.Region{"us-east-1": {Groups: []fakeaws.Group{{Name: "default"}, {Name: "later"}}}}})
	}
	w.Accounts[0].Regions["us-east-1"].Groups[0].Ingress = open
	live(t, w)
	return pipelineWorld{w, t}
}

func (w pipelineWorld) open() {
	groups := w.Accounts[0].Regions["us-east-1"].Groups
	groups[1].Ingress = groups[0].Ingress
	live(w.t, w.World)
}

// TestPipelineCommands runs the commands of docs/ci.md that stand for themselves, in their order.
func TestPipelineCommands(t *testing.T) {
	w := newPipelineWorld(t)
	told := 0
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Ftpcheck-Signature-256") != "" {
			told++
		}
	}))
	defer hook.Close()
	dir := t.TempDir()
	for _, c := range []struct {
		heading string
		code    int
	}{{"Only what is new", exitOK}, {"Several forms from one run", exitOpen}, {"Tell somebody", exitOpen}} {
		if c.heading == "Tell somebody" {
			w.open()
		}
		script := strings.ReplaceAll(pipelineBlock(t, c.heading), "https://hooks.example.com", hook.URL)
		if c.heading == "Only what is new" {
			script = "set +e\n" + script // the first command has found something
		}
		if printed, code := inShell(t, dir, script); code != c.code || strings.Contains(printed, "ftpcheck: ") {
			t.Errorf("docs/ci.md, %s: exit code %d, want %d: %s", c.heading, code, c.code, printed)
		}
	}
	if told != 1 {
		t.Errorf("the webhook was told %d times", told)
	}
}

// releases serves what a release has for Linux, as goreleaser names it. The program in it is the
// command of the tests. It returns the URL, what names the files that were asked for since it was
// called last, and what changes the archive after its checksum was taken.
func releases(t *testing.T) (url string, asked func() []string, forge func()) {
	t.Helper()
	program, err := exec.LookPath("ftpcheck")
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	z := gzip.NewWriter(&archive)
	w := tar.NewWriter(z)
	for name, text := range map[string]string{"LICENSE": "", "ftpcheck": "#!/bin/sh\nexec '" + program + "' \"$@\"\n"} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	names := releaseNames(t)
	archiveName := names.archive("linux", "amd64")
	files := map[string][]byte{
		"/v" + Version + "/" + archiveName: archive.Bytes(),
		"/v" + Version + "/" + names.sums:  fmt.Appendf(nil, "%064x  ftpcheck_other.tar.gz\n%x  %s\n", 0, sha256.Sum256(archive.Bytes()), archiveName),
	}
	var wanted []string
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		wanted = append(wanted, filepath.Base(r.URL.Path))
		if file, ok := files[r.URL.Path]; ok {
			w.Write(file)
		} else {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	asked = func() (since []string) {
		mu.Lock()
		defer mu.Unlock()
		since, wanted = wanted, nil
		return since
	}
	return server.URL, asked, func() {
		mu.Lock()
		defer mu.Unlock()
		archive.WriteByte(0)
		files["/v"+Version+"/"+archiveName] = archive.Bytes()
	}
}

// A named is how goreleaser names what it makes.
type named struct {
	t        *testing.T
	template string
	sums     string
}

func releaseNames(t *testing.T) named {
	t.Helper()
	var config struct {
		ProjectName string `yaml:"project_name"`
		Archives    []struct {
			ID           string
			NameTemplate string `yaml:"name_template"`
		}
		Checksum struct {
			NameTemplate string `yaml:"name_template"`
		}
	}
	if err := yaml.Unmarshal([]byte(readFile(t, goreleaserYML)), &config); err != nil {
		t.Fatal(err)
	}
	n := named{t: t}
	for _, a := range config.Archives {
		if a.ID == "command" {
			n.template = a.NameTemplate
		}
	}
	n.sums = n.of(config.Checksum.NameTemplate, map[string]string{"ProjectName": config.ProjectName, "Version": Version})
	return n
}

func (n named) of(text string, fields map[string]string) string {
	var name strings.Builder
	parsed, err := template.New("").Option("missingkey=error").Parse(text)
	if err == nil {
		err = parsed.Execute(&name, fields)
	}
	if err != nil {
		n.t.Fatal(err)
	}
	return name.String()
}

func (n named) archive(os, arch string) string {
	form := ".tar.gz"
	if os == "windows" {
		form = ".zip"
	}
	return n.of(n.template, map[string]string{"Version": Version, "Os": os, "Arch": arch}) + form
}

// A pipeline is what a service runs, as a shell has it.
type pipeline struct {
	install, check string
	variables      []string
}

// pipelines are those of docs/ci.md that say themselves what to run.
func pipelines(t *testing.T) map[string]pipeline {
	t.Helper()
	var gitlab struct {
		Ftpcheck struct {
			Variables    map[string]string
			BeforeScript []string `yaml:"before_script"`
			Script       []string
		}
	}
	if err := yaml.Unmarshal([]byte(pipelineBlock(t, "GitLab")), &gitlab); err != nil {
		t.Fatal(err)
	}
	var azure struct {
		Variables map[string]string
		Steps     []struct {
			Bash   string
			Inputs struct {
				InlineScript string `yaml:"inlineScript"`
			}
		}
	}
	if err := yaml.Unmarshal([]byte(pipelineBlock(t, "Azure Pipelines")), &azure); err != nil {
		t.Fatal(err)
	}
	if len(azure.Steps) != 4 {
		t.Fatalf("Azure Pipelines: %d steps", len(azure.Steps))
	}
	variables := func(of map[string]string) (all []string) {
		for name, value := range of {
			all = append(all, name+"="+value)
		}
		return all
	}
	job, jenkins := gitlab.Ftpcheck, jenkinsSteps(t)
	return map[string]pipeline{
		"GitLab":          {strings.Join(job.BeforeScript, "\n"), strings.Join(job.Script, "\n"), variables(job.Variables)},
		"Azure Pipelines": {azure.Steps[0].Bash, azure.Steps[1].Inputs.InlineScript, variables(azure.Variables)},
		"Jenkins":         {jenkins[0], jenkins[1] + "\n" + jenkins[2], []string{"VERSION=" + Version}},
	}
}

// jenkinsSteps are the shell texts of the Jenkinsfile. Its blocks and quotes must be balanced.
func jenkinsSteps(t *testing.T) []string {
	t.Helper()
	text := pipelineBlock(t, "Jenkins")
	var steps []string
	rest := regexp.MustCompile(`(?s)sh '''(.*?)'''|sh '([^'\n]*)'`).ReplaceAllStringFunc(text, func(step string) string {
		steps = append(steps, strings.Trim(strings.TrimPrefix(step, "sh "), "'"))
		return "sh"
	})
	rest = regexp.MustCompile(`'[^'\n]*'`).ReplaceAllString(rest, "")
	depth := 0
	for _, c := range rest {
		switch c {
		case '{', '(':
			depth++
		case '}', ')':
			depth--
		case '\'', '"':
			t.Error("Jenkins: a quote has no end")
		}
		if depth < 0 {
			t.Fatal("Jenkins: a block ends that has not begun")
		}
	}
	if depth != 0 || len(steps) != 3 || !strings.Contains(text, "VERSION = '"+Version+"'") {
		t.Fatalf("Jenkins: %d blocks have no end, %d steps", depth, len(steps))
	}
	return steps
}

// TestPipelinesRun installs what a release has, checks an organization in which something is open,
// and holds what becomes of that.
func TestPipelinesRun(t *testing.T) {
	url, _, forge := releases(t)
	newPipelineWorld(t)
	identity := filepath.Join(t.TempDir(), "identity")
	texts := strings.NewReplacer(releasesURL, url, "/tmp/identity", identity)
	all := pipelines(t)
	for name, p := range all {
		dir := t.TempDir()
		env := []string{"IDENTITY=token"}
		for _, v := range p.variables {
			env = append(env, texts.Replace(v))
		}
		if printed, code := inShell(t, dir, texts.Replace(p.install), env...); code != 0 {
			t.Errorf("%s: the installation: exit code %d: %s", name, code, printed)
			continue
		}
		// Where a workspace stays, what the last run has left is no obstacle.
		for range map[bool]int{true: 2, false: 1}[name == "Jenkins"] {
			if printed, code := inShell(t, dir, texts.Replace(p.check), env...); code != exitOpen || !strings.Contains(printed, "1 of 4 security groups") && !strings.Contains(printed, "1 of 2 security groups") {
				t.Errorf("%s: exit code %d: %s", name, code, printed)
			}
		}
		for file, want := range map[string]string{"ftpcheck.xml": "<testsuites", "findings.json": fakeaws.GroupID(home, "us-east-1", "default")} {
			if text := readFile(t, filepath.Join(dir, file)); !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in %s", name, want, file)
			}
		}
	}
	forge()
	for name, p := range all {
		dir := t.TempDir()
		printed, code := inShell(t, dir, texts.Replace(p.install), append([]string{"IDENTITY=token"}, p.variables...)...)
		if _, err := os.Stat(filepath.Join(dir, "ftpcheck")); code == 0 || err == nil || !strings.Contains(printed, "FAILED") {
			t.Errorf("%s: an archive that was changed is installed: exit code %d, %s", name, code, printed)
		}
	}
}

// TestGitLabKeepsTheBaseline follows what the cache hands from job to job: only a job that passes
// leaves a baseline, a run by hand accepts what is open, and what opens then fails again and again.
func TestGitLabKeepsTheBaseline(t *testing.T) {
	w := newPipelineWorld(t)
	p := pipelines(t)["GitLab"]
	cache := t.TempDir()
	for i, job := range []struct {
		opens, accepts bool
		code           int
	}{{code: exitOpen}, {code: exitOpen}, {accepts: true, code: exitOK}, {code: exitOK}, {opens: true, code: exitOpen}, {code: exitOpen}} {
		if job.opens {
			w.open()
		}
		dir := t.TempDir()
		env := append([]string{"CACHE=" + cache}, p.variables...)
		if job.accepts {
			env = append(env, "FTPCHECK_FAIL_ON=never")
		}
		script := "cp \"$(command -v ftpcheck)\" .\ntest ! -e \"$CACHE\"/* || cp \"$CACHE\"/* .\n" + p.check + "\ncp baseline.json \"$CACHE\""
		if printed, code := inShell(t, dir, script, env...); code != job.code {
			t.Errorf("job %d: exit code %d, want %d: %s", i, code, job.code, printed)
		}
	}
}

// TestKubernetesChecks runs what the CronJob of docs/ci.md does: it takes its exit codes for what they are.
func TestKubernetesChecks(t *testing.T) {
	newPipelineWorld(t)
	t.Setenv("TMPDIR", "/nowhere")
	job := theJob(t, pipelineBlock(t, "Kubernetes"))
	exceptions := filepath.Join(t.TempDir(), "exceptions.yaml")
	accept := func(group string) {
		text := "exceptions:\n  - { group_id: " + group + ", ports: [21], reasons: [any_ipv4], reachable: true, until: 2999-12-31, why: w, approved_by: a }\n"
		if err := os.WriteFile(exceptions, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := job.args(t, "/etc/ftpcheck/exceptions.yaml", exceptions)
	accept(fakeaws.GroupID(home, "us-east-1", "later"))
	if stdout, stderr, code := run(t, args...); code != exitOpen {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	accept(fakeaws.GroupID(home, "us-east-1", "default"))
	if stdout, stderr, code := run(t, args...); code != exitOK {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if got := job.exitsTaken(t, "FailJob"); fmt.Sprint(got) != fmt.Sprint([]int{exitOpen, exitError}) {
		t.Errorf("the Job fails by %d", got)
	}
}

// scheduledTask writes the files of the scheduled task of docs/ci.md into a folder, and returns the
// commands that read them. It runs what the task does.
func scheduledTask(t *testing.T, dir string) [][]string {
	t.Helper()
	blocks := pipelineBlocks(t, "AWS: a scheduled task")
	for i, name := range []string{"task.json", "schedule.json", "failed.json"} {
		if !strings.Contains(readFile(t, pipelinesDoc), "`"+name+"`") {
			t.Errorf("docs/ci.md does not name %s", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(blocks[i].text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var task struct {
		Family               string
		ContainerDefinitions []struct {
			Image   string
			Command []string
		}
	}
	if err := json.Unmarshal([]byte(blocks[0].text), &task); err != nil {
		t.Fatal(err)
	}
	container := task.ContainerDefinitions[0]
	if err := understood(container.Command); err != nil || container.Image != theImage || !strings.Contains(blocks[2].text, `"family:`+task.Family+`"`) {
		t.Errorf("the task runs %q of %s: %v", container.Command, container.Image, err)
	}
	return awsCommands(t, blocks[3].text)
}

// TestPreCommitHook runs the hook with a Terraform that plans what the scripts of the tests have.
func TestPreCommitHook(t *testing.T) {
	decoder := yaml.NewDecoder(strings.NewReader(readFile(t, hooksFile)))
	decoder.KnownFields(true)
	var hooks []struct {
		ID, Name, Description, Language, Entry, Files string
		PassFilenames                                 *bool `yaml:"pass_filenames"`
		Stages                                        []string
	}
	if err := decoder.Decode(&hooks); err != nil || len(hooks) != 1 || *hooks[0].PassFilenames {
		t.Fatalf("%v, %+v", err, hooks)
	}
	hook := hooks[0]
	decoder = yaml.NewDecoder(strings.NewReader(pipelineBlock(t, "pre-commit")))
	decoder.KnownFields(true)
	var config struct {
		Repos []struct {
			Repo, Rev string
			Hooks     []struct {
				ID   string
				Args []string
			}
		}
	}
	if err := decoder.Decode(&config); err != nil {
		t.Fatal(err)
	}
	repo := config.Repos[0]
	if "https://"+strings.TrimSuffix(strings.TrimPrefix(releasesURL, "https://"), "/releases/download") != repo.Repo || repo.Rev != "v"+Version || repo.Hooks[0].ID != hook.ID {
		t.Errorf("docs/ci.md has the hook %+v", repo)
	}
	files := regexp.MustCompile(hook.Files)
	for name, wanted := range map[string]bool{"a/main.tf": true, "main.tf.json": true, "x.tfvars": true, "x.tfstate": false, "main.go": false} {
		if files.MatchString(name) != wanted {
			t.Errorf("the hook looks at %s: %v", name, !wanted)
		}
	}
	script, err := txtar.ParseFile("testdata/script/terraform.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range script.Files {
		if f.Name == "plan.json" || f.Name == "fixed.json" {
			if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	terraform := "#!/bin/sh\ntest \"$1\" = -chdir=infrastructure || exit 3\ncase $2 in\nplan) for arg; do case $arg in -out=*) echo \"${arg#-out=}\" >> \"$PLANS\" ;; esac; done; exit \"$PLAN_EXITS\" ;;\nshow) cat \"$PLAN\" ;;\nesac\n"
	if err := os.WriteFile(filepath.Join(dir, "terraform"), []byte(terraform), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("TMPDIR", t.TempDir())
	for _, c := range []struct {
		plan, planExits string
		code            int
	}{{"plan.json", "0", exitOpen}, {"fixed.json", "0", exitOK}, {"fixed.json", "1", 1}, {"nowhere.json", "0", exitError}} {
		args := append(shellWords(hook.Entry), repo.Hooks[0].Args...)
		command := exec.Command(args[0], args[1:]...)
		command.Dir = dir
		plans := filepath.Join(t.TempDir(), "plans")
		command.Env = append(os.Environ(), "PLAN="+filepath.Join(dir, c.plan), "PLAN_EXITS="+c.planExits, "PLANS="+plans)
		out, _ := command.CombinedOutput()
		if got := command.ProcessState.ExitCode(); got != c.code {
			t.Errorf("%s: exit code %d, want %d: %s", c.plan, got, c.code, out)
		}
		if _, err := os.Stat(strings.TrimSpace(readFile(t, plans))); err == nil {
			t.Errorf("%s: the plan stays", c.plan)
		}
	}
}

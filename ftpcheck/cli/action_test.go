package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// An action is action.yml.
type action struct {
	Name, Description, Author string
	Branding                  struct{ Icon, Color string }
	Inputs                    map[string]struct{ Description, Default string }
	Outputs                   map[string]struct{ Description, Value string }
	Runs                      struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	Name, ID, If, Uses, Shell, Run string
	With, Env                      map[string]string
}

func readAction(t *testing.T) *action {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(readFile(t, actionFile)))
	decoder.KnownFields(true)
	a := &action{}
	if err := decoder.Decode(a); err != nil {
		t.Fatal(err)
	}
	return a
}

// step is the step of this name.
func (a *action) step(t *testing.T, name string) actionStep {
	t.Helper()
	for _, s := range a.Runs.Steps {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("action.yml has no step %q", name)
	return actionStep{}
}

// actionAsWorkflow is a workflow with the inputs and the steps of action.yml, which tools for workflows
// can look at.
func actionAsWorkflow(t *testing.T) string {
	t.Helper()
	var raw struct {
		Runs struct{ Steps yaml.Node }
	}
	if err := yaml.Unmarshal([]byte(readFile(t, actionFile)), &raw); err != nil {
		t.Fatal(err)
	}
	inputs := map[string]any{}
	for name := range readAction(t).Inputs {
		inputs[name] = map[string]any{"type": "string"}
	}
	text, err := yaml.Marshal(map[string]any{
		"on":   map[string]any{"workflow_call": map[string]any{"inputs": inputs}},
		"jobs": map[string]any{"check": map[string]any{"runs-on": "ubuntu-latest", "steps": &raw.Runs.Steps}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestActionIsSound holds that no input reaches a shell but as a variable, that each is used and no
// other is, and that the outputs are those of the check.
func TestActionIsSound(t *testing.T) {
	a := readAction(t)
	if a.Inputs["version"].Default != Version {
		t.Errorf("it installs %s, and this is %s", a.Inputs["version"].Default, Version)
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`inputs\.([a-z-]+)`).FindAllStringSubmatch(readFile(t, actionFile), -1) {
		if used[m[1]] = true; a.Inputs[m[1]].Description == "" {
			t.Errorf("there is no input %s with a description", m[1])
		}
	}
	for name := range a.Inputs {
		if !used[name] {
			t.Errorf("the input %s is not used", name)
		}
	}
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("%s: the text of the script has an expression in it", s.Name)
		}
		if (s.Run != "") != (s.Shell == "bash") {
			t.Errorf("%s: the shell is %q", s.Name, s.Shell)
		}
	}
	for name, output := range a.Outputs {
		if output.Value != "${{ steps.check.outputs."+name+" }}" || !strings.Contains(a.step(t, "Check").Run, name+"=%s") {
			t.Errorf("nothing sets the output %s to %s", name, output.Value)
		}
	}
	if url := a.step(t, "Install ftpcheck").Env["RELEASES"]; url != releasesURL {
		t.Errorf("it installs from %s", url)
	}
	// actionlint does not know the inputs of this one.
	if with := a.step(t, "Show the findings in code scanning").With; len(with) != 2 || with["sarif_file"] == "" || with["category"] == "" {
		t.Errorf("code scanning is given %v", with)
	}
	// What is kept is what the next run fetches.
	fetch, keep := a.step(t, "Fetch the baseline").With, a.step(t, "Keep the baseline").With
	if prefix := fetch["restore-keys"]; fetch["path"] != keep["path"] || fetch["key"] != keep["key"] || prefix == "" || !strings.HasPrefix(keep["key"], prefix) || !strings.HasSuffix(prefix, "/") {
		t.Errorf("the baseline is kept as %v and fetched as %v", keep, fetch)
	}
	if want := "/ftpcheck/${{ inputs.name }}/baseline.json"; !strings.HasSuffix(keep["path"], want) {
		t.Errorf("the baseline is %s", keep["path"])
	}
}

// A runner runs steps of the action in a job.
type runner struct {
	*action
	t    *testing.T
	temp string // RUNNER_TEMP
	work string
	env  []string // of the job
}

func newRunner(t *testing.T) *runner {
	return &runner{action: readAction(t), t: t, temp: t.TempDir(), work: t.TempDir()}
}

var inputExpression = regexp.MustCompile(`\$\{\{ inputs\.([a-z-]+)(?: \|\| env\.([A-Z_]+))? \}\}`)

// run runs a step with some inputs, and returns what it printed, what it wrote for GitHub, and its
// exit code.
func (r *runner) run(step string, inputs map[string]string, more ...string) (printed string, files map[string]string, code int) {
	r.t.Helper()
	s := r.step(r.t, step)
	env := append(append([]string{"RUNNER_OS=Linux", "RUNNER_ARCH=X64", "RUNNER_TEMP=" + r.temp, "GITHUB_ACTIONS=true"}, r.env...), more...)
	job := map[string]string{}
	for _, v := range env {
		name, value, _ := strings.Cut(v, "=")
		job[name] = value
	}
	for name, value := range s.Env {
		value = inputExpression.ReplaceAllStringFunc(value, func(expression string) string {
			m := inputExpression.FindStringSubmatch(expression)
			value, given := inputs[m[1]]
			if !given {
				value = r.Inputs[m[1]].Default
			}
			if value == "" {
				value = job[m[2]]
			}
			return value
		})
		if strings.Contains(value, "${{") {
			r.t.Fatalf("%s: %s is %s", step, name, value)
		}
		if _, set := job[name]; name == "RELEASES" && set {
			continue
		}
		env = append(env, name+"="+value)
	}
	dir := r.t.TempDir()
	for _, name := range []string{"GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"} {
		env = append(env, name+"="+filepath.Join(dir, name))
	}
	printed, code = inShell(r.t, r.work, s.Run, env...)
	files = map[string]string{}
	for _, name := range []string{"GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"} {
		text, _ := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(text)
	}
	return printed, files, code
}

func TestActionInstalls(t *testing.T) {
	url, asked, forge := releases(t)
	names := releaseNames(t)
	r := newRunner(t)
	r.env = []string{"RELEASES=" + url}
	printed, files, code := r.run("Install ftpcheck", nil)
	bin := strings.TrimSpace(files["GITHUB_PATH"])
	if code != 0 || bin != r.temp+"/ftpcheck/bin" {
		t.Fatalf("exit code %d, the path is %q: %s", code, bin, printed)
	}
	if version, code := inShell(t, r.work, "ftpcheck --version", "PATH="+bin+":/bin:/usr/bin"); code != 0 || !strings.HasPrefix(version, "ftpcheck "+Version+" ") {
		t.Errorf("exit code %d: %s", code, version)
	}

	for _, c := range []struct{ os, arch, goos, goarch string }{
		{"Linux", "ARM64", "linux", "arm64"}, {"macOS", "X64", "darwin", "amd64"}, {"macOS", "ARM64", "darwin", "arm64"}, {"Windows", "X64", "windows", "amd64"},
	} {
		asked()
		_, _, code := r.run("Install ftpcheck", nil, "RUNNER_OS="+c.os, "RUNNER_ARCH="+c.arch)
		since := asked()
		if want := names.archive(c.goos, c.goarch); code == 0 || len(since) == 0 || since[0] != want {
			t.Errorf("%s, %s: it asks for %q, want %s", c.os, c.arch, since, want)
		}
	}

	refused := func(what, version, problem string, env ...string) {
		t.Helper()
		r := newRunner(t)
		r.env = append([]string{"RELEASES=" + url}, env...)
		printed, files, code := r.run("Install ftpcheck", map[string]string{"version": version})
		if code == 0 || files["GITHUB_PATH"] != "" || !strings.Contains(printed, "::error title=ftpcheck::"+problem) {
			t.Errorf("%s: exit code %d, %s", what, code, printed)
		}
		if _, err := os.Stat(r.temp + "/ftpcheck/bin/ftpcheck"); err == nil {
			t.Errorf("%s: it is unpacked", what)
		}
	}
	refused("another version", "9.9.9", names.archive("linux", "amd64")[:9]+"9.9.9_linux_amd64.tar.gz of the release 9.9.9 cannot be downloaded")
	refused("another system", "v"+Version, "There is no release for FreeBSD.", "RUNNER_OS=FreeBSD")
	refused("another machine", Version, "There is no release for ARM.", "RUNNER_ARCH=ARM")
	forge()
	refused("an archive that was changed", Version, names.archive("linux", "amd64")+" is not what the release has the checksum of.")
}

func TestActionChecks(t *testing.T) {
	w := newPipelineWorld(t)
	r := newRunner(t)
	outputs := func(files map[string]string) map[string]string {
		all := map[string]string{}
		for line := range strings.SplitSeq(strings.TrimSpace(files["GITHUB_OUTPUT"]), "\n") {
			name, value, _ := strings.Cut(line, "=")
			all[name] = value
		}
		return all
	}
	// Each run has a folder of its own, but for the baseline, which is in the cache.
	var cached []byte
	check := func(inputs map[string]string, env ...string) (string, map[string]string, int) {
		t.Helper()
		r.temp = t.TempDir()
		baseline := filepath.Join(r.temp, "ftpcheck", "ftpcheck", "baseline.json")
		if cached != nil {
			if err := os.MkdirAll(filepath.Dir(baseline), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(baseline, cached, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		printed, files, code := r.run("Check", inputs, env...)
		out := outputs(files)
		out["summary"] = files["GITHUB_STEP_SUMMARY"]
		if kept, _ := os.ReadFile(baseline); code == 0 { // then the next step keeps it
			cached = kept
		} else if !bytes.Equal(kept, cached) {
			t.Error("a run that failed changes the baseline")
		}
		return printed, out, code
	}

	auto := map[string]string{"account": "*", "baseline": "auto"}
	printed, out, code := check(auto)
	if code != exitOpen || out["exit-code"] != "1" || !strings.Contains(out["summary"], "## FTP: open") || !strings.Contains(printed, "::notice title=ftpcheck::There is no baseline yet") {
		t.Fatalf("exit code %d, %v: %s", code, out, printed)
	}
	if !strings.Contains(printed, "1 of 4 security groups") || !strings.Contains(printed, "::error title=FTP is open::") {
		t.Errorf("it says: %s", printed)
	}
	for name, want := range map[string]string{"findings": `"format": "ftpcheck-findings/1"`, "sarif": `"version": "2.1.0"`} {
		if text := readFile(t, out[name]); !strings.Contains(text, want) || !strings.Contains(text, fakeaws.GroupID(home, "us-east-1", "default")) {
			t.Errorf("%s has no %s, or not the group", name, want)
		}
	}
	if _, _, code := check(auto); code != exitOpen || cached != nil {
		t.Errorf("a run that failed is a baseline: exit code %d", code)
	}
	if _, _, code := check(map[string]string{"account": "*", "baseline": "auto", "fail-on": "never"}); code != exitOK || cached == nil {
		t.Errorf("what is accepted is no baseline: exit code %d", code)
	}
	if printed, _, code := check(auto); code != exitOK || strings.Contains(printed, "::notice") {
		t.Errorf("since the baseline: exit code %d: %s", code, printed)
	}
	w.open()
	for range 2 { // it is not accepted by failing
		if _, _, code := check(auto); code != exitOpen {
			t.Errorf("what is new since the baseline: exit code %d", code)
		}
	}
	// An input that is not given leaves what the job has set.
	if printed, _, code := check(nil, "FTPCHECK_FAIL_ON=never", "FTPCHECK_ACCOUNT="+home+","+member); code != exitOK || !strings.Contains(printed, "of 4 security groups") {
		t.Errorf("variables of the job: exit code %d: %s", code, printed)
	}
	// Without an answer there is nothing to upload.
	if printed, out, code := check(map[string]string{"exceptions": "nowhere.yaml"}); code != exitError || out["exit-code"] != "2" || out["findings"] != "" || !strings.Contains(printed, "nowhere.yaml") {
		t.Errorf("exit code %d, %v: %s", code, out, printed)
	}
	// What is in an input is no text of a shell.
	if printed, _, code := check(map[string]string{"from": "$(touch injected); `touch injected`", "name": "a $(touch injected)"}); code != exitError || !strings.Contains(printed, "$(touch injected)") {
		t.Errorf("exit code %d: %s", code, printed)
	}
	if _, err := os.Stat(filepath.Join(r.work, "injected")); err == nil {
		t.Error("an input was run")
	}
}

package cli

import (
	"bytes"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"al.essio.dev/pkg/shellescape"
	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

func TestFoldShell(t *testing.T) {
	got := strings.Join(foldShell(`aws ec2 authorize --ip-permissions '[{"IpProtocol":"tcp","FromPort":1,"ToPort":19}]' > /dev/null && aws ec2 revoke > /dev/null`, 40), "\n")
	want := `aws ec2 authorize \
  --ip-permissions \
  '[{"IpProtocol":"tcp","FromPort":1,"'\
'ToPort":19}]' > /dev/null \
  && aws ec2 revoke > /dev/null`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = strings.Join(foldShell(`# Tags get lost: 'a key with blanks that is longer than a line', it'"'"'s and 'b c'.`, 30), "\n")
	want = `# Tags get lost:
# 'a key with blanks that is'
# ' longer than a line',
# it'"'"'s and 'b c'.`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestFoldedShellMeansTheSame has a shell take any command, whole and broken, and compares the
// words that it gets.
func TestFoldedShellMeansTheSame(t *testing.T) {
	sh := needs.Program(t, "Install a POSIX shell", "sh")
	rnd := rand.New(rand.NewPCG(1, 1))
	letters := []rune("abcdefgh   '\"\\{}[]$`#&;:,漢é\u0301🙂")
	var script strings.Builder
	script.WriteString("aws() { for word; do printf '<%s>' \"$word\"; done; echo; }\n")
	for range 1000 {
		words := []string{"aws"}
		for range 1 + rnd.IntN(8) {
			word := make([]rune, rnd.IntN(60))
			for i := range word {
				word[i] = letters[rnd.IntN(len(letters))]
			}
			words = append(words, string(word))
		}
		line := shellescape.QuoteCommand(words)
		width := 20 + rnd.IntN(60)
		for _, comment := range []string{"# " + line, line} {
			folded := foldShell(comment, width)
			for _, l := range folded {
				if runewidth.StringWidth(l) > width {
					t.Errorf("%q is wider than %d", l, width)
				}
				// A shell that knows no comments, as zsh at a terminal, finds the end of every quote.
				if comment != line && !strings.HasPrefix(l, "# ") {
					t.Errorf("%q is no comment", l)
				}
				if plain := strings.ReplaceAll(l, `"'"`, ""); comment != line && strings.Count(plain, "'")%2 != 0 && !strings.Contains(l, `"`) {
					t.Errorf("%q leaves a quote open", l)
				}
			}
			script.WriteString(strings.Join(folded, "\n") + "\n")
		}
		script.WriteString(line + "\n")
	}
	command := exec.CommandContext(t.Context(), sh)
	command.Stdin = strings.NewReader(script.String())
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != 2000 {
		t.Fatalf("%d answers to 2000 commands", len(lines))
	}
	for i := 0; i < len(lines); i += 2 {
		if lines[i] != lines[i+1] {
			t.Errorf("broken, it is\n%s\nand not\n%s", lines[i], lines[i+1])
		}
	}
}

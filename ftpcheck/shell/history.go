package shell

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
)

// mostHistory is how many texts are kept.
const mostHistory = 1000

// A History is what was typed, the newest last. Each text is a line of a file, as a JSON
// string, since a text may have several lines itself.
type History struct {
	path  string // empty if there is no file
	texts []string
}

// HistoryFile is where the history is kept: in the folder for the state of programs of the
// XDG Base Directory Specification. It is empty if nobody knows where that is.
func HistoryFile() string {
	folder := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(folder) { // says the specification
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		folder = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(folder, "ftpcheck", "history")
}

// OpenHistory reads the history in a file. What cannot be read is no history.
func OpenHistory(path string) *History {
	h := &History{path: path}
	text, err := os.ReadFile(path)
	if err != nil {
		return h
	}
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	for _, line := range lines[max(0, len(lines)-mostHistory):] {
		var text string
		// Nothing that steers a terminal gets into a line, whoever wrote it into the file.
		if json.Unmarshal(line, &text) == nil && text != "" {
			h.texts = append(h.texts, output.Printable(text, '\n', '\t'))
		}
	}
	if len(lines) > 2*mostHistory {
		h.shorten()
	}
	return h
}

// Add appends a text, but none that is the newest already.
func (h *History) Add(text string) error {
	if text = strings.TrimSpace(text); text == "" || len(h.texts) > 0 && h.texts[len(h.texts)-1] == text {
		return nil
	}
	h.texts = append(h.texts, text)
	if h.path == "" {
		return errors.New("there is no home folder")
	}
	if err := newfile.Folder(filepath.Dir(h.path)); err != nil {
		return err
	}
	f, err := os.OpenFile(h.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return newfile.WithoutPath(err)
	}
	_, err = f.Write(historyLine(text))
	return newfile.WithoutPath(errors.Join(err, f.Close()))
}

func historyLine(text string) []byte {
	line, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return append(line, '\n')
}

// shorten leaves the newest texts in the file. If it fails, the file stays long.
func (h *History) shorten() {
	draft := newfile.NewDraft(h.path)
	defer draft.Discard()
	err := newfile.Write(draft.Path, func(w io.Writer) error {
		for _, text := range h.texts {
			if _, err := w.Write(historyLine(text)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		os.Rename(draft.Path, h.path)
	}
}

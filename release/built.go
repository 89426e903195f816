package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Built is what goreleaser built.
type built struct {
	Root    string `json:"-"` // of the repository
	Version string
	Commit  string

	Artifacts []artifact `json:"-"`
}

// An artifact is a file that goreleaser built.
type artifact struct {
	Name, Path   string
	Type         string // as goreleaser names it
	GOOS, GOARCH string
	Extra        struct{ ID string }
}

// readBuilt reads what goreleaser says it built in dist.
func readBuilt(root string) (*built, error) {
	b := &built{Root: root}
	for name, to := range map[string]any{"metadata.json": b, "artifacts.json": &b.Artifacts} {
		path := filepath.Join(root, "dist", name)
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%w: run make snapshot first", err)
		}
		if err := json.Unmarshal(data, to); err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
	}
	return b, nil
}

// of returns the artifacts of a kind.
func (b *built) of(kind, id string) ([]artifact, error) {
	var found []artifact
	for _, a := range b.Artifacts {
		if a.Type == kind && a.Extra.ID == id {
			found = append(found, a)
		}
	}
	if found == nil {
		return nil, fmt.Errorf("goreleaser built no %q of %q: see builds and archives in .goreleaser.yml", kind, id)
	}
	return found, nil
}

// read returns a file of the repository and when it was last changed. Of a program that is
// the time of the commit, as goreleaser sets it.
func (b *built) read(path string) ([]byte, time.Time, error) {
	path = filepath.Join(b.Root, filepath.FromSlash(path))
	info, err := os.Stat(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	data, err := os.ReadFile(path)
	return data, info.ModTime().UTC(), err
}

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const pluginName = "steampipe-plugin-ftpcheck"

// What Steampipe calls the parts of a plugin (pkg/ociinstaller in its source, and
// ociinstaller in pipe-fittings).
const (
	configType  = "application/vnd.turbot.steampipe.config.v1+json"
	programType = "application/vnd.turbot.steampipe.plugin.%s-%s.layer.v1+gzip"
	docsType    = "application/vnd.turbot.steampipe.plugin.docs.layer.v1+tar"
	spcType     = "application/vnd.turbot.steampipe.plugin.spc.layer.v1+tar"
	licenseType = "application/vnd.turbot.steampipe.plugin.license.layer.v1+text"
)

// Each part is stored under the name in its title. A folder is a compressed tar archive,
// and says so as ORAS does.
const (
	titled   = "org.opencontainers.image.title"
	unpacked = "io.deis.oras.content.unpack"
	digested = "io.deis.oras.content.digest" // of the archive before it is compressed
)

// pluginImage makes the plugin for "steampipe plugin install REPOSITORY": one manifest with
// the programs of all platforms, the documentation and the default connection.
func pluginImage(b *built, repository string) (v1.Image, error) {
	p := &parts{}
	archives, err := b.of("Archive", "plugin")
	if err != nil {
		return nil, err
	}
	var at time.Time
	for _, a := range archives {
		var data []byte
		if data, _, err = b.read(a.Path); err != nil {
			return nil, err
		}
		if err := checkProgram(data); err != nil {
			return nil, fmt.Errorf("%s: %w", a.Path, err)
		}
		p.add(data, fmt.Sprintf(programType, a.GOOS, a.GOARCH), map[string]string{titled: a.Name})
	}
	programs, err := b.of("Binary", "plugin")
	if err != nil {
		return nil, err
	}
	if _, at, err = b.read(programs[0].Path); err != nil {
		return nil, err
	}
	license, _, err := b.read("LICENSE")
	if err != nil {
		return nil, err
	}
	p.add(license, licenseType, map[string]string{titled: "LICENSE"})

	docs, err := documentation(b)
	if err != nil {
		return nil, err
	}
	if err := p.addFolder("docs", docs, docsType, at); err != nil {
		return nil, err
	}
	spc, err := connection(b, repository)
	if err != nil {
		return nil, err
	}
	if err := p.addFolder("config", []file{{"ftpcheck.spc", 0o644, spc}}, spcType, at); err != nil {
		return nil, err
	}
	return p.image(b, at)
}

// checkProgram makes sure that Steampipe stores the program under its name, which it takes
// from the head of the compressed file.
func checkProgram(data []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	if want := pluginName + ".plugin"; z.Name != want {
		return fmt.Errorf("has a file of the name %q, and Steampipe starts %q: see binary in .goreleaser.yml", z.Name, want)
	}
	return nil
}

// documentation returns what the Hub shows of the plugin.
func documentation(b *built) ([]file, error) {
	var files []file
	docs := os.DirFS(filepath.Join(b.Root, "docs"))
	for _, pattern := range []string{"index.md", "tables/*.md"} {
		names, err := fs.Glob(docs, pattern)
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("there is no docs/%s, which Steampipe Hub shows", pattern)
		}
		for _, name := range names {
			data, err := fs.ReadFile(docs, name)
			if err != nil {
				return nil, err
			}
			files = append(files, file{name, 0o644, data})
		}
	}
	return files, nil
}

// connection returns the default connection. Steampipe knows a plugin by where it was
// installed from, unless that is its own Hub.
func connection(b *built, repository string) ([]byte, error) {
	const path, short = "config/ftpcheck.spc", `"ftpcheck"`
	data, _, err := b.read(path)
	if err != nil {
		return nil, err
	}
	head, tail, ok := strings.Cut(string(data), "\n  plugin = "+short)
	if !ok {
		return nil, fmt.Errorf("%s has no line plugin = %s", path, short)
	}
	return []byte(head + "\n  plugin = \"" + repository + `"` + tail), nil
}

// parts are the parts of an image that is none for a container engine.
type parts struct {
	config, manifest []byte
	layers           map[v1.Hash]v1.Layer
	descriptors      []v1.Descriptor
}

func (p *parts) add(data []byte, kind string, annotations map[string]string) {
	digest, size, _ := v1.SHA256(bytes.NewReader(data)) // a reader of bytes does not fail
	if p.layers == nil {
		p.layers = map[v1.Hash]v1.Layer{}
	}
	p.layers[digest] = static.NewLayer(data, types.MediaType(kind))
	p.descriptors = append(p.descriptors, v1.Descriptor{
		MediaType: types.MediaType(kind), Size: size, Digest: digest, Annotations: annotations,
	})
}

func (p *parts) addFolder(folder string, files []file, kind string, at time.Time) error {
	for i := range files {
		files[i].name = path.Join(folder, files[i].name)
	}
	data, err := archive(files, at)
	if err != nil {
		return err
	}
	digest, _, err := v1.SHA256(bytes.NewReader(data))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	p.add(out.Bytes(), kind, map[string]string{titled: folder, unpacked: "true", digested: digest.String()})
	return nil
}

// image puts the parts together.
func (p *parts) image(b *built, at time.Time) (v1.Image, error) {
	var err error
	if p.config, err = json.Marshal(map[string]any{
		"schemaVersion": "2020-11-18",
		"plugin":        map[string]string{"name": "ftpcheck", "organization": "ftpcheck", "version": b.Version},
	}); err != nil {
		return nil, err
	}
	digest, size, err := v1.SHA256(bytes.NewReader(p.config))
	if err != nil {
		return nil, err
	}
	if p.manifest, err = json.Marshal(v1.Manifest{
		SchemaVersion: 2,
		MediaType:     types.OCIManifestSchema1,
		Config:        v1.Descriptor{MediaType: configType, Size: size, Digest: digest},
		Layers:        p.descriptors,
		Annotations: map[string]string{
			"org.opencontainers.image.created":  at.Format(time.RFC3339),
			"org.opencontainers.image.licenses": "Apache-2.0",
			"org.opencontainers.image.revision": b.Commit,
			"org.opencontainers.image.source":   source,
			"org.opencontainers.image.version":  b.Version,
		},
	}); err != nil {
		return nil, err
	}
	return partial.CompressedToImage(p)
}

// The methods of [partial.CompressedImageCore].

func (p *parts) RawConfigFile() ([]byte, error)      { return p.config, nil }
func (p *parts) RawManifest() ([]byte, error)        { return p.manifest, nil }
func (p *parts) MediaType() (types.MediaType, error) { return types.OCIManifestSchema1, nil }
func (p *parts) LayerByDigest(h v1.Hash) (partial.CompressedLayer, error) {
	if l := p.layers[h]; l != nil {
		return l, nil
	}
	return nil, fmt.Errorf("there is no layer %s", h)
}

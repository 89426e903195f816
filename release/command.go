package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"io"
	"path"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

const source = "https://github.com/ftpcheck/steampipe-plugin-ftpcheck"

// commandImage makes the image of the command, for each architecture: the static program,
// the certificates of authorities and the licences. There is no shell, nobody is root, and
// nothing is written.
func commandImage(b *built) (v1.ImageIndex, error) {
	programs, err := b.of("Binary", "command")
	if err != nil {
		return nil, err
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range programs {
		if p.GOOS != "linux" {
			continue
		}
		image, err := commandImageOf(b, p)
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        image,
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: p.GOOS, Architecture: p.GOARCH}},
		})
	}
	return index, nil
}

func commandImageOf(b *built, p artifact) (v1.Image, error) {
	program, at, err := b.read(p.Path)
	if err != nil {
		return nil, err
	}
	files := []file{
		{"bin/ftpcheck", 0o755, program},
		{"etc/ssl/certs/ca-certificates.crt", 0o644, authorities()},
	}
	for _, name := range []string{"LICENSE", "NOTICE", "bin/THIRD_PARTY_LICENSES"} {
		data, _, err := b.read(name)
		if err != nil {
			return nil, err
		}
		files = append(files, file{"licenses/" + path.Base(name), 0o644, data})
	}
	data, err := archive(files, at)
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}, tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err = mutate.ConfigFile(image, &v1.ConfigFile{
		OS:           p.GOOS,
		Architecture: p.GOARCH,
		Created:      v1.Time{Time: at},
		RootFS:       v1.RootFS{Type: "layers"},
		Config: v1.Config{
			Entrypoint: []string{"/bin/ftpcheck"},
			Env:        []string{"PATH=/bin"},
			User:       "65532:65532",
			Labels: map[string]string{
				"org.opencontainers.image.title":       "ftpcheck",
				"org.opencontainers.image.description": "Find EC2 security groups that let the whole internet in on FTP",
				"org.opencontainers.image.licenses":    "Apache-2.0",
				"org.opencontainers.image.source":      source,
				"org.opencontainers.image.version":     b.Version,
				"org.opencontainers.image.revision":    b.Commit,
			},
		},
	})
	if err != nil {
		return nil, err
	}
	return mutate.Append(image, mutate.Addendum{
		Layer:   layer,
		History: v1.History{Created: v1.Time{Time: at}, CreatedBy: "go build " + source},
	})
}

// authorities returns the certificates that Mozilla trusts without conditions. Those with
// conditions are left out: a file cannot say them.
func authorities() []byte {
	var out bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // a buffer takes all
		}
	}
	return out.Bytes()
}

// A file is one of an archive.
type file struct {
	name string
	mode int64
	data []byte
}

// archive makes a tar archive of files and the folders that they are in, all of root.
func archive(files []file, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	made := map[string]bool{".": true}
	var folder func(string) error
	folder = func(dir string) error {
		if made[dir] {
			return nil
		}
		made[dir] = true
		if err := folder(path.Dir(dir)); err != nil {
			return err
		}
		return w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o755, ModTime: at})
	}
	for _, f := range files {
		if err := folder(path.Dir(f.name)); err != nil {
			return nil, err
		}
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: f.name, Mode: f.mode, Size: int64(len(f.data)), ModTime: at}); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil { // it writes the end
		return nil, err
	}
	return out.Bytes(), nil
}

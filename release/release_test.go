package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/turbot/pipe-fittings/v2/app_specific"
	"github.com/turbot/pipe-fittings/v2/ociinstaller"
)

var built1970 = time.Unix(1e9, 0).UTC()

// The certificate of a test server is for example.com.
const repository = "example.com/ftpcheck"

// fake makes a repository in which goreleaser has built a version.
func fake(t *testing.T, version string) *built {
	t.Helper()
	root := t.TempDir()
	write := func(path string, data []byte) {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, built1970, built1970); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"docs", "config"} {
		if err := os.CopyFS(filepath.Join(root, dir), os.DirFS("../"+dir)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"LICENSE", "NOTICE", "bin/THIRD_PARTY_LICENSES"} {
		write(name, []byte(name))
	}
	var artifacts []map[string]any
	add := func(kind, id, name, system, arch string, data []byte) {
		path := "dist/" + id + system + arch + "/" + name
		write(path, data)
		artifacts = append(artifacts, map[string]any{
			"name": name, "path": path, "type": kind, "goos": system, "goarch": arch, "extra": map[string]string{"ID": id},
		})
	}
	for _, system := range []string{"linux", "darwin"} {
		for _, arch := range []string{"amd64", "arm64"} {
			program := []byte("the program for " + system + " on " + arch)
			add("Binary", "command", "ftpcheck", system, arch, program)
			add("Binary", "plugin", pluginName+".plugin", system, arch, program)
			add("Archive", "plugin", pluginName+"_"+system+"_"+arch+".gz", system, arch, compressed(t, pluginName+".plugin", program))
		}
	}
	for name, value := range map[string]any{
		"metadata.json":  map[string]string{"version": version, "commit": "c0ffee"},
		"artifacts.json": artifacts,
	} {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		write("dist/"+name, data)
	}
	b, err := readBuilt(root)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func compressed(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Name = name
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// serve starts a registry, and returns a transport that finds it at example.com.
func serve(t *testing.T) http.RoundTripper {
	t.Helper()
	s := httptest.NewTLSServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(s.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(s.Certificate())
	return &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if address != "example.com:443" {
				return nil, fmt.Errorf("the test must not reach %s", address)
			}
			return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
		},
	}
}

// images makes both images and pushes them.
func images(t *testing.T, b *built, transport http.RoundTripper) (v1.ImageIndex, v1.Image) {
	t.Helper()
	command, err := commandImage(b)
	if err != nil {
		t.Fatal(err)
	}
	plugin, err := pluginImage(b, repository+"/"+pluginName)
	if err != nil {
		t.Fatal(err)
	}
	if err := publish(b.Version, repository, command, plugin, remote.WithTransport(transport)); err != nil {
		t.Fatal(err)
	}
	return command, plugin
}

// mediaTypes are those of SteampipeMediaTypeProvider in Steampipe's pkg/ociinstaller, which
// is the only part of an installation that is not in pipe-fittings.
type mediaTypes struct{}

func (mediaTypes) MediaTypeForPlatform(kind ociinstaller.ImageType) ([]string, error) {
	return []string{fmt.Sprintf("application/vnd.turbot.steampipe.%s.%s-%s.layer.v1+gzip", kind, runtime.GOOS, runtime.GOARCH)}, nil
}

func (mediaTypes) SharedMediaTypes(ociinstaller.ImageType) []string {
	return []string{ociinstaller.MediaTypePluginSpcLayer(), ociinstaller.MediaTypePluginLicenseLayer()}
}

func (mediaTypes) ConfigMediaTypes() []string {
	return []string{ociinstaller.MediaTypeConfig(), ociinstaller.MediaTypePluginConfig()}
}

// Steampipe's own installer takes the plugin from a registry, by version and without one.
func TestPluginInstalls(t *testing.T) {
	b := fake(t, "0.1.0")
	transport := serve(t)
	images(t, b, transport)
	before := http.DefaultTransport
	http.DefaultTransport = transport // which the installer uses
	t.Cleanup(func() { http.DefaultTransport = before })
	t.Setenv("DOCKER_CONFIG", t.TempDir())

	for requested, folder := range map[string]string{
		repository + "/" + pluginName:            "latest",
		repository + "/" + pluginName + "@0.1.0": "0.1.0",
	} {
		app_specific.AppName, app_specific.InstallDir = "steampipe", t.TempDir()
		app_specific.PluginHub = "hub.steampipe.io"
		app_specific.DefaultImageRepoActualURL = "ghcr.io/turbot/steampipe"
		app_specific.DefaultImageRepoDisplayURL = "hub.steampipe.io"
		progress := make(chan struct{}, 100)
		image, err := ociinstaller.InstallPlugin(t.Context(), requested, folder, progress, "ghcr.io/turbot/steampipe", mediaTypes{})
		if err != nil {
			t.Errorf("installing %s: %v", requested, err)
			continue
		}
		if got := image.Config.Plugin; got.Name != "ftpcheck" || got.Organization != "ftpcheck" || got.Version != "0.1.0" {
			t.Errorf("%s: the plugin says it is %+v", requested, got)
		}
		installed := filepath.Join(app_specific.InstallDir, "plugins", repository, pluginName+"@"+folder)
		is := func(path, want string) {
			t.Helper()
			if got := content(t, path); got != want {
				t.Errorf("%s: %s has %.200q, want %.200q", requested, path, got, want)
			}
		}
		is(filepath.Join(installed, pluginName+".plugin"), "the program for "+runtime.GOOS+" on "+runtime.GOARCH)
		is(filepath.Join(installed, "docs/index.md"), content(t, "../docs/index.md"))
		tables, err := os.ReadDir(filepath.Join(installed, "docs/tables"))
		if err != nil || len(tables) < 3 {
			t.Errorf("%s: docs/tables has %d files: %v", requested, len(tables), err)
		}
		plugin := repository + "/" + pluginName
		if folder != "latest" {
			plugin += "@" + folder
		}
		is(filepath.Join(app_specific.InstallDir, "config/ftpcheck.spc"),
			strings.Replace(content(t, "../config/ftpcheck.spc"), `plugin = "ftpcheck"`, `plugin = "`+plugin+`"`, 1))
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
	}
	return string(data)
}

func TestCommandImage(t *testing.T) {
	transport := serve(t)
	images(t, fake(t, "0.1.0"), transport)
	for _, arch := range []string{"amd64", "arm64"} {
		reference, err := name.ParseReference(repository + "/ftpcheck:latest")
		if err != nil {
			t.Fatal(err)
		}
		image, err := remote.Image(reference, remote.WithTransport(transport), remote.WithPlatform(v1.Platform{OS: "linux", Architecture: arch}))
		if err != nil {
			t.Fatal(err)
		}
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.Architecture != arch || config.OS != "linux" || config.Config.User != "65532:65532" ||
			!slices.Equal(config.Config.Entrypoint, []string{"/bin/ftpcheck"}) || !config.Created.Equal(built1970) ||
			config.Config.Labels["org.opencontainers.image.revision"] != "c0ffee" {
			t.Errorf("%s: the configuration is %+v", arch, config)
		}
		files := map[string]string{}
		var names []string
		layers, err := image.Layers()
		if err != nil {
			t.Fatal(err)
		}
		if data := uncompressed(t, layers[0]); !bytes.HasSuffix(data, make([]byte, 1024)) {
			t.Errorf("%s: the archive has no end, without which not every program takes it", arch)
		}
		whole := mutate.Extract(image)
		defer whole.Close()
		for r := tar.NewReader(whole); ; {
			h, err := r.Next()
			if err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if h.Uid != 0 || h.Gid != 0 || h.Mode&0o022 != 0 || h.Mode&0o005 == 0 && h.Typeflag == tar.TypeDir || !h.ModTime.Equal(built1970) {
				t.Errorf("%s: %s has mode %o, is of %d:%d and of %s", arch, h.Name, h.Mode, h.Uid, h.Gid, h.ModTime)
			}
			if h.Typeflag == tar.TypeReg {
				names = append(names, fmt.Sprintf("%s %o", h.Name, h.Mode))
				data, err := io.ReadAll(r)
				if err != nil {
					t.Fatal(err)
				}
				files[h.Name] = string(data)
			}
		}
		want := []string{"bin/ftpcheck 755", "etc/ssl/certs/ca-certificates.crt 644", "licenses/LICENSE 644", "licenses/NOTICE 644", "licenses/THIRD_PARTY_LICENSES 644"}
		if slices.Sort(names); !slices.Equal(names, want) {
			t.Errorf("%s: the files are %q, want %q", arch, names, want)
		}
		if got, want := files["bin/ftpcheck"], "the program for linux on "+arch; got != want {
			t.Errorf("%s: %q, want %q", arch, got, want)
		}
		authorities := files["etc/ssl/certs/ca-certificates.crt"]
		if n := strings.Count(authorities, "BEGIN CERTIFICATE"); n < 80 {
			t.Errorf("%s: only %d certificates", arch, n)
		}
		if !slices.Contains(commonNames(t, authorities), "Amazon Root CA 1") {
			t.Errorf("%s: the authority of AWS is not trusted", arch)
		}
	}
}

func commonNames(t *testing.T, certificates string) []string {
	t.Helper()
	var names []string
	for rest := []byte(certificates); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return names
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, c.Subject.CommonName)
	}
}

func uncompressed(t *testing.T, l v1.Layer) []byte {
	t.Helper()
	r, err := l.Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What is before a release does not become the latest.
func TestPrerelease(t *testing.T) {
	transport := serve(t)
	images(t, fake(t, "0.2.0-rc.1"), transport)
	for _, repository := range []string{repository + "/ftpcheck", repository + "/" + pluginName} {
		r, err := name.NewRepository(repository)
		if err != nil {
			t.Fatal(err)
		}
		if tags, err := remote.List(r, remote.WithTransport(transport)); err != nil || !slices.Equal(tags, []string{"0.2.0-rc.1"}) {
			t.Errorf("%s has the tags %q: %v", repository, tags, err)
		}
	}
}

// The same programs give the same images.
func TestSame(t *testing.T) {
	var digests [2][2]v1.Hash
	for i := range digests {
		index, plugin := images(t, fake(t, "0.1.0"), serve(t))
		var err error
		if digests[i][0], err = index.Digest(); err != nil {
			t.Fatal(err)
		}
		if digests[i][1], err = plugin.Digest(); err != nil {
			t.Fatal(err)
		}
	}
	if digests[0] != digests[1] {
		t.Errorf("first %v, then %v", digests[0], digests[1])
	}
}

// Both images are on the disk, for who has no registry.
func TestRun(t *testing.T) {
	b := fake(t, "0.1.0")
	if err := run(b.Root, repository, false); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ftpcheck", pluginName} {
		index, err := layout.ImageIndexFromPath(filepath.Join(b.Root, "dist/oci", name))
		if err != nil {
			t.Fatal(err)
		}
		if m, err := index.IndexManifest(); err != nil || len(m.Manifests) == 0 {
			t.Errorf("%s has the manifest %+v: %v", name, m, err)
		}
	}
}

func TestErrors(t *testing.T) {
	for want, spoil := range map[string]func(b *built){
		`starts "steampipe-plugin-ftpcheck.plugin"`: func(b *built) {
			for _, a := range b.Artifacts {
				if a.Type == "Archive" {
					_ = os.WriteFile(filepath.Join(b.Root, a.Path), compressed(t, "other", nil), 0o600)
				}
			}
		},
		"make snapshot":    func(b *built) { os.Remove(filepath.Join(b.Root, "dist/metadata.json")) },
		"has no line":      func(b *built) { _ = os.WriteFile(filepath.Join(b.Root, "config/ftpcheck.spc"), nil, 0o600) },
		"no docs/tables/":  func(b *built) { os.RemoveAll(filepath.Join(b.Root, "docs/tables")) },
		"goreleaser built": func(b *built) { _ = os.WriteFile(filepath.Join(b.Root, "dist/artifacts.json"), []byte("[]"), 0o600) },
	} {
		b := fake(t, "0.1.0")
		spoil(b)
		if err := run(b.Root, repository, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

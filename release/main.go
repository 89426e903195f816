// Release makes what registries of containers hold: the image of the command, and the
// plugin as "steampipe plugin install" reads it. It takes the programs from the folder
// that goreleaser wrote, and needs no container engine.
//
// It is a module of its own, so that the two programs need nothing of what it needs.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func main() {
	root := flag.String("root", "..", "the root of the repository, in which goreleaser wrote dist")
	to := flag.String("to", "ghcr.io/ftpcheck", "where the images are pulled from")
	push := flag.Bool("push", false, "push them there, with the credentials of docker login")
	flag.Parse()
	if err := run(*root, *to, *push); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run writes the images into dist/oci, and pushes them if it should.
func run(root, to string, push bool) error {
	b, err := readBuilt(root)
	if err != nil {
		return err
	}
	image, err := commandImage(b)
	if err != nil {
		return fmt.Errorf("making the image of the command: %w", err)
	}
	plugin, err := pluginImage(b, to+"/"+pluginName)
	if err != nil {
		return fmt.Errorf("making the image of the plugin: %w", err)
	}
	out := filepath.Join(root, "dist", "oci")
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if _, err := layout.Write(filepath.Join(out, "ftpcheck"), image); err != nil {
		return err
	}
	folder, err := layout.Write(filepath.Join(out, pluginName), empty.Index)
	if err != nil {
		return err
	}
	if err := folder.AppendImage(plugin); err != nil {
		return err
	}
	if !push {
		return nil
	}
	return publish(b.Version, to, image, plugin, remote.WithAuthFromKeychain(authn.DefaultKeychain))
}

// publish pushes both images with the version as their tag and, unless it is one before a
// release, as latest, which is what Steampipe installs if it is told no version.
func publish(version, to string, image v1.ImageIndex, plugin v1.Image, options ...remote.Option) error {
	tags := []string{version, "latest"}
	if strings.Contains(version, "-") {
		tags = tags[:1]
	}
	for _, tag := range tags {
		for repository, write := range map[string]func(name.Reference) error{
			"ftpcheck": func(r name.Reference) error { return remote.WriteIndex(r, image, options...) },
			pluginName: func(r name.Reference) error { return remote.Write(r, plugin, options...) },
		} {
			reference, err := name.ParseReference(to + "/" + repository + ":" + tag)
			if err != nil {
				return err
			}
			if err := write(reference); err != nil {
				return fmt.Errorf("pushing %s: %w", reference, err)
			}
			fmt.Println("pushed", reference)
		}
	}
	return nil
}

// Package docs is the part of the documentation that the command carries with it.
package docs

import (
	"embed"
	"io/fs"
)

//go:embed sample
var embedded embed.FS

// Sample returns what the AWS CLI would have saved of a small made-up account.
func Sample() fs.FS {
	files, err := fs.Sub(embedded, "sample")
	if err != nil {
		panic(err) // the name is a constant
	}
	return files
}

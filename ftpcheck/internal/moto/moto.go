// Package moto starts moto's server, an AWS that somebody else wrote, for tests: what it and our
// own fake have in common is not our opinion of AWS. `make moto` installs it.
package moto

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// Start starts a server without anything in it but what AWS gives to every account, and returns
// its URL. It ends with the test.
func Start(t testing.TB) string {
	t.Helper()
	program := needs.Program(t, "Run: make moto", installed("moto_server"))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().(*net.TCPAddr)
	listener.Close()
	command := exec.Command(program, "-H", "127.0.0.1", "-p", fmt.Sprint(address.Port))
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	url := "http://" + address.String()
	for range 600 {
		if response, err := http.Get(url + "/moto-api/"); err == nil {
			response.Body.Close()
			return url
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("moto's server did not start within a minute")
	return ""
}

// Make runs a program in Python, of which boto3 asks the server at the URL, and reads the JSON that it
// prints. To make a world, that is one start where the AWS CLI would be one for each call.
func Make(t testing.TB, url, script string, printed any) {
	t.Helper()
	command := exec.Command(installed("python"), script)
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+url)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err == nil {
		err = json.Unmarshal(out, printed)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", script, err, out, &stderr)
	}
}

// installed is the path of a program in the virtual environment.
func installed(program string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "venv", "bin", program)
}

// Package postgres starts a PostgreSQL server for tests: what they compare with it is not our
// opinion of SQL. `make debian` installs it.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// server is the server of this process, started by the first test that asks for it.
var server struct {
	once sync.Once
	dir  string // of the socket
	stop func()
	err  error
}

// Main runs the tests of a package and stops the server behind them, if one of them has
// started it. It is for TestMain, and does not return.
func Main(m *testing.M) {
	code := m.Run()
	if server.stop != nil {
		server.stop()
	}
	os.Exit(code)
}

// Connect returns a connection, in the time zone UTC and with a schema named after the test,
// which all its connections share, as the search path. Without PostgreSQL the test is skipped. All tests of a package
// share one server.
func Connect(t testing.TB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), "host="+Socket(t)+" user=postgres dbname=postgres")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	Schema(t, conn, t.Name())
	return conn
}

// Schema makes a schema the search path of a connection until the end of the test, which
// drops it, so that a test can run again.
func Schema(t testing.TB, conn *pgx.Conn, name string) {
	t.Helper()
	name = pgx.Identifier{name}.Sanitize()
	for _, sql := range []string{"create schema if not exists " + name, "set search_path to " + name} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if _, err := conn.Exec(context.Background(), "drop schema if exists "+name+" cascade"); err != nil {
			t.Error(err)
		}
	})
}

// Socket returns the folder of the server's socket, where the user postgres gets in without
// a password. Without PostgreSQL the test is skipped.
func Socket(t testing.TB) string {
	t.Helper()
	server.once.Do(func() { server.dir, server.stop, server.err = start() })
	if errors.Is(server.err, errNotInstalled) {
		needs.Skip(t, server.err.Error())
	}
	if server.err != nil {
		t.Fatal(server.err)
	}
	return server.dir
}

var errNotInstalled = errors.New("there is no PostgreSQL server here to test on: install the Debian package postgresql-15")

// start starts a server that listens only on a socket in a temporary folder, and that also
// stops if this process dies without stopping it.
func start() (dir string, stop func(), err error) {
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(programs) == 0 {
		return "", nil, errNotInstalled
	}
	bin := filepath.Dir(programs[len(programs)-1])
	if dir, err = os.MkdirTemp("", "pg"); err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	var attributes *syscall.SysProcAttr
	if os.Geteuid() == 0 {
		// PostgreSQL does not run as root.
		if attributes, err = nobody(dir); err != nil {
			return "", nil, err
		}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, attributes
	if output, err := initdb.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w\n%s", err, output)
	}
	// The shell waits for the end of its input, which comes with the end of this process.
	cmd := exec.Command("/bin/sh", "-c", `"$@" & server=$!; read -r _; kill -INT $server; wait $server`, "sh",
		filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "timezone=UTC")
	cmd.Dir, cmd.SysProcAttr = dir, attributes
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", nil, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		stdin.Close()
		cmd.Wait()
		os.RemoveAll(dir)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		conn, err := pgx.Connect(context.Background(), "host="+dir+" user=postgres dbname=postgres")
		if err == nil {
			return dir, stop, conn.Close(context.Background())
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			stop()
			return "", nil, fmt.Errorf("PostgreSQL did not start: %w\n%s", err, text)
		}
	}
}

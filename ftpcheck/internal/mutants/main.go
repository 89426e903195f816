// Mutants says how much a package's tests notice: it makes one small mistake after the other
// in the package, such as < for <=, and runs its tests on each. A mistake that no test fails on
// is printed: either a case is missing, or the mistake changes nothing. See docs/validation.md.
//
//	go run ./ftpcheck/internal/mutants ./ftpcheck/rule [FILE...]
//
// The files stay as they are: the compiler gets the changed ones as an overlay.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "mutants: name the folder of one package, and files of it if not all are meant")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	}
}

// run prints the mutants of a package that survive, and how many there were. It makes them in all
// files unless some are named.
func run(folder string, only []string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	tests := filepath.Join(work, "tests")
	tried, caught := 0, 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || len(only) > 0 && !slices.Contains(only, filepath.Base(file)) {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		mistakes, err := mistakesIn(source)
		if err != nil {
			return err
		}
		for _, m := range mistakes {
			built, err := build(folder, file, m.in(source), work, tests)
			if err != nil {
				return err
			}
			if !built {
				continue // the compiler notices
			}
			tried++
			// What rapid finds, it would keep in testdata.
			test := exec.Command(tests, "-test.timeout", "2m", "-rapid.nofailfile")
			test.Dir = folder
			if test.Run() != nil {
				caught++
				continue
			}
			fmt.Printf("%s:%d: %s\n", file, 1+bytes.Count(source[:m.from], []byte("\n")), m)
		}
	}
	fmt.Printf("%d of %d mutants are caught\n", caught, tried)
	return nil
}

// build compiles the tests of the package with a file changed, and says whether it could.
func build(folder, file string, changed []byte, work, tests string) (bool, error) {
	mutant := filepath.Join(work, "mutant.go")
	if err := os.WriteFile(mutant, changed, 0o600); err != nil {
		return false, err
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return false, err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{path: mutant}})
	if err != nil {
		return false, err
	}
	name := filepath.Join(work, "overlay.json")
	if err := os.WriteFile(name, overlay, 0o600); err != nil {
		return false, err
	}
	return exec.Command("go", "test", "-c", "-vet=off", "-overlay", name, "-o", tests, "./"+filepath.ToSlash(filepath.Clean(folder))).Run() == nil, nil
}

// A mistake is other text for a part of a file.
type mistake struct {
	from, to int
	was, is  string
}

func (m mistake) String() string { return fmt.Sprintf("%s for %s", m.is, m.was) }

func (m mistake) in(source []byte) []byte {
	return slices.Concat(source[:m.from], []byte(m.is), source[m.to:])
}

// others are the operators that each is mistaken for.
var others = map[token.Token][]token.Token{
	token.LSS: {token.LEQ, token.GEQ}, token.LEQ: {token.LSS, token.GTR}, token.GTR: {token.GEQ, token.LEQ}, token.GEQ: {token.GTR, token.LSS},
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL}, token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.AND: {token.OR}, token.OR: {token.AND}, token.SHL: {token.SHR}, token.SHR: {token.SHL},
	token.ADD_ASSIGN: {token.SUB_ASSIGN}, token.SUB_ASSIGN: {token.ADD_ASSIGN}, token.OR_ASSIGN: {token.AND_ASSIGN, token.ASSIGN}, token.INC: {token.DEC},
}

// mistakesIn lists the mistakes that can be made in a file: other operators, conditions that are
// always true or never, whole numbers that are one more, texts that are another, answers that are turned
// round, and statements that are left out.
func mistakesIn(source []byte) ([]mistake, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, 0)
	if err != nil {
		return nil, err
	}
	var all []mistake
	at := func(p token.Pos) int { return files.Position(p).Offset }
	put := func(from, to token.Pos, is string) {
		all = append(all, mistake{at(from), at(to), string(source[at(from):at(to)]), is})
	}
	operator := func(pos token.Pos, op token.Token) {
		for _, other := range others[op] {
			put(pos, pos+token.Pos(len(op.String())), other.String())
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.GenDecl:
			return n.Tok != token.IMPORT
		case *ast.BinaryExpr:
			operator(n.OpPos, n.Op)
		case *ast.IncDecStmt:
			operator(n.TokPos, n.Tok)
		case *ast.AssignStmt:
			operator(n.TokPos, n.Tok)
			if n.Tok != token.DEFINE {
				put(n.Pos(), n.End(), "_ = 0")
			}
		case *ast.ExprStmt:
			put(n.Pos(), n.End(), "_ = 0")
		case *ast.BranchStmt:
			put(n.Pos(), n.End(), "_ = 0")
		case *ast.IfStmt:
			put(n.Cond.Pos(), n.Cond.End(), "true")
			put(n.Cond.Pos(), n.Cond.End(), "false")
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				put(n.OpPos, n.OpPos+1, "")
			}
		case *ast.BasicLit:
			switch n.Kind {
			case token.INT:
				if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
					put(n.Pos(), n.End(), strconv.FormatInt(i+1, 10))
				}
			case token.STRING:
				put(n.Pos(), n.End(), strconv.Quote("another"))
			}
		case *ast.ReturnStmt:
			for _, result := range n.Results {
				if name, ok := result.(*ast.Ident); ok && (name.Name == "true" || name.Name == "false") {
					put(name.Pos(), name.End(), "!"+name.Name)
				}
			}
		}
		return true
	})
	return all, nil
}

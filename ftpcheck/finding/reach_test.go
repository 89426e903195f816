package finding

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
)

// Every code that a path may have is told in words, also one that is new.
func TestEveryCodeHasWords(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../exposure/path.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Code" {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		seen++
		if words := Because(exposure.Code(code)); words == code || strings.Contains(words, "_") {
			t.Errorf("%s has no words", code)
		}
		return true
	})
	if seen != len(codeWords) || seen == 0 {
		t.Errorf("%d codes, of which %d have words", seen, len(codeWords))
	}
}

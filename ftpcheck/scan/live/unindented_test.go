package live

import "testing"

// TestUnindented takes out what only indents, and nothing else.
func TestUnindented(t *testing.T) {
	for _, test := range []struct{ xml, want string }{
		{"<a>\n    <b>x</b>\n    <c/>\n</a>", "<a><b>x</b><c/></a>"},
		{"<a>\r\n\t<b>x</b>\r\n</a>\n", "<a><b>x</b></a>\n"},
		{"<a><b>x</b></a>", "<a><b>x</b></a>"},
		{"<a>\n</a>", "<a>\n</a>"},
		{"<a>\n  \n</a>", "<a>\n  \n</a>"},
		{"<a>x\n  <b>y\n  z</b>\n  w</a>", "<a>x\n  <b>y\n  z</b>\n  w</a>"},
		{"<a>  </a>\n  <b>", "<a>  </a><b>"},
		{"<a>&gt;\n  </a>", "<a>&gt;\n  </a>"},
		{"<a\n>\n</a>", "<a\n>\n</a>"},
		{"<a\n/>\n</b>", "<a\n/>\n</b>"},
		{"\n<a>\n", "\n<a>\n"},
		{"<a>\n  <", "<a>\n  <"},
		{"", ""},
	} {
		if got := string(unindented([]byte(test.xml))); got != test.want {
			t.Errorf("%q became %q, want %q", test.xml, got, test.want)
		}
	}
}

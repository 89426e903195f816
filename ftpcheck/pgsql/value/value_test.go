package value

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestParse holds what PostgreSQL reads, as it writes it again, or its error.
func TestParse(t *testing.T) {
	for _, test := range []struct {
		t          Type
		text, want string
	}{
		{Bool, " TR\n", "true"},
		{Bool, "of", "false"},
		{Bool, "o", `invalid input syntax for type boolean: "o"`},
		{Int2, " +7 ", "7"},
		{Int2, "32768", `value "32768" is out of range for type smallint`},
		{Int4, "-2147483648", "-2147483648"},
		{Int4, "99999999999x", `value "99999999999x" is out of range for type integer`},
		{Int4, "1x", `invalid input syntax for type integer: "1x"`},
		{Int4, "- 1", `invalid input syntax for type integer: "- 1"`},
		{Int8, "", `invalid input syntax for type bigint: ""`},
		{Float8, "1e15", "1e+15"},
		{Float8, "123456789012345", "123456789012345"},
		{Float8, "0.0001", "0.0001"},
		{Float8, "0.00001", "1e-05"},
		{Float8, "-0", "-0"},
		{Float8, "9380499990000000512", "9.380499990000001e+18"}, // which is a middle of two with fewer digits
		{Float8, "+nan", "NaN"},
		{Float8, " -inf ", "-Infinity"},
		{Float8, "1e400", `"1e400" is out of range for type double precision`},
		{Float8, "1e-400", `"1e-400" is out of range for type double precision`},
		{Numeric, "1.50e3", "1500"},
		{Numeric, "1.5e-3", "0.0015"},
		{Numeric, "-.5", "-0.5"},
		{Numeric, "1e131072", "value overflows numeric format"},
		{Numeric, "0e-16384", "value overflows numeric format"},
		{Numeric, "+nan", `invalid input syntax for type numeric: "+nan"`},
		{Numeric, "-Infinity", "-Infinity"},
		{Bytea, `\x de AD`, `\xdead`},
		{Bytea, `\xd`, "invalid hexadecimal data: odd number of digits"},
		{Bytea, `\xé0`, `invalid hexadecimal digit: "é"`},
		{Bytea, `a\\\101`, `\x615c41`},
		{Bytea, `a\1`, "invalid input syntax for type bytea"},
		{Int4.Array(), " { 1 , NULL,3 } ", "{1,NULL,3}"},
		{Int4.Array(), "{{1,2},{3,4}}", "{{1,2},{3,4}}"},
		{Int4.Array(), "{{1},2}", `malformed array literal: "{{1},2}"`},
		{Int4.Array(), "{1,x", `malformed array literal: "{1,x"`},
		{Int4.Array(), "{1,x}", `invalid input syntax for type integer: "x"`},
		{Int4.Array(), "{{{{{{{1}}}}}}}", "number of array dimensions (7) exceeds the maximum allowed (6)"},
		{Text.Array(), `{"a" ,b c , "NULL",\null,""}`, `{a,"b c","NULL","null",""}`},
		{Bool.Array(), "{true,f}", "{t,f}"},
		{JSON, ` {"a" : 1} `, ` {"a" : 1} `},
		{JSON, "{a:1}", "invalid input syntax for type json"},
		{JSONB, `{"bb":1,"a":2,"bb": [ ]}`, `{"a": 2, "bb": []}`},
		{JSONB, `[1.50,1e2,-0,"\u00e9\n\ud83d\ude00"]`, `[1.50, 100, 0, "é\n😀"]`},
		{JSONB, `"\u0000"`, "unsupported Unicode escape sequence"},
		{JSONB, `"\ud83d"`, "invalid input syntax for type json"},
		{JSONB, `truex`, "invalid input syntax for type json"},
	} {
		v, err := Parse(test.t, test.text, 0)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = Format(test.t, v)
		}
		if got != test.want {
			t.Errorf("%s of %q is %s, not %s", test.t, test.text, got, test.want)
		}
	}
}

// TestOrder holds values in the order that PostgreSQL sorts them in; those in one text, with
// = between them, are equal.
func TestOrder(t *testing.T) {
	for _, test := range []struct {
		t     Type
		texts string
	}{
		{Bool, "f t"},
		{Int4, "-1 0 2"},
		{Numeric, "-Infinity -1e20 -1.5=-1.50 0=0.000 1e-20 1=1.0 10 Infinity NaN"},
		{Float8, "-Infinity -1 -0=0 1 Infinity NaN"},
		{Text, "A B a é"},
		{Bytea, `\x \x00 \x0000 \x01`},
		{Int4.Array(), "{} {1} {1,2} {{1,2}} {1,3} {2} {NULL}"},
		{JSONB, `[] null "a" "b" 1=1.0 2 false true [5] ["a",1] [1,"a"] {} {"a":1} {"b":0} {"a":1,"b":1}`},
	} {
		var values []any
		var classes []int
		for class, equal := range strings.Fields(test.texts) {
			for text := range strings.SplitSeq(equal, "=") {
				v, err := Parse(test.t, text, 0)
				if err != nil {
					t.Fatal(err)
				}
				values, classes = append(values, v), append(classes, class)
			}
		}
		for i, a := range values {
			for j, b := range values {
				want := classes[i] - classes[j]
				if got := Compare(test.t, a, b); got*want < 0 || (got == 0) != (want == 0) {
					t.Errorf("%s: %s compared with %s is %d", test.t, Format(test.t, a), Format(test.t, b), got)
				}
				if same := bytes.Equal(AppendKey(nil, test.t, a), AppendKey(nil, test.t, b)); same != (want == 0) {
					t.Errorf("%s: the keys of %s and %s: same is %t", test.t, Format(test.t, a), Format(test.t, b), same)
				}
			}
		}
	}
}

func decimals() *rapid.Generator[Decimal] {
	return rapid.Custom(func(t *rapid.T) Decimal {
		text := rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{0,12})?(e-?[0-9])?`).Draw(t, "text")
		d, err := ParseDecimal(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return d
	})
}

// TestDecimalLaws holds what is true of all numbers.
func TestDecimalLaws(t *testing.T) {
	must := func(d Decimal, err error) Decimal {
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := decimals().Draw(t, "a"), decimals().Draw(t, "b")
		if again := must(ParseDecimal(a.String())); again.String() != a.String() || again.Compare(a) != 0 {
			t.Fatalf("%s is read as %s", a, again)
		}
		if back := must(must(a.Add(b)).Sub(b)); back.Compare(a) != 0 {
			t.Fatalf("%s + %s - %s is %s", a, b, b, back)
		}
		if c := a.Compare(b); c != must(a.Sub(b)).Sign() || c != -b.Compare(a) {
			t.Fatalf("%s compared with %s is %d", a, b, c)
		}
		if same := bytes.Equal(AppendKey(nil, Numeric, a), AppendKey(nil, Numeric, b)); same != (a.Compare(b) == 0) {
			t.Fatalf("the keys of %s and %s: same is %t", a, b, same)
		}
		if b.Sign() == 0 {
			return
		}
		whole, rest := must(a.Quo(b)), must(a.Mod(b))
		if back := must(must(whole.Mul(b)).Add(rest)); back.Compare(a) != 0 {
			t.Fatalf("%s / %s is %s and %s", a, b, whole, rest)
		}
		// A quotient is wrong by half of its last digit at most.
		q := must(a.Div(b))
		unit := Decimal{coef: bigOne, scale: q.scale}
		wrong := must(must(must(q.Mul(b)).Sub(a)).Mul(DecimalOf(2))).Abs()
		if wrong.Compare(must(unit.Mul(b)).Abs()) > 0 {
			t.Fatalf("%s / %s is %s", a, b, q)
		}
		if low := a.Floor(); low.Compare(a) > 0 || must(low.Add(DecimalOf(1))).Compare(a) <= 0 {
			t.Fatalf("the floor of %s is %s", a, low)
		}
		root := must(a.Abs().Sqrt())
		half := Decimal{coef: bigOne, scale: root.scale + 1}
		half = must(half.Mul(DecimalOf(5)))
		high := must(root.Add(half))
		if must(high.Mul(high)).Compare(a.Abs()) < 0 {
			t.Fatalf("the root of %s is %s", a.Abs(), root)
		}
	})
}

// TestFloatText holds that the text of a number is read as the same number.
func TestFloatText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		again, err := parseFloat(FormatFloat(f))
		if err != nil || math.Float64bits(again) != math.Float64bits(f) && !math.IsNaN(f) {
			t.Fatalf("%s is read as %g, %v", FormatFloat(f), again, err)
		}
	})
}

// TestLazyDocument holds that a document made of a text is the one that is read from it.
func TestLazyDocument(t *testing.T) {
	text := `{"b":1,"a":[true,null,"x"],"b":2.50}`
	read, err := ParseDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	if lazy := NewDocument(text); lazy.String() != read.String() || lazy.Compare(read) != 0 || lazy.String() != `{"a": [true, null, "x"], "b": 2.50}` {
		t.Errorf("%s is %s", text, lazy)
	}
	none := NewDocument("{")
	for range 2 {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a document of %q is %s", "{", none)
				}
			}()
			_ = none.String()
		}()
	}
}

// TestLimits holds that nothing is made that is too large.
func TestLimits(t *testing.T) {
	for name, f := range map[string]func() error{
		"repeat": func() error { _, err := Repeat("ab", 1<<30); return err },
		"lpad":   func() error { _, _, err := Pad("a", 1<<31-1, "xy"); return err },
		"replace": func() error {
			_, err := Replace(strings.Repeat("a", 1<<16), "a", strings.Repeat("b", 1<<12))
			return err
		},
		"format": func() error {
			_, err := FormatText("%2000000000s", []Type{Text}, []any{"a"})
			return err
		},
		"power": func() error { _, err := DecimalOf(1234567891).Power(DecimalOf(1 << 30)); return err },
		"deep": func() error {
			_, err := ParseDocument(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000))
			return err
		},
	} {
		if f() == nil {
			t.Errorf("%s makes it", name)
		}
	}
}

// FuzzParse holds that no text of any type panics, and that what is read is written so that
// it is read as the same.
func FuzzParse(f *testing.F) {
	f.Add(uint8(JSONB), `{"a": [1, "\u00e9"]}`)
	f.Add(uint8(Text.Array()), `{a,"b c",NULL}`)
	f.Add(uint8(Numeric), "-1.5e-3")
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		typ := Type(kind)
		if _, known := names[typ&^array]; !known || typ&^array >= Record {
			return
		}
		v, err := Parse(typ, text, 0)
		if err != nil || v == nil {
			return
		}
		written := Format(typ, v)
		again, err := Parse(typ, written, 0)
		if err != nil {
			t.Fatalf("%s %q is written as %q, which is no value: %v", typ, text, written, err)
		}
		if !bytes.Equal(AppendKey(nil, typ, v), AppendKey(nil, typ, again)) {
			t.Fatalf("%s %q is written as %q, which is another value", typ, text, written)
		}
		if typ != JSON && typ != JSON.Array() && Compare(typ, v, again) != 0 || Size(v) <= 0 {
			t.Fatalf("%s %q is not equal to itself", typ, text)
		}
	})
}

// FuzzJSONPath holds that no path panics.
func FuzzJSONPath(f *testing.F) {
	f.Add(`{"a": [1, {"b": "x"}]}`, `$.a[*] ? (@.b == "x" && !(@ > 1)).b`)
	f.Fuzz(func(t *testing.T, text, path string) {
		d, err := ParseDocument(text)
		if err != nil || len(text)+len(path) > 200 {
			return
		}
		if p, err := ParseJSONPath(path); err == nil {
			p.Find(d, func(*Document) {})
		}
	})
}

// FuzzRegexp holds that no pattern panics.
func FuzzRegexp(f *testing.F) {
	f.Add("abc", `^(a|b)*?c$`, "gi")
	f.Add("a1", `[[:alpha:]]\d{1,2}`, "")
	f.Fuzz(func(t *testing.T, s, expression, options string) {
		_, _ = Matches(s, expression, strings.Contains(options, "i"))
		_, _ = RegexpReplace(s, expression, `[\1\&]`, 1, 0, options)
		_ = RegexpSplit("regexp_split_to_array", s, expression, options, func(string) error { return nil })
		_, _ = Like(s, expression)
		_, _ = SimilarToRegexp(expression, `\`)
	})
}

// TestQuotients holds how many digits PostgreSQL gives a quotient.
func TestQuotients(t *testing.T) {
	for _, test := range [][3]string{
		{"1.0", "1", "1.00000000000000000000"},
		{"2.0", "3", "0.66666666666666666667"},
		{"10000", "3.0", "3333.3333333333333333"},
		{"9999.0", "9999", "1.00000000000000000000"},
		{"1.5", "10000", "0.000150000000000000000000"},
		{"1", "30000.0", "0.000033333333333333333333"},
		{"100000000000000000000", "3", "33333333333333333333"},
		{"-1", "16000000000000000", "-0.000000000000000062500000000000000000"},
		{"1", "80000000000000000", "0.000000000000000012500000000000000000"},
		{"-15", "2000000000000000000", "-0.000000000000000007500000000000000000"},
		{"0", "7", "0.00000000000000000000"},
		{"1", "33554432", "0.000000029802322387695313"}, // half away from zero
	} {
		a, errA := ParseDecimal(test[0])
		b, errB := ParseDecimal(test[1])
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if q, err := a.Div(b); err != nil || q.String() != test[2] {
			t.Errorf("%s / %s is %s, %v, not %s", test[0], test[1], q, err, test[2])
		}
	}
}

// TestSplit holds that a match of nothing at the end, or behind another one, splits nothing.
func TestSplit(t *testing.T) {
	for _, test := range [][]string{{"ab ", `\s*`, "a", "b", ""}, {"a1", "1*", "a", ""}, {"abc", "", "a", "b", "c"}, {"", "", ""}, {"a,b,,c", ",", "a", "b", "", "c"}} {
		var parts []string
		err := RegexpSplit("regexp_split_to_array", test[0], test[1], "", func(part string) error {
			parts = append(parts, part)
			return nil
		})
		if err != nil || strings.Join(parts, "|") != strings.Join(test[2:], "|") {
			t.Errorf("%q split by %q is %q, %v", test[0], test[1], parts, err)
		}
	}
}

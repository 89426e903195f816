package pgsql

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A counter counts rows in which no argument is null.
type counter struct{ n int64 }

func (s *counter) add(_ *call, args []any) error {
	if len(args) == 0 || args[0] != nil {
		s.n++
	}
	return nil
}

func (s *counter) result(*call) (any, error) { return s.n, nil }

// An intSum is a sum of integers that cannot overflow before there are billions of them.
type intSum struct {
	any bool
	sum int64
}

func (s *intSum) add(_ *call, args []any) (err error) {
	if args[0] != nil {
		s.any = true
		s.sum, err = value.AddInt(value.Int8, s.sum, args[0].(int64))
	}
	return err
}

func (s *intSum) result(*call) (any, error) {
	if !s.any {
		return nil, nil
	}
	return s.sum, nil
}

// A numericSum is a sum or mean of integers or numerics.
type numericSum struct {
	mean bool
	n    int64
	sum  value.Decimal
}

func (s *numericSum) add(_ *call, args []any) (err error) {
	if args[0] != nil {
		s.n++
		s.sum, err = s.sum.Add(asNumeric(args[0]))
	}
	return err
}

func (s *numericSum) result(*call) (any, error) {
	switch {
	case s.n == 0:
		return nil, nil
	case s.mean:
		return orError(s.sum.Div(value.DecimalOf(s.n)))
	}
	return s.sum, nil
}

func asNumeric(v any) value.Decimal {
	if n, ok := v.(int64); ok {
		return value.DecimalOf(n)
	}
	return v.(value.Decimal)
}

// folded combines all values that are not null, from the first one on.
func folded(f run) func(*call) accumulator {
	return func(*call) accumulator { return &fold{f: f} }
}

type fold struct {
	f     run
	state any
}

func (s *fold) add(c *call, args []any) (err error) {
	switch {
	case args[0] == nil:
	case s.state == nil:
		s.state = args[0]
	default:
		s.state, err = s.f(c, []any{s.state, args[0]})
	}
	return err
}

func (s *fold) result(*call) (any, error) { return s.state, nil }

// outermost keeps the least value, or the greatest, and of equal ones the last.
func outermost(sign int) func(*call) accumulator {
	return folded(func(c *call, args []any) (any, error) {
		t := c.args[0]
		if t.IsArray() {
			if err := value.CheckComparable(t, true); err != nil {
				return nil, err
			}
		}
		if value.Compare(t, args[0], args[1])*sign > 0 {
			return args[0], nil
		}
		return args[1], nil
	})
}

// joined is texts or bytes with what is between them.
type joined struct {
	any bool
	out bytes.Buffer
}

func (s *joined) add(_ *call, args []any) error {
	if args[0] == nil {
		return nil
	}
	if s.any {
		s.write(args[1])
	}
	s.any = true
	s.write(args[0])
	return value.CheckSize(int64(s.out.Len()))
}

func (s *joined) write(v any) {
	switch v := v.(type) {
	case string:
		s.out.WriteString(v)
	case []byte:
		s.out.Write(v)
	}
}

func (s *joined) result(c *call) (any, error) {
	switch {
	case !s.any:
		return nil, nil
	case c.result == value.Bytea:
		return bytes.Clone(s.out.Bytes()), nil
	}
	return s.out.String(), nil
}

// collected is an array of all values, nulls too. Arrays become elements of one with a
// dimension more.
type collected struct{ elems []any }

func (s *collected) add(c *call, args []any) error {
	if c.args[0].IsArray() {
		l, ok := args[0].(*list)
		switch {
		case !ok:
			return &value.Error{Message: "cannot accumulate null arrays"}
		case len(s.elems) == 0 && len(l.Elems) == 0:
			return &value.Error{Message: "cannot accumulate empty arrays"}
		case len(s.elems) > 0 && fmt.Sprint(s.elems[0].(*list).Dims()) != fmt.Sprint(l.Dims()):
			return &value.Error{Message: "cannot accumulate arrays of different dimensionality"}
		}
	}
	s.elems = append(s.elems, args[0])
	return nil
}

func (s *collected) result(c *call) (any, error) {
	if s.elems == nil {
		return nil, nil
	}
	return &list{Elem: c.result.Elem(), Elems: s.elems[:len(s.elems):len(s.elems)]}, nil
}

// jsonbArray is jsonb_agg.
type jsonbArray struct {
	types  []value.Type
	values []any
}

func (s *jsonbArray) add(c *call, args []any) error {
	if args[0] == nil {
		s.types, s.values = append(s.types, c.args[0]), append(s.values, nil)
		return nil
	}
	// What cannot be a document is an error of its row.
	d, err := value.ToJSONB(c.args[0], args[0])
	s.types, s.values = append(s.types, value.JSONB), append(s.values, d)
	return err
}

func (s *jsonbArray) result(*call) (any, error) {
	if s.values == nil {
		return nil, nil
	}
	return orError(value.BuildArray(s.types, s.values))
}

var errNullKey = &value.Error{Message: "field name must not be null"}

// jsonbObject is jsonb_object_agg.
type jsonbObject struct {
	any     bool
	builder value.ObjectBuilder
}

func (s *jsonbObject) add(c *call, args []any) error {
	if args[0] == nil {
		return errNullKey
	}
	s.any = true
	return s.builder.Add(c.args[0], args[0], c.args[1], args[1])
}

func (s *jsonbObject) result(*call) (any, error) {
	if !s.any {
		return nil, nil
	}
	return s.builder.Document(), nil
}

// jsonText is json_agg and json_object_agg.
type jsonText struct{ out []byte }

func (s *jsonText) add(c *call, args []any) error {
	if s.out != nil {
		s.out = append(s.out, ", "...)
	}
	if len(args) == 1 {
		if s.out != nil && args[0] != nil && c.args[0].IsArray() {
			s.out = append(s.out, "\n "...)
		}
		text, err := value.ToJSON(c.args[0], args[0], false)
		s.out = append(s.out, text...)
		if err != nil {
			return err
		}
		return value.CheckSize(int64(len(s.out)))
	}
	if args[0] == nil {
		return errNullKey
	}
	var err error
	if s.out, err = value.AppendJSONPair(s.out, c.args[0], args[0], c.args[1], args[1]); err != nil {
		return err
	}
	return value.CheckSize(int64(len(s.out)))
}

func (s *jsonText) result(c *call) (any, error) {
	switch {
	case s.out == nil:
		return nil, nil
	case len(c.args) == 1:
		return "[" + string(s.out) + "]", nil
	}
	return "{ " + string(s.out) + " }", nil
}

// variance is that of integers and numerics.
func variance(sample, deviation bool) func(*call) accumulator {
	return func(*call) accumulator { return &numericMoments{sample: sample, deviation: deviation} }
}

type numericMoments struct {
	sample, deviation bool
	n                 int64
	sum, squares      value.Decimal
}

func (s *numericMoments) add(_ *call, args []any) error {
	if args[0] == nil {
		return nil
	}
	d := asNumeric(args[0])
	square, err := d.Mul(d)
	if err != nil {
		return err
	}
	s.n++
	if s.sum, err = s.sum.Add(d); err != nil {
		return err
	}
	s.squares, err = s.squares.Add(square)
	return err
}

func (s *numericMoments) result(*call) (any, error) {
	if s.n == 0 || s.sample && s.n == 1 {
		return nil, nil
	}
	return orError(value.Variance(s.n, s.sum, s.squares, s.sample, s.deviation))
}

// floatMoments sums up by Youngs and Cramer, in the order of PostgreSQL's operations. The
// conversions keep products from being fused with sums.
type floatMoments struct {
	finish      func(s *floatMoments) any
	n, sum, sxx float64
}

func (s *floatMoments) add(_ *call, args []any) error {
	if args[0] == nil {
		return nil
	}
	x := args[0].(float64)
	before, sumBefore := s.n, s.sum
	s.n++
	s.sum += x
	switch {
	case before > 0:
		t := float64(x*s.n) - s.sum
		s.sxx += float64(t*t) / float64(s.n*before)
		if math.IsInf(s.sum, 0) || math.IsInf(s.sxx, 0) {
			if !math.IsInf(sumBefore, 0) && !math.IsInf(x, 0) {
				return &value.Error{Message: "value out of range: overflow"}
			}
			s.sxx = math.NaN()
		}
	case math.IsNaN(x) || math.IsInf(x, 0):
		s.sxx = math.NaN()
	}
	return nil
}

func (s *floatMoments) result(*call) (any, error) {
	if s.n == 0 {
		return nil, nil
	}
	return s.finish(s), nil
}

func mean(s *floatMoments) any               { return s.sum / s.n }
func populationVariance(s *floatMoments) any { return s.sxx / s.n }

func sampleVariance(s *floatMoments) any {
	if s.n == 1 {
		return nil
	}
	return s.sxx / (s.n - 1)
}

func root(f func(*floatMoments) any) func(*floatMoments) any {
	return func(s *floatMoments) any {
		if v, ok := f(s).(float64); ok {
			return math.Sqrt(v)
		}
		return nil
	}
}

// mode is the most frequent of sorted values, and of several the first.
type mode struct {
	last, best           any
	lastCount, bestCount int
}

func (s *mode) add(c *call, args []any) error {
	v := args[0]
	switch {
	case v == nil:
		return nil
	case s.last != nil && value.Compare(c.args[0], s.last, v) == 0:
		s.lastCount++
	default:
		s.last, s.lastCount = v, 1
	}
	if s.lastCount > s.bestCount {
		s.best, s.bestCount = s.last, s.lastCount
	}
	return nil
}

func (s *mode) result(*call) (any, error) { return s.best, nil }

// A percentile is a value so far up among sorted ones, or an array of them.
type percentile struct {
	at       func(sorted []any, fraction float64) any
	fraction any // float64, or an array of them
	sorted   []any
}

func (s *percentile) add(_ *call, args []any) error {
	s.fraction = args[0]
	if v := args[len(args)-1]; v != nil {
		s.sorted = append(s.sorted, v)
	}
	return nil
}

func (s *percentile) result(c *call) (any, error) {
	switch f := s.fraction.(type) {
	case float64:
		return s.value(f)
	case *list:
		if len(s.sorted) == 0 {
			return nil, nil
		}
		return s.list(c, f)
	}
	return nil, nil
}

func (s *percentile) list(c *call, fractions *list) (any, error) {
	found := &list{Elem: c.result.Elem(), Elems: make([]any, len(fractions.Elems))}
	for i, f := range fractions.Elems {
		var err error
		switch f := f.(type) {
		case float64:
			found.Elems[i], err = s.value(f)
		case *list:
			found.Elems[i], err = s.list(c, f)
		}
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (s *percentile) value(fraction float64) (any, error) {
	if !(fraction >= 0 && fraction <= 1) {
		return nil, &value.Error{Message: "percentile value " + strings.TrimPrefix(fmt.Sprintf("%g", fraction), "+") + " is not between 0 and 1"}
	}
	if len(s.sorted) == 0 {
		return nil, nil
	}
	return s.at(s.sorted, fraction), nil
}

// discrete is the first value that has at least the fraction of all up to it.
func discrete(sorted []any, fraction float64) any {
	return sorted[max(int(math.Ceil(fraction*float64(len(sorted))))-1, 0)]
}

// continuous lies between two values.
func continuous(sorted []any, fraction float64) any {
	place := fraction * float64(len(sorted)-1)
	low, high := sorted[int(math.Floor(place))].(float64), sorted[int(math.Ceil(place))].(float64)
	if math.Floor(place) == math.Ceil(place) {
		return low
	}
	return low + float64((place-math.Floor(place))*(high-low))
}

package value

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// A Decimal is a numeric: an integer divided by a power of ten, whose exponent says how
// many digits are shown behind the point, or NaN or an infinity. The zero value is 0.
// Decimals are never changed.
type Decimal struct {
	coef  *big.Int // nil for 0
	scale int32
	form  form
}

// A form tells numbers from what is none.
type form int8

const (
	finite form = iota
	nan
	positiveInfinity
	negativeInfinity
)

// The limits of a numeric.
const (
	maxScale       = 16383  // digits behind the point
	maxShownScale  = 1000   // that a division gives
	minSignificant = 16     // digits that a division gives at least
	groupDigits    = 4      // PostgreSQL counts in groups of four digits
	maxIntDigits   = 131072 // digits before the point
)

var (
	errNumericOverflow = &Error{Message: "value overflows numeric format"}
	errFieldOverflow   = &Error{Message: "numeric field overflow"}
	// ErrDivisionByZero is the error of every division by zero.
	ErrDivisionByZero = &Error{Message: "division by zero"}

	decimalNaN = Decimal{form: nan}
	bigZero    = new(big.Int)
	bigOne     = big.NewInt(1)
)

// DecimalOf returns an integer as a numeric.
func DecimalOf(n int64) Decimal { return Decimal{coef: big.NewInt(n)} }

// int returns the coefficient, which is not to be changed.
func (d Decimal) int() *big.Int {
	if d.coef == nil {
		return bigZero
	}
	return d.coef
}

var powersOfTen = func() (list [64]*big.Int) {
	for i := range list {
		list[i] = new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(i)), nil)
	}
	return list
}()

// tenTo returns a power of ten, which is not to be changed.
func tenTo(n int) *big.Int {
	if n < len(powersOfTen) {
		return powersOfTen[n]
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// countDigits returns how many decimal digits a number has, 0 for 0.
func countDigits(n *big.Int) int {
	if n.Sign() == 0 {
		return 0
	}
	// By the number of bits, which is too few by one or none.
	digits := int(float64(n.BitLen()-1)*math.Log10(2)) + 1
	if n.CmpAbs(tenTo(digits)) >= 0 {
		digits++
	}
	return digits
}

// exponent is that of the first digit: 0 for 1 to 9, 1 for 10 to 99.
func (d Decimal) exponent() int { return countDigits(d.int()) - int(d.scale) - 1 }

// group returns the first group of four digits that is not 0, and its place: 0 for the one
// before the point.
func (d Decimal) group() (first, weight int) {
	if d.Sign() == 0 {
		return 0, 0
	}
	e := d.exponent()
	weight = floorDivide(e, groupDigits)
	// Of the digits as many are wanted as the exponent is into its group.
	digits := countDigits(d.int())
	wanted := e - weight*groupDigits + 1
	n := new(big.Int).Abs(d.int())
	if digits > wanted {
		n.Quo(n, tenTo(digits-wanted))
	} else {
		n.Mul(n, tenTo(wanted-digits))
	}
	return int(n.Int64()), weight
}

func floorDivide(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// checked refuses what a numeric cannot hold.
func (d Decimal) checked() (Decimal, error) {
	if d.form == finite && (d.scale > maxScale || d.Sign() != 0 && d.exponent() >= maxIntDigits) {
		return Decimal{}, errNumericOverflow
	}
	return d, nil
}

// ParseDecimal reads a numeric.
func ParseDecimal(text string) (Decimal, error) {
	s := trimSpace(text)
	unsigned, negative := s, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		unsigned, negative = s[1:], s[0] == '-'
	}
	switch strings.ToLower(unsigned) {
	case "nan":
		if unsigned == s {
			return decimalNaN, nil
		}
	case "inf", "infinity":
		return infinity(negative), nil
	}
	mantissa, exponent, ok := scanNumber(unsigned)
	if !ok {
		return Decimal{}, badInput(Numeric, text)
	}
	d, err := decimalOf(mantissa, exponent)
	if err == nil && negative {
		d = d.Neg()
	}
	return d, err
}

func infinity(negative bool) Decimal {
	if negative {
		return Decimal{form: negativeInfinity}
	}
	return Decimal{form: positiveInfinity}
}

// decimalOf makes a numeric of what scanNumber gives.
func decimalOf(mantissa, exponent string) (Decimal, error) {
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if len(whole)+len(fraction) <= 18 && exponent == "" {
		var n int64
		for i := range len(mantissa) {
			if mantissa[i] != '.' {
				n = n*10 + int64(mantissa[i]-'0')
			}
		}
		return Decimal{coef: big.NewInt(n), scale: int32(len(fraction))}, nil
	}
	shift := 0
	if exponent != "" {
		var err error
		if shift, err = strconv.Atoi(exponent); err != nil || shift >= math.MaxInt32/2 || shift <= -math.MaxInt32/2 {
			return Decimal{}, errNumericOverflow
		}
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	scale := len(fraction) - shift
	if scale > maxScale || len(digits)-scale > maxIntDigits && digits != "" {
		return Decimal{}, errNumericOverflow
	}
	if digits == "" {
		return Decimal{scale: int32(max(scale, 0))}, nil
	}
	n, _ := new(big.Int).SetString(digits, 10)
	if scale < 0 {
		n.Mul(n, tenTo(-scale))
		scale = 0
	}
	return Decimal{coef: n, scale: int32(scale)}, nil
}

// String returns all digits, as many behind the point as the scale says.
func (d Decimal) String() string {
	switch d.form {
	case nan:
		return "NaN"
	case positiveInfinity:
		return "Infinity"
	case negativeInfinity:
		return "-Infinity"
	}
	digits := d.int().String()
	if d.scale == 0 {
		return digits
	}
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if missing := int(d.scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - int(d.scale)
	return sign + digits[:point] + "." + digits[point:]
}

// IsNaN reports whether d is not a number.
func (d Decimal) IsNaN() bool { return d.form == nan }

// IsFinite reports whether d is a number, and none of the infinities.
func (d Decimal) IsFinite() bool { return d.form == finite }

// Sign is -1, 0 or 1. That of NaN is 0.
func (d Decimal) Sign() int {
	switch d.form {
	case positiveInfinity:
		return 1
	case negativeInfinity:
		return -1
	case nan:
		return 0
	}
	return d.int().Sign()
}

// Scale returns how many digits are shown behind the point.
func (d Decimal) Scale() int { return int(d.scale) }

// Compare has NaN equal to itself and above everything else.
func (d Decimal) Compare(e Decimal) int {
	if d.form != finite || e.form != finite {
		return cmp.Compare(d.form.rank(), e.form.rank())
	}
	if d.scale == e.scale {
		return d.int().Cmp(e.int())
	}
	if c := cmp.Compare(d.Sign(), e.Sign()); c != 0 || d.Sign() == 0 {
		return c
	}
	if c := cmp.Compare(d.exponent(), e.exponent()); c != 0 {
		return c * d.Sign()
	}
	a, b, _ := align(d, e)
	return a.Cmp(b)
}

func (f form) rank() int {
	switch f {
	case negativeInfinity:
		return -1
	case positiveInfinity:
		return 1
	case nan:
		return 2
	}
	return 0
}

// align returns two numbers as multiples of the same power of ten.
func align(d, e Decimal) (a, b *big.Int, scale int32) {
	a, b = d.int(), e.int()
	switch {
	case d.scale < e.scale:
		return new(big.Int).Mul(a, tenTo(int(e.scale-d.scale))), b, e.scale
	case d.scale > e.scale:
		return a, new(big.Int).Mul(b, tenTo(int(d.scale-e.scale))), d.scale
	}
	return a, b, d.scale
}

// appendKey leaves out zeros at the end.
func (d Decimal) appendKey(dst []byte) []byte {
	dst = append(dst, byte(d.form))
	if d.form != finite {
		return dst
	}
	digits, scale := d.int().String(), int64(d.scale)
	short := strings.TrimRight(digits, "0")
	scale -= int64(len(digits) - len(short))
	if short == "" {
		scale = 0
	}
	return appendText(binary.AppendVarint(dst, scale), short)
}

func (d Decimal) size() int {
	if d.coef == nil {
		return 16
	}
	return 48 + d.coef.BitLen()/8
}

// rescale rounds a number to so many digits behind the point, which may be negative, half
// away from zero, or cuts the rest off. It then has that scale, or 0.
func (d Decimal) rescale(scale int, round bool) Decimal {
	if d.form != finite {
		return d
	}
	shift := scale - int(d.scale)
	n := new(big.Int)
	if shift >= 0 {
		n.Mul(d.int(), tenTo(shift))
	} else if -shift <= countDigits(d.int())+1 {
		unit := tenTo(-shift)
		rest := new(big.Int)
		n.QuoRem(d.int(), unit, rest)
		if round && rest.Lsh(rest, 1).CmpAbs(unit) >= 0 {
			n.Add(n, big.NewInt(int64(d.Sign())))
		}
	}
	if scale < 0 {
		n.Mul(n, tenTo(-scale))
	}
	return Decimal{coef: n, scale: int32(max(scale, 0))}
}

// Round rounds half away from zero to so many digits behind the point, or before it.
func (d Decimal) Round(digits int64) (Decimal, error) {
	return d.rescale(scaleWithin(digits), true).checked()
}

// Trunc cuts off what is behind so many digits behind the point, or before it.
func (d Decimal) Trunc(digits int64) Decimal { return d.rescale(scaleWithin(digits), false) }

// scaleWithin keeps to the digits that a numeric can have.
func scaleWithin(digits int64) int { return int(min(max(digits, -maxIntDigits-1), maxScale)) }

// Fit rounds to numeric(precision, scale).
func (d Decimal) Fit(precision, scale int) (Decimal, error) {
	switch {
	case d.IsNaN():
		return d, nil
	case !d.IsFinite():
		return d, errFieldOverflow
	}
	d = d.rescale(scale, true)
	if d.Sign() != 0 && d.exponent() >= precision-scale {
		return d, errFieldOverflow
	}
	return d, nil
}

// Neg returns -d.
func (d Decimal) Neg() Decimal {
	switch d.form {
	case positiveInfinity, negativeInfinity:
		return infinity(d.form == positiveInfinity)
	case nan:
		return d
	}
	return Decimal{coef: new(big.Int).Neg(d.int()), scale: d.scale}
}

// Abs returns d without its sign.
func (d Decimal) Abs() Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// Add returns d + e.
func (d Decimal) Add(e Decimal) (Decimal, error) {
	if d.form != finite || e.form != finite {
		switch {
		case d.IsNaN() || e.IsNaN() || d.form != finite && e.form != finite && d.form != e.form:
			return decimalNaN, nil
		case d.form != finite:
			return d, nil
		}
		return e, nil
	}
	a, b, scale := align(d, e)
	return Decimal{coef: new(big.Int).Add(a, b), scale: scale}.checked()
}

// Sub returns d - e.
func (d Decimal) Sub(e Decimal) (Decimal, error) { return d.Add(e.Neg()) }

// Mul returns d * e.
func (d Decimal) Mul(e Decimal) (Decimal, error) {
	if d.form != finite || e.form != finite {
		if d.Sign()*e.Sign() == 0 {
			return decimalNaN, nil // 0 * Infinity, too
		}
		return infinity(d.Sign() != e.Sign()), nil
	}
	product := Decimal{coef: new(big.Int).Mul(d.int(), e.int()), scale: d.scale + e.scale}
	if product.scale > maxScale {
		product = product.rescale(maxScale, true)
	}
	return product.checked()
}

// specialQuotient is that of numbers of which one at least is none.
func specialQuotient(d, e Decimal) (Decimal, error) {
	switch {
	case d.IsNaN() || e.IsNaN():
		return decimalNaN, nil
	case d.form == finite:
		return Decimal{}, nil
	case e.form != finite:
		return decimalNaN, nil
	case e.Sign() == 0:
		return Decimal{}, ErrDivisionByZero
	}
	return infinity(d.Sign() != e.Sign()), nil
}

// Div returns d / e with at least 16 significant digits, and no fewer behind the point than
// d and e have.
func (d Decimal) Div(e Decimal) (Decimal, error) {
	if d.form != finite || e.form != finite {
		return specialQuotient(d, e)
	}
	if e.Sign() == 0 {
		return Decimal{}, ErrDivisionByZero
	}
	return quotient(d, e, divisionScale(d, e), true).checked()
}

// divisionScale is how many digits a quotient has behind the point.
func divisionScale(d, e Decimal) int {
	first, weight := d.group()
	divisorFirst, divisorWeight := e.group()
	weight -= divisorWeight
	if first <= divisorFirst {
		weight--
	}
	scale := minSignificant - weight*groupDigits
	return min(max(scale, int(d.scale), int(e.scale), 0), maxShownScale)
}

// quotient divides finite numbers, e not being 0.
func quotient(d, e Decimal, scale int, round bool) Decimal {
	n, divisor := d.int(), e.int()
	if shift := scale + int(e.scale) - int(d.scale); shift >= 0 {
		n = new(big.Int).Mul(n, tenTo(shift))
	} else {
		divisor = new(big.Int).Mul(divisor, tenTo(-shift))
	}
	q, rest := new(big.Int).QuoRem(n, divisor, new(big.Int))
	if round && rest.Lsh(rest, 1).CmpAbs(divisor) >= 0 {
		q.Add(q, big.NewInt(int64(d.Sign()*e.Sign())))
	}
	return Decimal{coef: q, scale: int32(scale)}
}

// Quo returns the whole part of d / e.
func (d Decimal) Quo(e Decimal) (Decimal, error) {
	if d.form != finite || e.form != finite {
		return specialQuotient(d, e)
	}
	if e.Sign() == 0 {
		return Decimal{}, ErrDivisionByZero
	}
	return quotient(d, e, 0, false).checked()
}

// Mod returns what is left of d after a division by e, with the sign of d.
func (d Decimal) Mod(e Decimal) (Decimal, error) {
	switch {
	case d.IsNaN() || e.IsNaN():
		return decimalNaN, nil
	case e.Sign() == 0:
		return Decimal{}, ErrDivisionByZero
	case d.form != finite:
		return decimalNaN, nil
	case e.form != finite:
		return d, nil
	}
	a, b, scale := align(d, e)
	return Decimal{coef: new(big.Int).Rem(a, b), scale: scale}, nil
}

// Floor returns the greatest integer that is not above d.
func (d Decimal) Floor() Decimal {
	whole := d.rescale(0, false)
	if d.form == finite && d.Sign() < 0 && whole.Compare(d) != 0 {
		whole.coef.Sub(whole.coef, bigOne)
	}
	return whole
}

// Ceil returns the least integer that is not below d.
func (d Decimal) Ceil() Decimal { return d.Neg().Floor().Neg() }

// Sqrt returns the square root, rounded to at least 16 significant digits.
func (d Decimal) Sqrt() (Decimal, error) {
	switch {
	case d.Sign() < 0:
		return d, failure("cannot take square root of a negative number")
	case d.form != finite:
		return d, nil
	}
	_, weight := d.group()
	digits := weight*groupDigits/2 + 1 // before the point, roughly
	if weight < 0 {
		digits = 1 - (1-weight*groupDigits)/2
	}
	return d.sqrt(min(max(minSignificant-digits, int(d.scale), 0), maxShownScale)), nil
}

// sqrt rounds the square root of a number that is not negative.
func (d Decimal) sqrt(scale int) Decimal {
	n := new(big.Int)
	if shift := 2*scale - int(d.scale); shift >= 0 {
		n.Mul(d.int(), tenTo(shift))
	} else {
		n.Quo(d.int(), tenTo(-shift))
	}
	root := new(big.Int).Sqrt(n)
	// (root + 1/2)² is root² + root + 1/4.
	if n.Sub(n, new(big.Int).Mul(root, root)).Cmp(root) > 0 {
		root.Add(root, bigOne)
	}
	return Decimal{coef: root, scale: int32(scale)}
}

// MinScale returns how many digits behind the point are needed.
func (d Decimal) MinScale() int {
	text := d.String()
	_, fraction, _ := strings.Cut(text, ".")
	return len(strings.TrimRight(fraction, "0"))
}

// TrimScale returns d without zeros at the end of its fraction.
func (d Decimal) TrimScale() Decimal { return d.rescale(d.MinScale(), false) }

// GCD returns the greatest number of which both are multiples.
func (d Decimal) GCD(e Decimal) Decimal {
	if d.form != finite || e.form != finite {
		return decimalNaN
	}
	a, b, scale := align(d, e)
	return Decimal{coef: new(big.Int).GCD(nil, nil, new(big.Int).Abs(a), new(big.Int).Abs(b)), scale: scale}
}

// LCM returns the least number that is a multiple of both.
func (d Decimal) LCM(e Decimal) (Decimal, error) {
	if d.form != finite || e.form != finite {
		return decimalNaN, nil
	}
	a, b, scale := align(d, e)
	divisor := d.GCD(e).coef
	if a.Sign() == 0 || b.Sign() == 0 {
		return Decimal{scale: scale}, nil
	}
	n := new(big.Int).Quo(a, divisor)
	return Decimal{coef: n.Abs(n.Mul(n, b)), scale: scale}.checked()
}

// Power returns d to the power of e, a whole number.
func (d Decimal) Power(e Decimal) (Decimal, error) {
	one := DecimalOf(1)
	switch {
	case d.IsNaN():
		if e.form == finite && e.Sign() == 0 {
			return one, nil
		}
		return d, nil
	case e.IsNaN():
		if d.form == finite && d.Compare(one) == 0 {
			return one, nil
		}
		return e, nil
	case d.form != finite || e.form != finite:
		return Decimal{}, refusal("a power of numeric with infinities is not computed")
	case d.Sign() == 0 && e.Sign() < 0:
		return Decimal{}, failure("zero raised to a negative power is undefined")
	}
	whole := e.rescale(0, false)
	if whole.Compare(e) != 0 {
		if d.Sign() < 0 {
			return Decimal{}, errComplex
		}
		return Decimal{}, refusal("a power of numeric with a fraction in the exponent is not computed")
	}
	if !whole.coef.IsInt64() || whole.coef.Int64() < -math.MaxInt32 || whole.coef.Int64() > math.MaxInt32 {
		return Decimal{}, refusal("a power of numeric with so large an exponent is not computed")
	}
	n := whole.coef.Int64()
	scale := min(max(minSignificant, int(d.scale)), maxShownScale)
	switch {
	case n == 0:
		return one.rescale(scale, false), nil
	case n < 0 && n != -1, d.Sign() == 0 && n > 0:
	case n == 1:
		return d.rescale(scale, true), nil
	case n == -1:
		return quotient(one, d, scale, true).checked()
	}
	if d.Sign() == 0 {
		return Decimal{scale: int32(scale)}, nil
	}
	return d.integerPower(n, scale)
}

// integerPower rounds the exact power. PostgreSQL rounds on the way, with eight digits more
// than are shown; where the exact number is too near to the middle between two that can be
// shown, it may go the other way, so that this is refused.
func (d Decimal) integerPower(n int64, scale int) (Decimal, error) {
	digits := float64(n) * (float64(countDigits(d.int())-int(d.scale)) - 1) // at least, of the result's whole part
	if n > 0 && digits > maxIntDigits {
		return Decimal{}, errNumericOverflow
	}
	if n < 0 && float64(-n)*float64(d.exponent()) > float64(scale)+1 {
		return Decimal{scale: int32(scale)}, nil
	}
	magnitude := n
	if n < 0 {
		magnitude = -n
	}
	if float64(magnitude)*float64(d.int().BitLen()) > 1<<21 {
		return Decimal{}, refusal("a power of numeric with so many digits is not computed")
	}
	exact := Decimal{coef: new(big.Int).Exp(d.int(), big.NewInt(magnitude), nil)}
	exactScale := int(d.scale) * int(magnitude)
	const guard = 6
	var long Decimal // with digits behind those that are shown
	if n > 0 {
		shift := scale + guard - exactScale
		if shift >= 0 {
			long = Decimal{coef: new(big.Int).Mul(exact.int(), tenTo(shift)), scale: int32(scale + guard)}
		} else {
			long = Decimal{coef: new(big.Int).Quo(exact.int(), tenTo(-shift)), scale: int32(scale + guard)}
		}
	} else {
		long = Decimal{coef: new(big.Int).Quo(tenTo(scale+guard+exactScale), exact.int()), scale: int32(scale + guard)}
	}
	if rest := new(big.Int).Rem(long.int(), tenTo(guard)).Int64(); max(rest, -rest) > 499_900 && max(rest, -rest) < 500_100 {
		return Decimal{}, refusal("the last digit of this power of numeric is not certain")
	}
	return long.rescale(scale, true).checked()
}

// Factorial returns 1 * 2 * … * n.
func Factorial(n int64) (Decimal, error) {
	const most = 32177 // that a numeric can hold
	switch {
	case n < 0:
		return Decimal{}, failure("factorial of a negative number is undefined")
	case n > most:
		return Decimal{}, errNumericOverflow
	}
	return Decimal{coef: new(big.Int).MulRange(1, n)}, nil
}

// WidthBucket returns in which of so many buckets of the same width, from low to high, the
// number is: 0 below the first, and one more than there are above the last.
func (d Decimal) WidthBucket(low, high Decimal, count int64) (int64, error) {
	switch {
	case count <= 0:
		return 0, failure("count must be greater than zero")
	case d.IsNaN() || low.IsNaN() || high.IsNaN():
		return 0, failure("operand, lower bound, and upper bound cannot be NaN")
	case !low.IsFinite() || !high.IsFinite():
		return 0, failure("lower and upper bounds must be finite")
	}
	direction := low.Compare(high)
	if direction == 0 {
		return 0, failure("lower bound cannot equal upper bound")
	}
	if d.Compare(low)*direction > 0 {
		return 0, nil
	}
	if d.Compare(high)*direction <= 0 {
		if count == math.MaxInt32 {
			return 0, OutOfRange(Int4)
		}
		return count + 1, nil
	}
	part, err := d.Sub(low)
	if err != nil {
		return 0, err
	}
	width, err := high.Sub(low)
	if err != nil {
		return 0, err
	}
	if part, err = part.Mul(DecimalOf(count)); err != nil {
		return 0, err
	}
	part, width = part.Abs(), width.Abs()
	// The quotient is rounded, as PostgreSQL's.
	bucket := quotient(part, width, divisionScale(part, width), true).Floor()
	return CheckInt(Int4, bucket.int().Int64()+1)
}

// Variance returns how far n numbers are from their mean, of which the sum and the sum of
// the squares are known: of a sample or of all there are, or its square root, the deviation.
func Variance(n int64, sum, squares Decimal, sample, deviation bool) (Decimal, error) {
	if !sum.IsFinite() || !squares.IsFinite() {
		return decimalNaN, nil
	}
	count := DecimalOf(n)
	a, err := count.Mul(squares)
	if err != nil {
		return a, err
	}
	b, err := sum.Mul(sum)
	if err != nil {
		return b, err
	}
	if a, err = a.Sub(b); err != nil || a.Sign() <= 0 {
		return Decimal{}, err
	}
	other := count
	if sample {
		other = DecimalOf(n - 1)
	}
	divisor, err := count.Mul(other)
	if err != nil {
		return divisor, err
	}
	scale := divisionScale(a, divisor)
	variance := quotient(a, divisor, scale, true)
	if deviation {
		return variance.sqrt(scale), nil
	}
	return variance.checked()
}

// OutOfRange is the error of what a type of numbers cannot hold.
func OutOfRange(t Type) error { return failure("%s out of range", t) }

// Int rounds half away from zero to an integer type.
func (d Decimal) Int(t Type) (int64, error) {
	switch d.form {
	case nan:
		return 0, failure("cannot convert NaN to %s", t)
	case positiveInfinity, negativeInfinity:
		return 0, failure("cannot convert infinity to %s", t)
	}
	whole := d.rescale(0, true)
	if !whole.coef.IsInt64() {
		return 0, OutOfRange(t)
	}
	return CheckInt(t, whole.coef.Int64())
}

// CheckInt is an error if an integer does not fit its type.
func CheckInt(t Type, n int64) (int64, error) {
	if n<<(64-t.bits())>>(64-t.bits()) != n {
		return 0, OutOfRange(t)
	}
	return n, nil
}

// Float returns the nearest float8.
func (d Decimal) Float() (float64, error) { return parseFloat(d.String()) }

// DecimalOfFloat returns the first 15 significant digits of a float8.
func DecimalOfFloat(f float64) (Decimal, error) {
	switch {
	case math.IsNaN(f):
		return decimalNaN, nil
	case math.IsInf(f, 0):
		return infinity(f < 0), nil
	}
	return ParseDecimal(strconv.FormatFloat(f, 'g', 15, 64))
}

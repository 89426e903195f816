package value

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"sync"
)

// AddInt returns a + b if it fits the type.
func AddInt(t Type, a, b int64) (int64, error) {
	sum := a + b
	if (sum > a) != (b > 0) && b != 0 {
		return 0, OutOfRange(t)
	}
	return CheckInt(t, sum)
}

// SubInt returns a - b if it fits the type.
func SubInt(t Type, a, b int64) (int64, error) {
	difference := a - b
	if (difference < a) != (b > 0) && b != 0 {
		return 0, OutOfRange(t)
	}
	return CheckInt(t, difference)
}

// MulInt returns a * b if it fits the type.
func MulInt(t Type, a, b int64) (int64, error) {
	high, low := bits.Mul64(uint64(a), uint64(b))
	// The high half of the signed product.
	signed := int64(high) - a>>63&b - b>>63&a
	if signed != int64(low)>>63 {
		return 0, OutOfRange(t)
	}
	return CheckInt(t, int64(low))
}

// DivInt returns a / b, cut to a whole number.
func DivInt(t Type, a, b int64) (int64, error) {
	switch {
	case b == 0:
		return 0, ErrDivisionByZero
	case b == -1:
		return SubInt(t, 0, a)
	}
	return CheckInt(t, a/b)
}

// ModInt returns what is left of a after a division by b, with the sign of a.
func ModInt(t Type, a, b int64) (int64, error) {
	switch b {
	case 0:
		return 0, ErrDivisionByZero
	case -1:
		return 0, nil
	}
	return a % b, nil
}

// AbsInt returns a without its sign.
func AbsInt(t Type, a int64) (int64, error) {
	if a < 0 {
		return SubInt(t, 0, a)
	}
	return a, nil
}

// ShiftLeft shifts within the bits of the type.
func ShiftLeft(t Type, a, n int64) (int64, error) {
	if err := checkShift(t, n); err != nil {
		return 0, err
	}
	unused := 64 - t.bits()
	return a << n << unused >> unused, nil
}

// ShiftRight shifts and keeps the sign.
func ShiftRight(t Type, a, n int64) (int64, error) {
	return a >> (n & 63), checkShift(t, n)
}

// checkShift refuses what depends on the processor in PostgreSQL.
func checkShift(t Type, n int64) error {
	if n < 0 || n >= int64(max(t.bits(), 32)) {
		return refusal("a shift of %s by %d bits is not computed", t, n)
	}
	return nil
}

// GCDInt returns the greatest number of which both are multiples.
func GCDInt(t Type, a, b int64) (int64, error) {
	for b != 0 {
		if b == -1 { // which a remainder would overflow with
			a, b = -1, 0
			continue
		}
		a, b = b, a%b
	}
	return AbsInt(t, a)
}

// LCMInt returns the least number that is a multiple of both.
func LCMInt(t Type, a, b int64) (int64, error) {
	if a == 0 || b == 0 {
		return 0, nil
	}
	divisor, err := GCDInt(t, a, b)
	if err != nil {
		return 0, err
	}
	product, err := MulInt(t, a/divisor, b)
	if err != nil {
		return 0, err
	}
	return AbsInt(t, product)
}

var (
	errOverflow  = &Error{Message: "value out of range: overflow"}
	errUnderflow = &Error{Message: "value out of range: underflow"}
	errComplex   = &Error{Message: "a negative number raised to a non-integer power yields a complex result"}
)

// AddFloat returns a + b.
func AddFloat(a, b float64) (float64, error) {
	return checkFloat(a+b, math.IsInf(a, 0) || math.IsInf(b, 0), true)
}

// SubFloat returns a - b.
func SubFloat(a, b float64) (float64, error) { return AddFloat(a, -b) }

// MulFloat returns a * b.
func MulFloat(a, b float64) (float64, error) {
	return checkFloat(a*b, math.IsInf(a, 0) || math.IsInf(b, 0), a == 0 || b == 0)
}

// DivFloat returns a / b.
func DivFloat(a, b float64) (float64, error) {
	if b == 0 && !math.IsNaN(a) {
		return 0, ErrDivisionByZero
	}
	return checkFloat(a/b, math.IsInf(a, 0), a == 0 || math.IsInf(b, 0))
}

// checkFloat is an error if a result is infinite or zero where it must not be.
func checkFloat(f float64, mayBeInfinite, mayBeZero bool) (float64, error) {
	switch {
	case math.IsInf(f, 0) && !mayBeInfinite:
		return 0, errOverflow
	case f == 0 && !mayBeZero:
		return 0, errUnderflow
	}
	return f, nil
}

// FloatToInt rounds half to even.
func FloatToInt(t Type, f float64) (int64, error) {
	f = math.RoundToEven(f)
	limit := math.Ldexp(1, t.bits()-1)
	if !(f >= -limit && f < limit) {
		return 0, OutOfRange(t)
	}
	return int64(f), nil
}

// SqrtFloat returns the square root.
func SqrtFloat(f float64) (float64, error) {
	if f < 0 {
		return 0, failure("cannot take square root of a negative number")
	}
	return math.Sqrt(f), nil
}

// SignFloat is -1, 0 or 1. That of NaN is 0.
func SignFloat(f float64) float64 {
	switch {
	case f > 0:
		return 1
	case f < 0:
		return -1
	}
	return 0
}

// radiansPerDegree is with as many digits as a float8 has.
const radiansPerDegree float64 = 0.0174532925199432957692369076848861

// Degrees returns an angle of radians in degrees.
func Degrees(f float64) (float64, error) { return DivFloat(f, radiansPerDegree) }

// Radians returns an angle of degrees in radians.
func Radians(f float64) (float64, error) { return MulFloat(f, radiansPerDegree) }

// PowerFloat returns x to the power of y. The C library does not round correctly, but is
// wrong only where the exact number is nearly in the middle between two others, which is
// refused.
func PowerFloat(x, y float64) (float64, error) {
	switch {
	case math.IsNaN(x) || math.IsNaN(y) || math.IsInf(x, 0) || math.IsInf(y, 0):
		if math.Abs(x) == 1 && math.IsInf(y, 0) {
			return 1, nil
		}
		if x == 0 && math.IsInf(y, -1) {
			return 0, failure("zero raised to a negative power is undefined")
		}
		if x < 0 && y != math.Floor(y) && !math.IsNaN(y) {
			return 0, errComplex
		}
		return math.Pow(x, y), nil
	case x == 0 && y < 0:
		return 0, failure("zero raised to a negative power is undefined")
	case x < 0 && y != math.Trunc(y):
		return 0, errComplex
	case y == 0 || x == 1:
		return 1, nil
	case x == 0:
		return math.Pow(x, y), nil
	}
	negative := x < 0 && math.Mod(y, 2) != 0
	exponent := new(big.Float).SetPrec(precision).SetFloat64(y)
	result := exponential(exponent.Mul(exponent, logarithm(math.Abs(x))))
	if negative && result != nil {
		result.Neg(result)
	}
	return certainFloat(result, y*math.Log(math.Abs(x)) > 0)
}

// Exp returns the exponential of a number.
func Exp(x float64) (float64, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.Exp(x), nil
	}
	return certainFloat(exponential(new(big.Float).SetPrec(precision).SetFloat64(x)), x > 0)
}

// Ln returns the natural logarithm of a number.
func Ln(x float64) (float64, error) {
	if err := checkLogarithm(x); err != nil {
		return 0, err
	}
	if math.IsNaN(x) || math.IsInf(x, 0) || x == 1 {
		return math.Log(x), nil
	}
	return certainFloat(logarithm(x), false)
}

// Log10 returns the logarithm of a power of ten. The C library's last digit of others is not
// known.
func Log10(x float64) (float64, error) {
	if err := checkLogarithm(x); err != nil {
		return 0, err
	}
	n := math.Round(math.Log10(x))
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.Log10(x), nil
	}
	if power, err := strconv.ParseFloat(fmt.Sprintf("1e%d", int(n)), 64); err != nil || power != x {
		return 0, refusal("the decimal logarithm of double precision is computed only of powers of ten")
	}
	return n, nil
}

func checkLogarithm(x float64) error {
	switch {
	case x == 0:
		return failure("cannot take logarithm of zero")
	case x < 0:
		return failure("cannot take logarithm of a negative number")
	}
	return nil
}

// precision is how many bits are computed with where the last one of a float8 must be right.
const precision = 320

// ln2 is the natural logarithm of 2.
var ln2 = sync.OnceValue(func() *big.Float {
	half := areaTangent(new(big.Float).Quo(bigFloat(1), bigFloat(3)))
	return half.Mul(half, bigFloat(2))
})

func bigFloat(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

// areaTangent is the inverse of the hyperbolic tangent of at most 1/3: z + z³/3 + z⁵/5 and so
// on.
func areaTangent(z *big.Float) *big.Float {
	sum, power := bigFloat(0).Set(z), bigFloat(0).Set(z)
	square := bigFloat(0).Mul(z, z)
	for n := 3.0; n < precision; n += 2 {
		power.Mul(power, square)
		sum.Add(sum, bigFloat(0).Quo(power, bigFloat(n)))
	}
	return sum
}

// logarithm is the natural one of a number above 0.
func logarithm(x float64) *big.Float {
	mantissa := bigFloat(0)
	exponent := bigFloat(x).MantExp(mantissa)
	z := bigFloat(0).Quo(bigFloat(0).Sub(mantissa, bigFloat(1)), bigFloat(0).Add(mantissa, bigFloat(1)))
	half := areaTangent(z)
	return half.Add(half.Mul(half, bigFloat(2)), bigFloat(0).Mul(bigFloat(float64(exponent)), ln2()))
}

// exponential is nil if it is too large or too small.
func exponential(x *big.Float) *big.Float {
	twos, _ := bigFloat(0).Quo(x, ln2()).Float64()
	if math.Abs(twos) > 1100 {
		return nil
	}
	twos = math.Round(twos)
	rest := bigFloat(0).Sub(x, bigFloat(0).Mul(bigFloat(twos), ln2()))
	const halvings = 10
	rest.SetMantExp(rest, -halvings)
	sum, term := bigFloat(1), bigFloat(1)
	for n := 1.0; n < 30; n++ {
		term.Quo(term.Mul(term, rest), bigFloat(n))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(twos))
}

// certainFloat rounds a number that was computed with more digits; nil is one that is too
// large or too small.
func certainFloat(x *big.Float, large bool) (float64, error) {
	switch {
	case x == nil && large:
		return 0, errOverflow
	case x == nil:
		return 0, errUnderflow
	}
	f, certain := roundFloat(x)
	switch {
	case math.IsInf(f, 0):
		return 0, errOverflow
	case !certain:
		return 0, refusal("the last digit of %s is not certain", FormatFloat(f))
	}
	return f, nil
}

// roundFloat rounds to a float8, and says whether the number is not too near to the middle
// between two of them.
func roundFloat(x *big.Float) (f float64, certain bool) {
	f, _ = x.Float64()
	little := new(big.Float).SetMantExp(x, -57)
	low, _ := new(big.Float).SetPrec(x.Prec()).Sub(x, little).Float64()
	high, _ := new(big.Float).SetPrec(x.Prec()).Add(x, little).Float64()
	return f, low == f && high == f && math.Abs(f) >= 0x1p-1022 // below, numbers have fewer digits
}

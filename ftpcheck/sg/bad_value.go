package sg

// A BadValue is a value that AWS cannot have given.
type BadValue struct {
	Pointer string // JSON pointer to the value, from the security group down
	Problem string
	Twice   bool // it was there before, with another value
	Noted   bool // what it is about has come with all else, and says of itself that it is not known
}

func (e *BadValue) Error() string { return e.Problem }

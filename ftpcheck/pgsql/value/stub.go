package value

// A Network is a stub.
type Network struct{ text string }

func ParseDate(text string, now Moment) (Day, error)           { return 0, refusal("stub") }
func ParseTime(text string) (Clock, error)                     { return 0, refusal("stub") }
func ParseTimestamp(text string, now Moment) (Moment, error)   { return 0, refusal("stub") }
func ParseTimestampTZ(text string, now Moment) (Moment, error) { return 0, refusal("stub") }
func ParseInterval(text string) (Span, error)                  { return Span{}, refusal("stub") }
func ParseNetwork(text string, cidr bool) (Network, error)     { return Network{}, refusal("stub") }
func (d Day) String() string                                   { return "stub" }
func (c Clock) String() string                                 { return "stub" }
func (m Moment) Format(tz bool) string                         { return "stub" }
func (s Span) String() string                                  { return "stub" }
func (n Network) Format(cidr bool) string                      { return n.text }
func (s Span) Compare(t Span) int                              { return 0 }
func (n Network) Compare(m Network) int                        { return 0 }

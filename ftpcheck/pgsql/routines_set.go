package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A yield takes a row.
type yield = func(row ...any) error

var errStepZero = &value.Error{Message: "step size cannot equal zero"}

// intSeries ends where the next number would not be of the type.
func intSeries(t value.Type) func(c *call, args []any, yield yield) error {
	return func(_ *call, args []any, yield yield) error {
		n, stop, step := args[0].(int64), args[1].(int64), int64(1)
		if len(args) == 3 {
			step = args[2].(int64)
		}
		if step == 0 {
			return errStepZero
		}
		for step > 0 && n <= stop || step < 0 && n >= stop {
			if err := yield(n); err != nil {
				return err
			}
			var err error
			if n, err = value.AddInt(t, n, step); err != nil {
				return nil
			}
		}
		return nil
	}
}

func numericSeries(_ *call, args []any, yield yield) error {
	n, stop, step := args[0].(value.Decimal), args[1].(value.Decimal), value.DecimalOf(1)
	if len(args) == 3 {
		step = args[2].(value.Decimal)
	}
	for _, part := range []struct {
		name string
		d    value.Decimal
	}{{"start value", n}, {"stop value", stop}, {"step size", step}} {
		switch {
		case part.d.IsNaN():
			return &value.Error{Message: part.name + " cannot be NaN"}
		case !part.d.IsFinite():
			return &value.Error{Message: part.name + " cannot be infinity"}
		}
	}
	if step.Sign() == 0 {
		return errStepZero
	}
	for n.Compare(stop)*step.Sign() <= 0 {
		if err := yield(n); err != nil {
			return err
		}
		var err error
		if n, err = n.Add(step); err != nil {
			return err
		}
	}
	return nil
}

func subscripts(_ *call, args []any, yield yield) error {
	n, ok := args[0].(*list).Length(args[1].(int64)).(int64)
	if !ok {
		return nil
	}
	backwards := len(args) == 3 && args[2].(bool)
	for i := range n {
		subscript := i + 1
		if backwards {
			subscript = n - i
		}
		if err := yield(subscript); err != nil {
			return err
		}
	}
	return nil
}

func unnest(_ *call, args []any, yield yield) error {
	for _, v := range args[0].(*list).Flat() {
		if err := yield(v); err != nil {
			return err
		}
	}
	return nil
}

func splitRows(_ *call, args []any, yield yield) error {
	if args[0] == nil {
		return nil
	}
	parts, err := splitParts(args)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := yield(part); err != nil {
			return err
		}
	}
	return nil
}

func jsonbElements(_ *call, args []any, yield yield) error {
	return args[0].(*document).Elements(func(d *document) error { return yield(d) })
}

func jsonbElementTexts(_ *call, args []any, yield yield) error {
	return args[0].(*document).Elements(func(d *document) error { return yield(d.Text()) })
}

func jsonbEach(_ *call, args []any, yield yield) error {
	return args[0].(*document).Fields("jsonb_each", func(key string, d *document) error { return yield(key, d) })
}

func jsonbEachText(_ *call, args []any, yield yield) error {
	return args[0].(*document).Fields("jsonb_each_text", func(key string, d *document) error { return yield(key, d.Text()) })
}

func jsonbKeys(_ *call, args []any, yield yield) error {
	return args[0].(*document).Keys(func(key string) error { return yield(key) })
}

func jsonElements(_ *call, args []any, yield yield) error {
	return value.JSONElements("json_array_elements", args[0].(string), false, func(text string) error { return yield(text) })
}

func jsonElementTexts(_ *call, args []any, yield yield) error {
	return value.JSONElements("json_array_elements_text", args[0].(string), true, func(text string) error {
		v, err := value.JSONText(text, nil)
		if err != nil {
			return err
		}
		return yield(v)
	})
}

func jsonEach(_ *call, args []any, yield yield) error {
	return value.JSONFields(args[0].(string), func(key, text string) error { return yield(key, text) })
}

func jsonEachText(_ *call, args []any, yield yield) error {
	return value.JSONFields(args[0].(string), func(key, text string) error {
		v, err := value.JSONText(text, nil)
		if err != nil {
			return err
		}
		return yield(key, v)
	})
}

func jsonKeys(_ *call, args []any, yield yield) error {
	return value.JSONKeys(args[0].(string), func(key string) error { return yield(key) })
}

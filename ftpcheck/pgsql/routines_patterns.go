package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

func matches(s, expression string) (bool, error)       { return value.Matches(s, expression, false) }
func matchesFolded(s, expression string) (bool, error) { return value.Matches(s, expression, true) }

func opposite(f run) run {
	return func(c *call, args []any) (any, error) {
		v, err := f(c, args)
		if err != nil {
			return nil, err
		}
		return !v.(bool), nil
	}
}

// textAt and intAt are arguments that can be left out.

func textAt(args []any, i int) string {
	if i < len(args) {
		return args[i].(string)
	}
	return ""
}

func intAt(args []any, i int, otherwise int64) int64 {
	if i < len(args) {
		return args[i].(int64)
	}
	return otherwise
}

func regexpLike(_ *call, args []any) (any, error) {
	return orError(value.RegexpLike(args[0].(string), args[1].(string), textAt(args, 2)))
}

func regexpMatch(_ *call, args []any) (any, error) {
	return value.RegexpMatch(args[0].(string), args[1].(string), textAt(args, 2))
}

func regexpCount(_ *call, args []any) (any, error) {
	return orError(value.RegexpCount(args[0].(string), args[1].(string), intAt(args, 2, 1), textAt(args, 3)))
}

func regexpInstr(_ *call, args []any) (any, error) {
	choice := value.RegexpChoice{Start: intAt(args, 2, 1), N: intAt(args, 3, 1), Options: textAt(args, 5), Group: intAt(args, 6, 0)}
	return orError(value.RegexpInstr(args[0].(string), args[1].(string), intAt(args, 4, 0), choice))
}

func regexpSubstr(_ *call, args []any) (any, error) {
	choice := value.RegexpChoice{Start: intAt(args, 2, 1), N: intAt(args, 3, 1), Options: textAt(args, 4), Group: intAt(args, 5, 0)}
	return value.RegexpSubstr(args[0].(string), args[1].(string), choice)
}

func regexpReplace(_ *call, args []any) (any, error) {
	options := textAt(args, 3)
	return orError(value.RegexpReplace(args[0].(string), args[1].(string), args[2].(string), 1, value.ReplaceOptions(options), options))
}

func regexpReplaceFrom(_ *call, args []any) (any, error) {
	options := textAt(args, 5)
	n := intAt(args, 4, 1)
	return orError(value.RegexpReplace(args[0].(string), args[1].(string), args[2].(string), args[3].(int64), n, options))
}

func regexpSplitToArray(_ *call, args []any) (any, error) {
	parts := &value.List{Elem: value.Text}
	err := value.RegexpSplit("regexp_split_to_array", args[0].(string), args[1].(string), textAt(args, 2), func(part string) error {
		parts.Elems = append(parts.Elems, part)
		return nil
	})
	return orError(parts, err)
}

func regexpMatches(_ *call, args []any, yield yield) error {
	return value.RegexpMatches(args[0].(string), args[1].(string), textAt(args, 2), func(groups *value.List) error { return yield(groups) })
}

func regexpSplitToTable(_ *call, args []any, yield yield) error {
	return value.RegexpSplit("regexp_split_to_table", args[0].(string), args[1].(string), textAt(args, 2), func(part string) error { return yield(part) })
}

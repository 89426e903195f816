package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// findPath returns all that a path finds. Variables are not understood in paths, so that it
// does not matter which there are, but they must be an object.
func findPath(args []any) ([]*document, error) {
	path, err := value.ParseJSONPath(args[1].(string))
	if err != nil {
		return nil, err
	}
	if len(args) > 2 && args[2].(*document).Kind() != "object" {
		return nil, &value.Error{Message: `"vars" argument is not an object`}
	}
	var found []*document
	path.Find(args[0].(*document), func(d *document) { found = append(found, d) })
	return found, nil
}

func pathExists(_ *call, args []any) (any, error) {
	found, err := findPath(args)
	return orError(len(found) > 0, err)
}

// pathMatch is what the only thing that is found says, if it is true or false. If anything
// else is found, it is null or an error.
func pathMatch(args []any, silent bool) (any, error) {
	found, err := findPath(args)
	if err != nil {
		return nil, err
	}
	if len(found) == 1 {
		if found[0].Kind() == "null" {
			return nil, nil
		}
		if b, err := found[0].Bool(); err == nil {
			return b, nil
		}
	}
	if silent {
		return nil, nil
	}
	return nil, &value.Error{Message: "single boolean result is expected"}
}

func pathQueryArray(_ *call, args []any) (any, error) {
	found, err := findPath(args)
	if err != nil {
		return nil, err
	}
	elems, types := make([]any, len(found)), make([]value.Type, len(found))
	for i, d := range found {
		elems[i], types[i] = d, value.JSONB
	}
	return orError(value.BuildArray(types, elems))
}

func pathQueryFirst(_ *call, args []any) (any, error) {
	found, err := findPath(args)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func pathQuery(_ *call, args []any, yield yield) error {
	found, err := findPath(args)
	if err != nil {
		return err
	}
	for _, d := range found {
		if err := yield(d); err != nil {
			return err
		}
	}
	return nil
}

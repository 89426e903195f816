package pgsql

import (
	"maps"
	"slices"
	"sync"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// The catalogue by name. It is made when the first statement asks for it, as most commands
// run none.

var operators = sync.OnceValue(func() map[string][]*routine {
	m := map[string][]*routine{}
	for _, t := range topics() {
		addByName(m, t.operators)
	}
	return m
})

var functions = sync.OnceValue(func() map[string][]*routine {
	m := map[string][]*routine{}
	for _, t := range topics() {
		addByName(m, t.functions)
	}
	return m
})

// A topic is what operators and functions are about.
type topic struct {
	name                 string
	operators, functions []routine
}

func topics() []topic {
	return []topic{
		{"comparison", comparisonOperators(), nil},
		{"numbers", numberOperators(), numberFunctions()},
		{"text", textOperators(), textFunctions()},
		{"patterns", patternOperators(), patternFunctions()},
		{"times", timeOperators(), timeFunctions()},
		{"JSON", jsonOperators(), jsonFunctions()},
		{"JSON paths", pathOperators(), pathFunctions()},
		{"arrays", arrayOperators(), arrayFunctions()},
		{"networks", networkOperators(), networkFunctions()},
	}
}

var aggregates = sync.OnceValue(func() map[string][]*aggregate {
	m := map[string][]*aggregate{}
	for _, list := range [][]aggregate{aggregateFunctions(), timeAggregates()} {
		for i := range list {
			agg := &list[i]
			m[agg.name] = append(m[agg.name], agg)
		}
	}
	return m
})

var setRoutines = sync.OnceValue(func() map[string][]*setRoutine {
	m := map[string][]*setRoutine{}
	for _, list := range [][]setRoutine{setFunctions(), patternSets(), pathSets(), timeSets()} {
		for i := range list {
			r := &list[i]
			m[r.name] = append(m[r.name], r)
		}
	}
	return m
})

var castsByTypes = sync.OnceValue(func() map[[2]value.Type]*cast {
	m := map[[2]value.Type]*cast{}
	for _, list := range [][]cast{numberCasts(), textCasts(), jsonCasts(), timeCasts(), networkCasts()} {
		for i := range list {
			c := &list[i]
			m[[2]value.Type{c.from, c.to}] = c
		}
	}
	return m
})

func addByName(m map[string][]*routine, list []routine) {
	for i := range list {
		r := &list[i]
		m[r.name] = append(m[r.name], r)
	}
}

// A RoutineList has names of functions or operators that are alike.
type RoutineList struct {
	// Kind is operator, function, aggregate, window function or row function.
	Kind  string
	Of    string   // what they are about; empty for the last three kinds
	Names []string // in order
}

// Routines lists what can be called. What is refused whatever its arguments is left out.
func Routines() []RoutineList {
	var lists []RoutineList
	add := func(kind, of string, names map[string]bool) {
		if len(names) > 0 {
			lists = append(lists, RoutineList{kind, of, slices.Sorted(maps.Keys(names))})
		}
	}
	runs := func(list []routine) map[string]bool {
		names := map[string]bool{}
		for _, r := range list {
			if r.run != nil {
				names[r.name] = true
			}
		}
		return names
	}
	for _, t := range topics() {
		add("operator", t.name, runs(t.operators))
	}
	for _, t := range topics() {
		add("function", t.name, runs(t.functions))
	}
	names := map[string]bool{}
	for name, list := range aggregates() {
		if slices.ContainsFunc(list, func(agg *aggregate) bool { return agg.new != nil }) {
			names[name] = true
		}
	}
	add("aggregate", "", names)
	names = map[string]bool{}
	for name := range windowFunctions {
		names[name] = true
	}
	add("window function", "", names)
	names = map[string]bool{}
	for name, list := range setRoutines() {
		if slices.ContainsFunc(list, func(r *setRoutine) bool { return r.run != nil }) {
			names[name] = true
		}
	}
	add("row function", "", names)
	return lists
}

package pgsql

import (
	"sync"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// The catalogue by name. It is made when the first statement asks for it, as most commands
// run none.

var operators = sync.OnceValue(func() map[string][]*routine {
	return byName(comparisonOperators, numberOperators, textOperators, jsonOperators, arrayOperators, patternOperators, timeOperators, networkOperators)
})

var functions = sync.OnceValue(func() map[string][]*routine {
	return byName(numberFunctions, textFunctions, jsonFunctions, arrayFunctions, patternFunctions, timeFunctions, networkFunctions)
})

var aggregates = sync.OnceValue(func() map[string][]*aggregate {
	m := map[string][]*aggregate{}
	for _, list := range [][]aggregate{aggregateFunctions, timeAggregates} {
		for i := range list {
			agg := &list[i]
			m[agg.name] = append(m[agg.name], agg)
		}
	}
	return m
})

var setRoutines = sync.OnceValue(func() map[string][]*setRoutine {
	m := map[string][]*setRoutine{}
	for _, list := range [][]setRoutine{setFunctions, patternSets, timeSets} {
		for i := range list {
			r := &list[i]
			m[r.name] = append(m[r.name], r)
		}
	}
	return m
})

var castsByTypes = sync.OnceValue(func() map[[2]value.Type]*cast {
	m := map[[2]value.Type]*cast{}
	for _, list := range [][]cast{numberCasts, textCasts, jsonCasts, timeCasts, networkCasts} {
		for i := range list {
			c := &list[i]
			m[[2]value.Type{c.from, c.to}] = c
		}
	}
	return m
})

func byName(lists ...[]routine) map[string][]*routine {
	m := map[string][]*routine{}
	for _, list := range lists {
		for i := range list {
			r := &list[i]
			m[r.name] = append(m[r.name], r)
		}
	}
	return m
}

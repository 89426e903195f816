// Package meant finds the name that was perhaps meant by one that there is not.
package meant

import "strings"

// Nearest is the one of the known names that is a slip of the hand or two away, or empty if none
// is. Case does not matter.
func Nearest(name string, known []string) string {
	best, distance := "", max(1, len(name)/4)+1
	for _, k := range known {
		if d := slips(strings.ToLower(name), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// Ask asks, as a sentence between others, for the nearest of the known names. It is a full stop if
// there is none.
func Ask(name string, known []string) string {
	if best := Nearest(name, known); best != "" {
		return ". Did you mean " + best + "?"
	}
	return "."
}

// slips is how many slips of the hand make b of a: a letter that is another, missing or
// too many, or two that have changed places.
func slips(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
			default:
				rows[i][j] = 1 + min(rows[i-1][j-1], rows[i-1][j], rows[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], 1+rows[i-2][j-2])
			}
		}
	}
	return rows[len(a)][len(b)]
}

package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
)

// built are the programs, compiled as the tests are so that both share it.
var built *programs

// testFlags are the flags of go build with which the tests were compiled.
var testFlags []string

func TestMain(m *testing.M) {
	code := 1
	err := within(context.Background(), func(h testing.TB) (err error) {
		if built, err = build(h, testFlags...); err == nil {
			code = m.Run()
		}
		return err
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// mostOfFloor is the most CPU time that check may use, as a multiple of what the AWS SDK
// alone uses to read the same groups. What is seen is 0.2, on a busy machine 0.15 to 0.3,
// so noise does not fail the test, and groups that are decoded by the SDK again do.
const mostOfFloor = 0.6

// TestCheckIsNearFloor guards the cost of check. It compares CPU times of processes that
// ran in turn, and never looks at the time that passed.
func TestCheckIsNearFloor(t *testing.T) {
	const groups, rounds = 1000, 3
	b := &bench{programs: built, world: newWorld(t, "guard", oneRegion, groups, 0, 0), dir: t.TempDir()}
	var ratios []float64
	for range rounds {
		floor, check := runs(t, b, (*bench).runFloor), runs(t, b, checkWorld)
		ratios = append(ratios, check.CPU.Seconds()/floor.CPU.Seconds())
	}
	slices.Sort(ratios)
	t.Logf("check took %.2f times the CPU time of the AWS SDK alone, %.2f to %.2f", ratios[rounds/2], ratios[0], ratios[rounds-1])
	if ratios[rounds/2] > mostOfFloor {
		t.Errorf("check took %.2f times the CPU time of the AWS SDK alone, more than %.2f: %.2f", ratios[rounds/2], mostOfFloor, ratios)
	}
}

var oneRegion = []string{"us-east-1"}

func checkWorld(b *bench) (use, error) { return b.check(1) }

func runs(t testing.TB, b *bench, run func(*bench) (use, error)) use {
	t.Helper()
	u, err := run(b)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// withoutCalls are the cases that read files alone.
var withoutCalls = []string{"saved", "verify", "diff", "merge"}

// Every case gives the right answer in a small world. So the driver works when it is needed,
// and every way to ask agrees with what the world was made to hold.
func TestCases(t *testing.T) {
	b := &bench{programs: built, world: newWorld(t, "small", oneRegion, 101, 40, 0), dir: t.TempDir()}
	for _, k := range inWorlds {
		t.Run(k.Name, func(t *testing.T) {
			u := runs(t, b, k.run)
			if u.CPU <= 0 || u.Peak < 1<<20 || (u.Calls == 0) != slices.Contains(withoutCalls, k.Name) {
				t.Errorf("%+v", u)
			}
		})
	}
	none := &bench{programs: built, dir: t.TempDir()}
	for _, k := range inNone {
		t.Run(k.Name, func(t *testing.T) { runs(t, none, k.run) })
	}
	t.Run("wrong", func(t *testing.T) {
		wrong := *b.world
		wrong.Rows, wrong.OpenRows, wrong.OpenGroups, wrong.Groups = wrong.Rows+1, wrong.OpenRows+1, wrong.OpenGroups+1, wrong.Groups+1
		wrong.Interfaces++
		for _, k := range inWorlds {
			if _, err := k.run(&bench{programs: built, world: &wrong, dir: t.TempDir()}); err == nil {
				t.Errorf("case %s takes a wrong answer for right", k.Name)
			}
		}
	})
}

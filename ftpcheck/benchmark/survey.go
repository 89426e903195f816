package benchmark

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// A survey is tables over a reader that is asked once, so that all controls judge the same moment
// and each place is asked once. It keeps the rows and columns that the statements of the controls
// ask for, and nothing else: see [survey.expect].
type survey struct {
	reader tables.Reader
	tables []*relation.Table
	scans  []sqlengine.Scan
	// answers are by whether the network interfaces of groups are part of them. No control asks
	// for these: a missing right to see them must not fail the controls that do without them.
	answers map[bool]*answer
}

// An answer is what a reading gave.
type answer struct {
	kept   []*keptTable // by position in the tables of the survey; nil if no statement asks for it
	places []sg.Coverage
	err    error // nil or a *sg.IncompleteError
}

// A keptTable is what is kept of a table: some columns of the rows that are of use.
type keptTable struct {
	columns []int // positions in the table
	fits    []func(relation.Row) bool
	wanted  []bool
	pages   value.Pages
	row     []any
}

// A keptRow is a row of a keptTable.
type keptRow struct {
	table  *keptTable
	values []any
}

func newSurvey(reader tables.Reader) *survey {
	s := &survey{reader: reader, answers: map[bool]*answer{}}
	s.tables = tables.Steampipe(nil)
	for at, t := range s.tables {
		for i, c := range t.Columns {
			t.Columns[i].Value = func(row relation.Row, before any) any {
				if kept, ok := row.(*keptRow); ok {
					return kept.value(i)
				}
				return c.Value(row, before)
			}
		}
		t.List = func(ctx context.Context, query relation.Query, emit func(relation.Row) error) error {
			return tables.Steampipe(&surveyed{s, at, emit})[at].List(ctx, query, emit)
		}
	}
	return s
}

// expect says that a statement over the tables of the survey will be run. All are known before the
// first of them runs.
func (s *survey) expect(statement *sqlengine.Statement) {
	s.scans = append(s.scans, statement.Scans()...)
}

func (r *keptRow) value(column int) any {
	i := slices.Index(r.table.columns, column)
	if i < 0 {
		panic(fmt.Errorf("no statement said that it would ask for column %d", column))
	}
	return r.values[i]
}

// surveyed is the [tables.Reader] of one reading of a table. It hands over the kept rows of the table
// where groups would come, which have been made rows already.
type surveyed struct {
	*survey
	table int
	emit  func(relation.Row) error
}

// Read implements [tables.Reader]. If a place could not be read, it hands over no row but to who
// shows the place.
func (s *surveyed) Read(ctx context.Context, request sg.Request, _ func(*sg.Group) error) ([]sg.Coverage, error) {
	if request.Paths != nil { // which no control asks for
		return s.reader.Read(ctx, request, func(*sg.Group) error { return nil })
	}
	a, err := s.answer(ctx, request.NetworkInterfaces)
	if err != nil {
		return nil, err
	}
	var incomplete *sg.IncompleteError
	if errors.As(a.err, &incomplete) && !request.Shows(incomplete.Failed) {
		return a.places, a.err
	}
	if kept := a.kept[s.table]; kept != nil {
		err := kept.pages.Each(func(values []any) error {
			return s.emit(&keptRow{kept, slices.Clone(values)})
		})
		if err != nil {
			return nil, err
		}
	}
	return a.places, a.err
}

func (s *survey) answer(ctx context.Context, interfaces bool) (*answer, error) {
	if a := s.answers[interfaces]; a != nil {
		return a, nil
	}
	a, err := s.read(ctx, interfaces)
	if err != nil {
		return nil, err
	}
	s.answers[interfaces] = a
	return a, nil
}

// groupsAtOnce is of how many groups rows are made together.
const groupsAtOnce = 256

// read returns an error that is the end of everything, such as the context's.
func (s *survey) read(ctx context.Context, interfaces bool) (*answer, error) {
	a := &answer{kept: s.keep(interfaces)}
	var groups groupReader
	makeRows := func() error {
		over := tables.Steampipe(groups)
		for at, kept := range a.kept {
			if kept == nil {
				continue
			}
			if err := over[at].List(ctx, relation.Query{Wanted: kept.wanted}, func(row relation.Row) error {
				kept.add(s.tables[at], row)
				return nil
			}); err != nil {
				return err
			}
		}
		groups = groups[:0]
		return nil
	}
	request := sg.Request{Rules: true, AddressCounts: true, NetworkInterfaces: interfaces, Reachability: true}
	a.places, a.err = s.reader.Read(ctx, request, func(g *sg.Group) error {
		if groups = append(groups, g); len(groups) < groupsAtOnce {
			return nil
		}
		return makeRows()
	})
	var incomplete *sg.IncompleteError
	if a.err != nil && !errors.As(a.err, &incomplete) {
		return nil, a.err
	}
	return a, makeRows()
}

// keep returns what is to be kept of each table for the statements that do, or do not, need network
// interfaces.
func (s *survey) keep(interfaces bool) []*keptTable {
	all := make([]*keptTable, len(s.tables))
	for _, scan := range s.scans {
		at := slices.Index(s.tables, scan.Table)
		if requestOf(at, scan.Wanted).NetworkInterfaces != interfaces {
			continue
		}
		if all[at] == nil {
			all[at] = &keptTable{wanted: make([]bool, len(scan.Wanted))}
		}
		kept := all[at]
		kept.fits = append(kept.fits, scan.Fits)
		for i, wanted := range scan.Wanted {
			kept.wanted[i] = kept.wanted[i] || wanted
		}
	}
	for _, kept := range all {
		if kept == nil {
			continue
		}
		for i, wanted := range kept.wanted {
			if wanted {
				kept.columns = append(kept.columns, i)
			}
		}
		kept.pages.Width = len(kept.columns)
		kept.row = make([]any, len(kept.columns))
	}
	return all
}

// add keeps a row of the table if a statement has a use for it.
func (k *keptTable) add(t *relation.Table, row relation.Row) {
	if !slices.ContainsFunc(k.fits, func(fits func(relation.Row) bool) bool { return fits(row) }) {
		return
	}
	for i, column := range k.columns {
		k.row[i] = t.Columns[column].Value(row, k.row[i])
	}
	k.pages.Add(k.row)
}

// groupReader is a [tables.Reader] of groups that have been read.
type groupReader []*sg.Group

// Read implements [tables.Reader].
func (r groupReader) Read(_ context.Context, _ sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	for _, g := range r {
		if err := emit(g); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// requestOf is what is asked of a reader for some columns of a table.
func requestOf(table int, wanted []bool) sg.Request {
	var asked requestReader
	// It cannot fail, as nothing is read.
	_ = tables.Steampipe(&asked)[table].List(context.Background(), relation.Query{Wanted: wanted}, func(relation.Row) error { return nil })
	return sg.Request(asked)
}

// requestReader is a [tables.Reader] of nothing, which remembers what was asked.
type requestReader sg.Request

// Read implements [tables.Reader].
func (r *requestReader) Read(_ context.Context, request sg.Request, _ func(*sg.Group) error) ([]sg.Coverage, error) {
	*r = requestReader(request)
	return nil, nil
}

package output

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// The limits of what one dataset keeps open and in memory.
const (
	maxOpenParts   = 64
	maxPendingSize = rowGroupSize // of all open parts together
)

// nullPartition is how Hive writes a null, and an empty text, as the value of a partition.
const nullPartition = "__HIVE_DEFAULT_PARTITION__"

type hiveWriter struct {
	dir        string
	columns    []Column // those in the files
	names      []string // of the partition columns
	keys, rest []int    // positions of the partition columns, and of the others
	values     []any    // of the row in hand, without the partition columns

	open    []*part        // the last used one is the last
	parts   map[string]int // how many parts each partition has
	pending int            // bytes of values that no open part has written yet
}

// A part is an open Parquet file of one partition.
type part struct {
	*parquetWriter
	file      *newfile.File
	partition string
}

// NewHive returns a writer of a dataset: a folder with Parquet files in folders that are
// named after the values of the columns by, as Hive has it:
//
//	dir/account_id=123456789012/region=us-east-1/part-0.parquet
//
// These columns must be text, and are not in the files. Null and the empty text are
// __HIVE_DEFAULT_PARTITION__, which readers take for null. See [NewParquet] for the files.
// A partition has more than one file if its rows do not come together and those of many
// other partitions come between. Without rows the folder is empty.
//
// The folder must not exist, or be empty. It is whole only if End returns nil: then every
// file has been closed and is on disk.
func NewHive(dir string, columns []Column, by ...string) (Writer, error) {
	h := &hiveWriter{dir: dir, parts: map[string]int{}}
	for _, name := range by {
		i := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
		if i < 0 || columns[i].Type != relation.Text {
			return nil, fmt.Errorf("a dataset can only be partitioned by a column of text, and %q is none", name)
		}
		h.keys, h.names = append(h.keys, i), append(h.names, name)
	}
	for i, c := range columns {
		if !slices.Contains(h.keys, i) {
			h.rest, h.columns = append(h.rest, i), append(h.columns, c)
		}
	}
	if err := newfile.Folder(dir); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if len(entries) > 0 {
		return nil, fmt.Errorf("%q is not empty, and the files of two datasets must not mix: name another folder", dir)
	}
	return h, nil
}

func (h *hiveWriter) Row(values []any) (err error) {
	defer func() {
		if err != nil {
			h.abandon()
		}
	}()
	partition, err := h.partition(values)
	if err != nil {
		return err
	}
	p, err := h.part(partition)
	if err != nil {
		return err
	}
	h.values = h.values[:0]
	for _, i := range h.rest {
		h.values = append(h.values, values[i])
	}
	before := p.pending
	if err := p.Row(h.values); err != nil {
		return err
	}
	h.pending += p.pending - before
	if h.pending >= maxPendingSize {
		largest := slices.MaxFunc(h.open, func(a, b *part) int { return a.pending - b.pending })
		h.pending -= largest.pending
		return largest.flush()
	}
	return nil
}

// partition returns the folder of a row, below that of the dataset.
func (h *hiveWriter) partition(values []any) (string, error) {
	names := make([]string, len(h.keys))
	for i, key := range h.keys {
		value := nullPartition
		switch v := values[key].(type) {
		case nil:
		case string:
			if v = valid(v); v == nullPartition {
				return "", fmt.Errorf("the column %q has a value that cannot be that of a partition: %q", h.names[i], v)
			}
			if v != "" {
				value = hiveEscape(v)
			}
		default:
			return "", fmt.Errorf("the column %q is of the type text, but one of its values is a Go %T", h.names[i], v)
		}
		names[i] = hiveEscape(h.names[i]) + "=" + value
	}
	return filepath.Join(names...), nil
}

// hiveEscape writes what Hive does not have in names of folders as % and its number, so
// that a value can lead nowhere else.
func hiveEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7f || strings.IndexByte(`"#%'*/:=?\{[]^`, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// part returns the open part of a partition, and opens one if there is none.
func (h *hiveWriter) part(partition string) (*part, error) {
	for i := len(h.open) - 1; i >= 0; i-- {
		if p := h.open[i]; p.partition == partition {
			h.open = append(slices.Delete(h.open, i, i+1), p)
			return p, nil
		}
	}
	if len(h.open) == maxOpenParts {
		if err := h.closeOldest(); err != nil {
			return nil, err
		}
	}
	folder := filepath.Join(h.dir, partition)
	if err := newfile.Folder(folder); err != nil {
		return nil, err
	}
	name := fmt.Sprintf("part-%d.parquet", h.parts[partition])
	f, err := newfile.Create(filepath.Join(folder, name))
	if err != nil {
		return nil, err
	}
	w, err := newParquet(f, h.columns)
	if err != nil {
		f.Abandon()
		return nil, err
	}
	h.parts[partition]++
	p := &part{w, f, partition}
	h.open = append(h.open, p)
	return p, nil
}

// closeOldest completes the part that was used the longest ago.
func (h *hiveWriter) closeOldest() error {
	p := h.open[0]
	h.open = slices.Delete(h.open, 0, 1)
	h.pending -= p.pending
	if err := p.End(); err != nil {
		p.file.Abandon()
		return err
	}
	return p.file.Close()
}

func (h *hiveWriter) End() error {
	for len(h.open) > 0 {
		if err := h.closeOldest(); err != nil {
			h.abandon()
			return err
		}
	}
	return nil
}

// abandon closes the open files without completing them, so that none of them can be
// read as whole.
func (h *hiveWriter) abandon() {
	for _, p := range h.open {
		p.file.Abandon()
	}
	h.open = nil
}

// Package workbook writes workbooks for spreadsheets (Office Open XML, .xlsx): sheets of rows, as
// the rows come, with a header that stays in view, filters and links.
//
// What is a text stays a text, whatever it looks like: there is no formula, no number that was not
// one before, and nothing that a workbook would fetch by itself. The same rows give the same bytes,
// so the compressor is one whose version go.mod holds, and no clock is asked.
//
// A workbook is a ZIP archive, into which only one part can be written at a time. So each sheet
// is compressed into a file of its own until the workbook is closed, and sheets can be filled in
// any order, or all at once, without being in memory.
package workbook

import (
	"archive/zip"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// What a sheet can hold, as spreadsheets have it.
const (
	maxRows  = 1 << 20   // with the header
	maxText  = 1<<15 - 1 // of a cell, in UTF-16
	maxLinks = 65530
)

// A Writer writes one workbook.
type Writer struct {
	// Cut is what stands at the end of a text of which a cell can hold only the begin.
	Cut string

	w       io.Writer
	dir     string
	sheets  []*Sheet
	parts   []*part
	maxRows int // less in tests
}

// New returns a writer of a workbook. Until it is closed, it has files of its own in dir.
func New(w io.Writer, dir string) *Writer {
	return &Writer{w: w, dir: dir, maxRows: maxRows}
}

// Close ends the workbook, if all sheets have been ended, and removes its files in dir in any case.
func (w *Writer) Close() error {
	defer func() {
		for _, p := range w.parts {
			p.discard()
		}
	}()
	z := zip.NewWriter(w.w)
	var pages []*page
	for _, s := range w.sheets {
		pages = append(pages, s.pages...)
	}
	for _, p := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes(pages)},
		{"_rels/.rels", packageRelations},
		{"xl/workbook.xml", workbookPart(pages)},
		{"xl/_rels/workbook.xml.rels", workbookRelations(pages)},
		{"xl/styles.xml", styles},
	} {
		part, err := w.part()
		if err != nil {
			return err
		}
		if _, err := io.WriteString(part, p.text); err != nil {
			return err
		}
		if err := part.copyInto(z, p.name); err != nil {
			return err
		}
	}
	for i, p := range pages {
		if err := p.cells.copyInto(z, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)); err != nil {
			return err
		}
		if p.targets != nil {
			if err := p.targets.copyInto(z, fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", i+1)); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

const (
	declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	sheetML     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relationsOf = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageOf   = "http://schemas.openxmlformats.org/package/2006/"
	mediaType   = "application/vnd.openxmlformats-officedocument.spreadsheetml."

	relationsBegin = declaration + `<Relationships xmlns="` + packageOf + `relationships">`
	relationsEnd   = `</Relationships>`

	packageRelations = relationsBegin + `<Relationship Id="rId1" Type="` + relationsOf + `/officeDocument" Target="xl/workbook.xml"/>` + relationsEnd
)

func contentTypes(pages []*page) string {
	var b strings.Builder
	b.WriteString(declaration + `<Types xmlns="` + packageOf + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`)
	override := func(name, kind string) {
		fmt.Fprintf(&b, `<Override PartName="/xl/%s.xml" ContentType="%s%s+xml"/>`, name, mediaType, kind)
	}
	override("workbook", "sheet.main")
	override("styles", "styles")
	for i := range pages {
		override("worksheets/sheet"+strconv.Itoa(i+1), "worksheet")
	}
	b.WriteString(`</Types>`)
	return b.String()
}

func workbookPart(pages []*page) string {
	var sheets, names strings.Builder
	for i, p := range pages {
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escape(p.name), i+1, i+1)
		if p.filter != "" {
			// Spreadsheets give the range of a filter this name, and miss it where it is not.
			fmt.Fprintf(&names, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">%s!%s</definedName>`, i, escape("'"+strings.ReplaceAll(p.name, "'", "''")+"'"), p.filter)
		}
	}
	text := declaration + `<workbook xmlns="` + sheetML + `" xmlns:r="` + relationsOf + `"><bookViews><workbookView/></bookViews><sheets>` + sheets.String() + `</sheets>`
	if names.Len() > 0 {
		text += `<definedNames>` + names.String() + `</definedNames>`
	}
	return text + `</workbook>`
}

func workbookRelations(pages []*page) string {
	var b strings.Builder
	b.WriteString(relationsBegin)
	for i := range pages {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, relationsOf, i+1)
	}
	fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, len(pages)+1, relationsOf)
	b.WriteString(relationsEnd)
	return b.String()
}

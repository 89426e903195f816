package workbook

import (
	"archive/zip"
	"hash"
	"hash/crc32"
	"io"
	"os"

	"github.com/klauspost/compress/flate"
)

// A part is one part of the workbook, compressed into a file of its own as it comes.
type part struct {
	file    *os.File
	deflate *flate.Writer
	sum     hash.Hash32
	size    uint64
}

func (w *Writer) part() (*part, error) {
	f, err := os.CreateTemp(w.dir, ".workbook-*")
	if err != nil {
		return nil, err
	}
	p := &part{file: f, sum: crc32.NewIEEE()}
	w.parts = append(w.parts, p)
	p.deflate, err = flate.NewWriter(f, flate.BestSpeed)
	return p, err
}

func (p *part) Write(b []byte) (int, error) {
	p.size += uint64(len(b))
	p.sum.Write(b)
	return p.deflate.Write(b)
}

// copyInto puts the part into the archive.
func (p *part) copyInto(z *zip.Writer, name string) error {
	if err := p.deflate.Close(); err != nil {
		return err
	}
	compressed, err := p.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	// Its time is none, whatever the time is.
	w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: p.sum.Sum32(), CompressedSize64: uint64(compressed), UncompressedSize64: p.size})
	if err != nil {
		return err
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, p.file)
	return err
}

func (p *part) discard() {
	p.file.Close()
	os.Remove(p.file.Name())
}

package ec2

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// What is not packed is no group, wherever it ends and whatever is in it.
func TestUnpackWhatIsNotPacked(t *testing.T) {
	var packed []byte
	if _, err := Decode(benchBody(1), func(g *Group) error {
		packed = g.Pack(nil)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var g Group
	for n := range packed {
		if _, err := g.Unpack(packed[:n:n]); err == nil {
			t.Fatalf("the first %d bytes of %d are a group", n, len(packed))
		}
		for _, c := range []byte{0, 1, 5, 0x7f, 0x80, 0xff} {
			changed := bytes.Clone(packed)
			changed[n] = c
			rest, err := g.Unpack(changed) // some are other groups, and all come to an end
			if err == nil && (len(rest) > 0 || n < packedLength && changed[n] != packed[n]) {
				t.Fatalf("with %x at %d of %d it is a group, before %d bytes", c, n, len(packed), len(rest))
			}
			for i := range g.Permissions {
				if slices.ContainsFunc(g.Permissions[i].Sources, func(s Source) bool { return s.Kind >= kinds }) && err == nil {
					t.Fatalf("with %x at %d of %d it has a source of no kind", c, n, len(packed))
				}
			}
		}
	}
	longer := append(bytes.Clone(packed), 0)
	binary.LittleEndian.PutUint32(longer, uint32(len(longer)-packedLength))
	huge := append([]byte{0, 0, 0, 0}, binary.AppendUvarint(nil, math.MaxUint64)...)
	huge[0] = byte(len(huge) - packedLength)
	for what, b := range map[string][]byte{"one byte more": longer, "a text that is huge": huge} {
		if _, err := g.Unpack(b); err == nil {
			t.Errorf("%s is a group", what)
		}
	}
}

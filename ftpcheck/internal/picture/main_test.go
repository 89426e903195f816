package main

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"flag"
	"html"
	"image/png"
	"io"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

var update = flag.Bool("update", false, "write what check prints today into the pictures, beside the report that is there")

// tooLarge is for a picture that everybody loads who opens README.md.
const tooLarge = 250_000

// TestPictureIsOfToday holds that the pictures show what check prints, and the report what audit
// says. The image of the report itself is another with each Chromium.
func TestPictureIsOfToday(t *testing.T) {
	t.Chdir("../../..")
	printed, err := check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := report(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, theme := range themes {
		there, err := os.ReadFile(theme.file())
		if err != nil {
			t.Fatal(err)
		}
		image := reportImage(t, there)
		photographed, err := png.DecodeConfig(bytes.NewReader(image))
		if err != nil {
			t.Fatalf("%s: %v", theme.file(), err)
		}
		want := picture(theme, printed, image, answer)
		if *update && bytes.Contains(there, []byte(`aria-label="`+answer+`"`)) {
			if err := os.WriteFile(theme.file(), want, 0o644); err != nil {
				t.Fatal(err)
			}
			there = want
		}
		if diff := cmp.Diff(withoutImage(want), withoutImage(there)); diff != "" {
			t.Errorf("%s is not of today: run make picture or, if only what check prints has changed, go test ./ftpcheck/internal/picture -update (-today +there):\n%s", theme.file(), diff)
		}
		box := reportSize(printed)
		if ratio := box.height / box.width * float64(photographed.Width) / float64(photographed.Height); math.Abs(ratio-1) > 0.2 {
			t.Errorf("%s: the image of the report is %d by %d, and its place %v: run make picture", theme.file(), photographed.Width, photographed.Height, box)
		}
		if len(there) > tooLarge {
			t.Errorf("%s has %d bytes, and may have %d", theme.file(), len(there), tooLarge)
		}
	}
}

var embedded = regexp.MustCompile(regexp.QuoteMeta(dataURI) + `([A-Za-z0-9+/=]+)`)

func reportImage(t *testing.T, svg []byte) []byte {
	t.Helper()
	found := embedded.FindSubmatch(svg)
	if found == nil {
		t.Fatal("there is no image of the report")
	}
	image, err := base64.StdEncoding.DecodeString(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func withoutImage(svg []byte) string { return string(embedded.ReplaceAll(svg, []byte(dataURI))) }

// TestPictureLosesNothing reads the text back from a picture, with what would be markup.
func TestPictureLosesNothing(t *testing.T) {
	const printed = "\x1b[1ma <b> & \"c\"\x1b[22m  d\n\n\x1b[31;1m漢字\x1b[0;22m \x1b[33me\x1b[0m\n"
	svg := picture(themes[0], printed, nil, "an answer")
	var got strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "text" {
			var line struct {
				Markup string  `xml:",innerxml"`
				Length float64 `xml:"textLength,attr"`
			}
			if err := d.DecodeElement(&line, &start); err != nil {
				t.Fatal(err)
			}
			text := html.UnescapeString(regexp.MustCompile(`</?tspan[^>]*>`).ReplaceAllString(line.Markup, ""))
			if want := float64(terminal.TextWidth(text)) * letterWidth; math.Abs(line.Length-want) > 0.1 {
				t.Errorf("%q is %g wide, want %g", text, line.Length, want)
			}
			got.WriteString(text + "\n")
		}
	}
	if want := "$ ftpcheck check --from docs/sample\na <b> & \"c\"  d\n漢字 e\n"; got.String() != want {
		t.Errorf("%q, want %q", got.String(), want)
	}
	for _, styled := range []string{`<tspan class="strong">a &lt;b&gt;`, `</tspan>  d<`, `<tspan class="strong red">漢字</tspan> <tspan class="yellow">e</tspan>`} {
		if !strings.Contains(string(svg), styled) {
			t.Errorf("there is no %s in\n%s", styled, svg)
		}
	}
}

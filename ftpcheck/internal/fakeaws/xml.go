package fakeaws

import (
	"bytes"
	"encoding/xml"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// An element is an XML element: with text, or with children, or empty. One without a name
// is absent, and not written.
type element struct {
	name     string
	text     string
	children []element
}

// text returns an element with text, or none if there is no text.
func text(name, value string) element {
	if value == "" {
		return element{}
	}
	return element{name: name, text: value}
}

func number(name string, value int) element {
	return element{name: name, text: strconv.Itoa(value)}
}

func boolean(name string, value bool) element {
	return element{name: name, text: strconv.FormatBool(value)}
}

func node(name string, children ...element) element {
	return element{name: name, children: children}
}

// list returns an element with one item for each of the things. An empty list is written
// as an empty element.
func list[T any](name string, things []T, item func(T) element) element {
	e := element{name: name, children: make([]element, len(things))}
	for i, thing := range things {
		e.children[i] = item(thing)
		e.children[i].name = "item"
	}
	return e
}

// tagSet returns the element for tags, or none if there are none.
func tagSet(tags map[string]string) element {
	if len(tags) == 0 {
		return element{}
	}
	return list("tagSet", slices.Sorted(maps.Keys(tags)), func(key string) element {
		return node("", text("key", key), element{name: "value", text: tags[key]})
	})
}

// document writes the element as a document of the namespace, indented as AWS does it. If
// order is not nil, children other than the items of lists come in that random order.
func document(root element, namespace string, order *rand.Rand) []byte {
	var b bytes.Buffer
	b.Grow(root.size(0))
	b.WriteString(xml.Header)
	root.write(&b, 0, namespace, order)
	b.WriteByte('\n')
	return b.Bytes()
}

const spaces = "                                                "

// size is about how long the element is when written.
func (e *element) size(depth int) int {
	n := 8*depth + 2*len(e.name) + len(e.text) + 80
	if depth > 0 {
		n -= 70 // the header, and a namespace
	}
	for i := range e.children {
		n += e.children[i].size(depth + 1)
	}
	return n
}

func (e *element) write(b *bytes.Buffer, depth int, namespace string, order *rand.Rand) {
	b.WriteString(spaces[:4*depth])
	b.WriteByte('<')
	b.WriteString(e.name)
	if namespace != "" {
		b.WriteString(` xmlns="` + namespace + `"`)
	}
	switch {
	case len(e.children) > 0:
		b.WriteString(">\n")
		children := e.children
		if order != nil && children[0].name != "item" && children[0].name != "member" {
			children = slices.Clone(children)
			order.Shuffle(len(children), func(i, j int) { children[i], children[j] = children[j], children[i] })
		}
		for i := range children {
			if children[i].name != "" {
				children[i].write(b, depth+1, "", order)
				b.WriteByte('\n')
			}
		}
		b.WriteString(spaces[:4*depth])
	case e.text != "":
		b.WriteByte('>')
		if strings.ContainsAny(e.text, "<>&\"'\t\n\r") {
			xml.EscapeText(b, []byte(e.text))
		} else {
			b.WriteString(e.text)
		}
	default:
		b.WriteString("/>")
		return
	}
	b.WriteString("</")
	b.WriteString(e.name)
	b.WriteByte('>')
}

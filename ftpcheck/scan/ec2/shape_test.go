package ec2

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Whatever an action answers, an answer without its list, or with something else in a list than
// items, is none.
func TestShape(t *testing.T) {
	for action, list := range answerLists {
		root, name := action+"Response", names[list]
		answer := func(children string) string { return fmt.Sprintf("<%s>%s</%[1]s>", root, children) }
		for _, body := range []string{
			answer("<" + name + "/>"),
			answer("<requestId>x</requestId><" + name + "></" + name + ">"),
			answer("<" + name + "> \n<item><a>b</a></item>\r\n\t<!-- c --><item/></" + name + "><nextToken>t</nextToken>"),
			declaration + "\n" + answer("<"+strings.ToUpper(name)+"/>"),
		} {
			if err := Check(action, []byte(body)); err != nil {
				t.Errorf("%v, of %s", err, body)
			}
		}
		for body, want := range map[string]string{
			"":                                       "it is empty",
			"<" + root + "/>":                        "it has no " + name,
			answer(""):                               "it has no " + name,
			answer("<member/>"):                      "it has no " + name,
			answer("<a><" + name + "/></a>"):         "it has no " + name,
			answer("<" + name + "/><" + name + "/>"): "it has " + name + " twice",
			answer("<" + name + "><member/></" + name + ">"):                                       name + ` holds "member"`,
			answer("<" + name + "><item/><item2/></" + name + ">"):                                 name + ` holds "item2"`,
			answer("<" + name + ">text</" + name + ">"):                                            name + " holds text",
			answer("<" + name + "><item/>&#65;</" + name + ">"):                                    name + " holds text",
			answer("<" + name + "><![CDATA[<item/>]]></" + name + ">"):                             name + " holds text",
			answer("<" + name + "/><Errors><Error/></Errors>"):                                     "it has errors in it",
			answer("<" + name + "/><nextToken>a</nextToken><nextToken>b</nextToken>"):              "it has nextToken twice",
			answer("<" + name + "><item><tagSet>a</tagSet></item></" + name + ">"):                 "tagSet holds text",
			answer("<" + name + "><item><tagSet><t/></tagSet></item></" + name + ">"):              `tagSet holds "t"`,
			answer("<" + name + "><item><tagSet/><tagSet/></item></" + name + ">"):                 "it has tagSet twice",
			"<Response><Errors/></Response>":                                                       `its root element is "Response"`,
			"<html>" + answer("<"+name+"/>") + "</html>":                                           `its root element is "html"`,
			answer("<" + name + "/>" + strings.Repeat("<a>", 2000) + strings.Repeat("</a>", 2000)): "too deep",
			answer("<" + name + "><item></" + name + ">"):                                          "syntax error",
		} {
			err := Check(action, []byte(body))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q, of %.200s", err, want, body)
				continue
			}
			isRetried(t, err)
			if shape := (*ShapeError)(nil); !errors.As(err, &shape) && want != "it is empty" && want != "syntax error" {
				t.Errorf("%T of %s", err, body)
			}
		}
	}
	const options = "DescribeVpcBlockPublicAccessOptions"
	for children, want := range map[string]string{
		"<vpcBlockPublicAccessOptions><state>x</state></vpcBlockPublicAccessOptions>": "",
		"":                 "it has no vpcBlockPublicAccessOptions",
		"<state>x</state>": "it has no vpcBlockPublicAccessOptions",
		"<vpcBlockPublicAccessOptions/><vpcBlockPublicAccessOptions/>": "it has vpcBlockPublicAccessOptions twice",
		"<vpcBlockPublicAccessOptions/><Errors/>":                      "it has errors in it",
	} {
		err := Check(options, []byte("<"+options+"Response>"+children+"</"+options+"Response>"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v, want %q, of %s", err, want, children)
		}
	}
	if err := Check("GetCallerIdentity", []byte("<GetCallerIdentityResponse><a/></GetCallerIdentityResponse>")); err != nil {
		t.Error(err)
	}
}

// Every list that the decoders of groups and rules read is looked at by them, too.
func TestShapeOfDecoded(t *testing.T) {
	for list := range lists {
		if name := names[list]; lists[list] && strings.Contains(small, "<"+name+">") {
			for _, odd := range []string{"<member/>", "text", "<![CDATA[x]]>"} {
				body := strings.Replace(small, "<"+name+">", "<"+name+">"+odd, 1)
				if _, err := compare(t, []byte(body)); err == nil {
					t.Errorf("no error for %s in %s", odd, name)
				}
			}
			body := strings.Replace(small, "<"+name+">", "<"+name+"/><"+name+">", 1)
			if _, err := compare(t, []byte(body)); err == nil {
				t.Errorf("no error for two %s", name)
			}
		}
	}
}

package ec2

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/cputime"
)

// benchBody is a body of groups as EC2 prints them: 10 permissions of 2 sources each.
func benchBody(groups int) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>3f2a1c9e-56aa-4be1-9d50-1c1f6d0a4a11</requestId>
    <securityGroupInfo>
`)
	for g := range groups {
		fmt.Fprintf(&b, `        <item>
            <ownerId>123456789012</ownerId>
            <groupId>sg-%017x</groupId>
            <groupName>service-%d-public</groupName>
            <groupDescription>Ingress of service %d &amp; its workers</groupDescription>
            <vpcId>vpc-%017x</vpcId>
            <securityGroupArn>arn:aws:ec2:eu-west-1:123456789012:security-group/sg-%017x</securityGroupArn>
            <ipPermissions>
`, g, g, g, g%7, g)
		for p := range 10 {
			fmt.Fprintf(&b, `                <item>
                    <ipProtocol>tcp</ipProtocol>
                    <fromPort>%d</fromPort>
                    <toPort>%d</toPort>
                    <groups/>
                    <ipRanges>
                        <item>
                            <cidrIp>10.%d.%d.0/24</cidrIp>
                            <description>from office %d</description>
                        </item>
                        <item>
                            <cidrIp>192.168.%d.0/24</cidrIp>
                        </item>
                    </ipRanges>
                    <ipv6Ranges/>
                    <prefixListIds/>
                </item>
`, 20+p*100, 21+p*100, p, g%256, p, g%100)
		}
		b.WriteString(`            </ipPermissions>
            <ipPermissionsEgress>
                <item>
                    <ipProtocol>-1</ipProtocol>
                    <groups/>
                    <ipRanges>
                        <item>
                            <cidrIp>0.0.0.0/0</cidrIp>
                        </item>
                    </ipRanges>
                    <ipv6Ranges/>
                    <prefixListIds/>
                </item>
            </ipPermissionsEgress>
            <tagSet>
                <item>
                    <key>Name</key>
`)
		fmt.Fprintf(&b, `                    <value>service-%d</value>
                </item>
                <item>
                    <key>team</key>
                    <value>network</value>
                </item>
            </tagSet>
        </item>
`, g)
	}
	b.WriteString("    </securityGroupInfo>\n    <nextToken>eyJ2IjoiMSJ9</nextToken>\n</DescribeSecurityGroupsResponse>\n")
	return []byte(b.String())
}

func count(g *Group) error {
	if len(g.Permissions) == 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func BenchmarkDecode(b *testing.B) {
	const groups = 1000
	body := benchBody(groups)
	b.SetBytes(int64(len(body)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		if _, err := Decode(body, count); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N*groups), "allocs/group")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(b.N*groups), "B/group")
}

// BenchmarkCheck decodes for nobody.
func BenchmarkCheck(b *testing.B) {
	body := benchBody(1000)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := Decode(body, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeGroup(b *testing.B) {
	body := benchBody(1)
	at := must(find(body, securityGroupInfo))[0]
	b.SetBytes(int64(at.end - at.start))
	b.ReportAllocs()
	var g Group
	for b.Loop() {
		if err := DecodeGroup(body[at.start:at.end], &g); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRatio does the same work in three ways, in turn, and reports how many times
// less CPU time Decode and DecodeRules take than the others: the SDK's decoder, and
// encoding/xml when all it does is to count tokens.
func BenchmarkRatio(b *testing.B) {
	groups := benchBody(200)
	rules := []byte(strings.Replace(smallRules, "</item>\n    </securityGroupRuleSet>", "</item>"+strings.Repeat(benchRule, 2000)+"</securityGroupRuleSet>", 1))
	for _, test := range []struct {
		name      string
		body      []byte
		ours, sdk func() error
	}{
		{"groups", groups,
			func() error { _, err := Decode(groups, count); return err },
			func() error { _, _, err := askSDK(groups); return err }},
		{"rules", rules,
			func() error { _, err := DecodeRules(rules, func(*Rule) error { return nil }); return err },
			func() error { _, err := sdk(rules).DescribeSecurityGroupRules(b.Context(), nil); return err }},
	} {
		b.Run(test.name, func(b *testing.B) {
			ways := []func() error{test.ours, test.sdk, func() error { return tokens(test.body) }}
			repeat := []int{20, 1, 1}
			spent := make([]time.Duration, len(ways))
			runs := 0
			for b.Loop() {
				runs++
				for i, way := range ways {
					before := cputime.Used()
					for range repeat[i] {
						if err := way(); err != nil {
							b.Fatal(err)
						}
					}
					spent[i] += (cputime.Used() - before) / time.Duration(repeat[i])
				}
			}
			rate := func(d time.Duration) float64 { return float64(len(test.body)*runs) / d.Seconds() / 1e6 }
			b.ReportMetric(rate(spent[0]), "MB/cpu-s")
			b.ReportMetric(rate(spent[1]), "sdk-MB/cpu-s")
			b.ReportMetric(rate(spent[2]), "tokens-MB/cpu-s")
			b.ReportMetric(float64(spent[1])/float64(spent[0]), "x-sdk")
			b.ReportMetric(float64(spent[2])/float64(spent[0]), "x-tokens")
		})
	}
}

// benchRule is a rule as EC2 prints it.
const benchRule = `
        <item>
            <securityGroupRuleId>sgr-0a5e1f2b3c4d5e6f7</securityGroupRuleId>
            <securityGroupRuleArn>arn:aws:ec2:eu-west-1:123456789012:security-group-rule/sgr-0a5e1f2b3c4d5e6f7</securityGroupRuleArn>
            <groupId>sg-0123456789abcdef0</groupId>
            <groupOwnerId>123456789012</groupOwnerId>
            <isEgress>false</isEgress>
            <ipProtocol>tcp</ipProtocol>
            <fromPort>21</fromPort>
            <toPort>21</toPort>
            <cidrIpv4>192.0.2.0/24</cidrIpv4>
            <description>from office 7</description>
            <tagSet>
                <item>
                    <key>team</key>
                    <value>network</value>
                </item>
            </tagSet>
        </item>
`

func tokens(body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

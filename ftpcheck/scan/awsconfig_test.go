package scan

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

const captured = "2026-01-02T03:04:05.678Z"

// configItem is the item of a group of the AWS CLI, as AWS Config has it in the results of queries:
// by the schema that AWS publishes.
func configItem(group object) object {
	permissions := []any{}
	for _, p := range group["IpPermissions"].([]any) {
		p := p.(object)
		ranges, cidrs := []any{}, []any{}
		for _, r := range p["IpRanges"].([]any) {
			ranges, cidrs = append(ranges, camel(r)), append(cidrs, r.(object)["CidrIp"])
		}
		item := camel(p).(object)
		item["ipv4Ranges"], item["ipRanges"] = ranges, cidrs
		permissions = append(permissions, item)
	}
	tags := []any{}
	for _, tag := range group["Tags"].([]any) {
		tag := tag.(object)
		tags = append(tags, object{"key": tag["Key"], "value": tag["Value"], "tag": fmt.Sprint(tag["Key"], "=", tag["Value"])})
	}
	return object{"accountId": group["OwnerId"], "awsRegion": "us-east-1", "arn": group["SecurityGroupArn"], "resourceType": "AWS::EC2::SecurityGroup",
		"resourceId": group["GroupId"], "resourceName": group["GroupName"], "availabilityZone": "Not Applicable", "tags": tags,
		"configurationItemCaptureTime": captured, "configurationItemStatus": "OK", "configurationStateId": "1767323045678",
		"configuration": object{"description": group["Description"], "groupId": group["GroupId"], "groupName": group["GroupName"], "ownerId": group["OwnerId"],
			"vpcId": group["VpcId"], "ipPermissions": permissions, "ipPermissionsEgress": []any{}, "tags": tags}}
}

// camel is a value with the names of its members in AWS Config's spelling.
func camel(v any) any {
	switch v := v.(type) {
	case object:
		c := object{}
		for name, value := range v {
			c[strings.ToLower(name[:1])+name[1:]] = camel(value)
		}
		return c
	case []any:
		all := []any{}
		for _, e := range v {
			all = append(all, camel(e))
		}
		return all
	}
	return v
}

// inBucket is an item as it is in the snapshots and histories that AWS Config puts into a bucket.
func inBucket(item object) object {
	item = maps.Clone(item)
	tags := object{}
	for _, tag := range item["tags"].([]any) {
		tags[tag.(object)["key"].(string)] = tag.(object)["value"]
	}
	item["tags"], item["awsAccountId"], item["ARN"], item["configurationStateId"] = tags, item["accountId"], item["arn"], 1767323045678
	delete(item, "accountId")
	delete(item, "arn")
	return item
}

// byAPI is an item as the API gives it: what is recorded is a text with JSON.
func byAPI(t testing.TB, item object) object {
	bucket := inBucket(item)
	item = maps.Clone(item)
	item["tags"], item["configuration"] = bucket["tags"], compact(t, item["configuration"])
	return item
}

// selected are the results of a query.
func selected(t testing.TB, items ...object) object {
	results := []any{}
	for _, i := range items {
		results = append(results, compact(t, i))
	}
	return object{"Results": results, "QueryInfo": object{"SelectFields": []any{object{"Name": "configuration"}}}}
}

// configShapesOf are the files of groups in every shape of AWS Config.
func configShapesOf(t testing.TB, groups []object) map[string]map[string]string {
	var items, buckets, api, earlier []object
	var texts, older []string
	histories := map[string]string{}
	for n, g := range groups {
		i := configItem(g)
		items, buckets, api = append(items, i), append(buckets, inBucket(i)), append(api, byAPI(t, i))
		texts = append(texts, compact(t, i))
		var first object // as AWS Config wrote it before there were descriptions
		if err := json.Unmarshal([]byte(compact(t, i)), &first); err != nil {
			t.Fatal(err)
		}
		for _, p := range first["configuration"].(object)["ipPermissions"].([]any) {
			delete(p.(object), "ipv4Ranges")
		}
		earlier = append(earlier, inBucket(first))
		// It was another before, which does not count any more.
		was := with(i, object{"configurationItemCaptureTime": "2025-01-02T03:04:05+00:00", "configuration": with(i["configuration"].(object), object{"ipPermissions": []any{}})})
		older = append(older, compact(t, inBucket(was)))
		histories[fmt.Sprint("history", n, ".json")] = compact(t, object{"configurationItems": []any{api[n], byAPI(t, was)}})
	}
	gone := with(inBucket(items[0]), object{"resourceId": "sg-gone"})
	deleted := with(gone, object{"configurationItemStatus": "ResourceDeleted", "configuration": nil, "configurationItemCaptureTime": "2026-02-01T00:00:00Z"})
	gone["configuration"] = with(gone["configuration"].(object), object{"groupId": "sg-gone"})
	gone["ARN"] = strings.Replace(gone["ARN"].(string), "sg-0", "sg-gone", 1)
	one, two := selected(t, items[:1]...), selected(t, items[1:]...)
	one["NextToken"] = "x"
	snapshot := object{"fileVersion": "1.0", "configSnapshotId": "1", "configurationItems": append(anyOf(buckets), object{"resourceType": "AWS::EC2::Volume", "resourceId": "vol-1"})}
	return map[string]map[string]string{
		"Config: a query":            {"a": asJSON(t, selected(t, items...), "    ")},
		"Config: pages of a query":   {"a": compact(t, one) + compact(t, two)},
		"Config: pages in files":     {"a1": compact(t, one), "a2": compact(t, two)},
		"Config: results as lines":   {"a": strings.Join(texts, "\n")},
		"Config: a list of results":  {"a": compact(t, anyOf(items))},
		"Config: a snapshot":         {"a.json.gz": gzipOf(t, compact(t, snapshot))},
		"Config: in a bucket":        {"AWSLogs/111122223333/Config/us-east-1/2026/1/2/ConfigSnapshot/a.json.gz": gzipOf(t, compact(t, snapshot))},
		"Config: histories":          histories,
		"Config: history in buckets": {"a": `{"fileVersion": "1.0", "configurationItems": [` + strings.Join(append(older, compact(t, gone)), ",") + "]}", "b": compact(t, snapshot), "c": compact(t, object{"configurationItems": []any{deleted}})},
		"Config: earlier items":      {"a": compact(t, object{"configurationItems": anyOf(earlier)})},
		"Config: a batch":            {"a": compact(t, object{"baseConfigurationItems": anyOf(api), "unprocessedResourceKeys": []any{}})},
		"Config: a batch of several": {"a": compact(t, object{"BaseConfigurationItems": anyOf(api[:1]), "UnprocessedResourceIdentifiers": []any{}}) + compact(t, object{"BaseConfigurationItems": anyOf(api[1:])})},
	}
}

// cliGroup is a group with permissions as the AWS CLI prints it, and always has all.
func cliGroup(id, name string, permissions ...any) object {
	return object{"GroupId": id, "GroupName": name, "Description": "d", "OwnerId": "111122223333", "VpcId": "vpc-1", "Tags": []any{object{"Key": "k", "Value": "v"}},
		"SecurityGroupArn": "arn:aws:ec2:us-east-1:111122223333:security-group/" + id, "IpPermissions": append([]any{}, permissions...)}
}

// cliPermission opens FTP.
func cliPermission(lists object) object {
	return with(object{"IpProtocol": "tcp", "FromPort": 20, "ToPort": 21, "IpRanges": []any{}, "Ipv6Ranges": []any{}, "PrefixListIds": []any{}, "UserIdGroupPairs": []any{}}, lists)
}

var (
	cliAnyIPv4 = cliPermission(object{"IpRanges": []any{object{"CidrIp": "0.0.0.0/0", "Description": "x"}}})
	cliList    = cliPermission(object{"PrefixListIds": []any{object{"PrefixListId": "pl-0a"}}})
)

// What AWS Config records besides groups completes them, and what it does not know is null.
func TestConfigItemsCompleteGroups(t *testing.T) {
	of := func(kind, id string, configuration object) object {
		return object{"accountId": "111122223333", "awsRegion": "us-east-1", "resourceType": "AWS::EC2::" + kind, "resourceId": id,
			"configurationItemCaptureTime": captured, "configuration": configuration}
	}
	list := of("PrefixList", "pl-0a", object{"PrefixListName": "offices", "PrefixListId": "pl-0a", "Entries": []any{object{"Cidr": "0.0.0.0/0"}}})
	eni := of("NetworkInterface", "eni-1", object{"networkInterfaceId": "eni-1", "groups": []any{object{"groupId": "sg-1", "groupName": "g"}}, "ownerId": "111122223333",
		"availabilityZone": "us-east-1a", "vpcId": "vpc-1", "subnetId": "subnet-1", "association": object{"publicIp": "3.4.5.6"}, "ipv6Addresses": []any{},
		"privateIpAddresses": []any{object{"privateIpAddress": "10.0.0.1", "association": object{"publicIp": "3.4.5.6"}}}})
	groups := []object{configItem(cliGroup("sg-0", "default")), configItem(cliGroup("sg-1", "web", cliList))}
	verdict := func(items ...object) (*sg.Group, []sg.Coverage) {
		t.Helper()
		got, places, err := read(t, config.Config{Paths: []string{write(t, map[string]string{"a": compact(t, selected(t, items...))})}}, sg.Everything())
		i := slices.IndexFunc(got, func(g *sg.Group) bool { return g.ID == "sg-1" })
		if err != nil || i < 0 {
			t.Fatalf("%v, %v", got, err)
		}
		return got[i], places
	}
	at, _ := time.Parse(time.RFC3339, captured)
	g, _ := verdict(groups...)
	if g.Verdict.Unrestricted != rule.Unknown || g.NetworkInterfacesKnown || !g.Captured.Equal(at) || g.Permissions[0].RuleID != "" || g.Exposure == nil || g.Exposure.Reachable != rule.Unknown {
		t.Errorf("alone: %+v", g)
	}
	g, _ = verdict(append(groups, list, eni)...)
	if g.Verdict.Unrestricted != rule.Yes || !g.NetworkInterfacesKnown || len(g.NetworkInterfaces) != 1 || g.Permissions[0].PrefixListName != "offices" || g.Exposure.Reachable != rule.Unknown {
		t.Errorf("with all: %+v", g)
	}
	// A later item counts, wherever it is.
	gone := with(list, object{"configurationItemStatus": "ResourceDeleted", "configuration": nil, "configurationItemCaptureTime": "2026-03-01T00:00:00Z"})
	if g, _ = verdict(append([]object{gone}, append(groups, list)...)...); g.Verdict.Unrestricted != rule.Unknown {
		t.Errorf("a deleted list: %+v", g.Verdict)
	}
	if g, _ = verdict(append([]object{list, gone}, groups...)...); g.Verdict.Unrestricted != rule.Unknown {
		t.Errorf("a deleted list: %+v", g.Verdict)
	}
}

// What the items do not show whole is not scanned, whatever else was read, and says so by account
// and region; what is bad is an error with advice.
func TestConfigItemsThatAreNotWhole(t *testing.T) {
	def, open := configItem(cliGroup("sg-0", "default")), configItem(cliGroup("sg-1", "web", cliAnyIPv4))
	elsewhere := with(configItem(cliGroup("sg-2", "web")), object{"awsRegion": "eu-west-1", "arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-2"})
	recent := with(def, object{"configurationItemCaptureTime": time.Now().UTC().Format(time.RFC3339)})
	edited := func(edit func(configuration, permission object)) object {
		var i object
		if err := json.Unmarshal([]byte(compact(t, open)), &i); err != nil {
			t.Fatal(err)
		}
		c := i["configuration"].(object)
		edit(c, c["ipPermissions"].([]any)[0].(object))
		return i
	}
	for name, tt := range map[string]struct {
		document any
		maxAge   string
		places   int
		open     int
		want     string // nothing for all read
	}{
		"whole":             {selected(t, def, open), "", 1, 1, ""},
		"no default group":  {selected(t, open), "", 2, 1, "account 111122223333, region us-east-1: no default security group of vpc-1"},
		"of one VPC":        {selected(t, def, with(open, object{"configuration": with(open["configuration"].(object), object{"vpcId": "vpc-2"})})), "", 2, 1, "no default security group of vpc-2"},
		"of one region":     {selected(t, def, open, elsewhere), "", 2, 1, "region eu-west-1: no default security group of vpc-1"},
		"not recorded":      {selected(t, def, with(open, object{"configurationItemStatus": "ResourceNotRecorded", "configuration": nil})), "", 2, 0, "knows security group sg-1 and does not record"},
		"too old":           {selected(t, recent, open), "36h", 2, 1, "captured security group sg-1 at 2026-01-02T03:04:05Z, which is longer ago than max_age allows"},
		"old enough":        {selected(t, recent), "36h", 1, 0, ""},
		"not selected":      {selected(t, object{"resourceId": "sg-1", "accountId": "111122223333"}), "", 1, 0, "has no resourceType. Save AWS Config's answer as it is, and let a query select all of these: SELECT accountId"},
		"no configuration":  {selected(t, def, with(open, object{"configuration": nil})), "", 1, 0, "the item of sg-1 has no configuration"},
		"a part of it":      {selected(t, def, with(open, object{"configuration": object{"ipPermissions": []any{}}})), "", 1, 0, "the configuration of sg-1 has no groupId"},
		"another's":         {selected(t, def, with(open, object{"resourceId": "sg-2"})), "", 1, 0, "the item of sg-2 has the configuration of sg-1"},
		"two addresses":     {selected(t, def, edited(func(_, p object) { p["ipRanges"] = []any{} })), "", 1, 0, "permission 1 has other addresses in ipRanges"},
		"an unknown source": {selected(t, def, edited(func(_, p object) { p["otherIds"] = []any{"x"} })), "", 1, 0, "the configuration of sg-1 is not as AWS Config writes it"},
		"another ARN":       {selected(t, def, with(open, object{"arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1"})), "", 1, 0, `is of region us-east-1, and its ARN of "eu-west-1"`},
		"a page":            {with(selected(t, def, open), object{"NextToken": "x"}), "", 1, 1, "only a part"},
		"unprocessed":       {object{"baseConfigurationItems": []any{byAPI(t, def), byAPI(t, open)}, "unprocessedResourceKeys": []any{object{"resourceId": "sg-9"}}}, "", 1, 1, "did not give this one"},
		"a bad list": {selected(t, def, open, object{"accountId": "111122223333", "awsRegion": "us-east-1", "resourceType": "AWS::EC2::PrefixList", "resourceId": "pl-0a",
			"configurationItemCaptureTime": captured, "configuration": object{"PrefixListName": "n", "Entries": []any{object{"Cidr": "x"}}}}), "", 1, 1, `prefix list pl-0a: "x" is not an address range`},
		"no results":     {object{"Results": []any{}, "QueryInfo": object{}}, "", 2, 0, "none of the files has security groups"},
		"something else": {object{"Results": []any{7}}, "", 1, 0, "no results of a query of AWS Config"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config.Config{Paths: []string{write(t, map[string]string{"a": compact(t, tt.document)})}, MaxAge: tt.maxAge}
			groups, places, err := read(t, cfg, sg.Everything())
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v", err)
			}
			if len(places) != tt.places || openIn(groups) != tt.open {
				t.Errorf("%d open of %v in %+v", openIn(groups), groups, places)
			}
			// A recording says the same, and so does what is asked for of another region.
			dir, _ := recordScan(t, cfg)
			again, recorded, replayErr := read(t, config.Config{Paths: []string{dir}}, sg.Everything())
			if fmt.Sprint(replayErr) != fmt.Sprint(err) || !slices.Equal(everything(again), everything(groups)) || len(recorded) != len(places) {
				t.Errorf("%v instead of %v", replayErr, err)
			}
		})
	}
	cfg := config.Config{Paths: []string{write(t, map[string]string{"a": compact(t, selected(t, def, open, elsewhere))})}}
	if _, _, err := read(t, cfg, sg.Request{Regions: []string{"us-east-1"}}); err != nil {
		t.Errorf("of the other region: %v", err)
	}
}

// Whatever is taken from items is missed, or AWS may leave it out.
func TestDeletionFromConfigItems(t *testing.T) {
	items := []object{configItem(cliGroup("sg-0", "default", cliAnyIPv4)), configItem(cliGroup("sg-1", "web", cliPermission(object{"Ipv6Ranges": []any{object{"CidrIpv6": "::/0"}}}),
		cliPermission(object{"IpProtocol": "-1", "PrefixListIds": []any{object{"PrefixListId": "pl-0a"}}, "UserIdGroupPairs": []any{object{"groupId": "sg-1", "userId": "111122223333"}}})))}
	list := object{"accountId": "111122223333", "awsRegion": "us-east-1", "resourceType": "AWS::EC2::PrefixList", "resourceId": "pl-0a", "configurationItemCaptureTime": captured,
		"configuration": object{"PrefixListName": "offices", "Entries": []any{object{"Cidr": "0.0.0.0/0"}}}}
	// What AWS Config need not have, and what says nothing of what is open.
	may := []string{"tags", "description", "vpcId", "userId", "arn", "ARN", "NextToken", "key", "value"}
	for name, shape := range map[string]struct {
		document any
		wrap     func(any) any
	}{
		"a query": {anyOf([]object{items[0], items[1], list}), func(v any) any {
			results := []any{}
			all, _ := v.([]any)
			for _, i := range all {
				results = append(results, compact(t, i))
			}
			return object{"Results": results, "QueryInfo": object{}}
		}},
		"a snapshot": {object{"fileVersion": "1.0", "configurationItems": []any{inBucket(items[0]), inBucket(items[1]), list}}, func(v any) any { return v }},
	} {
		t.Run(name, func(t *testing.T) {
			try := func(document any) ([]*sg.Group, error) {
				got, _, err := read(t, config.Config{Paths: []string{write(t, map[string]string{"a": compact(t, shape.wrap(document))})}}, sg.Everything())
				return got, err
			}
			whole, err := try(shape.document)
			if err != nil || openIn(whole) != 2 {
				t.Fatalf("%v, %v", whole, err)
			}
			want := verdictsOf(whole)
			var generic any
			if err := json.Unmarshal([]byte(compact(t, shape.document)), &generic); err != nil {
				t.Fatal(err)
			}
			missed := 0
			for e, changed := range edits(generic) {
				got, err := try(changed)
				last := e.path[strings.LastIndexByte(e.path, '/')+1:]
				unknown := slices.ContainsFunc(got, func(g *sg.Group) bool {
					return slices.ContainsFunc(g.Permissions, func(p *sg.Permission) bool { return p.Verdict.Unrestricted == rule.Unknown })
				})
				switch {
				case err != nil, unknown:
					missed++
				case slices.Equal(verdictsOf(got), want), e.legal(), slices.Contains(may, last):
				case e.kind == "empty" && slices.Contains([]string{"ipPermissions", "Entries", "ipv6Ranges", "prefixListIds", "userIdGroupPairs"}, last):
					// AWS has groups without permissions, and a list may have any number of elements.
				default:
					t.Errorf("%s %s: %d open, and nothing is missed", e.kind, e.path, openIn(got))
				}
			}
			if missed < 100/soak.OneIn {
				t.Errorf("only %d edits were missed", missed)
			}
		})
	}
}

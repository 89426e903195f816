package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// A world is an account on the fake AWS, and what a right answer says of it.
type world struct {
	Name    string
	regions []string
	Groups  int // in all regions
	Rows    int // ingress permissions

	OpenGroups, OpenRows int
	Interfaces, Reached  int // network interfaces, and the groups that the internet reaches through them

	host   testing.TB
	server *fakeaws.Server
	saved  string // folder; see save
}

var account = "123456789012"

// newWorld serves so many groups in each region, and maybe network interfaces, until the host cleans
// up.
func newWorld(host testing.TB, name string, regions []string, groups, interfaces int, latency time.Duration) *world {
	w := &world{Name: name, regions: regions, Groups: len(regions) * groups, Rows: len(regions) * groups * fakeaws.RealisticPermissions,
		Interfaces: len(regions) * interfaces, host: host}
	for i := range groups {
		if n := fakeaws.RealisticOpen(i); n > 0 {
			w.OpenGroups += len(regions)
			w.OpenRows += len(regions) * n
		}
		if fakeaws.RealisticReachable(i, interfaces) {
			w.Reached += len(regions)
		}
	}
	fake := fakeaws.Realistic(regions, groups)
	if interfaces > 0 {
		fake = fakeaws.RealisticNetwork(regions, groups, interfaces)
	}
	fake.Latency = latency
	w.server = fake.StartCached(host)
	return w
}

func (w *world) String() string {
	text := fmt.Sprintf("%s: security groups: %d, ingress permissions: %d, regions: %d, open groups: %d, open permissions: %d",
		w.Name, w.Groups, w.Rows, len(w.regions), w.OpenGroups, w.OpenRows)
	if w.Interfaces > 0 {
		text += fmt.Sprintf(", network interfaces: %d, groups reached: %d", w.Interfaces, w.Reached)
	}
	return text
}

// save returns a folder with the world's security groups and prefix lists as the AWS CLI
// prints them, and makes it the first time.
func (w *world) save() (string, error) {
	if w.saved != "" {
		return w.saved, nil
	}
	dir := w.host.TempDir()
	for _, region := range w.regions {
		if err := w.saveRegion(filepath.Join(dir, account, region), region); err != nil {
			return "", err
		}
	}
	w.saved = dir
	return dir, nil
}

func (w *world) saveRegion(dir, region string) error {
	ctx := w.host.Context()
	client := ec2.NewFromConfig(w.server.Config(account, region))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	err := saveList(filepath.Join(dir, "describe-security-groups.json"), "SecurityGroups", func(add func(any) error) error {
		pages := ec2.NewDescribeSecurityGroupsPaginator(client, &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(1000)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for i := range page.SecurityGroups {
				if err := add(&page.SecurityGroups[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	lists, err := client.DescribeManagedPrefixLists(ctx, &ec2.DescribeManagedPrefixListsInput{})
	if err != nil {
		return err
	}
	for _, list := range lists.PrefixLists {
		err := saveList(filepath.Join(dir, "get-managed-prefix-list-entries."+*list.PrefixListId+".json"), "Entries", func(add func(any) error) error {
			var entries []types.PrefixListEntry
			pages := ec2.NewGetManagedPrefixListEntriesPaginator(client, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: list.PrefixListId})
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					return err
				}
				entries = append(entries, page.Entries...)
			}
			for i := range entries {
				if err := add(&entries[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// saveList writes a file with a list under a name, indented as the AWS CLI does it.
func saveList(path, name string, each func(add func(any) error) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	e := jsontext.NewEncoder(f, jsontext.WithIndent("    "))
	for _, token := range []jsontext.Token{jsontext.BeginObject, jsontext.String(name), jsontext.BeginArray} {
		if err := e.WriteToken(token); err != nil {
			return err
		}
	}
	if err := each(func(item any) error { return json.MarshalEncode(e, item, json.OmitZeroStructFields(true)) }); err != nil {
		return err
	}
	for _, token := range []jsontext.Token{jsontext.EndArray, jsontext.EndObject} {
		if err := e.WriteToken(token); err != nil {
			return err
		}
	}
	return f.Close()
}

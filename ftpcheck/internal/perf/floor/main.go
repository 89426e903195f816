// Floor reads all security groups of some regions with nothing but the AWS SDK, and counts
// them: floor REGION... It is the least that a program which reads EC2 this way can use.
//
// As the product does, it reads each answer whole before the SDK decodes it.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// whole is a client that gives out answers only when they are there to their end.
type whole struct{ aws.HTTPClient }

func (c whole) Do(r *http.Request) (*http.Response, error) {
	response, err := c.HTTPClient.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

func main() {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(whole{awshttp.NewBuildableClient()}))
	if err != nil {
		log.Fatal(err)
	}
	groups, rows := 0, 0
	for _, region := range os.Args[1:] {
		client := ec2.NewFromConfig(settings, func(o *ec2.Options) { o.Region = region })
		pages := ec2.NewDescribeSecurityGroupsPaginator(client, &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(1000)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				log.Fatal(err)
			}
			groups += len(page.SecurityGroups)
			for _, g := range page.SecurityGroups {
				for _, p := range g.IpPermissions {
					rows += len(p.IpRanges) + len(p.Ipv6Ranges) + len(p.PrefixListIds) + len(p.UserIdGroupPairs)
				}
			}
		}
	}
	fmt.Println(groups, rows)
}

package live

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
)

// configCalls are the operations of AWS Config that tell what an aggregator has.
type configCalls struct {
	described call[aggregatorsInput, aggregatorsOutput, awsec2.Options]
	statuses  call[sourcesStatusInput, sourcesStatusOutput, awsec2.Options]
	counted   call[countsInput, countsOutput, awsec2.Options]
	query     call[selectInput, selectOutput, awsec2.Options]
}

func newConfigCalls(cfg aws.Config) *configCalls {
	c := configService.client(cfg, cfg.Region)
	return &configCalls{operation[aggregatorsInput, aggregatorsOutput](c, "DescribeConfigurationAggregators"),
		operation[sourcesStatusInput, sourcesStatusOutput](c, "DescribeConfigurationAggregatorSourcesStatus"),
		operation[countsInput, countsOutput](c, "GetAggregateDiscoveredResourceCounts"),
		operation[selectInput, selectOutput](c, "SelectAggregateResourceConfig")}
}

type aggregatorsInput struct{ ConfigurationAggregatorNames []string }

type aggregatorsOutput struct{ ConfigurationAggregators []aggregatorSetup }

// An aggregatorSetup is from where an aggregator collects.
type aggregatorSetup struct {
	AccountAggregationSources     []accountsCollected
	OrganizationAggregationSource *organizationCollected
}

type accountsCollected struct {
	AccountIds, AwsRegions []string
	AllAwsRegions          bool
}

type organizationCollected struct {
	AllAwsRegions bool
	AwsRegions    []string
}

type sourcesStatusInput struct {
	ConfigurationAggregatorName *string
	Limit                       int32
	NextToken                   *string
}

type sourcesStatusOutput struct {
	AggregatedSourceStatusList []sourceStatus
	NextToken                  *string
}

// A sourceStatus is how collecting from an account in a region went, or from an organization.
type sourceStatus struct {
	SourceId, SourceType, AwsRegion string
	LastUpdateStatus                string
	LastUpdateTime                  *float64 // in seconds since 1970
	LastErrorCode, LastErrorMessage string
}

type countsInput struct {
	ConfigurationAggregatorName *string
	Filters                     countFilters
	GroupByKey                  string
	Limit                       int32
	NextToken                   *string
}

type countFilters struct{ AccountId, Region, ResourceType string }

type countsOutput struct {
	GroupedResourceCounts []struct {
		GroupName     string
		ResourceCount int64
	}
	NextToken                *string
	TotalDiscoveredResources int64
}

type selectInput struct {
	ConfigurationAggregatorName *string
	Expression                  *string
	Limit                       int32
	NextToken                   *string
}

type selectOutput struct {
	Results   []string
	NextToken *string
}

package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
	smithyauth "github.com/aws/smithy-go/auth"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
	"github.com/go-json-experiment/json"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/elb"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A service is one of AWS of which a few operations are called. A client of the SDK would be a
// megabyte of the program for each. Instead, the client of EC2 carries the calls, so that they are
// signed, tried again, bounded and told of as all others are: only what is asked, of whom, and how
// the answer reads is the service's own.
type service struct {
	id   string // in the SDK, by which its endpoints are configured
	name string // in signatures and in the names of hosts
	// encode writes what an operation is asked. Its parameters are the fields of a structure.
	encode func(operation string, in any) (body []byte, header http.Header, err error)
	decode func(operation string, body []byte, out any) error
	errors smithyhttp.ClientProtocol // reads answers that are errors
	fips   string                    // its name with FIPS, if that is the same in all partitions
	global bool                      // one region of each partition has all of it
}

var (
	loadBalancing        = queryService("Elastic Load Balancing v2", "elasticloadbalancing", "2015-12-01")
	classicLoadBalancing = queryService("Elastic Load Balancing", "elasticloadbalancing", "2012-06-01")
	organizations        = globalService(jsonService("Organizations", "organizations", "AWSOrganizationsV20161128"))
	configService        = jsonService("Config Service", "config", "StarlingDoveService")
)

// queryService is a service that is asked by the fields of a form, and answers in XML.
func queryService(id, name, version string) *service {
	return &service{id: id, name: name, encode: func(operation string, in any) ([]byte, http.Header, error) {
		form := url.Values{"Action": {operation}, "Version": {version}}
		for field, value := range reflect.ValueOf(in).Elem().Fields() {
			if !value.IsZero() {
				form.Set(field.Name, fmt.Sprint(reflect.Indirect(value)))
			}
		}
		return []byte(form.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, nil
	}, decode: elb.Decode, errors: awsquery.New(&smithy.ServiceSchema{Version: version})}
}

// jsonService is a service that is asked in JSON, and answers so.
func jsonService(id, name, target string) *service {
	schema := smithy.NewSchema(smithy.ShapeID{Name: target}, smithy.ShapeTypeService, 0)
	return &service{id: id, name: name, encode: func(operation string, in any) ([]byte, http.Header, error) {
		body, err := json.Marshal(in, json.OmitZeroStructFields(true))
		return body, http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {target + "." + operation}}, err
	}, decode: func(_ string, body []byte, out any) error { return json.Unmarshal(body, out) },
		errors: awsjson.New11(&smithy.ServiceSchema{Schema: schema})}
}

func globalService(s *service) *service {
	s.global = true
	return s
}

// client is one of the service.
func (s *service) client(cfg aws.Config, region string) *serviceClient {
	return &serviceClient{s, awsec2.NewFromConfig(cfg, func(o *awsec2.Options) {
		o.Region, o.BaseEndpoint, o.EndpointResolverV2 = region, s.endpoint(cfg), s
	}, awsec2.WithSigV4SigningName(s.name)).DescribeRegions}
}

// A serviceClient is a client of a service.
type serviceClient struct {
	*service
	carry call[awsec2.DescribeRegionsInput, awsec2.DescribeRegionsOutput, awsec2.Options]
}

// operation is one of a service. The fields of Out are members of its answer.
func operation[In, Out any](c *serviceClient, name string) call[In, Out, awsec2.Options] {
	return func(ctx context.Context, in *In, options ...func(*awsec2.Options)) (*Out, error) {
		out := new(Out)
		return out, c.call(ctx, name, in, out, options)
	}
}

func (c *serviceClient) call(ctx context.Context, operation string, in, out any, options []func(*awsec2.Options)) error {
	carry := func(stack *middleware.Stack) error {
		err := stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Service", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(awsmiddleware.SetOperationName(awsmiddleware.SetServiceID(ctx, c.id), operation), in)
		}), middleware.Before)
		const serializer, deserializer = "OperationSerializer", "OperationDeserializer"
		_, err2 := stack.Serialize.Swap(serializer, middleware.SerializeMiddlewareFunc(serializer, func(ctx context.Context, carried middleware.SerializeInput, next middleware.SerializeHandler) (out middleware.SerializeOutput, metadata middleware.Metadata, err error) {
			if carried.Request, err = c.request(carried.Request.(*smithyhttp.Request), operation, in); err != nil {
				return out, metadata, &smithy.SerializationError{Err: err}
			}
			return next.HandleSerialize(ctx, carried)
		}))
		_, err3 := stack.Deserialize.Swap(deserializer, middleware.DeserializeMiddlewareFunc(deserializer, func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			carried, metadata, err := next.HandleDeserialize(ctx, in)
			if err == nil {
				err = c.answer(ctx, carried.RawResponse.(*smithyhttp.Response), operation, out)
				carried.Result = &awsec2.DescribeRegionsOutput{}
			}
			return carried, metadata, err
		}))
		return errors.Join(err, err2, err3)
	}
	_, err := c.carry(ctx, nil, append(options, awsec2.WithAPIOptions(awsmiddleware.AddSDKAgentKey(awsmiddleware.APIMetadata, c.name), carry))...)
	if of := (*smithy.OperationError)(nil); errors.As(err, &of) {
		err = &smithy.OperationError{ServiceID: c.id, OperationName: operation, Err: of.Err}
	}
	return err
}

// request is what asks for an operation.
func (s *service) request(r *smithyhttp.Request, operation string, in any) (*smithyhttp.Request, error) {
	body, header, err := s.encode(operation, in)
	if err != nil {
		return nil, err
	}
	r.Method, r.URL.Path = http.MethodPost, "/"
	for name, values := range header {
		r.Header[name] = values
	}
	return r.SetStream(bytes.NewReader(body))
}

// answer reads the answer to an operation.
func (s *service) answer(ctx context.Context, r *smithyhttp.Response, operation string, out any) error {
	defer r.Body.Close()
	if r.StatusCode < 200 || r.StatusCode >= 300 {
		return s.errors.DeserializeResponse(ctx, nil, &smithy.TypeRegistry{}, r, nil)
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.decode(operation, body, out)
	}
	if err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	return nil
}

// ResolveEndpoint is where the service is: the rules are those of EC2, with its own name.
func (s *service) ResolveEndpoint(ctx context.Context, p awsec2.EndpointParameters) (smithyendpoints.Endpoint, error) {
	partition := sg.PartitionOf(aws.ToString(p.Region))
	if s.global && p.Endpoint == nil && p.Region != nil {
		p.Region = new(globalRegion(partition))
	}
	e, err := awsec2.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, p)
	if err == nil && p.Endpoint == nil {
		label, domain, _ := strings.Cut(e.URI.Host, ".")
		name := strings.Replace(label, "ec2", s.name, 1)
		if aws.ToBool(p.UseFIPS) && s.fips != "" {
			name = s.fips
		}
		if s.global {
			if partition == "aws-us-gov" {
				name = s.name // which has FIPS
			}
			var signer smithy.Properties
			smithyhttp.SetSigV4SigningName(&signer, s.name)
			smithyhttp.SetSigV4SigningRegion(&signer, *p.Region)
			smithyauth.SetAuthOptions(&e.Properties, []*smithyauth.Option{{SchemeID: smithyauth.SchemeIDSigV4, SignerProperties: signer}})
		}
		e.URI.Host = name + "." + domain
	}
	return e, err
}

// globalRegion is the region of a partition that has what is there once for all of its regions.
func globalRegion(partition string) string {
	if partition == "aws-cn" {
		return "cn-northwest-1"
	}
	return sg.HomeRegion(partition)
}

// endpoint is what is configured as the address of the service, which the SDK finds in the same way;
// nil for nothing.
func (s *service) endpoint(cfg aws.Config) *string {
	_, forAll := os.LookupEnv("AWS_ENDPOINT_URL")
	_, forIt := os.LookupEnv(endpointVariable(s.id))
	if forAll && !forIt {
		return cfg.BaseEndpoint
	}
	ctx := context.Background()
	for _, source := range cfg.ConfigSources {
		if p, ok := source.(interface {
			GetIgnoreConfiguredEndpoints(context.Context) (bool, bool, error)
		}); ok {
			if ignored, found, err := p.GetIgnoreConfiguredEndpoints(ctx); err != nil || found {
				if found && ignored {
					return cfg.BaseEndpoint
				}
				break
			}
		}
	}
	for _, source := range cfg.ConfigSources {
		if p, ok := source.(interface {
			GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
		}); ok {
			if url, found, err := p.GetServiceBaseEndpoint(ctx, s.id); err != nil || found {
				if err == nil {
					return &url
				}
				break
			}
		}
	}
	return cfg.BaseEndpoint
}

// endpointVariable is the variable with the endpoint of a service, by its ID in the SDK.
func endpointVariable(id string) string {
	return "AWS_ENDPOINT_URL_" + strings.ReplaceAll(strings.ToUpper(id), " ", "_")
}

package ec2

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Deserializer is an API option for one call of DescribeSecurityGroups, or of its
// paginator. With it the SDK does all that it does but decode an answer: the output has
// NextToken, and never any SecurityGroups.
//
// For each answer, begin is called with the body, which is the caller's to keep, and then
// what begin has returned for each group, by decode: [Decode] or [DecodeBriefly]. If the answer
// turns out to be cut off or malformed, the SDK may try again, and begin is called again; what
// came before is to be forgotten. Once the call has returned without an error, the last body
// has been decoded to its end. If begin returns nil, nobody wants the groups now, and the
// body is only checked.
//
//	page, err := pages.NextPage(ctx, ec2.WithAPIOptions(Deserializer(Decode, begin)))
func Deserializer(decode func(body []byte, each func(g *Group) error) (nextToken *string, err error),
	begin func(body []byte) (each func(g *Group) error)) func(*middleware.Stack) error {
	return option("DescribeSecurityGroups", func(body []byte) (any, error) {
		output, err := new(ec2.DescribeSecurityGroupsOutput), error(nil)
		output.NextToken, err = decode(body, begin(body))
		return output, err
	})
}

// RulesDeserializer is to DescribeSecurityGroupRules what [Deserializer] is to
// DescribeSecurityGroups, and decode is [DecodeRules] or [DecodeRulesBriefly]. The output never has
// any SecurityGroupRules.
func RulesDeserializer(decode func(body []byte, each func(r *Rule) error) (nextToken *string, err error),
	begin func(body []byte) (each func(r *Rule) error)) func(*middleware.Stack) error {
	return option("DescribeSecurityGroupRules", func(body []byte) (any, error) {
		output, err := new(ec2.DescribeSecurityGroupRulesOutput), error(nil)
		output.NextToken, err = decode(body, begin(body))
		return output, err
	})
}

// option is an API option for calls of an operation that decodes its answers.
func option(operation string, decode func(body []byte) (output any, err error)) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		if stack.ID() != operation {
			return fmt.Errorf("this option of package ec2 is for %s, not for %s", operation, stack.ID())
		}
		d := &deserializer{decode: decode}
		var err error
		d.sdk, err = stack.Deserialize.Swap(d.ID(), d)
		return err
	}
}

type deserializer struct {
	decode func(body []byte) (output any, err error)
	sdk    middleware.DeserializeMiddleware
}

func (*deserializer) ID() string { return "OperationDeserializer" }

func (d *deserializer) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (out middleware.DeserializeOutput, metadata middleware.Metadata, err error) {
	out, metadata, err = next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || response.StatusCode < 200 || response.StatusCode >= 300 {
		return d.sdk.HandleDeserialize(ctx, in, answer{out, metadata, err})
	}
	body, err := whole(response.Body)
	response.Body.Close()
	if err != nil {
		if ctx.Err() != nil {
			return out, metadata, &aws.RequestCanceledError{Err: err}
		}
		return out, metadata, &smithy.DeserializationError{Err: retryable{fmt.Errorf("failed to read response body, %w", err)}}
	}
	out.Result, err = d.decode(body)
	return out, metadata, err
}

// answer is a handler that has been asked already.
type answer struct {
	out      middleware.DeserializeOutput
	metadata middleware.Metadata
	err      error
}

func (a answer) HandleDeserialize(context.Context, middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
	return a.out, a.metadata, a.err
}

// whole reads a body to its end. One that is in memory already gives its Bytes.
func whole(body io.Reader) ([]byte, error) {
	if b, ok := body.(interface{ Bytes() []byte }); ok {
		return b.Bytes(), nil
	}
	return io.ReadAll(body)
}

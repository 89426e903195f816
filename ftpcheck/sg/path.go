package sg

import "github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"

// An InternetPath is the way from the internet to a network interface, by one address family and
// on one port.
type InternetPath struct {
	*PathInterface
	exposure.Path

	Partition string
	Region    string // empty when a file does not tell
	AccountID string // the account in which the interface was seen
	Origin    string // [Live], or the path of the file
	// Connection is the name of the connection by which it was read.
	Connection string
}

// A PathInterface is a network interface with what a person wants to know of it.
type PathInterface struct {
	exposure.Interface
	RequesterManaged bool
	Tags             map[string]string
}

// ARN is the ARN of the interface; empty where its region or owner is not known.
func (p *InternetPath) ARN() string {
	if p.Region == "" || p.OwnerID == "" {
		return ""
	}
	return "arn:" + p.Partition + ":ec2:" + p.Region + ":" + p.OwnerID + ":network-interface/" + p.ID
}

// Package scan reads EC2 security groups, judges their ingress permissions and keeps a
// record of what it looked at.
//
// A [Scanner] has one or more places to look: saved output of the AWS CLI, or live
// accounts and regions. [Scanner.Read] reads them all, hands over each security group as
// it arrives and returns one [sg.Coverage] record for every place that was or should have
// been read. A place that could not be read is never silently left out: it is in the
// coverage with its status, and Read fails unless the user chose otherwise.
package scan

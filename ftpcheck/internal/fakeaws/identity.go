package fakeaws

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// secretKey is everybody's: signatures are not checked.
const secretKey = "secret-of-a-fake-account-secret-secret00"

// An identity is who makes a call: the user of an account, or a session of a role.
type identity struct {
	account *Account
	arn     string
	userID  string
	// token is the session token that must come with the access key of a session.
	token   string
	expires time.Time
}

func (i *identity) session() bool { return i.token != "" }

// userOf returns the user that an account's access keys belong to.
func userOf(a *Account) *identity {
	return &identity{
		account: a,
		arn:     fmt.Sprintf("arn:%s:iam::%s:user/auditor", partition(a.homeRegion()), a.ID),
		userID:  "AIDAFAKE" + a.ID + "0",
	}
}

// ExpireSessions makes all sessions of roles expire now.
func (s *Server) ExpireSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, who := range s.identities {
		if who.session() {
			who.expires = time.Now()
		}
	}
}

// identify returns who has the access key.
func (s *Server) identify(c *call, key, token string) (*identity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.identities[key]
	if who == nil || who.token != token {
		return nil, InvalidKey.error(c)
	}
	if who.session() && !time.Now().Before(who.expires) {
		return nil, Expired.error(c)
	}
	return who, nil
}

// missingAuth is the services' answer to a request without a signature.
func (c *call) missingAuth() error {
	switch c.service {
	case "sts":
		return fail(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
	case "organizations", "config", "kms":
		return fail(400, "MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	return fail(400, "MissingParameter", "The request must contain the parameter AWSAccessKeyId")
}

// admit returns an error if the caller's account cannot be used in the call's region.
func (c *call) admit() error {
	c.server.world.mu.RLock()
	defer c.server.world.mu.RUnlock()
	a := c.caller.account
	switch {
	case c.service == "organizations":
		return nil // one endpoint for the partition
	case c.service == "sts" && (c.region == "us-east-1" && partition(a.homeRegion()) == "aws"):
		return nil // the global endpoint
	case !a.enabled(c.region):
		return RegionDisabled.error(c)
	case c.service == "ec2" && c.caller.session() && a.GlobalTokens && mustOptIn(c.region):
		return RegionDisabled.error(c)
	}
	return nil
}

// permitted returns an error if [World.AllowOnly] denies the call's action.
func (c *call) permitted() error {
	name := c.service + ":" + c.action
	allowed := c.server.world.allowed
	if allowed == nil || name == "sts:GetCallerIdentity" || slices.Contains(allowed, name) {
		return nil
	}
	c.server.deny(name)
	return Denied.error(c)
}

// parseRoleARN reads the account and the role's name in an ARN of the partition.
func parseRoleARN(arn, partition string) (account, role string, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[1] != partition || parts[2] != "iam" {
		return "", "", false
	}
	path, ok := strings.CutPrefix(parts[5], "role/")
	return parts[4], path[strings.LastIndex(path, "/")+1:], ok
}

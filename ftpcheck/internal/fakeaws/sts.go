package fakeaws

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

const (
	stsVersion   = "2011-06-15"
	stsNamespace = "https://sts.amazonaws.com/doc/" + stsVersion + "/"
)

var stsAPI = &api{
	content: "text/xml",
	actions: map[string]func(*call) (any, error){
		"GetCallerIdentity": getCallerIdentity,
		"AssumeRole":        assumeRole,
	},
	// An answer is the elements of the result.
	answer: func(c *call, answer any) []byte {
		return document(node(c.action+"Response",
			node(c.action+"Result", answer.([]element)...),
			node("ResponseMetadata", text("RequestId", c.requestID())),
		), stsNamespace, c.order)
	},
	failure: func(c *call, e *apiError) []byte {
		side := "Sender"
		if e.status >= 500 {
			side = "Receiver"
		}
		return document(node("ErrorResponse",
			node("Error", text("Type", side), text("Code", e.code), text("Message", e.message)),
			text("RequestId", c.requestID()),
		), stsNamespace, c.order)
	},
}

func getCallerIdentity(c *call) (any, error) {
	return []element{text("Arn", c.caller.arn), text("UserId", c.caller.userID), text("Account", c.account())}, nil
}

var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

func assumeRole(c *call) (any, error) {
	arn, session := c.params.Get("RoleArn"), c.params.Get("RoleSessionName")
	accountID, name, ok := parseRoleARN(arn, partition(c.region))
	if !ok {
		return nil, fail(400, "ValidationError", "%s is invalid", arn)
	}
	if !sessionName.MatchString(session) {
		return nil, fail(400, "ValidationError", `1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`, session)
	}
	denied := fail(403, "AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s", c.caller.arn, arn)
	target := c.server.world.account(accountID)
	if target == nil || target.state() != "ACTIVE" {
		return nil, denied
	}
	role := target.role(name)
	if role == nil || role.Denied || role.ExternalID != "" && role.ExternalID != c.params.Get("ExternalId") {
		return nil, denied
	}
	duration, err := c.sessionDuration(role)
	if err != nil {
		return nil, err
	}
	if c.region != "us-east-1" && !target.enabled(c.region) {
		return nil, fail(403, "RegionDisabledException", "STS is not activated in this region for account:%s. Your account administrator can activate STS in this region using the IAM Console.", accountID)
	}
	key, who := c.server.newSession(target, name, session, duration)
	return []element{
		node("Credentials",
			text("AccessKeyId", key),
			text("SecretAccessKey", secretKey),
			text("SessionToken", who.token),
			text("Expiration", who.expires.UTC().Format(time.RFC3339)),
		),
		node("AssumedRoleUser", text("AssumedRoleId", who.userID), text("Arn", who.arn)),
	}, nil
}

// role returns the account's role of that name, or nil.
func (a *Account) role(name string) *Role {
	if a.Roles == nil {
		return &Role{Name: name}
	}
	for i := range a.Roles {
		if a.Roles[i].Name == name {
			return &a.Roles[i]
		}
	}
	return nil
}

// sessionDuration returns how long the session that the call asks for is to last.
func (c *call) sessionDuration(role *Role) (time.Duration, error) {
	longest := role.MaxDuration
	if longest == 0 {
		longest = time.Hour
	}
	given := c.params.Get("DurationSeconds")
	if given == "" {
		return time.Hour, nil
	}
	seconds, err := strconv.Atoi(given)
	duration := time.Duration(seconds) * time.Second
	switch {
	case err != nil || seconds < 900:
		return 0, fail(400, "ValidationError", "1 validation error detected: Value '%s' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900", given)
	case c.caller.session() && duration > time.Hour:
		return 0, fail(400, "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	case duration > longest:
		return 0, fail(400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return duration, nil
}

// newSession makes the credentials of a session of an account's role.
func (s *Server) newSession(a *Account, role, session string, duration time.Duration) (string, *identity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	number := len(s.identities)
	roleID := "AROAFAKE" + a.ID
	who := &identity{
		account: a,
		arn:     fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/%s", partition(a.homeRegion()), a.ID, role, session),
		userID:  roleID + ":" + session,
		token:   fmt.Sprintf("token-%s-%d", a.ID, number),
		expires: time.Now().Add(duration),
	}
	key := fmt.Sprintf("ASIAFAKE%012d", number)
	s.identities[key] = who
	return key, who
}

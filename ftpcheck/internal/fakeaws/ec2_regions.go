package fakeaws

import "slices"

// optInStatus is how DescribeRegions describes the account's relation to the region.
func optInStatus(a *Account, region string) string {
	switch {
	case a.Regions[region].Disabled:
		return "not-opted-in"
	case mustOptIn(region):
		return "opted-in"
	}
	return "opt-in-not-required"
}

func regionEndpoint(region string) string {
	if partition(region) == "aws-cn" {
		return "ec2." + region + ".amazonaws.com.cn"
	}
	return "ec2." + region + ".amazonaws.com"
}

func describeRegions(c *call) (any, error) {
	a := c.caller.account
	meets, err := where(c, func(region *string, name string) ([]string, bool) {
		switch name {
		case "region-name":
			return []string{*region}, true
		case "endpoint":
			return []string{regionEndpoint(*region)}, true
		case "opt-in-status":
			if *region == "" {
				return nil, true
			}
			return []string{optInStatus(a, *region)}, true
		}
		return nil, false
	})
	if err != nil {
		return nil, err
	}
	named := c.values("RegionName")
	for _, region := range named {
		if a.Regions[region] == nil {
			return nil, fail(400, "InvalidParameterValue", "Invalid region provided: %s", region)
		}
	}
	var regions []string
	for _, region := range a.RegionNames() {
		shown := a.enabled(region) || c.params.Get("AllRegions") == "true"
		if len(named) > 0 {
			shown = slices.Contains(named, region)
		}
		if shown && meets(&region) {
			regions = append(regions, region)
		}
	}
	return []element{list("regionInfo", regions, func(region string) element {
		return node("",
			text("regionName", region),
			text("regionEndpoint", regionEndpoint(region)),
			text("optInStatus", optInStatus(a, region)),
		)
	})}, nil
}

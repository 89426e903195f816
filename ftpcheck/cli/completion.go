package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// What a shell completes while a person types. AWS is not asked: it takes too long, and needs
// credentials for what is no more than a help.

// regions are those of AWS. One that is newer is not completed, and read all the same.
var regions = strings.Fields(`
	af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
	ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
	ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-isoe-west-1 eu-north-1
	eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1 me-central-1 me-south-1
	me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-iso-east-1
	us-iso-west-1 us-isob-east-1 us-isob-west-1 us-isof-east-1 us-isof-south-1 us-west-1 us-west-2`)

// choices are the values that a flag can have, if these are few.
type choices interface{ Choices() []string }

// completeFlags has the flags of a command and of those below it completed.
func completeFlags(c *cobra.Command) {
	for _, flags := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) {
			if complete := completionOf(f); complete != nil {
				// An error would be that it has one already.
				_ = c.RegisterFlagCompletionFunc(f.Name, complete)
			}
		})
	}
	for _, below := range c.Commands() {
		completeFlags(below)
	}
}

// completionOf says how the value of a flag is completed. Where it is nil, the shell completes
// names of files.
func completionOf(f *pflag.Flag) cobra.CompletionFunc {
	if v, ok := f.Value.(choices); ok {
		return completeOne(v.Choices)
	}
	switch f.Name {
	case "region", "exclude-region":
		return completeList(regions)
	case "with":
		var forms []string
		for _, form := range audit.Forms {
			forms = append(forms, string(form))
		}
		return completeList(forms)
	case "csv":
		return completeOne(func() []string { return []string{"safe", "raw"} })
	case "profile":
		return completeOne(scan.Profiles)
	case "config", "export", "exclude-path", "from", "out", "var-file", "cpuprofile", "memprofile":
		return nil
	}
	return cobra.NoFileCompletions
}

// completeList completes the last of several names with commas between them.
func completeList(known []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before, last := "", typed
		if i := strings.LastIndex(typed, ","); i >= 0 {
			before, last = typed[:i+1], typed[i+1:]
		}
		var names []string
		for _, name := range begin(last, known) {
			if !slices.Contains(strings.Split(before, ","), name) {
				names = append(names, before+name)
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// completeOne completes one of several names.
func completeOne(known func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return begin(typed, known()), cobra.ShellCompDirectiveNoFileComp
	}
}

// begin returns those names that begin with what was typed.
func begin(typed string, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !strings.HasPrefix(name, typed) })
}

// completeTable completes the name of a table, also without what all begin with.
func completeTable(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names, others []string
	for _, t := range tables.Of(nil) {
		names = append(names, cobra.CompletionWithDesc(t.Name, t.Description))
		others = append(others, cobra.CompletionWithDesc(strings.TrimPrefix(t.Name, tablePrefix), t.Description))
	}
	return completeFirst(args, typed, names, others)
}

// completeControl completes the name of a benchmark or of a control, short or full.
func completeControl(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	mod, err := (&modFlags{}).load()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names, others []string
	top := mod.Top()
	for _, b := range mod.Benchmarks {
		if name := cobra.CompletionWithDesc(b.Name, b.Title); slices.Contains(top, b) {
			names = append(names, name)
		} else {
			others = append(others, name)
		}
		others = append(others, cobra.CompletionWithDesc("benchmark."+b.Name, b.Title))
	}
	for _, control := range mod.Controls {
		names = append(names, cobra.CompletionWithDesc(control.Name, control.Title))
		others = append(others, cobra.CompletionWithDesc("control."+control.Name, control.Title))
	}
	return completeFirst(args, typed, names, others)
}

// completeFirst completes the first argument, and no other. The other names of the same are for
// who has begun to type one.
func completeFirst(args []string, typed string, names, others []string) ([]string, cobra.ShellCompDirective) {
	switch {
	case len(args) > 0:
		return nil, cobra.ShellCompDirectiveNoFileComp
	case typed != "":
		names = append(names, others...)
	}
	return begin(typed, names), cobra.ShellCompDirectiveNoFileComp
}

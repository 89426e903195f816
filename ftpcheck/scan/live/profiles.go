package live

import (
	"bufio"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// configFile and credentialsFile are where the AWS CLI and the SDK have their profiles.
func configFile() string { return cmp.Or(os.Getenv("AWS_CONFIG_FILE"), "~/.aws/config") }

func credentialsFile() string {
	return cmp.Or(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), "~/.aws/credentials")
}

// Profiles are the names of the AWS profiles that there are. What cannot be read has none.
func Profiles() []string {
	var names []string
	for file, keyword := range map[string]string{configFile(): "profile", credentialsFile(): ""} {
		if below, ok := strings.CutPrefix(file, "~/"); ok {
			home, err := os.UserHomeDir()
			if err != nil {
				continue
			}
			file = filepath.Join(home, below)
		}
		f, err := os.Open(file)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			section, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "[")
			section, _, ends := strings.Cut(section, "]")
			words := strings.Fields(section)
			switch {
			case !ok || !ends || len(words) == 0:
			case len(words) == 1 && (keyword == "" || words[0] == "default"):
				names = append(names, words[0])
			case len(words) > 1 && words[0] == keyword:
				names = append(names, strings.Trim(strings.Join(words[1:], " "), `"'`))
			}
		}
		f.Close()
	}
	slices.Sort(names)
	return slices.Compact(names)
}

package syntax

func QuoteName(s string) string { return s }

package report

import "github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"

// Answer is the whole answer in one line, as the page has it: what is open, and what is not known.
func Answer(r *finding.Report) string { return viewOf(r).Answer() }

// Scope says for what the answer holds, as the page has it.
func Scope(r *finding.Report) string { return viewOf(r).Scope() }

func viewOf(r *finding.Report) *view { return &view{Report: r, Coverage: coverageOf(r)} }

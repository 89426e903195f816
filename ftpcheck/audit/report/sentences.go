package report

import "github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"

// Sentences are the answer of the page in words, for other forms of the evidence.
type Sentences struct {
	Answer string // what is open, and what is not known
	Scope  string // for what the answer holds
	// Complete reports whether what is not said to be open is not open.
	Complete bool
}

// SentencesOf returns what the page about a report says.
func SentencesOf(r *finding.Report) Sentences {
	covered := coverageOf(r)
	v := &view{Answer: answerOf(r, covered), Report: r, Coverage: covered}
	return Sentences{v.Sentence(), v.Scope(), v.Complete}
}

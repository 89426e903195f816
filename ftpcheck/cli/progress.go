package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// showProgress shows how far the reading of live accounts has come, if w is a terminal.
// The returned function takes it away again and must be called before anything else is
// printed.
func showProgress(w io.Writer, scanner *scan.Scanner) (hide func()) {
	if !terminal.Is(w) {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		var bar *progressbar.ProgressBar
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				if bar != nil {
					bar.Clear()
				}
				return
			case <-tick.C:
			}
			done, places, groups := scanner.Progress()
			if places == 0 {
				continue // files, or nothing known yet
			}
			if bar == nil {
				bar = progressbar.NewOptions64(places, progressbar.OptionSetWriter(w), progressbar.OptionSetWidth(20),
					progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
			}
			bar.ChangeMax64(max(places, done+1)) // never full, as that would end the bar
			bar.Describe(fmt.Sprintf("account-regions read, %d groups", groups))
			bar.Set64(done)
		}
	}()
	shown := true
	return func() {
		if shown {
			shown = false
			close(stop)
			<-stopped
		}
	}
}

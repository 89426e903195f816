package main

import (
	"context"
	"os"
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// photograph returns an image of a page, as PNG, for a box in the picture. What says when and by
// which commit the report was made is left out, so that the picture is the same tomorrow.
func photograph(ctx context.Context, page, scheme string, box size) ([]byte, error) {
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	defer cancel()

	// The page is shown as on a narrow window, made smaller to fit, with more pixels than
	// a screen has for it.
	const zoom, sharpness = 1.4, 1.25
	err := chromedp.Do(ctx,
		chromedp.EmulateViewport(int64(box.width*zoom), int64(box.height*zoom), chromedp.EmulateScale(sharpness)),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			return err
		}),
		chromedp.Navigate("file://"+page),
		chromedp.WaitReady(chromedp.CSS("html[data-ready]")),
	)
	if err != nil {
		return nil, err
	}
	const rest = `document.querySelectorAll('.top ul, #who, #coverage').forEach(e => e.remove())`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](rest)); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

//go:embed preview/page.html preview/page.css
var previewFiles embed.FS

// A pageOfAlerts is what the page shows.
type pageOfAlerts struct {
	// Policy lets the page have the one style sheet in it, and nothing else: no script, no picture, no
	// request to anybody.
	Policy string
	Style  template.CSS
	// Schemes are the looks of the clients, each beside the other.
	Schemes []string
	Alerts  []pageAlert
}

// A pageAlert is one alert as each platform shows it.
type pageAlert struct {
	Number int
	Title  string
	// Lang is the language of the item, which has an influence on the letters' forms.
	Lang     string
	Time     string
	Telegram []telegramPost
	Discord  []discordPost
	Webhook  string
}

// previewPage returns a page that holds everything it needs.
func previewPage(all []previewed) ([]byte, error) {
	page := pageOfAlerts{Schemes: []string{"light", "dark"}}
	for i, p := range all {
		a, err := newPageAlert(i+1, p)
		if err != nil {
			return nil, err
		}
		page.Alerts = append(page.Alerts, a)
	}
	sheet, err := previewFiles.ReadFile("preview/page.css")
	if err != nil {
		return nil, err
	}
	style := string(sheet) + strips(page.Alerts)
	sum := sha256.Sum256([]byte(style))
	page.Policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
	page.Style = template.CSS(style)
	parsed, err := template.ParseFS(previewFiles, "preview/page.html")
	if err != nil {
		return nil, fmt.Errorf("read the page's template: %w", err)
	}
	var b bytes.Buffer
	if err := parsed.Execute(&b, page); err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return b.Bytes(), nil
}

func newPageAlert(number int, p previewed) (pageAlert, error) {
	posts, err := discordPosts(p.message)
	if err != nil {
		return pageAlert{}, err
	}
	call, err := webhookCall(fmt.Sprintf("alert-%d", p.ID), p.message)
	if err != nil {
		return pageAlert{}, err
	}
	a := pageAlert{
		Number: number, Title: p.message.Title, Lang: p.Item.Language,
		Telegram: telegramPosts(p.message), Discord: posts, Webhook: call,
	}
	if !p.Item.Published.IsZero() {
		a.Time = p.Item.Published.UTC().Format("15:04")
	}
	return a, nil
}

// strips returns the rules that colour the strips of Discord's embeds: the policy allows no style in an
// element itself.
func strips(alerts []pageAlert) string {
	var colours []string
	for _, a := range alerts {
		for _, p := range a.Discord {
			for _, e := range p.Embeds {
				if !slices.Contains(colours, e.Colour) {
					colours = append(colours, e.Colour)
				}
			}
		}
	}
	slices.Sort(colours)
	var b strings.Builder
	for _, c := range colours {
		fmt.Fprintf(&b, ".discord .strip-%s { border-left-color: #%s; }\n", c, c)
	}
	return b.String()
}

// A replica is one alert in one look, for the template.
type replica struct {
	pageAlert
	Scheme string
}

// In returns a in a look.
func (a pageAlert) In(scheme string) replica { return replica{a, scheme} }

// Inner returns the run without its link, for what stands inside of the link.
func (s shown) Inner() shown {
	s.Link = ""
	return s
}

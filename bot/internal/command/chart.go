package command

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/go-analyze/charts"

	"pressalert/rules"
)

// The size of a chart in pixels: wide enough for a phone held upright, at twice its density.
const (
	chartWidth  = 1000
	chartHeight = 560
)

// topicColours tell topics apart for colour-blind people too, and stand out from the background of the chart:
// those of Okabe and Ito (jfly.uni-koeln.de/color), black left out.
var topicColours = map[rules.Topic]string{
	rules.Legislation: "#0072B2", rules.Prosecution: "#D55E00", rules.Censorship: "#E69F00", rules.Shutdown: "#CC79A7",
	rules.Surveillance: "#009E73", rules.Attack: "#8C2D04", rules.Lawsuit: "#56B4E9",
}

// chartTheme is dark text on a light card with a background of its own, so that it is read alike in the dark
// and in the light look of an app.
func (c count) chartTheme() charts.ColorPalette {
	text, faint := charts.ColorFromHex("#1B1F24"), charts.ColorFromHex("#C9CED6")
	var colours []charts.Color
	for _, topic := range c.topics {
		colours = append(colours, charts.ColorFromHex(topicColours[topic]))
	}
	return charts.MakeTheme(charts.ThemeOption{
		BackgroundColor: charts.ColorFromHex("#F6F7F9"), AxisStrokeColor: text, AxisSplitLineColor: faint,
		TextColor: text, SeriesColors: colours,
	})
}

// draw draws stacked bars as a PNG. Its labels are codes and digits: the library does not shape Khmer, Thai or
// Arabic.
func (c count) draw(code string) ([]byte, error) {
	theme := c.chartTheme()
	option := charts.NewBarChartOptionWithData(c.counts)
	option.Theme, option.StackSeries = theme, charts.Ptr(true)
	option.Padding = charts.NewBoxEqual(20)
	option.Title = charts.TitleOption{
		Text:      fmt.Sprintf("%s  %s .. %s", code, c.starts[0].Format("2006-01-02"), c.starts[len(c.starts)-1].Format("2006-01-02")),
		FontStyle: charts.NewFontStyleWithSize(20),
	}
	option.Legend = charts.LegendOption{FontStyle: charts.NewFontStyleWithSize(14), Offset: charts.OffsetStr{Left: "left", Top: "36"}}
	for i, topic := range c.topics {
		option.Legend.SeriesNames = append(option.Legend.SeriesNames, fmt.Sprintf("%s %d", topic, sum(c.counts[i])))
	}
	for _, start := range c.starts {
		option.CategoryAxis.Labels = append(option.CategoryAxis.Labels, start.Format("01-02"))
	}
	option.CategoryAxis.LabelFontStyle = charts.NewFontStyleWithSize(13)
	option.ValueAxis = []charts.ValueAxisOption{c.valueAxis()}
	option.ValueFormatter = func(v float64) string { return strconv.Itoa(int(v)) }
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: chartWidth, Height: chartHeight, Theme: theme})
	if err := p.BarChart(option); err != nil {
		return nil, err
	}
	return p.Bytes()
}

// valueLines is how many lines the chart has over its zero at most.
const valueLines = 5

// valueAxis has a line for whole numbers only: there is no half an alert.
func (c count) valueAxis() charts.ValueAxisOption {
	most := int(slices.Max(c.totals()))
	unit := (most + valueLines - 1) / valueLines
	lines := (most + unit - 1) / unit
	return charts.ValueAxisOption{
		Min: charts.Ptr(0.0), Max: charts.Ptr(float64(lines * unit)), LabelCount: lines + 1, LabelFontStyle: charts.NewFontStyleWithSize(13),
	}
}

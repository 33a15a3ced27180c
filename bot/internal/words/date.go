package words

import (
	"strconv"
	"time"
)

// Month returns the name of a month as it stands in a date.
func (w Words) Month(m time.Month) string {
	return w.Text(Key("month." + strconv.Itoa(int(m))))
}

// Day returns the date of t in its location: "3 November 2026". The year is of the common era, and digits
// are Western, in all languages.
func (w Words) Day(t time.Time) string {
	year, month, day := t.Date()
	return w.fill(w.Text(DateFull), []string{
		"day", strconv.Itoa(day), "month", w.Month(month), "year", strconv.Itoa(year),
	})
}

// ShortDay returns the date of t in its location without the year: "3 November".
func (w Words) ShortDay(t time.Time) string {
	_, month, day := t.Date()
	return w.fill(w.Text(DateShort), []string{"day", strconv.Itoa(day), "month", w.Month(month)})
}

// Clock returns the time of day of t in its location: "14:05". That of UTC says so, because nobody's
// clock shows it.
func (w Words) Clock(t time.Time) string {
	if t.Location() == time.UTC {
		return t.Format("15:04") + " UTC"
	}
	return t.Format("15:04")
}

// Moment returns the date and the time of day of t in its location: "3 November 2026, 14:05".
func (w Words) Moment(t time.Time) string {
	return w.fill(w.Text(DateMoment), []string{"date", w.Day(t), "time", w.Clock(t)})
}

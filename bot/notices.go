package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pressalert/bot/internal/chat"
	"pressalert/bot/internal/watch"
)

// listedNotices bounds the feeds that one message to the admins names.
const listedNotices = 25

// noticeOrder is how the kinds of notices stand in a message: what needs a person first.
var noticeOrder = []watch.NoticeKind{watch.Broken, watch.Changed, watch.Moved, watch.Quiet, watch.Recovered}

// feedNews is the one message about all that a poll found out about feeds. It reports false if there is nothing.
func feedNews(r watch.Report) (chat.Message, bool) {
	if len(r.Notices) == 0 && len(r.Parked) == 0 && r.Held == 0 {
		return chat.Message{}, false
	}
	m := chat.Message{Title: newsTitle(r), Footer: "/feeds shows how all feeds are"}
	if r.Held > 0 {
		m.Body = append(m.Body, chat.Paragraph{
			{Text: fmt.Sprintf("Alerts that are sensitive, or repeat what this desk withdrew, and are held back: %d. Decide with ", r.Held)},
			{Text: "/review", Style: chat.Code},
		})
	}
	for _, p := range r.Parked {
		m.Body = append(m.Body, chat.Paragraph{
			{Text: p.Feed, Style: chat.Code},
			{Text: fmt.Sprintf(" brought very many new items at once, as when a site is rebuilt. Posts held back: %d. Decide with ", p.Deliveries)},
			{Text: "/review", Style: chat.Code},
		})
	}
	notices := slices.Clone(r.Notices)
	slices.SortStableFunc(notices, func(a, b watch.Notice) int {
		return cmp.Compare(slices.Index(noticeOrder, a.Kind), slices.Index(noticeOrder, b.Kind))
	})
	for _, n := range notices[:min(len(notices), listedNotices)] {
		m.Body = append(m.Body, chat.Paragraph{{Text: n.Feed, Style: chat.Code}, {Text: " " + n.Text}})
	}
	if more := len(notices) - listedNotices; more > 0 {
		m.Body = append(m.Body, chat.Text(fmt.Sprintf("And %d more.", more)))
	}
	return m, true
}

// newsTitle counts the notices by kind.
func newsTitle(r watch.Report) string {
	title := "Feeds:"
	if n := len(r.Parked) + r.Held; n > 0 {
		title += fmt.Sprintf(" %d held back,", n)
	}
	for _, kind := range noticeOrder {
		n := 0
		for _, notice := range r.Notices {
			if notice.Kind == kind {
				n++
			}
		}
		if n > 0 {
			title += fmt.Sprintf(" %d %s,", n, kind)
		}
	}
	return title[:len(title)-1]
}

// heartbeat tells the admins how the bot is.
func (b *bot) heartbeat(ctx context.Context) {
	m, err := b.watch.Heartbeat(ctx, time.Now())
	if err != nil {
		if ctx.Err() == nil {
			b.log.Error("heartbeat was not sent", "err", err)
		}
		return
	}
	b.outbox.TellAdmins(ctx, m)
}

package alert

import "pressalert/rules"

// Grave reports whether an alert tells that somebody was killed, abducted, disappeared or tortured, or an outlet
// destroyed: an attack of the highest severity (taxonomy, part 7.5).
func (a Alert) Grave() bool {
	return len(a.Topics) > 0 && a.Topics[0] == rules.Attack && a.Severity >= rules.Critical && a.Direction != rules.Better
}

// Sensitive reports whether an alert is grave and rests on the word of one outlet that does not answer for it in
// its own right. Unverified deaths are the classic harm (taxonomy, part 6.1), and the missing and abducted are
// not to be named before a person has looked.
func (a Alert) Sensitive() bool { return a.Grave() && confirmedBy(a.Item.Kind) == "" && !a.Trial }

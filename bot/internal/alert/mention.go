package alert

import "path"

// A Mention has a role of a chat's people called when an alert of certain rules is posted there.
type Mention struct {
	// Rules is the id of a rule, or a pattern in which a star stands for any letters, such as "kh-*".
	Rules string
	// Role is the service's id of the role.
	Role string
}

// Valid reports whether the pattern of rules can be read.
func (m Mention) Valid() bool {
	_, err := path.Match(m.Rules, "")
	return m.Rules != "" && err == nil
}

// Role returns the role that the subscription has called for an alert, or "": that of the first mention for
// the rule that weighs most, or else for the next. A rule that is being tried calls nobody, nor does a
// discreet message, which a role's name would make tell what it is about.
func (s Subscription) Role(a Alert) string {
	if s.Discreet || a.Trial {
		return ""
	}
	for _, reason := range a.Reasons {
		for _, m := range s.Mentions {
			if m.covers(reason.Rule) {
				return m.Role
			}
		}
	}
	return ""
}

func (m Mention) covers(rule string) bool {
	ok, err := path.Match(m.Rules, rule)
	return ok && err == nil
}

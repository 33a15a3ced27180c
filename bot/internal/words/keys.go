package words

// A Key names a text: the table of the file that it stands in, a dot, and its key there.
type Key string

// The texts, as text/en.toml explains them. The names of topics, stages and the like are not among them:
// they are found by id, with the methods for names.
const (
	LabelSource       Key = "label.source"
	LabelConfirmation Key = "label.confirmation"
	LabelReported     Key = "label.reported"
	LabelEventDate    Key = "label.event_date"
	LabelFirstSeen    Key = "label.first_seen"
	LabelMatchedRule  Key = "label.matched_rule"
	LabelAlso         Key = "label.also"
	LabelTrial        Key = "label.trial"
	LabelGoodNews     Key = "label.good_news"
	LabelWhatChanged  Key = "label.what_changed"

	NoteOriginal        Key = "note.original"         // language
	NoteUpdated         Key = "note.updated"          // time
	NoteStageChanged    Key = "note.stage_changed"    // to, from
	NoteSeverityChanged Key = "note.severity_changed" // to, from
	NoteNotQuoted       Key = "note.not_quoted"

	SourcesCount Key = "sources.count" // counts

	ButtonRead        Key = "button.read"
	ButtonReadItem    Key = "button.read_item" // number
	ButtonMore        Key = "button.more"
	ButtonNotRelevant Key = "button.not_relevant"
	ButtonMute        Key = "button.mute"
	ButtonMuteRule    Key = "button.mute_rule"
	ButtonMuteCountry Key = "button.mute_country" // country
	ButtonBack        Key = "button.back"

	AnswerNoted        Key = "answer.noted"
	AnswerMuted        Key = "answer.muted"   // date, what
	AnswerUnmuted      Key = "answer.unmuted" // what
	AnswerStale        Key = "answer.stale"
	AnswerManagersOnly Key = "answer.managers_only"
	AnswerFailed       Key = "answer.failed"

	DiscreetTitle  Key = "discreet.title"
	DiscreetDigest Key = "discreet.digest" // counts

	DigestTitle     Key = "digest.title"   // counts; date
	DigestCeiling   Key = "digest.ceiling" // counts
	DigestNoCountry Key = "digest.no_country"

	BulletinTitle   Key = "bulletin.title"
	BulletinCount   Key = "bulletin.count"   // counts; time
	BulletinEarlier Key = "bulletin.earlier" // counts

	ListSeparator Key = "list.separator"
	ListPair      Key = "list.pair" // first, last
	ListRest      Key = "list.rest" // counts

	DateFull   Key = "date.full"   // day, month, year
	DateShort  Key = "date.short"  // day, month
	DateMoment Key = "date.moment" // date, time
)

-- Times are milliseconds since 1970 in UTC; NULL is "never" or "unknown".
-- SQL is kept to what SQLite and PostgreSQL share.

CREATE TABLE feed_states (
	feed TEXT PRIMARY KEY,
	url TEXT NOT NULL,              -- the validators belong to this address
	etag TEXT NOT NULL,
	last_modified TEXT NOT NULL,
	first_read BIGINT,              -- when it first gave us its items
	checked BIGINT NOT NULL,        -- the last try
	succeeded BIGINT,               -- the last answer that was a feed, or "not modified"
	next_check BIGINT NOT NULL,     -- not to be asked before
	failures BIGINT NOT NULL,       -- tries that failed since it last succeeded
	error TEXT NOT NULL             -- why the last try failed, '' if it did not
);

CREATE TABLE stories (
	id INTEGER PRIMARY KEY,
	title TEXT NOT NULL,
	opened BIGINT NOT NULL
);
CREATE INDEX stories_opened ON stories (opened);

CREATE TABLE items (
	id INTEGER PRIMARY KEY,
	feed TEXT NOT NULL,
	title TEXT NOT NULL,
	summary TEXT NOT NULL,
	link TEXT NOT NULL,
	language TEXT NOT NULL,
	published BIGINT,
	seen BIGINT NOT NULL,
	story BIGINT REFERENCES stories (id)  -- the story it tells, if any rule matched
);
CREATE INDEX items_link ON items (link);
CREATE INDEX items_feed_seen ON items (feed, seen);

CREATE TABLE item_keys (
	item_key TEXT PRIMARY KEY,
	item BIGINT NOT NULL REFERENCES items (id) ON DELETE CASCADE
);

CREATE TABLE alerts (
	id INTEGER PRIMARY KEY,
	story BIGINT NOT NULL REFERENCES stories (id),
	item BIGINT NOT NULL REFERENCES items (id),
	item_key TEXT NOT NULL,          -- names the alert to services that refuse to post twice
	source TEXT NOT NULL,
	source_country TEXT NOT NULL,
	laws TEXT NOT NULL,              -- JSON list
	stage TEXT NOT NULL,
	severity BIGINT NOT NULL,
	reasons TEXT NOT NULL,           -- JSON list
	trial BIGINT NOT NULL,           -- 1 if only rules on trial matched
	created BIGINT NOT NULL
);
CREATE INDEX alerts_item ON alerts (item);
CREATE INDEX alerts_story ON alerts (story);
CREATE INDEX alerts_created ON alerts (created);

CREATE TABLE alert_topics (
	alert BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
	place BIGINT NOT NULL,           -- 0 is the main topic
	topic TEXT NOT NULL,
	PRIMARY KEY (alert, topic)
);

CREATE TABLE alert_countries (
	alert BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
	place BIGINT NOT NULL,
	country TEXT NOT NULL,
	PRIMARY KEY (alert, country)
);

CREATE TABLE deliveries (
	id INTEGER PRIMARY KEY,
	alert BIGINT NOT NULL REFERENCES alerts (id),
	destination TEXT NOT NULL,
	state TEXT NOT NULL,             -- waiting, sent, dropped
	due BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	first_try BIGINT,
	unknown BIGINT NOT NULL,         -- tries whose outcome nobody told us
	error TEXT NOT NULL,             -- of the last try
	message_id TEXT NOT NULL,        -- the service's id of the posted message
	sent BIGINT,
	UNIQUE (alert, destination)
);
CREATE INDEX deliveries_waiting ON deliveries (state, destination, due);

CREATE TABLE destinations (
	destination TEXT PRIMARY KEY,
	hold_until BIGINT NOT NULL,      -- nothing goes there before
	suspended BIGINT,                -- since when the channel is not ours to post in
	reason TEXT NOT NULL
);

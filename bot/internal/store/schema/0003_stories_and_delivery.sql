-- What is known of a story, to find it again when another item tells it.
ALTER TABLE stories ADD COLUMN updated BIGINT;                         -- the date of its newest item
ALTER TABLE stories ADD COLUMN topics TEXT NOT NULL DEFAULT '[]';      -- JSON lists
ALTER TABLE stories ADD COLUMN countries TEXT NOT NULL DEFAULT '[]';
ALTER TABLE stories ADD COLUMN laws TEXT NOT NULL DEFAULT '[]';
ALTER TABLE stories ADD COLUMN dossiers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE stories ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN severity BIGINT NOT NULL DEFAULT 0;
ALTER TABLE stories ADD COLUMN direction TEXT NOT NULL DEFAULT '';
UPDATE stories SET updated = opened;
CREATE INDEX stories_updated ON stories (updated);

-- An item that tells a story, and what the rules made of it: enough to take it out of the story again.
CREATE TABLE tellings (
	item BIGINT PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
	story BIGINT NOT NULL REFERENCES stories (id),
	alert BIGINT REFERENCES alerts (id), -- whose sources it is among; NULL: of none
	relation TEXT NOT NULL,              -- new, again, further
	why TEXT NOT NULL,                   -- it tells this story
	judgement TEXT NOT NULL,             -- JSON: the alert that the rules made of it
	sketch TEXT NOT NULL                 -- base64; '' if it is not compared with
);
CREATE INDEX tellings_story ON tellings (story, item);
CREATE INDEX tellings_alert ON tellings (alert);

ALTER TABLE items ADD COLUMN kind TEXT NOT NULL DEFAULT '';              -- of its publisher
ALTER TABLE items ADD COLUMN publisher TEXT NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN publisher_country TEXT NOT NULL DEFAULT '';

ALTER TABLE alerts ADD COLUMN direction TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN dossiers TEXT NOT NULL DEFAULT '[]';       -- JSON list
ALTER TABLE alerts ADD COLUMN relation TEXT NOT NULL DEFAULT 'new';      -- new, further
ALTER TABLE alerts ADD COLUMN previous BIGINT;                           -- the story's alert before this one
ALTER TABLE alerts ADD COLUMN changed BIGINT;                            -- when a source joined it or its item was edited
ALTER TABLE alerts ADD COLUMN retracted BIGINT;

ALTER TABLE deliveries ADD COLUMN digest BIGINT NOT NULL DEFAULT 0;      -- 1 if it goes out in a digest
ALTER TABLE deliveries ADD COLUMN ceiling BIGINT NOT NULL DEFAULT 0;     -- the posts a day that it was too much for
ALTER TABLE deliveries ADD COLUMN bulletin TEXT NOT NULL DEFAULT '';     -- the running bulletin that it is in
ALTER TABLE deliveries ADD COLUMN batch BIGINT;                          -- the first delivery of the digest or bulletin it was put into
ALTER TABLE deliveries ADD COLUMN silent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN subscription BIGINT NOT NULL DEFAULT 0; -- that asked for it
ALTER TABLE deliveries ADD COLUMN begun BIGINT;                          -- a try whose end is not noted yet
ALTER TABLE deliveries ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;    -- tries that failed, and were not merely told to wait
ALTER TABLE deliveries ADD COLUMN aside BIGINT NOT NULL DEFAULT 0;       -- 1 while the others go on without it
ALTER TABLE deliveries ADD COLUMN version BIGINT NOT NULL DEFAULT 0;     -- of what it says
ALTER TABLE deliveries ADD COLUMN edit_due BIGINT;                       -- when the posted message is to be edited
ALTER TABLE deliveries ADD COLUMN edited BIGINT;                         -- when it last was
ALTER TABLE deliveries ADD COLUMN edit_tries BIGINT NOT NULL DEFAULT 0;  -- that failed since
ALTER TABLE deliveries ADD COLUMN parked_for TEXT NOT NULL DEFAULT '';   -- burst, or config: why it is held back
UPDATE deliveries SET urgent = 1 WHERE alert IN (SELECT id FROM alerts WHERE severity >= 3);
UPDATE deliveries SET parked_for = 'burst' WHERE state = 'parked';
CREATE INDEX deliveries_queue ON deliveries (destination, state, digest, urgent DESC, id);
CREATE INDEX deliveries_sent ON deliveries (destination, sent);
CREATE INDEX deliveries_message ON deliveries (destination, message_id);
CREATE INDEX deliveries_edits ON deliveries (edit_due) WHERE edit_due IS NOT NULL;
CREATE INDEX deliveries_begun ON deliveries (begun) WHERE begun IS NOT NULL;

CREATE TABLE subscriptions (
	id INTEGER PRIMARY KEY,
	destination TEXT NOT NULL,
	from_config BIGINT NOT NULL,
	wish TEXT NOT NULL               -- JSON
);
CREATE INDEX subscriptions_destination ON subscriptions (destination);

CREATE TABLE mutes (
	destination TEXT NOT NULL,
	kind TEXT NOT NULL,              -- rule, country, story
	what TEXT NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (destination, kind, what)
);

CREATE TABLE votes (
	alert BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
	voter TEXT NOT NULL,             -- a hash that only the key of the bot can make, another one for each alert
	destination TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (alert, voter)
);

CREATE TABLE settings (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
);

CREATE TABLE audit (
	id INTEGER PRIMARY KEY,
	at BIGINT NOT NULL,
	person TEXT NOT NULL,
	place TEXT NOT NULL,
	what TEXT NOT NULL,
	details TEXT NOT NULL
);

CREATE TABLE moves (
	destination TEXT PRIMARY KEY,
	moved_to TEXT NOT NULL
);

-- What the desk said of an alert after it was made, in the order of its coming.
CREATE TABLE corrections (
	id INTEGER PRIMARY KEY,
	alert BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL,              -- correct, retract, reinstate
	text TEXT NOT NULL
);
CREATE INDEX corrections_alert ON corrections (alert, id);

ALTER TABLE alerts ADD COLUMN reviewed BIGINT;                           -- when an admin decided on it
CREATE INDEX alerts_trial ON alerts (id) WHERE trial = 1 AND reviewed IS NULL;

ALTER TABLE deliveries ADD COLUMN notice_due BIGINT;                     -- when the post is to be answered with what the desk said
ALTER TABLE deliveries ADD COLUMN notice_tries BIGINT NOT NULL DEFAULT 0; -- that failed
CREATE INDEX deliveries_notices ON deliveries (state, destination, notice_due) WHERE notice_due IS NOT NULL;
CREATE INDEX deliveries_parked ON deliveries (alert) WHERE state = 'parked';

-- The old one was passed over by queries for the edits of one place, which then looked at all of its posts.
DROP INDEX deliveries_edits;
CREATE INDEX deliveries_edits ON deliveries (state, destination, edit_due) WHERE edit_due IS NOT NULL;

-- The words of every item, for /search. Which words those are, is decided in Go (search_cut.go), which joins
-- them by spaces: "ascii" takes every letter beyond ASCII for part of a word and so cuts at nothing else.
-- The texts themselves stand in items. This table is SQLite's own; another database has one of its kind.
CREATE VIRTUAL TABLE item_words USING fts5 (
	title, summary,
	facts,                           -- countries, topics, language, feed and kind, as words that no text has
	content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE TRIGGER items_deleted AFTER DELETE ON items BEGIN
	DELETE FROM item_words WHERE rowid = old.id;
END;

CREATE INDEX items_seen ON items (seen);
CREATE INDEX alert_countries_country ON alert_countries (country, alert);

-- Items that were there before have their words put in by IndexArchive, from the newest down to the oldest:
-- those above this number have theirs.
INSERT INTO settings (name, value)
	SELECT 'words_put_in_down_to', CAST(COALESCE(MAX(id), 0) + 1 AS TEXT) FROM items;

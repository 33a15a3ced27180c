-- What the bot has pinned where.
CREATE TABLE pins (
	destination TEXT PRIMARY KEY,
	message_id TEXT NOT NULL,        -- '' if nothing is
	refused BIGINT                   -- since when we may not pin there
);

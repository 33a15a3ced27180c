-- How a place wants what it is sent, which it may say before it subscribes to anything. What was asked for in
-- chats before has it in its wish, under the same names.
CREATE TABLE places (
	destination TEXT PRIMARY KEY,
	manner TEXT NOT NULL             -- JSON
);
INSERT INTO places (destination, manner)
	SELECT s.destination, s.wish FROM subscriptions s WHERE s.id IN
		(SELECT MIN(id) FROM subscriptions WHERE from_config = 0 GROUP BY destination);

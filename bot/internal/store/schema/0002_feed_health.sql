-- How a feed is read, and how it is. url of the first file goes on to be the address that the validators
-- belong to.
ALTER TABLE feed_states ADD COLUMN body_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_states ADD COLUMN pace TEXT NOT NULL DEFAULT '';            -- JSON: what the publisher asks for
ALTER TABLE feed_states ADD COLUMN class TEXT NOT NULL DEFAULT '';           -- of the last error
ALTER TABLE feed_states ADD COLUMN failing BIGINT;                           -- since when
ALTER TABLE feed_states ADD COLUMN own_next BIGINT;                          -- its own address is not to be asked before
ALTER TABLE feed_states ADD COLUMN via TEXT NOT NULL DEFAULT '';             -- the fallback that served last
ALTER TABLE feed_states ADD COLUMN moved TEXT NOT NULL DEFAULT '';           -- where permanent redirects lead
ALTER TABLE feed_states ADD COLUMN moved_times BIGINT NOT NULL DEFAULT 0;    -- how often in a row they said so
ALTER TABLE feed_states ADD COLUMN paused BIGINT;                            -- since when it waits for an admin
ALTER TABLE feed_states ADD COLUMN newest BIGINT;                            -- when it last had a new item
ALTER TABLE feed_states ADD COLUMN cadence BIGINT NOT NULL DEFAULT 0;        -- milliseconds between two items
ALTER TABLE feed_states ADD COLUMN host TEXT NOT NULL DEFAULT '';            -- that answered last
ALTER TABLE feed_states ADD COLUMN issuer TEXT NOT NULL DEFAULT '';          -- of its certificate
ALTER TABLE feed_states ADD COLUMN known TEXT NOT NULL DEFAULT '';           -- JSON list: hosts and issuers that are no news
ALTER TABLE feed_states ADD COLUMN told TEXT NOT NULL DEFAULT '';            -- the trouble that admins know of
ALTER TABLE feed_states ADD COLUMN ways TEXT NOT NULL DEFAULT '';            -- which addresses all this is about
ALTER TABLE feed_states ADD COLUMN fallbacks TEXT NOT NULL DEFAULT '';       -- JSON: the states of its fallbacks

ALTER TABLE items ADD COLUMN guid_key TEXT NOT NULL DEFAULT '';              -- the key of the publisher's own id
ALTER TABLE items ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN categories TEXT NOT NULL DEFAULT '[]';          -- JSON list
ALTER TABLE items ADD COLUMN image TEXT NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN edited BIGINT;                                  -- when its publisher last changed it

-- Bots are users with a configuration.
ALTER TABLE users ADD COLUMN configuration TEXT; -- of a bot, as JSON

-- Bots are users with a configuration.
ALTER TABLE users ADD COLUMN configuration TEXT; -- of a bot, as JSON
CREATE INDEX bots_of_an_app_instance ON users (app_instance_id, user_id) WHERE configuration IS NOT NULL;

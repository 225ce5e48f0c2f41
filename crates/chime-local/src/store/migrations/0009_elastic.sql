-- Elastic channels, whose members and messages are in sub-channels.

ALTER TABLE channels ADD COLUMN elastic TEXT; -- ElasticChannelConfiguration, as JSON

CREATE TABLE sub_channels (
    sub_channel_key INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id      INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    sub_channel_id  TEXT NOT NULL,
    UNIQUE (channel_id, sub_channel_id)
) STRICT;

ALTER TABLE memberships ADD COLUMN sub_channel INTEGER REFERENCES sub_channels;
CREATE INDEX memberships_of_a_sub_channel ON memberships (sub_channel, membership_id) WHERE sub_channel IS NOT NULL;

ALTER TABLE messages ADD COLUMN sub_channel INTEGER REFERENCES sub_channels;
CREATE INDEX messages_of_a_sub_channel ON messages (sub_channel, created_at, sequence) WHERE sub_channel IS NOT NULL;

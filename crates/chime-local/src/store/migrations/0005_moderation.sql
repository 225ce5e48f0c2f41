-- Bans, the origin of moderators, the preferences of members, and the state of messages.

-- Users who cannot be members of a channel.
CREATE TABLE bans (
    ban_id          INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id      INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    user_id         INTEGER NOT NULL REFERENCES users,
    created_by      INTEGER NOT NULL REFERENCES users,
    created_at      TEXT NOT NULL,
    UNIQUE (channel_id, user_id)
) STRICT;
CREATE INDEX bans_of_a_user ON bans (user_id);

-- Who made a user a moderator, and when. A column that is added cannot be NOT NULL and refer to users.
ALTER TABLE moderators ADD COLUMN created_by INTEGER REFERENCES users;
ALTER TABLE moderators ADD COLUMN created_at TEXT NOT NULL DEFAULT '';
UPDATE moderators SET (created_by, created_at) =
    (SELECT created_by, created_at FROM channels WHERE channels.channel_id = moderators.channel_id);

-- ChannelMembershipPreferences, as JSON; null until they are set.
ALTER TABLE memberships ADD COLUMN preferences TEXT;

-- The state of a message in a channel flow. Only its sender sees a message that is not sent.
ALTER TABLE messages ADD COLUMN status TEXT NOT NULL DEFAULT 'SENT' CHECK (status IN ('SENT', 'PENDING', 'FAILED'));
ALTER TABLE messages ADD COLUMN status_detail TEXT;
ALTER TABLE messages ADD COLUMN edited_at TEXT;

-- What a user sees of a channel is in three parts, each in order: messages for everybody, messages for the user alone,
-- and messages by the user that not everybody sees.
CREATE INDEX messages_for_everybody ON messages (channel_id, created_at, sequence)
    WHERE target IS NULL AND status = 'SENT';
CREATE INDEX messages_for_a_member ON messages (channel_id, target, created_at, sequence)
    WHERE target IS NOT NULL AND status = 'SENT';
CREATE INDEX messages_by_a_member ON messages (channel_id, sender, created_at, sequence)
    WHERE target IS NOT NULL OR status <> 'SENT';

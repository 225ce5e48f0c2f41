-- The life of things: deleted users, administrators' times, tags, retention, expiration and push endpoints.

-- A deleted user keeps its row, since messages and channels name it. Creating it again brings the row back.
ALTER TABLE users ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1));

ALTER TABLE administrators ADD COLUMN created_at TEXT NOT NULL DEFAULT '';
UPDATE administrators SET created_at =
    (SELECT created_at FROM users WHERE users.user_id = administrators.user_id);

CREATE INDEX moderator_roles_of_a_user ON moderators (user_id);

CREATE TABLE tags (
    tag_id          INTEGER PRIMARY KEY AUTOINCREMENT,
    resource        TEXT NOT NULL, -- the ARN
    tag_key         TEXT NOT NULL,
    value           TEXT NOT NULL,
    UNIQUE (resource, tag_key)
) STRICT;

-- How long messages are kept, if not for ever, and when the service begins to delete older ones.
ALTER TABLE app_instances ADD COLUMN retention_days INTEGER;
ALTER TABLE app_instances ADD COLUMN initiate_deletion_at TEXT;
-- Messages before this time are hidden, and those before that time are deleted or about to be. The sweep moves both.
ALTER TABLE app_instances ADD COLUMN hidden_before TEXT NOT NULL DEFAULT '';
ALTER TABLE app_instances ADD COLUMN deleted_before TEXT NOT NULL DEFAULT '';
-- Messages before this time have left the table.
ALTER TABLE app_instances ADD COLUMN purged_before TEXT NOT NULL DEFAULT '';

-- When they expire, or for a channel that expires after its last message, the earliest time at which it can.
ALTER TABLE users ADD COLUMN expires_at TEXT;
ALTER TABLE channels ADD COLUMN expires_at TEXT;
UPDATE users SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at,
    json_extract(expiration, '$.ExpirationDays') || ' days') WHERE expiration IS NOT NULL;
UPDATE channels SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at,
    json_extract(expiration, '$.ExpirationDays') || ' days') WHERE expiration IS NOT NULL;
CREATE INDEX users_that_expire ON users (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX channels_that_expire ON channels (expires_at) WHERE expires_at IS NOT NULL;

-- Devices of users, to which push notifications go.
CREATE TABLE endpoints (
    endpoint_key    INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint_id     TEXT NOT NULL UNIQUE,
    user_id         INTEGER NOT NULL REFERENCES users,
    name            TEXT,
    type            TEXT NOT NULL CHECK (type IN ('APNS', 'APNS_SANDBOX', 'GCM')),
    resource_arn    TEXT NOT NULL, -- the Pinpoint application
    device_token    TEXT NOT NULL,
    voip_device_token TEXT,
    allow_messages  TEXT NOT NULL CHECK (allow_messages IN ('ALL', 'NONE')),
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL
) STRICT;
CREATE INDEX endpoints_of_a_user ON endpoints (user_id, endpoint_key);
CREATE INDEX endpoints_of_a_device ON endpoints (device_token);

-- Which devices the last messages would have notified. No text of a message is kept here.
CREATE TABLE notifications (
    notification_id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id      INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    endpoint_key    INTEGER NOT NULL REFERENCES endpoints ON DELETE CASCADE,
    message_id      TEXT NOT NULL,
    type            TEXT NOT NULL, -- PushNotificationType
    created_at      TEXT NOT NULL
) STRICT;
CREATE INDEX notifications_of_a_channel ON notifications (channel_id);
CREATE INDEX notifications_of_an_endpoint ON notifications (endpoint_key);

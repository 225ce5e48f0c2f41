-- The world of a local Amazon Chime SDK messaging service. Times are UTC, to the millisecond, as text that sorts.

CREATE TABLE app_instances (
    app_instance_id INTEGER PRIMARY KEY AUTOINCREMENT,
    arn             TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    metadata        TEXT,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL
) STRICT;

CREATE TABLE users (
    user_id         INTEGER PRIMARY KEY AUTOINCREMENT,
    app_instance_id INTEGER NOT NULL REFERENCES app_instances,
    arn             TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    metadata        TEXT,
    expiration      TEXT, -- ExpirationSettings, as JSON
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL
) STRICT;
CREATE INDEX users_of_an_app_instance ON users (app_instance_id, user_id);

CREATE TABLE administrators (
    user_id         INTEGER PRIMARY KEY REFERENCES users
) STRICT;

CREATE TABLE channels (
    channel_id      INTEGER PRIMARY KEY AUTOINCREMENT,
    app_instance_id INTEGER NOT NULL REFERENCES app_instances,
    arn             TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    mode            TEXT NOT NULL CHECK (mode IN ('UNRESTRICTED', 'RESTRICTED')),
    privacy         TEXT NOT NULL CHECK (privacy IN ('PUBLIC', 'PRIVATE')),
    metadata        TEXT,
    expiration      TEXT, -- ExpirationSettings, as JSON
    created_by      INTEGER NOT NULL REFERENCES users,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL
) STRICT;
CREATE INDEX channels_of_an_app_instance ON channels (app_instance_id, channel_id);

CREATE TABLE memberships (
    membership_id   INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id      INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    user_id         INTEGER NOT NULL REFERENCES users,
    type            TEXT NOT NULL CHECK (type IN ('DEFAULT', 'HIDDEN')),
    invited_by      INTEGER NOT NULL REFERENCES users,
    read_at         TEXT, -- the read marker
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    UNIQUE (channel_id, user_id)
) STRICT;
CREATE INDEX memberships_of_a_channel ON memberships (channel_id, membership_id);
CREATE INDEX memberships_of_a_user ON memberships (user_id, membership_id);

CREATE TABLE moderators (
    moderator_id    INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id      INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    user_id         INTEGER NOT NULL REFERENCES users,
    UNIQUE (channel_id, user_id)
) STRICT;

-- Persistent messages; others are forgotten once they were answered for.
CREATE TABLE messages (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id      TEXT NOT NULL,
    channel_id      INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    sender          INTEGER NOT NULL REFERENCES users,
    type            TEXT NOT NULL CHECK (type IN ('STANDARD', 'CONTROL')),
    content         TEXT NOT NULL,
    metadata        TEXT,
    content_type    TEXT,
    attributes      TEXT, -- MessageAttributes, as JSON
    target          INTEGER REFERENCES users, -- who can see it beside the sender, if not everybody
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    UNIQUE (channel_id, message_id)
) STRICT;
CREATE INDEX messages_of_a_channel ON messages (channel_id, created_at, sequence);

-- What was answered to a ClientRequestToken, so that a repetition gets the same answer.
CREATE TABLE request_tokens (
    operation       TEXT NOT NULL,
    caller          INTEGER NOT NULL, -- a user, or 0 for the identity service
    token           TEXT NOT NULL,
    request         TEXT NOT NULL,
    answer          TEXT NOT NULL,
    PRIMARY KEY (operation, caller, token)
) STRICT, WITHOUT ROWID;

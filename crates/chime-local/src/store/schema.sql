-- The schema of a new file, which is what all steps of `migrations/` lead to.

CREATE TABLE app_instances (
    app_instance_id      INTEGER PRIMARY KEY AUTOINCREMENT,
    arn                  TEXT NOT NULL UNIQUE,
    name                 TEXT NOT NULL,
    metadata             TEXT,
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL,
    retention_days       INTEGER,
    initiate_deletion_at TEXT,
    hidden_before        TEXT NOT NULL DEFAULT '', -- messages before this time are hidden
    deleted_before       TEXT NOT NULL DEFAULT '',
    purged_before        TEXT NOT NULL DEFAULT ''
) STRICT;

-- App instance users, and bots, which have a configuration. A deleted user keeps its row, which others name.
CREATE TABLE users (
    user_id              INTEGER PRIMARY KEY AUTOINCREMENT,
    app_instance_id      INTEGER NOT NULL REFERENCES app_instances,
    arn                  TEXT NOT NULL UNIQUE,
    name                 TEXT NOT NULL,
    metadata             TEXT,
    expiration           TEXT, -- ExpirationSettings, as JSON
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL,
    deleted              INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    expires_at           TEXT,
    configuration        TEXT -- of a bot, as JSON
) STRICT;
CREATE INDEX users_of_an_app_instance ON users (app_instance_id, user_id);
CREATE INDEX users_that_expire ON users (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX bots_of_an_app_instance ON users (app_instance_id, user_id) WHERE configuration IS NOT NULL;
CREATE INDEX listed_users_of_an_app_instance ON users (app_instance_id, user_id)
    WHERE deleted = 0 AND configuration IS NULL;

CREATE TABLE administrators (
    user_id              INTEGER PRIMARY KEY REFERENCES users,
    created_at           TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE channels (
    channel_id           INTEGER PRIMARY KEY AUTOINCREMENT,
    app_instance_id      INTEGER NOT NULL REFERENCES app_instances,
    arn                  TEXT NOT NULL UNIQUE,
    name                 TEXT NOT NULL,
    mode                 TEXT NOT NULL CHECK (mode IN ('UNRESTRICTED', 'RESTRICTED')),
    privacy              TEXT NOT NULL CHECK (privacy IN ('PUBLIC', 'PRIVATE')),
    metadata             TEXT,
    expiration           TEXT, -- ExpirationSettings, as JSON
    created_by           INTEGER NOT NULL REFERENCES users,
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL,
    expires_at           TEXT,
    channel_flow_id      INTEGER REFERENCES channel_flows,
    elastic              TEXT -- ElasticChannelConfiguration, as JSON
) STRICT;
CREATE INDEX channels_of_an_app_instance ON channels (app_instance_id, channel_id);
CREATE INDEX channels_that_expire ON channels (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX channels_of_a_channel_flow ON channels (channel_flow_id, channel_id);
CREATE INDEX channels_by_privacy ON channels (app_instance_id, privacy, channel_id);

CREATE TABLE memberships (
    membership_id        INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id           INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    user_id              INTEGER NOT NULL REFERENCES users,
    type                 TEXT NOT NULL CHECK (type IN ('DEFAULT', 'HIDDEN')),
    invited_by           INTEGER NOT NULL REFERENCES users,
    read_at              TEXT, -- the read marker
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL,
    preferences          TEXT, -- ChannelMembershipPreferences, as JSON; null until they are set
    sub_channel          INTEGER REFERENCES sub_channels,
    UNIQUE (channel_id, user_id)
) STRICT;
CREATE INDEX memberships_of_a_channel ON memberships (channel_id, membership_id);
CREATE INDEX memberships_of_a_user ON memberships (user_id, membership_id);
CREATE INDEX memberships_of_a_sub_channel ON memberships (sub_channel, membership_id) WHERE sub_channel IS NOT NULL;

CREATE TABLE moderators (
    moderator_id         INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id           INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    user_id              INTEGER NOT NULL REFERENCES users,
    created_by           INTEGER REFERENCES users,
    created_at           TEXT NOT NULL DEFAULT '',
    UNIQUE (channel_id, user_id)
) STRICT;
CREATE INDEX moderator_roles_of_a_user ON moderators (user_id);

-- Persistent messages. Indexes have what a user sees of a channel in three parts, each in order: messages for everybody,
-- messages for the user alone, and messages by the user that not everybody sees.
CREATE TABLE messages (
    sequence             INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id           TEXT NOT NULL,
    channel_id           INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    sender               INTEGER NOT NULL REFERENCES users,
    type                 TEXT NOT NULL CHECK (type IN ('STANDARD', 'CONTROL')),
    content              TEXT NOT NULL,
    metadata             TEXT,
    content_type         TEXT,
    attributes           TEXT, -- MessageAttributes, as JSON
    target               INTEGER REFERENCES users, -- who can see it beside the sender, if not everybody
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL,
    redacted             INTEGER NOT NULL DEFAULT 0 CHECK (redacted IN (0, 1)),
    status               TEXT NOT NULL DEFAULT 'SENT' CHECK (status IN ('SENT', 'PENDING', 'FAILED')), -- only its sender sees a message that is not sent
    status_detail        TEXT,
    edited_at            TEXT,
    sub_channel          INTEGER REFERENCES sub_channels,
    UNIQUE (channel_id, message_id)
) STRICT;
CREATE INDEX messages_of_a_channel ON messages (channel_id, created_at, sequence);
CREATE INDEX messages_for_everybody ON messages (channel_id, created_at, sequence)
    WHERE target IS NULL AND status = 'SENT';
CREATE INDEX messages_for_a_member ON messages (channel_id, target, created_at, sequence)
    WHERE target IS NOT NULL AND status = 'SENT';
CREATE INDEX messages_by_a_member ON messages (channel_id, sender, created_at, sequence)
    WHERE target IS NOT NULL OR status <> 'SENT';
CREATE INDEX messages_of_a_sub_channel ON messages (sub_channel, created_at, sequence) WHERE sub_channel IS NOT NULL;

-- What was answered to a ClientRequestToken, so that a repetition gets the same answer.
CREATE TABLE request_tokens (
    operation            TEXT NOT NULL,
    caller               INTEGER NOT NULL, -- a user, or 0 for the identity service
    token                TEXT NOT NULL,
    request_digest       TEXT NOT NULL,
    answer               TEXT NOT NULL,
    PRIMARY KEY (operation, caller, token)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
    tag_id               INTEGER PRIMARY KEY AUTOINCREMENT,
    resource             TEXT NOT NULL, -- the ARN
    tag_key              TEXT NOT NULL,
    value                TEXT NOT NULL,
    UNIQUE (resource, tag_key)
) STRICT;

-- Devices of users, to which push notifications go.
CREATE TABLE endpoints (
    endpoint_key         INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint_id          TEXT NOT NULL UNIQUE,
    user_id              INTEGER NOT NULL REFERENCES users,
    name                 TEXT,
    type                 TEXT NOT NULL CHECK (type IN ('APNS', 'APNS_SANDBOX', 'GCM')),
    resource_arn         TEXT NOT NULL, -- the Pinpoint application
    device_token         TEXT NOT NULL,
    voip_device_token    TEXT,
    allow_messages       TEXT NOT NULL CHECK (allow_messages IN ('ALL', 'NONE')),
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL
) STRICT;
CREATE INDEX endpoints_of_a_user ON endpoints (user_id, endpoint_key);
CREATE INDEX endpoints_of_a_device ON endpoints (device_token);

-- Which devices the last messages would have notified. No text of a message is kept here.
CREATE TABLE notifications (
    notification_id      INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id           INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    endpoint_key         INTEGER NOT NULL REFERENCES endpoints ON DELETE CASCADE,
    message_id           TEXT NOT NULL,
    type                 TEXT NOT NULL, -- PushNotificationType
    created_at           TEXT NOT NULL
) STRICT;
CREATE INDEX notifications_of_a_channel ON notifications (channel_id);
CREATE INDEX notifications_of_an_endpoint ON notifications (endpoint_key);

-- Users who cannot be members of a channel.
CREATE TABLE bans (
    ban_id               INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id           INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    user_id              INTEGER NOT NULL REFERENCES users,
    created_by           INTEGER NOT NULL REFERENCES users,
    created_at           TEXT NOT NULL,
    UNIQUE (channel_id, user_id)
) STRICT;
CREATE INDEX bans_of_a_user ON bans (user_id);

CREATE TABLE channel_flows (
    channel_flow_id      INTEGER PRIMARY KEY AUTOINCREMENT,
    app_instance_id      INTEGER NOT NULL REFERENCES app_instances,
    arn                  TEXT NOT NULL UNIQUE,
    name                 TEXT NOT NULL,
    processors           TEXT NOT NULL, -- Processors, as JSON
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL
) STRICT;
CREATE INDEX channel_flows_of_an_app_instance ON channel_flows (app_instance_id, channel_flow_id);

-- What a channel flow processes: a new message, or a change of one. It is as its processors have it so far.
CREATE TABLE processings (
    processing_id        INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id           INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    message_id           TEXT NOT NULL,
    sender               INTEGER NOT NULL REFERENCES users,
    is_update            INTEGER NOT NULL CHECK (is_update IN (0, 1)),
    is_persistent        INTEGER NOT NULL CHECK (is_persistent IN (0, 1)),
    content              TEXT NOT NULL,
    metadata             TEXT,
    content_type         TEXT,
    attributes           TEXT, -- MessageAttributes, as JSON
    push_notification    TEXT, -- PushNotificationConfiguration, as JSON
    target               INTEGER REFERENCES users,
    created_at           TEXT NOT NULL, -- of the message
    edited_at            TEXT,
    processors           TEXT NOT NULL, -- Processors, as JSON: the one that has it, and those that follow
    callback_id          TEXT NOT NULL UNIQUE,
    is_invoked           INTEGER NOT NULL CHECK (is_invoked IN (0, 1)),
    deadline             TEXT NOT NULL -- of the callback
) STRICT;
CREATE INDEX processings_of_a_message ON processings (channel_id, message_id);
CREATE INDEX processings_to_invoke ON processings (processing_id) WHERE is_invoked = 0;
CREATE INDEX processings_by_deadline ON processings (deadline);

CREATE TABLE streaming_configurations (
    app_instance_id      INTEGER NOT NULL REFERENCES app_instances,
    data_type            TEXT NOT NULL CHECK (data_type IN ('Channel', 'ChannelMessage')),
    stream_arn           TEXT NOT NULL,
    PRIMARY KEY (app_instance_id, data_type)
) STRICT, WITHOUT ROWID;

-- The events that streams receive.
CREATE TABLE stream_records (
    record_id            INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_arn           TEXT NOT NULL,
    channel_arn          TEXT NOT NULL, -- the partition key: records of a channel stay in order
    data                 TEXT NOT NULL, -- the event, as JSON
    created_at           TEXT NOT NULL,
    delivered            INTEGER NOT NULL DEFAULT 0 CHECK (delivered IN (0, 1))
) STRICT;
CREATE INDEX waiting_records_of_a_stream ON stream_records (stream_arn, record_id) WHERE delivered = 0;
CREATE INDEX delivered_records ON stream_records (record_id) WHERE delivered = 1;

-- The parts of elastic channels, which have their members and messages.
CREATE TABLE sub_channels (
    sub_channel_key      INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id           INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    sub_channel_id       TEXT NOT NULL,
    UNIQUE (channel_id, sub_channel_id)
) STRICT;

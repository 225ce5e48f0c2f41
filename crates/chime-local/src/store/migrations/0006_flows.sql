-- Channel flows, and the messages that wait for their processors.

CREATE TABLE channel_flows (
    channel_flow_id INTEGER PRIMARY KEY AUTOINCREMENT,
    app_instance_id INTEGER NOT NULL REFERENCES app_instances,
    arn             TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    processors      TEXT NOT NULL, -- Processors, as JSON
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL
) STRICT;
CREATE INDEX channel_flows_of_an_app_instance ON channel_flows (app_instance_id, channel_flow_id);

ALTER TABLE channels ADD COLUMN channel_flow_id INTEGER REFERENCES channel_flows;
CREATE INDEX channels_of_a_channel_flow ON channels (channel_flow_id, channel_id);

-- What a channel flow processes: a new message, or a change of one. It is as its processors have it so far.
CREATE TABLE processings (
    processing_id   INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id      INTEGER NOT NULL REFERENCES channels ON DELETE CASCADE,
    message_id      TEXT NOT NULL,
    sender          INTEGER NOT NULL REFERENCES users,
    is_update       INTEGER NOT NULL CHECK (is_update IN (0, 1)),
    is_persistent   INTEGER NOT NULL CHECK (is_persistent IN (0, 1)),
    content         TEXT NOT NULL,
    metadata        TEXT,
    content_type    TEXT,
    attributes      TEXT, -- MessageAttributes, as JSON
    push_notification TEXT, -- PushNotificationConfiguration, as JSON
    target          INTEGER REFERENCES users,
    created_at      TEXT NOT NULL, -- of the message
    edited_at       TEXT,
    processors      TEXT NOT NULL, -- Processors, as JSON: the one that has it, and those that follow
    callback_id     TEXT NOT NULL UNIQUE,
    is_invoked      INTEGER NOT NULL CHECK (is_invoked IN (0, 1)),
    deadline        TEXT NOT NULL -- of the callback
) STRICT;
CREATE INDEX processings_of_a_message ON processings (channel_id, message_id);
CREATE INDEX processings_to_invoke ON processings (processing_id) WHERE is_invoked = 0;
CREATE INDEX processings_by_deadline ON processings (deadline);

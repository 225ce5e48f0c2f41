-- The streams that receive an app instance's events, and the records for them.

CREATE TABLE streaming_configurations (
    app_instance_id INTEGER NOT NULL REFERENCES app_instances,
    data_type       TEXT NOT NULL CHECK (data_type IN ('Channel', 'ChannelMessage')),
    stream_arn      TEXT NOT NULL,
    PRIMARY KEY (app_instance_id, data_type)
) STRICT, WITHOUT ROWID;

-- Records outlive their channels and app instances, to which they therefore do not refer.
CREATE TABLE stream_records (
    record_id       INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_arn      TEXT NOT NULL,
    channel_arn     TEXT NOT NULL, -- the partition key: records of a channel stay in order
    data            TEXT NOT NULL, -- the event, as JSON
    created_at      TEXT NOT NULL,
    delivered       INTEGER NOT NULL DEFAULT 0 CHECK (delivered IN (0, 1))
) STRICT;
CREATE INDEX waiting_records_of_a_stream ON stream_records (stream_arn, record_id) WHERE delivered = 0;
CREATE INDEX delivered_records ON stream_records (record_id) WHERE delivered = 1;

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

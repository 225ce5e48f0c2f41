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

-- Whether a message was redacted: its content is empty then, and its metadata null.
ALTER TABLE messages ADD COLUMN redacted INTEGER NOT NULL DEFAULT 0 CHECK (redacted IN (0, 1));

-- Of a request with a ClientRequestToken its SHA-256 is kept, in hexadecimal: its text may be a message.
ALTER TABLE request_tokens RENAME COLUMN request TO request_digest;

//! The responses to requests with a `ClientRequestToken`, so that a repetition gets the same response.

use crate::store::Transaction;

/// The key of a stored response.
#[derive(Clone, Copy)]
pub(crate) struct TokenKey<'k> {
    pub(crate) operation: &'static str,
    /// The key of the user who calls; 0 for an operation without a bearer.
    pub(crate) caller: i64,
    pub(crate) token: &'k str,
}

/// A stored response: a digest of the request, because its text may be a message, and the response as JSON.
pub(crate) struct TokenRow {
    pub(crate) request_digest: String,
    pub(crate) answer: String,
}

/// Returns the stored response to a token.
pub(crate) fn find(db: &Transaction<'_>, key: TokenKey<'_>) -> rusqlite::Result<Option<TokenRow>> {
    db.find(
        "SELECT request_digest, answer FROM request_tokens WHERE operation = ?1 AND caller = ?2 AND token = ?3",
        (key.operation, key.caller, key.token),
        |row| Ok(TokenRow { request_digest: row.get(0)?, answer: row.get(1)? }),
    )
}

/// Remembers a token that is not remembered yet.
pub(crate) fn insert(db: &Transaction<'_>, key: TokenKey<'_>, row: &TokenRow) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO request_tokens (operation, caller, token, request_digest, answer) VALUES (?1, ?2, ?3, ?4, ?5)",
        (key.operation, key.caller, key.token, &row.request_digest, &row.answer),
    )?;
    Ok(())
}

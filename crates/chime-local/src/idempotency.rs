//! Idempotency: a request that repeats a `ClientRequestToken` gets the stored response.

use chime_types::operation::Operation;
use serde_json::Value;

use crate::refusal::Refusal;
use crate::store::{Transaction, json_digest};
use crate::tables::request_tokens::{self, TokenKey, TokenRow};

/// Carries out an operation of a caller, or repeats the answer to its `ClientRequestToken`.
///
/// The answer is kept in the transaction that made it.
pub(crate) fn answer_once<O: Operation>(
    db: &Transaction<'_>,
    caller: i64,
    operation: O,
    handle: impl FnOnce(O) -> Result<O::Output, Refusal>,
) -> Result<O::Output, Refusal> {
    let Some(token) = O::METADATA.input.iter().find(|member| member.token.is_some()) else {
        return handle(operation);
    };
    let as_json = |error: serde_json::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
    let mut request = serde_json::to_value(&operation).map_err(as_json)?;
    let given = request.as_object_mut().and_then(|members| members.remove(token.name));
    let given = given.as_ref().and_then(Value::as_str).unwrap_or_default();
    let request_digest = json_digest(request);
    let key = TokenKey { operation: O::METADATA.name, caller, token: given };
    if let Some(before) = request_tokens::find(db, key)? {
        if before.request_digest != request_digest {
            let expected =
                if token.is_made_by_client() { "a new token" } else { "the request that it was used for" };
            let message = format!("{}: already used for another request; expected {expected}", token.name);
            return Err(Refusal::conflict(message));
        }
        return Ok(serde_json::from_str(&before.answer).map_err(as_json)?);
    }
    let output = handle(operation)?;
    let answer = serde_json::to_string(&output).map_err(as_json)?;
    request_tokens::insert(db, key, &TokenRow { request_digest, answer })?;
    Ok(output)
}

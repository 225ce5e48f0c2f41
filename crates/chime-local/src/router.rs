//! From a request to the operation that it is, and to its answer.

use std::time::SystemTime;

use bytes::Bytes;
use chime_types::operation::{Metadata, Operation, Service};
use chime_types::{Exception, ServiceError, wire};
use http::{Request, Response};
use rusqlite::OptionalExtension;
use serde_json::Value;

use crate::absent::ABSENT;
use crate::operations::{Handle, User, user};
use crate::store::{Call, Refused, Settings, Store};

/// The header that names the user who makes the call.
pub(crate) const BEARER: &str = "x-amz-chime-bearer";

/// What answers an operation: the store, how it behaves, the time, the request.
type Answer = fn(&Store, &Settings, SystemTime, &Request<Bytes>) -> Result<Response<Bytes>, ServiceError>;

/// An operation and what answers it.
pub(crate) struct Route {
    pub(crate) metadata: Metadata,
    pub(crate) answer: Answer,
}

macro_rules! routes {
    ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
        &[$( Route { metadata: <chime_types::$Operation as Operation>::METADATA, answer: answer::<chime_types::$Operation> } ),*]
    };
}

/// Every operation there is.
pub(crate) const ROUTES: &[Route] = chime_types::for_each_operation!(routes);

/// The operation that a request is, the most particular one where several share a path.
pub(crate) fn route(request: &Request<Bytes>) -> Result<&'static Route, ServiceError> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let found = ROUTES
        .iter()
        .filter(|route| route.metadata.matches(request.method(), path, query))
        .max_by_key(|route| route.metadata.query.len());
    // An operation that is not there may share its path with one that is.
    let absent = ABSENT
        .iter()
        .filter(|absent| absent.matches(request.method(), path, query))
        .find(|absent| found.is_none_or(|found| absent.query.len() > found.metadata.query.len()));
    if let Some(absent) = absent {
        let message = format!("{} is not there; docs/local.md lists what is", absent.name);
        let mut error = refuse("NotImplementedException", message);
        error.status = 501;
        return Err(error);
    }
    found.ok_or_else(|| {
        let message = format!("{} {path} is no operation", request.method());
        let mut error = refuse("UnknownOperationException", message);
        error.status = 404;
        error
    })
}

fn answer<O: Handle>(
    store: &Store,
    settings: &Settings,
    now: SystemTime,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, ServiceError> {
    let answered = store.call(settings, now, |call| {
        if O::METADATA.service == Service::Messaging {
            call.caller = bearer(call, request)?;
            call.caller()?;
        }
        let operation: O = wire::decode_request(request)
            .map_err(|invalid| refuse(Exception::BadRequestException, invalid.to_string()))?;
        once(call, operation)
    });
    let output = answered.map_err(|refused| match refused {
        Refused::Service(error) => *error,
        Refused::Store(error) => refuse(Exception::ServiceFailureException, format!("the store: {error}")),
    })?;
    wire::encode_response::<O>(&output)
        .map_err(|error| refuse(Exception::ServiceFailureException, error.to_string()))
}

/// Carries an operation out, or, where its `ClientRequestToken` was there before, answers as it was answered then.
fn once<O: Handle>(call: &Call<'_>, operation: O) -> Result<O::Output, Refused> {
    let Some(token) = O::METADATA.input.iter().find(|member| member.token) else {
        return operation.handle(call);
    };
    let as_json = |error: serde_json::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
    let mut request = serde_json::to_value(&operation).map_err(as_json)?;
    let token = request.as_object_mut().and_then(|members| members.remove(token.name));
    let token = token.as_ref().and_then(Value::as_str).unwrap_or_default();
    let request = request.to_string();
    let key = (O::METADATA.name, call.caller.as_ref().map_or(0, |caller| caller.id), token);
    let before: Option<(String, String)> = call
        .db
        .prepare_cached(
            "SELECT request, answer FROM request_tokens WHERE operation = ?1 AND caller = ?2 AND token = ?3",
        )?
        .query_row(key, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((asked, answer)) = before {
        if asked != request {
            let message = "ClientRequestToken: it was there before, with another request";
            return Err(refuse(Exception::ConflictException, message).into());
        }
        return Ok(serde_json::from_str(&answer).map_err(as_json)?);
    }
    let output = operation.handle(call)?;
    let answer = serde_json::to_string(&output).map_err(as_json)?;
    call.db
        .prepare_cached(
            "INSERT INTO request_tokens (operation, caller, token, request, answer) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((key.0, key.1, key.2, request, answer))?;
    Ok(output)
}

/// The user that the bearer names.
fn bearer(call: &Call<'_>, request: &Request<Bytes>) -> rusqlite::Result<Option<User>> {
    let bearer = request
        .headers()
        .get(BEARER)
        .and_then(|value| std::str::from_utf8(value.as_bytes()).ok()?.parse().ok());
    bearer.map_or(Ok(None), |bearer| user(call, &bearer))
}

pub(crate) fn refuse(exception: impl Into<Exception>, message: impl Into<String>) -> ServiceError {
    let mut error = ServiceError::new(exception.into());
    error.message = Some(message.into());
    error
}

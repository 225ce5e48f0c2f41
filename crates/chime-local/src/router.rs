//! From a request to the operation that it is, and to its answer.

use bytes::Bytes;
use chime_types::operation::{At, Metadata, Operation};
use chime_types::{AppInstanceUserArn, Exception, ServiceError, wire};
use http::{Request, Response};

use crate::operations::Handle;
use crate::store::Store;

/// The header that names the user who makes the call.
const BEARER: &str = "x-amz-chime-bearer";

/// An operation and what answers it.
pub(crate) struct Route {
    metadata: Metadata,
    pub(crate) answer: fn(&Store, &Request<Bytes>) -> Result<Response<Bytes>, ServiceError>,
}

macro_rules! routes {
    ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
        &[$( Route { metadata: <chime_types::$Operation as Operation>::METADATA, answer: answer::<chime_types::$Operation> } ),*]
    };
}

/// Every operation there is.
const ROUTES: &[Route] = routes! { describe: DescribeChannelMembershipForAppInstanceUser, X; };

/// The operation that a request is, the most particular one where several share a path.
pub(crate) fn route(request: &Request<Bytes>) -> Result<&'static Route, ServiceError> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    ROUTES
        .iter()
        .filter(|route| route.metadata.matches(request.method(), path, query))
        .max_by_key(|route| route.metadata.query.len())
        .ok_or_else(|| {
            let mut error = refuse(
                "UnknownOperationException",
                format!("{} {path} is no operation here", request.method()),
            );
            error.status = 404;
            error
        })
}

fn answer<O: Handle>(store: &Store, request: &Request<Bytes>) -> Result<Response<Bytes>, ServiceError> {
    if O::METADATA.input.iter().any(|member| member.at == At::Header(BEARER)) {
        check_bearer(store, request)?;
    }
    let operation: O = wire::decode_request(request)
        .map_err(|invalid| refuse(Exception::BadRequestException, invalid.to_string()))?;
    let output = operation.handle(store)?;
    wire::encode_response::<O>(&output)
        .map_err(|error| refuse(Exception::ServiceFailureException, error.to_string()))
}

/// The service refuses a bearer that is absent, malformed or unknown in one and the same way.
fn check_bearer(store: &Store, request: &Request<Bytes>) -> Result<(), ServiceError> {
    let bearer: Option<AppInstanceUserArn> = request
        .headers()
        .get(BEARER)
        .and_then(|value| std::str::from_utf8(value.as_bytes()).ok()?.parse().ok());
    if bearer.is_some_and(|bearer| store.has_user(&bearer)) {
        return Ok(());
    }
    let message = "An invalid app instance user ARN was supplied for the x-amz-chime-bearer HTTP header.";
    Err(refuse(Exception::UnauthorizedClientException, message))
}

pub(crate) fn refuse(exception: impl Into<Exception>, message: impl Into<String>) -> ServiceError {
    let mut error = ServiceError::new(exception.into());
    error.message = Some(message.into());
    error
}

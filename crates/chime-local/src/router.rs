//! From a request to the operation that it is, and to its answer.

use std::collections::BTreeSet;
use std::time::SystemTime;

use bytes::Bytes;
use chime_types::operation::{Bearer, Metadata, Method, Operation};
use chime_types::{OneLine, wire};
use http::header::HOST;
use http::{Request, Response};
use percent_encoding::percent_decode_str;

use crate::access::Caller;
use crate::headers::BEARER;
use crate::idempotency::answer_once;
use crate::operations::{Handle, Settings, World};
use crate::refusal::Refusal;
use crate::store::{Store, Transaction};
use crate::text::cut;

/// The number of bytes of a parameter's name that are quoted.
const LONGEST_NAME: usize = 64;

/// A function that answers an operation, by the store, the settings, the clock and the request.
type Responder = fn(&Store, &Settings, SystemTime, &Request<Bytes>) -> Result<Response<Bytes>, Refusal>;

/// An operation and what answers it.
pub(crate) struct Route {
    pub(crate) metadata: Metadata,
    pub(crate) respond: Responder,
}

macro_rules! routes {
    ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
        &[$( Route {
            metadata: <chime_types::operations::$Operation as Operation>::METADATA,
            respond: respond::<chime_types::operations::$Operation>,
        } ),*]
    };
}

/// Every operation.
const ROUTES: &[Route] = chime_types::for_each_operation!(routes);

/// The operation that a request is, the most particular one where several share a path.
pub(crate) fn route(request: &Request<Bytes>) -> Result<&'static Route, Refusal> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    check_parameters(query)?;
    let matching = ROUTES.iter().filter(|route| route.metadata.matches(request.method(), path, query));
    matching.max_by_key(|route| route.metadata.query.len()).ok_or_else(|| {
        let message = format!("{} {path} is not an operation", request.method());
        Refusal::new("UnknownOperationException", message).with_status(404)
    })
}

/// Refuses a query that has a parameter twice, however it is escaped: which of the two counts is for nobody to guess.
fn check_parameters(query: &str) -> Result<(), Refusal> {
    let mut names = BTreeSet::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap_or_default();
        let name: Vec<u8> = percent_decode_str(name).collect();
        if names.contains(&name) {
            let name = String::from_utf8_lossy(&name);
            let message = format!("{}: duplicate query parameter; send it once", cut(&name, LONGEST_NAME));
            return Err(Refusal::bad_request(OneLine(message).to_string()));
        }
        names.insert(name);
    }
    Ok(())
}

/// Carries out an operation as one transaction, which leaves nothing behind if the call is refused.
///
/// One that only asks does not write, and so waits for no other program that does. The bearer is checked before the
/// request is decoded: a 401 comes before a 400.
fn respond<O: Handle>(
    store: &Store,
    settings: &Settings,
    now: SystemTime,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Refusal> {
    const {
        assert!(
            matches!(
                (<O::Caller as Caller>::BEARER, O::METADATA.bearer),
                (Bearer::Required, Bearer::Required)
                    | (Bearer::Optional, Bearer::Optional)
                    | (Bearer::None, Bearer::None)
            ),
            "the handler takes another caller than the operation has"
        );
    }
    let answer = |db: &Transaction<'_>| {
        let caller = O::Caller::identify(db, request.headers().get(BEARER))?;
        let operation: O =
            wire::decode_request(request).map_err(|invalid| Refusal::bad_request(invalid.to_string()))?;
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let world = World { db, settings, host };
        answer_once(db, caller.key(), operation, |operation| operation.handle(caller, &world))
    };
    let output = if O::METADATA.method == Method::Get {
        store.read(|db| Ok(answer(db)))?
    } else {
        store.write(now, answer)
    }?;
    wire::encode_response::<O>(&output).map_err(|error| Refusal::failure(error.to_string()))
}

//! The administrative path: faults, the request log and the world over HTTP, without a signature.

use std::net::IpAddr;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderValue, ORIGIN};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use serde_json::json;

use crate::faults::{Fault, Faults};
use crate::log::Log;
use crate::seed::Seed;
use crate::store::Store;

/// What every path here begins with. No operation's path begins so.
const PREFIX: &str = "/_local/";

/// The header that a request must have, and its value. A page from another origin cannot send it without asking
/// first (a CORS preflight), which is never allowed here.
const HEADER: (&str, &str) = ("x-chime-local", "admin");

/// Whether a request is for the administrative path.
pub(crate) fn is_admin_path(uri: &Uri) -> bool {
    uri.path().starts_with(PREFIX)
}

/// The answer to a request that is meant for this path.
pub(crate) fn answer(request: &Request<Bytes>, faults: &Faults, log: &Log, store: &Store) -> Response<Bytes> {
    let (status, body) = match act(request, faults, log, store) {
        Ok(body) => (StatusCode::OK, body),
        Err((status, message)) => (status, json!({ "Message": message }).to_string().into_bytes()),
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn act(
    request: &Request<Bytes>,
    faults: &Faults,
    log: &Log,
    store: &Store,
) -> Result<Vec<u8>, (StatusCode, String)> {
    check_origin(request.headers()).map_err(|reason| (StatusCode::FORBIDDEN, reason.to_owned()))?;
    let (method, path) = (request.method(), request.uri().path());
    let answer = match (method, path.strip_prefix(PREFIX)) {
        (&Method::GET, Some("requests")) => serde_json::to_vec(&log.requests()),
        (&Method::GET, Some("world")) => {
            let world = store
                .read(Seed::export)
                .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
            // As `chime local export` writes it.
            Ok(format!("{world}\n").into_bytes())
        }
        (&Method::GET, Some("faults")) => serde_json::to_vec(&faults.list()),
        (&Method::PUT, Some("faults")) => {
            let list = Fault::list_from_json(request.body())
                .map_err(|invalid| (StatusCode::BAD_REQUEST, invalid.to_string()))?;
            faults.set(list);
            serde_json::to_vec(&faults.list())
        }
        (&Method::DELETE, Some("faults")) => {
            faults.set(Vec::new());
            serde_json::to_vec(&faults.list())
        }
        _ => {
            let message = format!(
                "{method} {path} is not there; there are GET, PUT and DELETE {PREFIX}faults, GET {PREFIX}requests and GET {PREFIX}world"
            );
            return Err((StatusCode::NOT_FOUND, message));
        }
    };
    answer.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

/// Whether a request comes from a program that knows where it is, not from a web page.
fn check_origin(headers: &HeaderMap) -> Result<(), &'static str> {
    let (name, value) = HEADER;
    if headers.get(name).is_none_or(|given| given != value) {
        return Err("the administrative path wants the header `x-chime-local: admin`");
    }
    if headers.contains_key(ORIGIN) {
        return Err("the administrative path is not for web pages, whose requests have an Origin header");
    }
    // A page whose name has been made to lead here has that name in Host.
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) if is_loopback(host) => Ok(()),
        _ => Err("the administrative path wants a Host of this machine: 127.0.0.1, [::1] or localhost"),
    }
}

/// Whether the value of a `Host` header is this machine's: a loopback address or `localhost`.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machines_names_are_loopback() {
        for (host, expected) in [
            ("127.0.0.1", true),
            ("127.0.0.1:8090", true),
            ("127.8.9.1:1", true),
            ("localhost", true),
            ("LOCALHOST:8090", true),
            ("[::1]", true),
            ("[::1]:8090", true),
            ("", false),
            ("example.com", false),
            ("localhost.example.com", false),
            ("localhost:8090.example.com", false),
            ("127.0.0.1.example.com:8090", false),
            ("example.com:127.0.0.1", false),
            ("user@127.0.0.1", false),
            ("0.0.0.0:8090", false),
            ("192.168.0.1", false),
            ("[::]:8090", false),
            ("2130706433", false),
        ] {
            assert_eq!(is_loopback(host), expected, "{host:?}");
        }
    }
}

//! Access to the administrative path: for programs that know it, and for its own page.

use bytes::Bytes;
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use serde_json::json;

use super::page;
use super::refused::respond;
use crate::headers::names_another_host;

/// The header that a request must have, and its value. A page from another origin cannot send it without asking
/// first (a CORS preflight), which is never allowed here.
const HEADER: (&str, &str) = ("x-chime-local", "admin");

/// The path of which containers ask whether the service runs: it needs no header.
const HEALTH: &str = "/_local/health";

/// Refuses a request to this path that comes from a page of another origin, or from a program that does not know this
/// path. `scheme` is that of the connection.
pub(crate) fn check<B>(request: &Request<B>, scheme: &str) -> Result<(), Response<Bytes>> {
    let (uri, headers) = (request.uri(), request.headers());
    let is_open = uri.path() == HEALTH || page::is_of_the_page(uri.path());
    let checked = if !is_own_origin(headers, scheme) {
        Err("the administrative path is not for web pages of other origins")
    } else if request.method() == Method::GET && is_open {
        Ok(())
    } else {
        check_sender(uri, headers)
    };
    checked.map_err(|reason| respond(StatusCode::FORBIDDEN, json!({ "Message": reason }).to_string()))
}

/// Whether no page sends a request, or one of the service's own. Whether its host may be named is checked elsewhere.
fn is_own_origin(headers: &HeaderMap, scheme: &str) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None, None) = (hosts.next(), hosts.next(), origins.next()) else { return false };
    let own = [scheme.as_bytes(), b"://", host.as_bytes()].concat();
    origin.as_bytes().eq_ignore_ascii_case(&own)
}

/// Refuses a request without the header of this path, and one whose target names another host.
fn check_sender(uri: &Uri, headers: &HeaderMap) -> Result<(), &'static str> {
    let (name, value) = HEADER;
    let mut given = headers.get_all(name).iter();
    if given.next().is_none_or(|given| given != value) || given.next().is_some() {
        return Err("the administrative path wants the header `x-chime-local: admin`");
    }
    if names_another_host(uri, headers) {
        return Err("the administrative path wants a target without another host; send the path alone");
    }
    Ok(())
}

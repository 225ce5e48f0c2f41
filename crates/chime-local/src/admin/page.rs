//! The console: a page and its files, which are part of the program.

use bytes::Bytes;
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Request, Response, StatusCode};

/// The address of the page.
const PAGE: &str = "/_local/";

/// What the addresses of its files begin with.
const FILES: &str = "/_local/console/";

/// The page.
const INDEX: File = ("index.html", "text/html; charset=utf-8", include_bytes!("../console/index.html"));

/// The files that the page loads.
const LOADED: &[File] = &[];

/// A file: its name, its type and its bytes.
type File = (&'static str, &'static str, &'static [u8]);

/// Only the page's own files are loaded and only the service is called. No page may show it in a frame, where it could
/// lead to clicks that mean something else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
);

/// Whether a path is that of the page or of one of its files, which need no header.
pub(super) fn is_of_the_page(path: &str) -> bool {
    path == PAGE || path.starts_with(FILES)
}

/// The page or one of its files, if it exists.
pub(super) fn file(path: &str) -> Option<Response<Bytes>> {
    let (_, content_type, bytes) = match path.strip_prefix(FILES) {
        Some(name) => LOADED.iter().find(|(known, ..)| *known == name)?,
        None if path == PAGE => &INDEX,
        None => return None,
    };
    let mut response = Response::new(Bytes::from_static(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Some(response)
}

/// The answer that leads a browser from the service's address to the page. None for any other request.
pub(crate) fn redirect<B>(request: &Request<B>) -> Option<Response<Bytes>> {
    let accepted = request.headers().get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    let is_browser = accepted.is_some_and(|accepted| accepted.contains("text/html"));
    if request.method() != Method::GET || request.uri().path() != "/" || !is_browser {
        return None;
    }
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(LOCATION, HeaderValue::from_static(PAGE));
    Some(response)
}

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
const LOADED: &[File] = &[
    ("icon.svg", "image/svg+xml", include_bytes!("../console/icon.svg")),
    ("style.css", "text/css; charset=utf-8", include_bytes!("../console/style.css")),
    ("actor.js", JAVASCRIPT, include_bytes!("../console/actor.js")),
    ("channel.js", JAVASCRIPT, include_bytes!("../console/channel.js")),
    ("clock.js", JAVASCRIPT, include_bytes!("../console/clock.js")),
    ("dom.js", JAVASCRIPT, include_bytes!("../console/dom.js")),
    ("faults.js", JAVASCRIPT, include_bytes!("../console/faults.js")),
    ("main.js", JAVASCRIPT, include_bytes!("../console/main.js")),
    ("messages.js", JAVASCRIPT, include_bytes!("../console/messages.js")),
    ("pages.js", JAVASCRIPT, include_bytes!("../console/pages.js")),
    ("requests.js", JAVASCRIPT, include_bytes!("../console/requests.js")),
    ("service.js", JAVASCRIPT, include_bytes!("../console/service.js")),
    ("sessions.js", JAVASCRIPT, include_bytes!("../console/sessions.js")),
    ("user.js", JAVASCRIPT, include_bytes!("../console/user.js")),
    ("world.js", JAVASCRIPT, include_bytes!("../console/world.js")),
];

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_console_is_served_and_together_they_are_small() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/console");
        let entries = std::fs::read_dir(folder).unwrap();
        let exist: BTreeSet<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let served: Vec<_> = LOADED.iter().chain([&INDEX]).collect();
        assert_eq!(served.iter().map(|(name, ..)| (*name).to_owned()).collect::<BTreeSet<_>>(), exist);
        let bytes: usize = served.iter().map(|(.., bytes)| bytes.len()).sum();
        assert!(bytes <= 60_000, "{bytes} bytes");
    }
}

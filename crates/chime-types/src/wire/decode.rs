//! The operation that an HTTP request carries.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::members::{Source, assemble};
use crate::InvalidParameter;
use crate::operation::{At, Operation};

/// Reads and checks the operation that a request carries in its labels, query, headers and body.
///
/// [`Metadata::matches`](crate::operation::Metadata::matches) says whether a request is this operation.
///
/// # Errors
/// The member that is missing or malformed, or a body that is not a JSON object.
pub fn decode_request<O: Operation>(
    request: &http::Request<impl AsRef<[u8]>>,
) -> Result<O, InvalidParameter> {
    let metadata = &O::METADATA;
    let invalid = |name, reason: &dyn fmt::Display| InvalidParameter::new(metadata.name, name, reason);
    let labels = metadata.labels(request.uri().path()).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let mut members = Vec::with_capacity(metadata.input.len());
    for member in metadata.input {
        let escaped = match member.at {
            At::Label(label) => labels.iter().find(|(name, _)| *name == label).map(|(_, text)| *text),
            At::Query(name) => query
                .split('&')
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .find(|(given, _)| *given == name)
                .map(|(_, text)| text),
            At::Header(name) => {
                if let Some(value) = request.headers().get(name) {
                    let text = std::str::from_utf8(value.as_bytes()).map_err(|e| invalid(member.name, &e))?;
                    members.push((member.name, Source::Text(text.into())));
                }
                continue;
            }
            At::Body => continue,
        };
        if let Some(escaped) = escaped {
            let text = percent_decode_str(escaped).decode_utf8().map_err(|e| invalid(member.name, &e))?;
            members.push((member.name, Source::Text(text)));
        }
    }
    let body = request.body().as_ref();
    if !body.is_empty() && metadata.input.iter().any(|member| member.at == At::Body) {
        let object: serde_json::Map<String, Value> = serde_json::from_slice(body).map_err(|e| {
            InvalidParameter::whole(metadata.name, format!("the body is not a JSON object: {e}"))
        })?;
        for (name, value) in object {
            if let Some(member) = metadata.member(&name).filter(|member| member.at == At::Body) {
                members.push((member.name, Source::Json(value)));
            }
        }
    }
    assemble(members, |_| true)
}

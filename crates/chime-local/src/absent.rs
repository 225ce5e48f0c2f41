//! The operations of the services that are not implemented, which are refused by name.
//!
//! A contract test compares the list with the service models.

use chime_types::operation::{Metadata, Method};

/// An operation's name, method, path and constant query.
const fn absent(
    name: &'static str,
    method: Method,
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
) -> Metadata {
    Metadata::undeclared(name, method, path, query)
}

/// Every operation of both services that is not implemented.
#[rustfmt::skip]
pub(crate) const ABSENT: &[Metadata] = &[
    absent("DeleteMessagingStreamingConfigurations", Method::Delete, "/app-instances/{appInstanceArn}/streaming-configurations", &[]),
    absent("GetMessagingStreamingConfigurations", Method::Get, "/app-instances/{appInstanceArn}/streaming-configurations", &[]),
    absent("PutMessagingStreamingConfigurations", Method::Put, "/app-instances/{appInstanceArn}/streaming-configurations", &[]),
];

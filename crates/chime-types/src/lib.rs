//! Types of Amazon Chime SDK messaging: operations, shapes, errors and their JSON, without I/O.
//!
//! ```
//! use chime_types::shapes::{AppInstanceUserMembershipSummary, ChannelMembershipType};
//!
//! let membership: AppInstanceUserMembershipSummary =
//!     serde_json::from_str(r#"{"Type":"HIDDEN","ReadMarkerTimestamp":1610051741.085}"#)?;
//! assert_eq!(membership.r#type, Some(ChannelMembershipType::Hidden));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! * [`shapes`] has the structures and enums, with [serde](https://serde.rs) both ways, in the service's own JSON. They
//!   accept members and values that the service adds later.
//! * [`operations`] has the requests and their responses, and a builder for each request.
//! * [`events`] has what the service sends to programs: to streams, sessions and the processors of channel flows.
//! * [`wire`] turns an operation into an HTTP request and back, and its response likewise, for clients and servers on any
//!   HTTP stack. [`operation`] describes each operation in a table, for programs that handle them all.
//! * Identifiers are types that parse: [`AppInstanceArn`], [`AppInstanceUserArn`], [`ChannelArn`] and others.
//! * `Debug` hides every member that the service model marks as sensitive; see [`Sensitive`].
//!
//! This crate does no I/O. To call the service, use `chime-client`.

/// The import of an example. It names this crate on the pages of this crate, and `chime_client` on the pages of that
/// crate, which has the same paths: `doc` is set only while rustdoc builds the pages of this crate.
#[cfg(doc)]
macro_rules! import {
    ($path:literal) => {
        concat!("use chime_types::", $path, ";")
    };
}
#[cfg(not(doc))]
macro_rules! import {
    ($path:literal) => {
        concat!("use chime_client::", $path, ";")
    };
}

mod arn;
pub mod builder;
mod byte_set;
mod declare;
pub mod events;
mod exception;
mod invalid;
mod one_line;
mod open_enum;
pub mod operation;
pub mod operations;
mod pages;
mod parameter;
mod quoted;
mod sensitive;
pub mod shapes;
mod timestamp;
mod unread;
pub mod wire;

pub use arn::{
    AppInstanceArn, AppInstanceBotArn, AppInstanceUserArn, ChannelArn, ChannelFlowArn, LambdaFunctionArn,
    LexBotAliasArn, PinpointAppArn, ResourceArn, SensitiveUserArn, StreamArn,
};
pub use exception::{Exception, ServiceError};
pub use invalid::{InvalidParameter, InvalidValue};
pub use one_line::{Excerpt, OneLine};
pub use pages::{Answers, Pages};
pub use sensitive::Sensitive;
pub use timestamp::Timestamp;
pub use unread::Unread;
pub use wire::UnreadableAnswer;

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
//! * Every shape is [serde](https://serde.rs) both ways, in the service's own JSON. Members and enum values
//!   that the service adds later do no harm.
//! * Identifiers are types that parse: [`AppInstanceArn`], [`AppInstanceUserArn`], [`ChannelArn`].
//! * An [`Operation`](operation::Operation) is declared once; [`wire`] turns it into an HTTP request and back, and its answer
//!   likewise, for a client as for a server, over any HTTP stack.
//! * `Debug` shows no member that the service model marks sensitive.
//!
//! To call the service, add `chime-client`.

/// The line of an example that imports from this crate. The pages of `chime_client` have the example too, and name that
/// crate, where the path is the same: `doc` is set only while the pages of this crate are made.
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
mod declare;
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

//! An operation as an HTTP request, its answer as an HTTP response, and both back again.
//!
//! ```
#![doc = import!("operations::DescribeChannelMembershipForAppInstanceUser")]
#![doc = import!("wire")]
//!
//! let instance = "arn:aws:chime:us-east-1:1:app-instance/i";
//! let request = DescribeChannelMembershipForAppInstanceUser::builder()
//!     .channel_arn(format!("{instance}/channel/c"))
//!     .app_instance_user_arn(format!("{instance}/user/u"))
//!     .chime_bearer(format!("{instance}/user/u"))
//!     .build()?;
//!
//! let sent = wire::encode_request(&request)?;
//! assert_eq!(sent.method(), "GET");
//! assert!(sent.uri().query().unwrap().starts_with("scope=app-instance-user-membership&"));
//!
//! let received: DescribeChannelMembershipForAppInstanceUser = wire::decode_request(&sent)?;
//! assert_eq!(received, request);
//! # Ok::<(), chime_types::InvalidParameter>(())
//! ```
//!
//! The request that is encoded has no host and is not signed: that is the transport's part. Label and query
//! values are percent-encoded once, but for unreserved characters; headers travel as they are.

mod decode;
mod encode;
mod escape;
mod members;
mod place;
mod response;
mod shown;
#[cfg(test)]
mod tests;

pub use decode::decode_request;
pub use encode::encode_request;
pub use escape::push_escaped;
pub use members::from_members;
pub use response::{
    UnreadableAnswer, decode_error, decode_response, encode_error, encode_response, request_id,
};
pub use shown::shown_path;

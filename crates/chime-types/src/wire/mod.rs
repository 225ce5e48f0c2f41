//! An operation as an HTTP request, its answer as an HTTP response, and both back again.
//!
//! ```
//! use chime_types::{DescribeChannelMembershipForAppInstanceUser, wire};
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

mod request;
mod response;

pub use request::{decode_request, encode_request, from_members};
pub use response::{
    UnreadableAnswer, decode_error, decode_response, encode_error, encode_response, request_id,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// Everything but the unreserved characters of RFC 3986, which is what AWS' clients escape.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The header that names the exception of an error.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// The header that identifies an answer.
const REQUEST_ID: &str = "x-amzn-requestid";

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

/// Whether a byte may stand in a label or a query: the unreserved characters of RFC 3986, which is what AWS' clients let
/// stand.
#[allow(clippy::indexing_slicing, reason = "in a constant, a panic is a compile error")]
const UNRESERVED: [bool; 256] = {
    let mut unreserved = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "it is below 256")]
        let character = byte as u8;
        unreserved[byte] =
            character.is_ascii_alphanumeric() || matches!(character, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    unreserved
};

/// Adds a text with everything percent-encoded but the unreserved characters of RFC 3986: as labels and queries are sent,
/// and as a path is signed.
///
/// ```
/// let mut text = b"/channels/".to_vec();
/// chime_types::wire::push_escaped(&mut text, "arn:aws/~é");
/// assert_eq!(text, b"/channels/arn%3Aaws%2F~%C3%A9");
/// ```
pub fn push_escaped(text: &mut Vec<u8>, value: &str) {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 };
    let mut rest = value.as_bytes();
    loop {
        let reserved = |byte: &u8| !UNRESERVED.get(usize::from(*byte)).is_some_and(|unreserved| *unreserved);
        let (run, after) = rest.split_at(rest.iter().position(reserved).unwrap_or(rest.len()));
        text.extend_from_slice(run);
        let Some((byte, after)) = after.split_first() else { return };
        text.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        rest = after;
    }
}

/// The header that names the exception of an error.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// The header that identifies an answer.
const REQUEST_ID: &str = "x-amzn-requestid";

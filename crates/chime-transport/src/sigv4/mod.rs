//! AWS Signature Version 4, for the side that signs and for the side that verifies.
//!
//! A [`Signer`] signs a request in its headers or in its query. The verifying side reads what the request says about its
//! signature (for a query, with [`SignedQuery`]), and repeats the steps of the signing side:
//!
//! ```
//! use chime_transport::sigv4::{Canonical, SigningKey, string_to_sign};
//!
//! let headers: [(&str, &[u8]); 2] = [("host", b"localhost"), ("x-amz-date", b"20260604T071451Z")];
//! let canonical = Canonical::new("GET", "/channels/arn%3Aaws", "scope=x", headers, b"");
//! assert_eq!(canonical.signed_headers(), "host;x-amz-date");
//! // The path is escaped a second time, as everywhere in AWS except in S3.
//! assert!(canonical.as_bytes().starts_with(b"GET\n/channels/arn%253Aaws\nscope=x\n"));
//!
//! let key = SigningKey::derive("secret", "20260604", "us-east-1", "chime");
//! let text = string_to_sign("20260604T071451Z", "20260604/us-east-1/chime/aws4_request", &canonical);
//! let signature = key.sign(&text);
//! assert!(key.verify(&text, &signature));
//! assert!(!key.verify(&text, &signature.replace('a', "b")));
//! ```

mod canonical;
mod date;
mod hex;
mod key;
mod names;
mod query;
mod signer;

pub use canonical::{Canonical, sha256_hex};
pub use date::amz_date;
pub use key::{SigningKey, string_to_sign};
pub use names::{ALGORITHM, SERVICE, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN};
pub use query::{InvalidSignedQuery, SignedQuery};
pub use signer::Signer;

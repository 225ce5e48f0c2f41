//! The names that a signature uses: the service, the algorithm, headers and query parameters.

use http::header::HeaderName;

/// The name that the service signs under, whatever its host is called.
pub const SERVICE: &str = "chime";

/// The name of the algorithm, as headers and queries contain it.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The end of every scope.
pub(super) const TERMINATOR: &str = "aws4_request";

/// The header with the time of signing.
pub const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");

/// The header with the session token of temporary credentials.
pub const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// The query parameters of a signature.
pub(super) mod parameter {
    pub(crate) const ALGORITHM: &str = "X-Amz-Algorithm";
    pub(crate) const CREDENTIAL: &str = "X-Amz-Credential";
    pub(crate) const DATE: &str = "X-Amz-Date";
    pub(crate) const EXPIRES: &str = "X-Amz-Expires";
    pub(crate) const SECURITY_TOKEN: &str = "X-Amz-Security-Token";
    pub(crate) const SIGNED_HEADERS: &str = "X-Amz-SignedHeaders";
    pub(crate) const SIGNATURE: &str = "X-Amz-Signature";

    pub(crate) const ALL: [&str; 7] =
        [ALGORITHM, CREDENTIAL, DATE, EXPIRES, SECURITY_TOKEN, SIGNED_HEADERS, SIGNATURE];
}

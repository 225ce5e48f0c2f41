//! Requests as logs show them.

use std::borrow::Cow;

/// Returns a request's path as a log may show it: without the ARN of the user whose devices the request is about, which
/// the service model marks sensitive.
///
/// ```
#[doc = import!("wire")]
///
/// let path = "/app-instance-users/arn%3Aaws%3Achime%3A%3A%3Aapp-instance%2Fi%2Fuser%2Falice/endpoints";
/// assert_eq!(wire::shown_path(path), "/app-instance-users/[not shown]/endpoints");
/// ```
#[must_use]
pub fn shown_path(path: &str) -> Cow<'_, str> {
    let users = "/app-instance-users/";
    match path.strip_prefix(users).and_then(|rest| rest.split_once("/endpoints")) {
        Some((_, rest)) if rest.is_empty() || rest.starts_with('/') => {
            format!("{users}[not shown]/endpoints{rest}").into()
        }
        _ => path.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_about_devices_shows_no_user() {
        for (path, expected) in [
            ("/app-instance-users/arn%3Aada/endpoints", "/app-instance-users/[not shown]/endpoints"),
            ("/app-instance-users/arn%3Aada/endpoints/e", "/app-instance-users/[not shown]/endpoints/e"),
            ("/app-instance-users/a/b/endpoints/e", "/app-instance-users/[not shown]/endpoints/e"),
            ("/app-instance-users/arn%3Aada", "/app-instance-users/arn%3Aada"),
            ("/app-instance-users/arn%3Aada/endpoints-of", "/app-instance-users/arn%3Aada/endpoints-of"),
            ("/app-instance-users", "/app-instance-users"),
            ("/channels/c/endpoints", "/channels/c/endpoints"),
        ] {
            assert_eq!(shown_path(path), expected);
        }
    }
}

//! The table of an operation: everything that a client, a server, a command line and the tests read of it.

use super::member::{At, Member};
use super::quota::Quota;
use super::resource::Resource;

/// An operation's name, its place on the wire, its quota and the exceptions it documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// The operation's name, as the service spells it.
    pub name: &'static str,
    /// The description of the operation, in one sentence.
    pub about: &'static str,
    /// The resource that the operation is about.
    pub resource: Resource,
    /// The HTTP method.
    pub method: Method,
    /// The path, with a `{label}` for each member that travels in it.
    pub path: &'static str,
    /// Query parameters that are always sent; operations that share a path differ by them.
    pub query: &'static [(&'static str, &'static str)],
    /// Whether it names the user or bot that makes the call.
    pub bearer: Bearer,
    /// Every member of the request.
    pub input: &'static [Member],
    /// The HTTP status of success.
    pub success: u16,
    /// Whether sending it twice has the effect of sending it once, so that it may be retried blindly.
    pub idempotent: bool,
    /// The number of calls a second that the service answers.
    pub quota: Quota,
    /// The documented exceptions, by name.
    pub errors: &'static [&'static str],
    /// The member of the answer that is a page of a list, if it is one.
    pub lists: Option<&'static str>,
}

/// Whether an operation names the user or bot that makes the call, its `ChimeBearer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bearer {
    /// Every request has one.
    Required,
    /// A request may have one.
    Optional,
    /// A request has none: it is made with the account's credentials alone.
    None,
}

/// An HTTP method. `http::Method` has a destructor and cannot stand in a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Delete => Self::DELETE,
        }
    }
}

impl Metadata {
    /// Returns the table unchanged if a request can be encoded from front to back by it.
    ///
    /// Every label of the path must be a whole segment and bound to exactly one member, and these members must come in the
    /// path's order and before those of the query. Otherwise a constant that calls this function does not compile.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "in a constant, a panic is a compile error")]
    #[allow(clippy::indexing_slicing, reason = "`get` of a slice is not a const fn")]
    pub const fn checked(self) -> Self {
        let path = self.path.as_bytes();
        let (mut at, mut member) = (0, 0);
        while at < path.len() {
            if path[at] == b'{' {
                assert!(at > 0 && path[at - 1] == b'/', "a label starts within a segment of the path");
                while member < self.input.len() && !self.input[member].travels_in_target() {
                    member += 1;
                }
                assert!(member < self.input.len(), "a label of the path is bound to no member");
                assert!(
                    self.input[member].is_bound_to(path, at + 1),
                    "the members of labels are not the first of the path and the query, in the path's order"
                );
                member += 1;
            }
            at += 1;
        }
        while member < self.input.len() {
            assert!(
                !matches!(self.input[member].at, At::Label(_)),
                "a member is bound to a label that is not in the path, or to one that another is bound to"
            );
            member += 1;
        }
        self
    }

    /// Returns the member of that name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.input.iter().find(|member| member.name == name)
    }

    /// Returns whether a request is this operation, by its method, its path and the constant part of its query.
    ///
    /// Several operations may match when one of them has no constant query: the one with the longest
    /// [`query`](Self::query) is meant.
    #[must_use]
    pub fn matches(&self, method: &http::Method, path: &str, query: &str) -> bool {
        http::Method::from(self.method) == *method
            && self.has_path(path)
            && self.query.iter().all(|(name, value)| {
                query.split('&').any(|pair| pair.split_once('=').unwrap_or((pair, "")) == (*name, *value))
            })
    }

    /// Returns whether a path is one of this operation. A service asks this of every operation for each request.
    fn has_path(&self, path: &str) -> bool {
        let (mut segments, mut given) = (self.path.split('/'), path.split('/'));
        loop {
            match (segments.next(), given.next()) {
                (None, None) => return true,
                (Some(segment), Some(text)) if segment == text || segment.starts_with('{') => {}
                _ => return false,
            }
        }
    }

    /// Returns the labels of a path with their values, still percent-encoded, or `None` if the path does not match.
    pub(crate) fn labels<'p>(&self, path: &'p str) -> Option<Vec<(&'static str, &'p str)>> {
        let label = |segment: &'static str| segment.strip_prefix('{')?.strip_suffix('}');
        let segments = self.path.split('/').zip(path.split('/'));
        self.has_path(path)
            .then(|| segments.filter_map(|(segment, text)| Some((label(segment)?, text))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Per;

    /// Whether a table with that path and labels would compile.
    fn compiles(path: &'static str, input: &'static [Member]) -> bool {
        let metadata = Metadata {
            name: "",
            about: "",
            resource: Resource::Channels,
            method: Method::Get,
            path,
            query: &[],
            bearer: Bearer::None,
            input,
            success: 200,
            idempotent: false,
            quota: Quota { us_east_1: 10, eu_central_1: 5, per: Per::Bearer },
            errors: &[],
            lists: None,
        };
        std::panic::catch_unwind(|| metadata.checked()).is_ok()
    }

    #[test]
    fn every_label_is_a_segment_and_bound_to_one_member_in_order() {
        const A: Member = Member::label("A", "a");
        const B: Member = Member::label("B", "b");
        const ALSO_A: Member = Member::label("C", "a");
        const HEADER: Member = Member::header("H", "a");
        const QUERY: Member = Member::query("D", "a");
        assert!(compiles("/x", &[QUERY]));
        assert!(compiles("/x/{a}", &[A]));
        assert!(compiles("/{a}/x/{b}", &[HEADER, A, B, QUERY]));
        assert!(!compiles("/{a}/x/{b}", &[B, A]));
        assert!(!compiles("/{a}/x/{b}", &[A, QUERY, B]));
        assert!(!compiles("/x", &[A]));
        assert!(!compiles("/{a}", &[]));
        assert!(!compiles("/{a}", &[B]));
        assert!(!compiles("/{a}", &[QUERY]));
        assert!(!compiles("/{a}", &[A, B]));
        assert!(!compiles("/{a}", &[A, ALSO_A]));
        assert!(!compiles("/{a}/{b}", &[A, ALSO_A]));
        assert!(!compiles("/{a}/{a}", &[A]));
        assert!(!compiles("/x{a}", &[A]));
        assert!(!compiles("/{a}x", &[A]));
        assert!(!compiles("/{ab}", &[A]));
        assert!(!compiles("/{a", &[A]));
        assert!(!compiles("{a}", &[A]));
    }
}

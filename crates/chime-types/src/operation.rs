//! What an operation is: a request, its answer, and one table that says where each member travels.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A call that the service answers: the request, the type of its answer, and how both travel.
///
/// ```
/// use chime_types::DescribeChannelMembershipForAppInstanceUser;
/// use chime_types::operation::{Method, Operation};
///
/// let metadata = DescribeChannelMembershipForAppInstanceUser::METADATA;
/// assert_eq!(metadata.method, Method::Get);
/// assert_eq!(metadata.path, "/channels/{channelArn}");
/// ```
///
/// The client, the local service, the command line and the tests all work from this one declaration.
/// `docs/adding-an-operation.md` in the repository shows how to write one.
pub trait Operation: Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static {
    /// What the service answers.
    type Output: Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static;

    /// Where the request's members travel and what may come back.
    const METADATA: Metadata;
}

/// An operation's name, its place on the wire, and the exceptions it documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The operation's name, as the service spells it.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, with a `{label}` for each member that travels in it.
    pub path: &'static str,
    /// Query parameters that are always sent; operations that share a path differ by them.
    pub query: &'static [(&'static str, &'static str)],
    /// Every member of the request.
    pub input: &'static [Member],
    /// The HTTP status of success.
    pub success: u16,
    /// Whether sending it twice has the effect of sending it once, so that it may be retried blindly.
    pub idempotent: bool,
    /// The documented exceptions, by name.
    pub errors: &'static [&'static str],
}

/// A member of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The member's name, as the service spells it.
    pub name: &'static str,
    /// Where it travels.
    pub at: At,
    /// Whether the service insists on it.
    pub required: bool,
}

impl Member {
    /// A member that the service insists on.
    #[must_use]
    pub const fn required(name: &'static str, at: At) -> Self {
        Self { name, at, required: true }
    }

    /// A member that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, at: At) -> Self {
        Self { name, at, required: false }
    }
}

/// Where a member of a request travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// In the path, in place of the label of that name.
    Label(&'static str),
    /// As the query parameter of that name.
    Query(&'static str),
    /// As the header of that (lower-case) name.
    Header(&'static str),
    /// In the JSON body, under the member's own name.
    Body,
}

/// An HTTP method. `http::Method` has a destructor and cannot stand in a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The table itself, once every label of the path is a whole segment of it and bound to exactly one member.
    /// A constant that is built through it does not compile otherwise.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "in a constant, a panic is a compile error")]
    #[allow(clippy::indexing_slicing, reason = "`get` of a slice is no const fn")]
    pub const fn checked(self) -> Self {
        let path = self.path.as_bytes();
        let (mut labels, mut at) = (0, 0);
        while at < path.len() {
            if path[at] == b'{' {
                assert!(at > 0 && path[at - 1] == b'/', "a label starts within a segment of the path");
                assert!(
                    self.members_bound_to(at + 1) == 1,
                    "a label of the path is bound to no member or to two"
                );
                labels += 1;
            }
            at += 1;
        }
        let (mut bound, mut member) = (0, 0);
        while member < self.input.len() {
            bound += matches!(self.input[member].at, At::Label(_)) as usize;
            member += 1;
        }
        assert!(bound == labels, "a member is bound to a label that is not in the path");
        self
    }

    /// How many members are bound to the label that starts there and ends with its segment.
    #[allow(clippy::indexing_slicing, reason = "`get` of a slice is no const fn")]
    const fn members_bound_to(&self, start: usize) -> usize {
        let path = self.path.as_bytes();
        let (mut bound, mut member) = (0, 0);
        while member < self.input.len() {
            if let At::Label(label) = self.input[member].at {
                let label = label.as_bytes();
                let end = start + label.len();
                let mut same = 0;
                while same < label.len() && start + same < path.len() && path[start + same] == label[same] {
                    same += 1;
                }
                let ends =
                    end < path.len() && path[end] == b'}' && (end + 1 == path.len() || path[end + 1] == b'/');
                bound += (same == label.len() && ends) as usize;
            }
            member += 1;
        }
        bound
    }

    /// The member of that name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.input.iter().find(|member| member.name == name)
    }

    /// Whether a request is this operation, by its method, its path and the constant part of its query.
    ///
    /// Several operations may match when one of them has no constant query: the one with the longest
    /// [`query`](Self::query) is meant.
    #[must_use]
    pub fn matches(&self, method: &http::Method, path: &str, query: &str) -> bool {
        http::Method::from(self.method) == *method
            && self.labels(path).is_some()
            && self.query.iter().all(|(name, value)| {
                query.split('&').any(|pair| pair.split_once('=').unwrap_or((pair, "")) == (*name, *value))
            })
    }

    /// The labels of a path and what stands there, still percent-encoded; none if the path is another.
    pub(crate) fn labels<'p>(&self, path: &'p str) -> Option<Vec<(&'static str, &'p str)>> {
        let mut labels = Vec::new();
        let mut given = path.split('/');
        for segment in self.path.split('/') {
            let text = given.next()?;
            match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(label) => labels.push((label, text)),
                None if segment != text => return None,
                None => {}
            }
        }
        given.next().is_none().then_some(labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a table with that path and labels would compile.
    fn compiles(path: &'static str, input: &'static [Member]) -> bool {
        let method = Method::Get;
        let metadata = Metadata {
            name: "",
            method,
            path,
            query: &[],
            input,
            success: 200,
            idempotent: true,
            errors: &[],
        };
        std::panic::catch_unwind(|| metadata.checked()).is_ok()
    }

    #[test]
    fn every_label_is_a_segment_and_bound_to_one_member() {
        const A: Member = Member::required("A", At::Label("a"));
        const B: Member = Member::required("B", At::Label("b"));
        const ALSO_A: Member = Member::required("C", At::Label("a"));
        const QUERY: Member = Member::required("D", At::Query("a"));
        assert!(compiles("/x", &[QUERY]));
        assert!(compiles("/x/{a}", &[A]));
        assert!(compiles("/{a}/x/{b}", &[B, QUERY, A]));
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

//! What an operation is: a request, its answer, and one table that says where each member travels.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A call that the service answers: the request, the type of its answer, and how both travel.
///
/// ```
/// use chime_types::{DescribeChannelMembershipForAppInstanceUser, Method, Operation};
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
    /// The table itself, once every label of the path is bound to exactly one member. A constant that is
    /// built through it does not compile otherwise.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "in a constant, a panic is a compile error")]
    pub const fn checked(self) -> Self {
        let mut labels = 0;
        let path = self.path.as_bytes();
        let mut at = 0;
        #[allow(clippy::indexing_slicing, reason = "`get` of a slice is no const fn")]
        while at < path.len() {
            if path[at] == b'{' {
                labels += 1;
            }
            at += 1;
        }
        let mut bound = 0;
        let mut member = 0;
        #[allow(clippy::indexing_slicing, reason = "`get` of a slice is no const fn")]
        while member < self.input.len() {
            if let At::Label(label) = self.input[member].at {
                assert!(times_in(path, label.as_bytes()) == 1, "a bound label is not in the path once");
                bound += 1;
            }
            member += 1;
        }
        assert!(labels == bound, "a label of the path is bound to no member");
        self
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

/// How often `{label}` stands in `path`.
#[allow(clippy::indexing_slicing, reason = "`get` of a slice is no const fn")]
const fn times_in(path: &[u8], label: &[u8]) -> usize {
    let (mut times, mut start) = (0, 0);
    while start < path.len() {
        let end = start + 1 + label.len();
        if path[start] == b'{' && end < path.len() && path[end] == b'}' {
            let mut same = 0;
            while same < label.len() && path[start + 1 + same] == label[same] {
                same += 1;
            }
            if same == label.len() {
                times += 1;
            }
        }
        start += 1;
    }
    times
}

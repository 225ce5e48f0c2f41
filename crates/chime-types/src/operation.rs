//! What an operation is: a request, its answer, and one table that says where each member travels.

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use crate::parameter::{Form, Kind};
use crate::{InvalidParameter, Sensitive};

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

    /// Whether every member is within its limits. [`wire`](crate::wire) asks before a request is sent and
    /// after one was received.
    ///
    /// # Errors
    /// The first member that is not.
    fn check(&self) -> Result<(), InvalidParameter>;

    /// Sets the request's `ClientRequestToken`, where it has one and none is set, so that the service
    /// recognizes a repetition. Without randomness there is none, and the service will say so.
    fn fill_client_request_token(&mut self, make: impl FnOnce() -> Option<String>) {
        let _ = make;
    }
}

/// An operation whose answer is one page of a list.
///
/// The builder's `into_stream()` follows the pages; this is what it needs to know of them.
pub trait Paginated: Operation + Clone {
    /// What is listed.
    type Item: Send;

    /// Takes a page apart: what it lists, and the token of the next page if there is one.
    fn page(output: Self::Output) -> (Vec<Self::Item>, Option<Sensitive>);

    /// Asks for the page that a token stands for. Returns the token that was there before.
    fn replace_next_token(&mut self, token: Sensitive) -> Option<Sensitive>;
}

/// One of the services that Amazon Chime SDK messaging consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Service {
    #[default]
    /// Channels, memberships, messages: `chime-sdk-messaging`.
    Messaging,
    /// App instances, their users and administrators: `chime-sdk-identity`.
    Identity,
}

impl Service {
    /// The first part of the host's name.
    #[must_use]
    pub const fn endpoint_prefix(self) -> &'static str {
        match self {
            Self::Messaging => "messaging-chime",
            Self::Identity => "identity-chime",
        }
    }
}

/// An operation's name, its place on the wire, and the exceptions it documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The operation's name, as the service spells it.
    pub name: &'static str,
    /// The service that has it.
    pub service: Service,
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
///
/// ```
/// use chime_types::operation::{At, Member};
///
/// const NAME: Member = Member::new("Name", At::Body).limits(1, 256);
/// assert_eq!(NAME.max, 256);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// The member's name, as the service spells it.
    pub name: &'static str,
    /// Where it travels.
    pub at: At,
    /// Whether the service insists on it.
    pub required: bool,
    /// Whether it is a token by which the service recognizes a repetition; a client makes one up where none
    /// is given.
    pub token: bool,
    /// What kind of value it is.
    pub kind: Kind,
    /// The smallest number, the fewest characters of a text, the fewest items of a list.
    pub min: u32,
    /// The largest number, the most characters of a text, the most items of a list.
    pub max: u32,
    /// What a text must look like.
    pub form: Form,
}

impl Member {
    /// A member that may be left out, a text without limits.
    #[must_use]
    pub const fn new(name: &'static str, at: At) -> Self {
        Self {
            name,
            at,
            required: false,
            token: false,
            kind: Kind::Text,
            min: 0,
            max: u32::MAX,
            form: Form::Any,
        }
    }

    /// The same with a smallest and a largest number, length or count.
    #[must_use]
    pub const fn limits(self, min: u32, max: u32) -> Self {
        Self { min, max, ..self }
    }

    /// The same as a text of that form.
    #[must_use]
    pub const fn form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The same as one that the service insists on.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same as a token that the service insists on and a client makes up.
    #[must_use]
    pub const fn token(self) -> Self {
        Self { required: true, token: true, ..self }
    }

    /// The same as a value of that kind.
    #[must_use]
    pub const fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Whether it is a part of the request's path or query.
    const fn travels_in_target(&self) -> bool {
        matches!(self.at, At::Label(_) | At::Query(_))
    }

    /// Whether it is bound to the label that starts there in a path and ends with its segment.
    #[allow(clippy::indexing_slicing, reason = "`get` of a slice is no const fn")]
    const fn is_bound_to(&self, path: &[u8], start: usize) -> bool {
        let At::Label(label) = self.at else { return false };
        let label = label.as_bytes();
        let end = start + label.len();
        let mut same = 0;
        while same < label.len() && start + same < path.len() && path[start + same] == label[same] {
            same += 1;
        }
        let ends = end < path.len() && path[end] == b'}' && (end + 1 == path.len() || path[end + 1] == b'/');
        same == label.len() && ends
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
    /// The table itself, once every label of the path is a whole segment of it and bound to exactly one member, and these
    /// members come in the path's order and before those of the query: so a request is encoded from front to back.
    /// A constant that is built through it does not compile otherwise.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "in a constant, a panic is a compile error")]
    #[allow(clippy::indexing_slicing, reason = "`get` of a slice is no const fn")]
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
            service: Service::Messaging,
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
    fn every_label_is_a_segment_and_bound_to_one_member_in_order() {
        const A: Member = Member::new("A", At::Label("a"));
        const B: Member = Member::new("B", At::Label("b"));
        const ALSO_A: Member = Member::new("C", At::Label("a"));
        const HEADER: Member = Member::new("H", At::Header("a"));
        const QUERY: Member = Member::new("D", At::Query("a"));
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

//! Operations: the request, its output, and one table that says where each member travels.

mod kebab_case;
pub(crate) mod member;
mod metadata;
mod quota;
mod resource;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::kebab_case::kebab_case;
pub use self::member::{At, Form, Kind, Member, Token};
pub use self::metadata::{Bearer, Metadata, Method};
pub use self::quota::{Per, Quota};
pub use self::resource::{Resource, Service};
use crate::{InvalidParameter, Sensitive};

/// A call that the service answers: the request, the type of its answer, and how both travel.
///
/// ```
#[doc = import!("operation::{Method, Operation}")]
#[doc = import!("operations::DescribeChannelMembershipForAppInstanceUser")]
///
/// let metadata = DescribeChannelMembershipForAppInstanceUser::METADATA;
/// assert_eq!(metadata.method, Method::Get);
/// assert_eq!(metadata.path, "/channels/{channelArn}");
/// ```
///
/// The client, the local service, the command line and the tests all work from this one declaration.
/// `docs/adding-an-operation.md` in the repository shows how to write one.
pub trait Operation: Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static {
    /// The type of the service's response.
    type Output: Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static;

    /// The table that says where members travel and which exceptions may follow.
    const METADATA: Metadata;

    /// Returns the service that answers the request. For the tags of a resource, it is the resource's.
    fn service(&self) -> Service;

    /// Checks that every member is within its limits. [`wire`](crate::wire) does so before a request is sent and
    /// after one was received.
    ///
    /// # Errors
    /// The first member that is not.
    fn check(&self) -> Result<(), InvalidParameter>;

    /// Sets the request's `ClientRequestToken`, if it has one and none is set, so that the service recognizes a
    /// repeated request. Where `make` returns `None`, for lack of randomness, the service refuses the request.
    fn fill_client_request_token(&mut self, make: impl FnOnce() -> Option<String>) {
        let _ = make;
    }

    /// Returns the token of the next page, if the answer is a page of a list and not the last one.
    #[must_use]
    fn next_token(answer: &Self::Output) -> Option<&Sensitive> {
        let _ = answer;
        None
    }

    /// Sets the token of the page to request, if the operation is a list. Returns the previous token.
    fn replace_next_token(&mut self, token: Sensitive) -> Option<Sensitive> {
        let _ = token;
        None
    }
}

/// An operation whose answer is one page of a list.
///
/// The builder's `into_stream()` follows the pages; this is what it needs to know of them.
pub trait Paginated: Operation + Clone {
    /// The type of the items.
    type Item: Send;

    /// Splits a page into its items and the token of the next page, if one follows.
    fn page(output: Self::Output) -> (Vec<Self::Item>, Option<Sensitive>);
}

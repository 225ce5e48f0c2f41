//! Fluent construction of a request, with required parameters checked by the compiler.

pub mod names;

use std::future::Future;
use std::sync::Arc;

use crate::InvalidParameter;
use crate::operation::Operation;
pub use crate::parameter::{FromText, IntoParameter};

/// Something that carries an operation to a service and brings the answer back: what `send()` on a
/// request's builder goes through.
///
/// `chime_client::Client` is one. In a test it can be a fake:
///
/// ```
#[doc = import!("InvalidParameter")]
#[doc = import!("builder::Call")]
#[doc = import!("operation::Operation")]
///
/// #[derive(Debug)]
/// enum FakeError { Invalid(InvalidParameter), Unplugged }
///
/// impl From<InvalidParameter> for FakeError {
///     fn from(invalid: InvalidParameter) -> Self { Self::Invalid(invalid) }
/// }
///
/// struct Unplugged;
///
/// impl Call for Unplugged {
///     type Error = FakeError;
///     async fn call<O: Operation>(&self, _: O) -> Result<O::Output, FakeError> {
///         Err(FakeError::Unplugged)
///     }
/// }
/// ```
pub trait Call: Send + Sync {
    /// The error of a call, which includes refused input.
    type Error: From<InvalidParameter>;

    /// Carries the operation out.
    ///
    /// # Errors
    /// Whatever kept the answer from coming.
    fn call<O: Operation>(&self, operation: O)
    -> impl Future<Output = Result<O::Output, Self::Error>> + Send;
}

impl<C: Call> Call for &C {
    type Error = C::Error;

    fn call<O: Operation>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Output, Self::Error>> + Send {
        C::call(self, operation)
    }
}

impl<C: Call> Call for Arc<C> {
    type Error = C::Error;

    fn call<O: Operation>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Output, Self::Error>> + Send {
        C::call(self, operation)
    }
}

/// The state of a required parameter that is set.
#[derive(Clone, Debug)]
pub struct Given<T>(pub(crate) T);

/// The required state of every required parameter before a request can be built.
///
/// Only [`Given`] is it, so that a parameter that is not set is an error of the compiler, which names it.
#[diagnostic::on_unimplemented(
    message = "a required parameter is not set: `{Self}`",
    label = "this needs every required parameter",
    note = "set it with the method of that name"
)]
pub trait IsGiven<T>: sealed::Sealed {
    #[doc(hidden)]
    fn into_value(self) -> T;
}

/// The state of a required parameter that is not set: its name, one of [`names`].
///
/// A setter requires it, so that a parameter that is set twice is an error of the compiler, which names it.
#[diagnostic::on_unimplemented(message = "`{Name}` is set twice", label = "this parameter is set already")]
pub trait IsMissing<Name> {}

#[diagnostic::do_not_recommend]
impl<Name> IsMissing<Name> for Name {}

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for super::Given<T> {}
}

#[diagnostic::do_not_recommend]
impl<T> IsGiven<T> for Given<T> {
    fn into_value(self) -> T {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::operations::DescribeChannelBuilder;

    /// Refuses every call, and counts them.
    #[derive(Default)]
    struct Unplugged(AtomicU32);

    #[derive(Debug, PartialEq)]
    enum UnpluggedError {
        Invalid(InvalidParameter),
        Call(u32),
    }

    impl From<InvalidParameter> for UnpluggedError {
        fn from(invalid: InvalidParameter) -> Self {
            Self::Invalid(invalid)
        }
    }

    impl Call for Unplugged {
        type Error = UnpluggedError;

        async fn call<O: Operation>(&self, operation: O) -> Result<O::Output, UnpluggedError> {
            operation.check()?;
            Err(UnpluggedError::Call(self.0.fetch_add(1, Ordering::Relaxed) + 1))
        }
    }

    /// The error of a call that goes through a `Call` of any form.
    fn error_through(via: impl Call<Error = UnpluggedError>, channel: &str) -> UnpluggedError {
        let user = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/alice";
        let sent = pin!(DescribeChannelBuilder::via(via).channel_arn(channel).chime_bearer(user).send());
        match sent.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => answer.unwrap_err(),
            Poll::Pending => panic!("it waits for nothing"),
        }
    }

    #[test]
    fn a_call_goes_through_references_and_arcs_to_the_same_value() {
        let channel = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/channel/general";
        let shared = Arc::new(Unplugged::default());
        assert_eq!(error_through(&*shared, channel), UnpluggedError::Call(1));
        assert_eq!(error_through(Arc::clone(&shared), channel), UnpluggedError::Call(2));
        assert_eq!(error_through(&shared, channel), UnpluggedError::Call(3));
        assert!(matches!(error_through(&shared, "general"), UnpluggedError::Invalid(_)));
        let Ok(unplugged) = Arc::try_unwrap(shared) else { panic!("a builder keeps it") };
        assert_eq!(error_through(unplugged, channel), UnpluggedError::Call(4));
    }
}

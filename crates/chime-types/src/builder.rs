//! Fluent construction of a request, with required parameters checked by the compiler.

use std::collections::BTreeMap;
use std::future::Future;

use crate::operation::Operation;
use crate::{
    AppInstanceUserArn, InvalidParameter, InvalidValue, MessageAttributeValue, Sensitive, Timestamp,
};

/// Something that carries an operation to a service and brings the answer back: what `send()` on a
/// request's builder goes through.
///
/// `chime_client::Client` is one. In a test it can be a fake:
///
/// ```
/// use chime_types::InvalidParameter;
/// use chime_types::builder::Call;
/// use chime_types::operation::Operation;
///
/// #[derive(Debug)]
/// enum Refused { Input(InvalidParameter), Unplugged }
///
/// impl From<InvalidParameter> for Refused {
///     fn from(invalid: InvalidParameter) -> Self { Self::Input(invalid) }
/// }
///
/// struct Unplugged;
///
/// impl Call for Unplugged {
///     type Error = Refused;
///     async fn call<O: Operation>(&self, _: O) -> Result<O::Output, Refused> {
///         Err(Refused::Unplugged)
///     }
/// }
/// ```
pub trait Call: Send + Sync {
    /// What is returned instead of an answer; refused input among it.
    type Error: From<InvalidParameter>;

    /// Carries the operation out.
    ///
    /// # Errors
    /// Whatever kept the answer from coming.
    fn call<O: Operation>(&self, operation: O)
    -> impl Future<Output = Result<O::Output, Self::Error>> + Send;
}

/// A value that a setter takes for a parameter of type `T`: a `T`, a reference to one, or text; for a list, a
/// list of such.
///
/// ```
/// use chime_types::ChannelArn;
/// use chime_types::builder::IntoParameter;
///
/// let arn: ChannelArn = "arn:aws:chime:us-east-1:1:app-instance/i/channel/c".parse()?;
/// let same: Result<ChannelArn, _> = (&arn).into_parameter();
/// assert_eq!(same?, arn);
/// # Ok::<(), chime_types::InvalidValue>(())
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not a `{T}`", label = "this parameter is a `{T}`")]
pub trait IntoParameter<T> {
    /// The parameter. Its limits are checked when the request is built.
    ///
    /// # Errors
    /// What keeps a text from being the parameter.
    fn into_parameter(self) -> Result<T, InvalidValue>;
}

/// A parameter that can be given as text.
///
/// ```
/// use chime_types::ChannelMode;
/// use chime_types::builder::FromText;
///
/// assert_eq!(ChannelMode::from_text("RESTRICTED".to_owned()), Ok(ChannelMode::Restricted));
/// ```
pub trait FromText: Sized {
    /// The parameter.
    ///
    /// # Errors
    /// What keeps the text from being one.
    fn from_text(text: String) -> Result<Self, InvalidValue>;
}

impl FromText for String {
    fn from_text(text: String) -> Result<Self, InvalidValue> {
        Ok(text)
    }
}

impl FromText for Sensitive {
    fn from_text(text: String) -> Result<Self, InvalidValue> {
        Ok(text.into())
    }
}

impl FromText for Timestamp {
    fn from_text(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl<T: FromText> IntoParameter<T> for String {
    fn into_parameter(self) -> Result<T, InvalidValue> {
        T::from_text(self)
    }
}

impl<T: FromText> IntoParameter<T> for &String {
    fn into_parameter(self) -> Result<T, InvalidValue> {
        T::from_text(self.clone())
    }
}

impl<T: FromText> IntoParameter<T> for &str {
    fn into_parameter(self) -> Result<T, InvalidValue> {
        T::from_text(self.to_owned())
    }
}

/// A parameter that was read before, or could not be: then that is the reason the request is refused for.
impl<T> IntoParameter<T> for Result<T, InvalidValue> {
    fn into_parameter(self) -> Result<T, InvalidValue> {
        self
    }
}

impl<T, U: IntoParameter<T>> IntoParameter<Vec<T>> for Vec<U> {
    fn into_parameter(self) -> Result<Vec<T>, InvalidValue> {
        self.into_iter().map(U::into_parameter).collect()
    }
}

impl<T, U: IntoParameter<T>, const N: usize> IntoParameter<Vec<T>> for [U; N] {
    fn into_parameter(self) -> Result<Vec<T>, InvalidValue> {
        self.into_iter().map(U::into_parameter).collect()
    }
}

impl<T, U: Clone + IntoParameter<T>> IntoParameter<Vec<T>> for &[U] {
    fn into_parameter(self) -> Result<Vec<T>, InvalidValue> {
        self.iter().cloned().map(U::into_parameter).collect()
    }
}

/// Parameters that are given as they are.
macro_rules! itself {
    ($($Type:ty),+ $(,)?) => { $(
        impl $crate::builder::IntoParameter<$Type> for $Type {
            fn into_parameter(self) -> Result<$Type, $crate::InvalidValue> {
                Ok(self)
            }
        }

        impl $crate::builder::IntoParameter<$Type> for &$Type {
            fn into_parameter(self) -> Result<$Type, $crate::InvalidValue> {
                Ok(self.clone())
            }
        }
    )+ };
}
pub(crate) use itself;

itself!(i32, Sensitive, Timestamp, BTreeMap<Sensitive, MessageAttributeValue>);

/// The state of a required parameter that is set.
#[derive(Clone, Debug)]
pub struct Given<T>(Result<T, InvalidValue>);

impl<T> Given<T> {
    pub(crate) fn new(value: impl IntoParameter<T>) -> Self {
        Self(value.into_parameter())
    }
}

/// A request's builder with nothing set, which a bearer can be given in advance; every operation's is one.
///
/// ```
/// use chime_types::DescribeChannel;
/// use chime_types::builder::ActAs;
///
/// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
/// let request = DescribeChannel::builder()
///     .act_as(format!("{instance}/user/alice"))
///     .channel_arn(format!("{instance}/channel/general"))
///     .build()?;
/// assert_eq!(request.chime_bearer.as_str(), format!("{instance}/user/alice"));
/// # Ok::<(), chime_types::InvalidParameter>(())
/// ```
pub trait ActAs {
    /// The builder with `chime_bearer` set; the same builder where the operation has no bearer.
    type Acting;

    /// Sets `chime_bearer`, where there is one.
    fn act_as(self, bearer: impl IntoParameter<AppInstanceUserArn>) -> Self::Acting;
}

/// What the state of every required parameter must be before a request can be built.
///
/// Only [`Given`] is it, so that a parameter that is not set is an error of the compiler, which names it.
#[diagnostic::on_unimplemented(
    message = "a required parameter is not set: `{Self}`",
    label = "this needs every required parameter",
    note = "set it with the method of that name"
)]
pub trait IsGiven<T>: sealed::Sealed {
    #[doc(hidden)]
    fn parameter<O: Operation>(self, name: &str) -> Result<T, InvalidParameter>;
}

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for super::Given<T> {}
}

impl<T> IsGiven<T> for Given<T> {
    fn parameter<O: Operation>(self, name: &str) -> Result<T, InvalidParameter> {
        self.0.map_err(|reason| InvalidParameter::new(O::METADATA.name, name, reason))
    }
}

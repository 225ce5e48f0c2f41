//! Fluent construction of a request, with required parameters checked by the compiler.

use std::future::Future;

use crate::operation::Operation;
use crate::{InvalidParameter, InvalidValue};

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

/// A value that a setter takes for a parameter of type `T`: a `T`, a reference to one, or text.
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
    /// The parameter, checked.
    ///
    /// # Errors
    /// What keeps the value from being the parameter.
    fn into_parameter(self) -> Result<T, InvalidValue>;
}

impl<T: TryFrom<String, Error = InvalidValue>> IntoParameter<T> for String {
    fn into_parameter(self) -> Result<T, InvalidValue> {
        self.try_into()
    }
}

impl<T: TryFrom<String, Error = InvalidValue>> IntoParameter<T> for &String {
    fn into_parameter(self) -> Result<T, InvalidValue> {
        self.clone().try_into()
    }
}

impl<T: TryFrom<String, Error = InvalidValue>> IntoParameter<T> for &str {
    fn into_parameter(self) -> Result<T, InvalidValue> {
        self.to_owned().try_into()
    }
}

/// The state of a required parameter that is set.
#[derive(Clone, Debug)]
pub struct Given<T>(Result<T, InvalidValue>);

impl<T> Given<T> {
    pub(crate) fn new(value: impl IntoParameter<T>) -> Self {
        Self(value.into_parameter())
    }
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

/// Declares the builder of an operation: one type parameter for each required parameter, which is a type of
/// its own in `missing` until its setter was called, and [`Given`] from then on.
///
/// The recursion walks over the required parameters, so that each setter can replace its own type parameter
/// and keep those before and after it.
macro_rules! builder {
    ($Op:ident, $Builder:ident { $( $(#[$meta:meta])* $field:ident: $Type:ty = $name:literal ),+ $(,)? }) => {
        /// The states of required parameters that are not set.
        #[allow(non_camel_case_types, missing_docs, reason = "the parameters' names, which the compiler shows")]
        mod missing {
            $( #[derive(Clone, Copy, Debug)] pub struct $field; )+
        }

        #[doc = concat!("Builds a [`", stringify!($Op), "`], parameter by parameter, in any order.")]
        ///
        /// Each type parameter stands for the required parameter of that name. `send` and `build` compile
        /// once all are set.
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent before `send()`"]
        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        pub struct $Builder<Via, $($field = missing::$field),+> {
            via: Via,
            $( $field: $field, )+
        }

        impl $Op {
            /// Starts a request, to be finished with `build()`.
            pub fn builder() -> $Builder<()> {
                $Builder::via(())
            }
        }

        impl<Via> $Builder<Via> {
            /// Starts a request that `send()` carries out through `via`.
            pub fn via(via: Via) -> Self {
                Self { via, $( $field: missing::$field, )+ }
            }
        }

        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        impl<Via, $($field),+> $Builder<Via, $($field),+> {
            /// The request.
            ///
            /// # Errors
            /// The first parameter whose value is malformed, with the reason.
            pub fn build(self) -> Result<$Op, $crate::InvalidParameter>
            where
                $( $field: $crate::builder::IsGiven<$Type>, )+
            {
                Ok($Op { $( $field: self.$field.parameter::<$Op>($name)?, )+ })
            }

            /// Sends the request and waits for the answer.
            ///
            /// # Errors
            /// A malformed parameter, before anything is sent; otherwise whatever kept the answer from
            /// coming.
            pub fn send(
                self,
            ) -> impl Future<Output = Result<<$Op as $crate::operation::Operation>::Output, Via::Error>> + Send
            where
                Via: $crate::builder::Call,
                $( $field: $crate::builder::IsGiven<$Type>, )+
            {
                let Self { via, $( $field ),+ } = self;
                let request = $Builder { via: (), $( $field ),+ }.build();
                async move { via.call(request?).await }
            }
        }

        $crate::builder::builder! { @setters $Builder [] [$( { $(#[$meta])* $field: $Type } )+] }
    };

    (@setters $Builder:ident [$($before:ident)*] []) => {};
    (@setters $Builder:ident [$($before:ident)*]
        [{ $(#[$meta:meta])* $field:ident: $Type:ty } $({ $(#[$after_meta:meta])* $after:ident: $After:ty })*]
    ) => {
        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        impl<Via, $($before,)* $($after),*>
            $Builder<Via, $($before,)* missing::$field, $($after),*>
        {
            $(#[$meta])*
            pub fn $field(
                self,
                $field: impl $crate::builder::IntoParameter<$Type>,
            ) -> $Builder<Via, $($before,)* $crate::builder::Given<$Type>, $($after),*> {
                $Builder {
                    via: self.via,
                    $( $before: self.$before, )*
                    $field: $crate::builder::Given::new($field),
                    $( $after: self.$after, )*
                }
            }
        }

        $crate::builder::builder! {
            @setters $Builder [$($before)* $field] [$({ $(#[$after_meta])* $after: $After })*]
        }
    };
}
pub(crate) use builder;

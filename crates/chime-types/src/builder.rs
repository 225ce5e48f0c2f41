//! Fluent construction of a request, with required parameters checked by the compiler.

use std::future::Future;

use crate::{InvalidParameter, InvalidValue, Operation};

/// Something that carries an operation to a service and brings the answer back: what `send()` on a
/// request's builder goes through.
///
/// `chime_client::Client` is one. In a test it can be a fake:
///
/// ```
/// use chime_types::{Call, InvalidParameter, Operation};
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
pub trait Call {
    /// What is returned instead of an answer; refused input among it.
    type Error: From<InvalidParameter>;

    /// Carries the operation out.
    ///
    /// # Errors
    /// Whatever kept the answer from coming.
    fn call<O: Operation>(&self, operation: O)
    -> impl Future<Output = Result<O::Output, Self::Error>> + Send;
}

/// The state of a required parameter that is not set yet: the builder has no `send` and no `build`.
#[derive(Clone, Copy, Debug)]
pub struct Missing;

/// The state of a required parameter that is set.
#[derive(Clone, Debug)]
pub struct Given<T>(Result<T, InvalidValue>);

impl<T> Given<T> {
    pub(crate) fn new<V: TryInto<T, Error: Into<InvalidValue>>>(value: V) -> Self {
        Self(value.try_into().map_err(Into::into))
    }

    pub(crate) fn parameter<O: Operation>(self, name: &str) -> Result<T, InvalidParameter> {
        self.0.map_err(|reason| InvalidParameter::new(O::METADATA.name, name, reason))
    }
}

/// Declares the builder of an operation: one type parameter for each required parameter, which is
/// [`Missing`] until its setter was called.
///
/// The recursion walks over the required parameters, so that each setter can replace its own type parameter
/// and keep those before and after it.
macro_rules! builder {
    ($Op:ident, $Builder:ident { $( $(#[$meta:meta])* $field:ident: $Type:ty = $name:literal ),+ $(,)? }) => {
        #[doc = concat!("Builds a [`", stringify!($Op), "`], parameter by parameter, in any order.")]
        ///
        /// Each type parameter stands for the required parameter of that name. `send` and `build` exist
        /// once all are set.
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent before `send()`"]
        #[allow(non_camel_case_types, reason = "the parameter's name, so that the compiler's message names it")]
        pub struct $Builder<Via, $($field = $crate::builder::Missing),+> {
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
                Self { via, $( $field: $crate::builder::Missing, )+ }
            }
        }

        impl<Via> $Builder<Via, $( $crate::builder::Given<$Type> ),+> {
            /// The request.
            ///
            /// # Errors
            /// The first parameter whose value is malformed, with the reason.
            pub fn build(self) -> Result<$Op, $crate::InvalidParameter> {
                Ok($Op { $( $field: self.$field.parameter::<$Op>($name)?, )+ })
            }

            /// Sends the request and waits for the answer.
            ///
            /// # Errors
            /// A malformed parameter, before anything is sent; otherwise whatever kept the answer from
            /// coming.
            pub async fn send(self) -> Result<<$Op as $crate::Operation>::Output, Via::Error>
            where
                Via: $crate::Call,
            {
                let Self { via, $( $field ),+ } = self;
                let request = $Builder { via: (), $( $field ),+ }.build()?;
                via.call(request).await
            }
        }

        $crate::builder::builder! { @setters $Builder [] [$( { $(#[$meta])* $field: $Type } )+] }
    };

    (@setters $Builder:ident [$($before:ident)*] []) => {};
    (@setters $Builder:ident [$($before:ident)*]
        [{ $(#[$meta:meta])* $field:ident: $Type:ty } $({ $(#[$after_meta:meta])* $after:ident: $After:ty })*]
    ) => {
        #[allow(non_camel_case_types, reason = "the parameter's name, so that the compiler's message names it")]
        impl<Via, $($before,)* $($after),*>
            $Builder<Via, $($before,)* $crate::builder::Missing, $($after),*>
        {
            $(#[$meta])*
            pub fn $field<V>(
                self,
                $field: V,
            ) -> $Builder<Via, $($before,)* $crate::builder::Given<$Type>, $($after),*>
            where
                V: TryInto<$Type, Error: Into<$crate::InvalidValue>>,
            {
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

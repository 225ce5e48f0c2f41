//! The declaration of an operation: everything that is particular to it, said once.

/// Declares an operation: the request, where its members travel, the builder, and what a client, a server and
/// the tests need to know of it.
///
/// A member stands in one of three sections. `required` members are plain fields, and the builder insists on
/// them: one type parameter for each, which is a type of its own in `missing` until its setter was called, and
/// [`Given`](crate::builder::Given) from then on. `optional` ones are `Option`s. A `token` is an `Option` that
/// the service insists on and the client fills in.
///
/// `lists` names the member of the answer that a paginated operation is about.
macro_rules! operation {
    (
        $(#[$meta:meta])*
        $Op:ident, $Builder:ident -> $Output:ty;
        $service:ident $method:ident $path:literal $([$($query:literal = $query_value:literal),+])? => $success:literal,
        idempotent: $idempotent:literal,
        errors: [$($error:literal),+ $(,)?];
        required { $( $(#[$req_meta:meta])* $req:ident: $Req:ty = $req_member:expr ),+ $(,)? }
        $( token { $(#[$token_meta:meta])* $token:ident: $Token:ty = $token_member:expr $(,)? } )?
        $( optional { $( $(#[$opt_meta:meta])* $opt:ident: $Opt:ty = $opt_member:expr ),+ $(,)? } )?
        $( lists $list:ident: $Item:ty )?
    ) => {
        $(#[$meta])*
        ///
        #[doc = concat!("**Errors**:" $(, " `", $error, "`")+, ".")]
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "PascalCase")]
        #[non_exhaustive]
        pub struct $Op {
            $( $(#[$req_meta])* pub $req: $Req, )+
            $(
                $(#[$token_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $token: Option<$Token>,
            )?
            $( $(
                $(#[$opt_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $opt: Option<$Opt>,
            )+ )?
        }

        impl $crate::operation::Operation for $Op {
            type Output = $Output;

            const METADATA: $crate::operation::Metadata = $crate::operation::Metadata {
                name: stringify!($Op),
                service: $crate::operation::Service::$service,
                method: $crate::operation::Method::$method,
                path: $path,
                query: &[$($( ($query, $query_value) ),+)?],
                input: &[
                    $( $req_member.kind(<$Req as $crate::parameter::Parameter>::KIND).required(), )+
                    $( $token_member.kind(<$Token as $crate::parameter::Parameter>::KIND).token(), )?
                    $( $( $opt_member.kind(<$Opt as $crate::parameter::Parameter>::KIND), )+ )?
                ],
                success: $success,
                idempotent: $idempotent,
                errors: &[$($error),+],
            }
            .checked();

            fn check(&self) -> Result<(), $crate::InvalidParameter> {
                $( $crate::declare::check::<Self, _>(&const { $req_member }, &self.$req)?; )+
                $( if let Some(value) = &self.$token {
                    $crate::declare::check::<Self, _>(&const { $token_member }, value)?;
                } )?
                $($( if let Some(value) = &self.$opt {
                    $crate::declare::check::<Self, _>(&const { $opt_member }, value)?;
                } )+)?
                Ok(())
            }

            $(
                fn fill_client_request_token(&mut self, make: impl FnOnce() -> Option<String>) {
                    if self.$token.is_none() {
                        self.$token = make().map(Into::into);
                    }
                }
            )?
        }

        $(
            impl $crate::operation::Paginated for $Op {
                type Item = $Item;

                fn page(output: $Output) -> (Vec<$Item>, Option<$crate::Sensitive>) {
                    (output.$list.unwrap_or_default(), output.next_token)
                }

                fn replace_next_token(&mut self, token: $crate::Sensitive) -> Option<$crate::Sensitive> {
                    self.next_token.replace(token)
                }
            }
        )?

        /// The states of required parameters that are not set.
        #[allow(non_camel_case_types, missing_docs, reason = "the parameters' names, which the compiler shows")]
        mod missing {
            $( #[derive(Clone, Copy, Debug)] pub struct $req; )+
        }

        /// The parameters that need not be given, as they were given.
        #[derive(Clone, Debug, Default)]
        struct Optional {
            $( $token: Option<Result<$Token, $crate::InvalidValue>>, )?
            $( $( $opt: Option<Result<$Opt, $crate::InvalidValue>>, )+ )?
        }

        #[doc = concat!("Builds a [`", stringify!($Op), "`], parameter by parameter, in any order.")]
        ///
        /// Each type parameter stands for the required parameter of that name. `send` and `build` compile
        /// once all are set.
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent before `send()`"]
        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        pub struct $Builder<Via, $($req = missing::$req),+> {
            via: Via,
            optional: Optional,
            $( $req: $req, )+
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
                Self { via, optional: Optional::default(), $( $req: missing::$req, )+ }
            }
        }

        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        impl<Via, $($req),+> $Builder<Via, $($req),+> {
            $(
                $(#[$token_meta])*
                ///
                /// A client makes one up where none is given.
                pub fn $token(mut self, $token: impl $crate::builder::IntoParameter<$Token>) -> Self {
                    self.optional.$token = Some($token.into_parameter());
                    self
                }
            )?
            $( $(
                $(#[$opt_meta])*
                pub fn $opt(mut self, $opt: impl $crate::builder::IntoParameter<$Opt>) -> Self {
                    self.optional.$opt = Some($opt.into_parameter());
                    self
                }
            )+ )?

            /// The request.
            ///
            /// # Errors
            /// The first parameter whose value is malformed, with the reason.
            pub fn build(self) -> Result<$Op, $crate::InvalidParameter>
            where
                $( $req: $crate::builder::IsGiven<$Req>, )+
            {
                let request = self.assemble()?.1;
                $crate::operation::Operation::check(&request)?;
                Ok(request)
            }

            /// The request with its limits unchecked, which happens where it is encoded.
            fn assemble(self) -> Result<(Via, $Op), $crate::InvalidParameter>
            where
                $( $req: $crate::builder::IsGiven<$Req>, )+
            {
                let request = $Op {
                    $( $req: self.$req.parameter::<$Op>(const { $req_member }.name)?, )+
                    $( $token: $crate::declare::given::<$Op, _>(
                        const { $token_member }.name, self.optional.$token)?, )?
                    $( $( $opt: $crate::declare::given::<$Op, _>(
                        const { $opt_member }.name, self.optional.$opt)?, )+ )?
                };
                Ok((self.via, request))
            }

            /// Sends the request and waits for the answer.
            ///
            /// # Errors
            /// A malformed parameter, before anything is sent; otherwise whatever kept the answer from
            /// coming.
            pub fn send(self) -> impl Future<Output = Result<$Output, Via::Error>> + Send
            where
                Via: $crate::builder::Call,
                $( $req: $crate::builder::IsGiven<$Req>, )+
            {
                let assembled = self.assemble();
                async move {
                    let (via, request) = assembled?;
                    via.call(request).await
                }
            }
        }

        $crate::declare::operation! { @setters $Builder [] [$( { $(#[$req_meta])* $req: $Req } )+] }
        $crate::declare::operation! { @bearer $Builder [] [$($req)+] }
        $crate::declare::operation! { @stream $Op $Builder [$($Item)?] $( $req: $Req ),+ }
    };

    (@stream $Op:ident $Builder:ident [] $($req:ident: $Req:ty),+) => {};
    (@stream $Op:ident $Builder:ident [$Item:ty] $($req:ident: $Req:ty),+) => {
        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        impl<Via, $($req),+> $Builder<Via, $($req),+> {
            #[doc = concat!("Every [`", stringify!($Item), "`](crate::", stringify!($Item), "), page after page, as a stream.")]
            ///
            /// A page is asked for when it is needed; `max_results` is the size of one. After an error the
            /// stream ends.
            pub fn into_stream(self) -> $crate::Pages<Via, $Op>
            where
                Via: $crate::builder::Call + Clone + 'static,
                $( $req: $crate::builder::IsGiven<$Req>, )+
            {
                $crate::Pages::new(self.assemble())
            }
        }
    };

    // Looks for the bearer among the required parameters.
    (@bearer $Builder:ident [$($before:ident)*] []) => {
        impl<Via> $crate::builder::ActAs for $Builder<Via> {
            type Acting = Self;

            fn act_as(self, _: impl $crate::builder::IntoParameter<$crate::AppInstanceUserArn>) -> Self {
                self
            }
        }
    };
    (@bearer $Builder:ident [$($before:ident)*] [chime_bearer $($after:ident)*]) => {
        impl<Via> $crate::builder::ActAs for $Builder<Via> {
            type Acting = $Builder<
                Via,
                $(missing::$before,)*
                $crate::builder::Given<$crate::AppInstanceUserArn>,
                $(missing::$after),*
            >;

            fn act_as(
                self,
                bearer: impl $crate::builder::IntoParameter<$crate::AppInstanceUserArn>,
            ) -> Self::Acting {
                self.chime_bearer(bearer)
            }
        }
    };
    (@bearer $Builder:ident [$($before:ident)*] [$field:ident $($after:ident)*]) => {
        $crate::declare::operation! { @bearer $Builder [$($before)* $field] [$($after)*] }
    };

    // Walks over the required parameters, so that each setter can replace its own type parameter and keep those
    // before and after it.
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
                    optional: self.optional,
                    $( $before: self.$before, )*
                    $field: $crate::builder::Given::new($field),
                    $( $after: self.$after, )*
                }
            }
        }

        $crate::declare::operation! {
            @setters $Builder [$($before)* $field] [$({ $(#[$after_meta])* $after: $After })*]
        }
    };
}
pub(crate) use operation;

/// Declares a structure of answers: every member may be absent, and `Default` is without any, so that people
/// can build one in their tests.
macro_rules! shape {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident { $( $(#[$field_meta:meta])* $field:ident: $Type:ty ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "PascalCase")]
        #[non_exhaustive]
        pub struct $Name {
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$Type>,
            )+
        }
    };
}
pub(crate) use shape;

use crate::operation::{Member, Operation};
use crate::parameter::Parameter;
use crate::{InvalidParameter, InvalidValue};

/// Whether a value is within a member's limits.
pub(crate) fn check<O: Operation, T: Parameter>(member: &Member, value: &T) -> Result<(), InvalidParameter> {
    value.check(member).map_err(|reason| InvalidParameter::new(O::METADATA.name, member.name, reason))
}

/// An optional parameter, if it was given and could be read.
pub(crate) fn given<O: Operation, T>(
    name: &str,
    value: Option<Result<T, InvalidValue>>,
) -> Result<Option<T>, InvalidParameter> {
    value.transpose().map_err(|reason| InvalidParameter::new(O::METADATA.name, name, reason))
}

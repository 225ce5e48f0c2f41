//! The declaration of an operation.

/// Declares an operation: the request, where its members travel, the builder, and what a client, a server, the command
/// and the tests need to know of it.
///
/// ```text
/// operation! {
///     /// Lists the channels of an app instance.
///     ListChannels, ListChannelsBuilder -> ListChannelsResponse;
///     Channels Get "/channels" => 200;
///     bearer required;
///     required {
///         /// The app instance.
///         app_instance_arn: AppInstanceArn = query("AppInstanceArn", "app-instance-arn"),
///     }
///     optional {
///         /// Whether to list only public or only private channels.
///         privacy, set_privacy: ChannelPrivacy = query("Privacy", "privacy"),
///     }
///     lists channels: ChannelSummary;
/// }
/// ```
///
/// The first line of each doc comment is one sentence, which stands in `Metadata` too. A member is its field, its
/// type, where it travels (`label`, `query`, `header` or `body`), its name on the wire, and for all but the body the
/// name that it has there; an optional one also has the name of the setter that takes an `Option`.
///
/// These lines may follow the path, in this order:
///
/// * `bearer required;` or `bearer optional;`: the request has a `ChimeBearer`.
/// * `quota: 30, 10 for each Channel;`: calls a second in us-east-1 and eu-central-1, and a `Per`. The default is 10
///   and 5 for each bearer; without a bearer, 10 and 10 for each account.
/// * `errors: common, ConflictException;`: the exceptions beside the six common ones. Without `common`, these alone.
/// * `idempotent: true;`: the default is that all but a `Post` without a token may be repeated.
/// * `service of resource_arn;`: the service that the resource of that field belongs to answers.
///
/// These sections follow, in this order:
///
/// * `required { … }` members are plain fields, and the builder requires them: one type parameter for each, which is the
///   parameter's name in [`names`](crate::builder::names) until its setter was called, and
///   [`Given`](crate::builder::Given) from then on.
/// * `token client_request_token: Sensitive;` is an `Option` that the service requires and the client makes up. A token that the
///   caller has from elsewhere is a required member with `.token(Token::Caller)`.
/// * `optional { … }` members are `Option`s.
/// * `sub_channel query;` or `sub_channel body;`: the request has a `SubChannelId`.
/// * `lists channels: ChannelSummary;`: the answer is a page of a list, in that member; the request has `MaxResults`
///   and `NextToken`, and the builder `into_stream()`.
macro_rules! operation {
    (
        #[doc = $about:literal]
        $(#[$($meta:tt)+])*
        $Op:ident, $Builder:ident -> $Output:ty;
        $Resource:ident $method:ident $path:literal $([$($query:literal = $query_value:literal),+])? => $success:literal;
        $(bearer $bearer:ident;)?
        $(quota: $us_east_1:literal, $eu_central_1:literal for each $Per:ident;)?
        $(errors: $($error:ident),+;)?
        $(idempotent: $idempotent:literal;)?
        $(service of $service_of:ident;)?
        $(required { $($required:tt)+ })?
        $(token $token:ident: $Token:ty;)?
        $(optional { $($optional:tt)+ })?
        $(sub_channel $sub_channel:ident;)?
        $(lists $list:ident: $Item:ty;)?
    ) => {
        $crate::declare::operation! {
            @bearer [$($bearer)?] [$($token: $Token)?] [$($sub_channel)?] [$($list)?]
            {
                [
                    #[doc = $about]
                    $(#[$($meta)+])*
                    ///
                    #[doc = $crate::declare::expanded::caller_doc!([$($bearer)?])]
                    ///
                    #[doc = $crate::declare::expanded::quota_doc!(
                        [$($us_east_1, $eu_central_1, $Per)?] [$($bearer)?])]
                    ///
                    #[doc = $crate::declare::expanded::errors_doc!($($($error),+)?)]
                    ///
                    #[doc = $crate::declare::expanded::source_doc!($Resource)]
                ]
                $about, $Op, $Builder, $Output, $Resource, $method, $path,
                [$($($query = $query_value),+)?], $success,
                [$crate::declare::expanded::quota!([$($us_east_1, $eu_central_1, $Per)?] [$($bearer)?])],
                [$crate::declare::expanded::errors!($($($error),+)?)],
                [$crate::declare::expanded::idempotent!([$($idempotent)?] $method [$($token)?])],
                [$($service_of)?], [$($token)?], [$($list: $Item)?]
            }
            { $($($required)+)? }
            { $($($optional)+)? }
        }
    };

    // Adds the bearer to the members. A required one is kept apart: its type parameter is the first, so that the type of
    // a builder that has it is `$Builder<Via, Given<AppInstanceUserArn>>`.
    (@bearer [required] $token:tt $sub_channel:tt $list:tt $operation:tt { $($required:tt)* } $optional:tt) => {
        $crate::declare::operation! {
            @token $token $sub_channel $list Required $operation
            {
                {
                    /// The user or bot that makes the call.
                    chime_bearer: $crate::AppInstanceUserArn = header("ChimeBearer", "x-amz-chime-bearer"),
                }
                $($required)*
            }
            $optional
        }
    };
    (@bearer [optional] $token:tt $sub_channel:tt $list:tt $operation:tt { $($required:tt)* } { $($optional:tt)* }) => {
        $crate::declare::operation! {
            @token $token $sub_channel $list Optional $operation { {} $($required)* }
            {
                $($optional)*
                /// The user or bot that makes the call.
                chime_bearer, set_chime_bearer: $crate::AppInstanceUserArn =
                    header("ChimeBearer", "x-amz-chime-bearer"),
            }
        }
    };
    (@bearer [] $token:tt $sub_channel:tt $list:tt $operation:tt { $($required:tt)* } $optional:tt) => {
        $crate::declare::operation! {
            @token $token $sub_channel $list None $operation { {} $($required)* } $optional
        }
    };

    // Adds the token that a client makes up to the members.
    (@token [$token:ident: $Token:ty] $sub_channel:tt $list:tt $Bearer:ident $operation:tt $required:tt { $($optional:tt)* }) => {
        $crate::declare::operation! {
            @sub_channel $sub_channel $list $Bearer $operation $required
            {
                /// The token by which the service recognizes a repeated request.
                /// It has 2 to 64 letters, digits, `-` and `_`; a client makes one up where none is given.
                $token, set_client_request_token: $Token = body("ClientRequestToken")
                    .token($crate::operation::Token::Client).limits(2, 64).form($crate::operation::Form::Token),
                $($optional)*
            }
        }
    };
    (@token [] $sub_channel:tt $list:tt $Bearer:ident $operation:tt $required:tt $optional:tt) => {
        $crate::declare::operation! { @sub_channel $sub_channel $list $Bearer $operation $required $optional }
    };

    // Adds the sub-channel to the members.
    (@sub_channel [body] $list:tt $Bearer:ident $operation:tt $required:tt { $($optional:tt)* }) => {
        $crate::declare::operation! {
            @pages $list $Bearer $operation $required
            {
                $($optional)*
                /// The sub-channel of an elastic channel.
                /// Its id has 1 to 128 letters, digits, `-` and `_`.
                sub_channel_id, set_sub_channel_id: String =
                    body("SubChannelId").limits(1, 128).form($crate::operation::Form::Token),
            }
        }
    };
    (@sub_channel [query] $list:tt $Bearer:ident $operation:tt $required:tt { $($optional:tt)* }) => {
        $crate::declare::operation! {
            @pages $list $Bearer $operation $required
            {
                $($optional)*
                /// The sub-channel of an elastic channel.
                /// Its id has 1 to 128 letters, digits, `-` and `_`.
                sub_channel_id, set_sub_channel_id: String =
                    query("SubChannelId", "sub-channel-id").limits(1, 128).form($crate::operation::Form::Token),
            }
        }
    };
    (@sub_channel [] $list:tt $Bearer:ident $operation:tt $required:tt $optional:tt) => {
        $crate::declare::operation! { @pages $list $Bearer $operation $required $optional }
    };

    // Adds the members of a page.
    (@pages [$list:ident] $Bearer:ident $operation:tt $required:tt { $($optional:tt)* }) => {
        $crate::declare::operation! {
            @declare $Bearer $operation $required
            {
                $($optional)*
                /// The most items of a page.
                /// It is 1 to 50.
                max_results, set_max_results: i32 = query("MaxResults", "max-results").limits(1, 50),
                /// The page to return: the `NextToken` of the page before it.
                next_token, set_next_token: $crate::Sensitive =
                    query("NextToken", "next-token").limits(0, 2048),
            }
        }
    };
    (@pages [] $Bearer:ident $operation:tt $required:tt $optional:tt) => {
        $crate::declare::operation! { @declare $Bearer $operation $required $optional }
    };

    (
        @declare $Bearer:ident
        {
            [$(#[$($meta:tt)+])+]
            $about:literal, $Op:ident, $Builder:ident, $Output:ty, $Resource:ident, $method:ident, $path:literal,
            [$($query:literal = $query_value:literal),*], $success:literal,
            [$quota:expr], [$errors:expr], [$idempotent:expr],
            [$($service_of:ident)?], [$($token:ident)?], [$($list:ident: $Item:ty)?]
        }
        { { $(
            #[doc = $bearer_about:literal]
            $bearer:ident: $BearerArn:ty = $bearer_place:ident($bearer_wire:literal, $bearer_at:literal),
        )? } $(
            #[doc = $req_about:literal]
            $(#[$req_meta:meta])*
            $req:ident: $Req:ty = $req_place:ident($req_wire:literal $(, $req_at:literal)?)
                $(.$req_limit:ident($($req_bound:expr),*))*,
        )* }
        { $(
            #[doc = $opt_about:literal]
            $(#[$opt_meta:meta])*
            $opt:ident, $set_opt:ident: $Opt:ty = $opt_place:ident($opt_wire:literal $(, $opt_at:literal)?)
                $(.$opt_limit:ident($($opt_bound:expr),*))*,
        )* }
    ) => {
        $(#[$($meta)+])+
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub struct $Op {
            $(
                #[doc = $req_about]
                $(#[$req_meta])*
                #[serde(rename = $req_wire)]
                pub $req: $Req,
            )*
            $(
                #[doc = $bearer_about]
                #[serde(rename = $bearer_wire)]
                pub $bearer: $BearerArn,
            )?
            $(
                #[doc = $opt_about]
                $(#[$opt_meta])*
                #[serde(rename = $opt_wire, skip_serializing_if = "Option::is_none")]
                pub $opt: Option<$Opt>,
            )*
        }

        impl $crate::operation::Operation for $Op {
            type Output = $Output;

            const METADATA: $crate::operation::Metadata = $crate::operation::Metadata {
                name: stringify!($Op),
                about: $crate::declare::expanded::about($about),
                resource: $crate::operation::Resource::$Resource,
                method: $crate::operation::Method::$method,
                path: $path,
                query: &[$( ($query, $query_value) ),*],
                bearer: $crate::operation::Bearer::$Bearer,
                input: &[
                    $(
                        $crate::operation::Member::$req_place($req_wire $(, $req_at)?)
                            .required()
                            .kind(<$Req as $crate::parameter::Parameter>::KIND)
                            .about($crate::declare::expanded::about($req_about))
                            $(.$req_limit($($req_bound),*))*,
                    )*
                    $(
                        $crate::operation::Member::$bearer_place($bearer_wire, $bearer_at)
                            .required()
                            .about($crate::declare::expanded::about($bearer_about)),
                    )?
                    $(
                        $crate::operation::Member::$opt_place($opt_wire $(, $opt_at)?)
                            .kind(<$Opt as $crate::parameter::Parameter>::KIND)
                            .about($crate::declare::expanded::about($opt_about))
                            $(.$opt_limit($($opt_bound),*))*,
                    )*
                ],
                success: $success,
                idempotent: $idempotent,
                quota: $quota,
                errors: $errors,
                lists: $crate::declare::expanded::lists(&[$(stringify!($list))?]),
            }
            .checked();

            $crate::declare::operation! { @service $Resource [$($service_of)?] }

            fn check(&self) -> Result<(), $crate::InvalidParameter> {
                // In the table's order.
                let _ = $crate::declare::expanded::Checks::of::<Self>()
                    $( .required(&self.$req)? )*
                    $( .required(&self.$bearer)? )?
                    $( .optional(self.$opt.as_ref())? )*;
                Ok(())
            }

            $(
                fn fill_client_request_token(&mut self, make: impl FnOnce() -> Option<String>) {
                    if self.$token.is_none() {
                        self.$token = make().map(Into::into);
                    }
                }
            )?

            $crate::declare::operation! { @next_token [$($Item)?] }
        }

        $(
            impl $crate::operation::Paginated for $Op {
                type Item = $Item;

                fn page(output: $Output) -> (Vec<$Item>, Option<$crate::Sensitive>) {
                    (output.$list.unwrap_or_default(), output.next_token)
                }
            }
        )?

        /// The parameters that need not be given, as they were given.
        #[derive(Clone, Debug, Default)]
        struct Optional {
            $( $opt: Option<$Opt>, )*
        }

        #[doc = concat!("Builds a [`", stringify!($Op), "`], parameter by parameter, in any order.")]
        ///
        /// Each type parameter after the first is the state of the required parameter of that name:
        /// [`Given`](crate::builder::Given) once it is set. `send` and `build` compile once all are set, and no parameter
        /// can be set twice.
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent before `send()`"]
        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        pub struct $Builder<Via, $($bearer = $crate::builder::names::$bearer,)? $($req = $crate::builder::names::$req),*> {
            via: Via,
            optional: Optional,
            $( $bearer: $bearer, )?
            $( $req: $req, )*
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
                Self {
                    via,
                    optional: Optional::default(),
                    $( $bearer: $crate::builder::names::$bearer, )?
                    $( $req: $crate::builder::names::$req, )*
                }
            }
        }

        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        impl<Via, $($bearer,)? $($req),*> $Builder<Via, $($bearer,)? $($req),*> {
            $(
                #[doc = $opt_about]
                $(#[$opt_meta])*
                pub fn $opt(mut self, $opt: impl $crate::builder::IntoParameter<$Opt, $crate::builder::names::$opt>) -> Self {
                    self.optional.$opt = Some($opt.into_parameter());
                    self
                }

                #[doc = concat!("Sets or unsets `", stringify!($opt), "`, the parameter of the method of that name.")]
                pub fn $set_opt(mut self, $opt: Option<$Opt>) -> Self {
                    self.optional.$opt = $opt;
                    self
                }
            )*

            /// Returns the request.
            ///
            /// # Errors
            /// The first parameter whose value is malformed, with the reason.
            pub fn build(self) -> Result<$Op, $crate::InvalidParameter>
            where
                $( $bearer: $crate::builder::IsGiven<$BearerArn>, )?
                $( $req: $crate::builder::IsGiven<$Req>, )*
            {
                let request = self.assemble().1;
                $crate::operation::Operation::check(&request)?;
                Ok(request)
            }

            /// Returns the request, unchecked: a request is checked where it is encoded.
            fn assemble(self) -> (Via, $Op)
            where
                $( $bearer: $crate::builder::IsGiven<$BearerArn>, )?
                $( $req: $crate::builder::IsGiven<$Req>, )*
            {
                let request = $Op {
                    $( $req: self.$req.into_value(), )*
                    $( $bearer: self.$bearer.into_value(), )?
                    $( $opt: self.optional.$opt, )*
                };
                (self.via, request)
            }

            /// Sends the request and waits for the answer.
            ///
            /// # Errors
            /// A malformed parameter, before anything is sent; otherwise whatever kept the answer from
            /// coming.
            pub fn send(self) -> impl Future<Output = Result<$Output, Via::Error>> + Send
            where
                Via: $crate::builder::Call,
                $( $bearer: $crate::builder::IsGiven<$BearerArn>, )?
                $( $req: $crate::builder::IsGiven<$Req>, )*
            {
                let (via, request) = self.assemble();
                async move { via.call(request).await }
            }
        }

        $crate::declare::operation! {
            @setters $Builder []
            [$( { #[doc = $bearer_about] $bearer: $BearerArn } )? $( { #[doc = $req_about] $(#[$req_meta])* $req: $Req } )*]
        }
        $crate::declare::operation! {
            @stream $Op $Builder [$($Item)?] [$( $bearer: $BearerArn )? $( $req: $Req )*]
        }
    };

    (@service $Resource:ident []) => {
        fn service(&self) -> $crate::operation::Service {
            const { $crate::declare::expanded::service($crate::operation::Resource::$Resource) }
        }
    };
    (@service $Resource:ident [$service_of:ident]) => {
        fn service(&self) -> $crate::operation::Service {
            self.$service_of.service()
        }
    };

    (@next_token []) => {};
    (@next_token [$Item:ty]) => {
        fn next_token(answer: &Self::Output) -> Option<&$crate::Sensitive> {
            // An empty token stands for none in some services.
            answer.next_token.as_ref().filter(|token| **token != "")
        }

        fn replace_next_token(&mut self, token: $crate::Sensitive) -> Option<$crate::Sensitive> {
            self.next_token.replace(token)
        }
    };

    (@stream $Op:ident $Builder:ident [] $required:tt) => {};
    (@stream $Op:ident $Builder:ident [$Item:ty] [$($req:ident: $Req:ty)*]) => {
        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        impl<Via, $($req),*> $Builder<Via, $($req),*> {
            #[doc = concat!("Every [`", stringify!($Item), "`](crate::shapes::", stringify!($Item), "), page after page, as a stream.")]
            ///
            /// Returns the items of all pages as a stream that requests each page when it is needed; `max_results` is
            /// the size of a page. After an error the stream ends.
            pub fn into_stream(self) -> $crate::Pages<Via, $Op>
            where
                Via: $crate::builder::Call + Clone + 'static,
                $( $req: $crate::builder::IsGiven<$Req>, )*
            {
                let (via, request) = self.assemble();
                $crate::Pages::new(via, request)
            }
        }
    };

    // Walks over the required parameters, so that each setter can replace its own type parameter and keep those
    // before and after it.
    (@setters $Builder:ident [$($before:ident)*] []) => {};
    (@setters $Builder:ident [$($before:ident)*]
        [{ $(#[$meta:meta])* $field:ident: $Type:ty } $({ $(#[$after_meta:meta])* $after:ident: $After:ty })*]
    ) => {
        #[allow(non_camel_case_types, reason = "the parameters' names, which the compiler shows")]
        impl<Via, $($before,)* $field, $($after),*> $Builder<Via, $($before,)* $field, $($after),*> {
            $(#[$meta])*
            pub fn $field(
                self,
                $field: impl $crate::builder::IntoParameter<$Type, $crate::builder::names::$field>,
            ) -> $Builder<Via, $($before,)* $crate::builder::Given<$Type>, $($after),*>
            where
                $field: $crate::builder::IsMissing<$crate::builder::names::$field>,
            {
                $Builder {
                    via: self.via,
                    optional: self.optional,
                    $( $before: self.$before, )*
                    $field: $crate::builder::Given($field.into_parameter()),
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

/// The exceptions that an operation documents.
macro_rules! errors {
    () => { $crate::declare::expanded::errors!(common) };
    (common $(, $error:ident)*) => {
        &[
            "BadRequestException",
            "ForbiddenException",
            "UnauthorizedClientException",
            "ThrottledClientException",
            "ServiceUnavailableException",
            "ServiceFailureException",
            $(stringify!($error)),*
        ]
    };
    ($($error:ident),+) => { &[$(stringify!($error)),+] };
}
pub(crate) use errors;

/// The exceptions that an operation documents, as a sentence.
macro_rules! errors_doc {
    () => { $crate::declare::expanded::errors_doc!(common) };
    (common $(, $error:ident)*) => {
        $crate::declare::expanded::errors_doc!(
            BadRequestException, ForbiddenException, UnauthorizedClientException, ThrottledClientException,
            ServiceUnavailableException, ServiceFailureException $(, $error)*
        )
    };
    ($first:ident $(, $error:ident)*) => {
        concat!("**Errors**: `", stringify!($first), "`" $(, ", `", stringify!($error), "`")*, ".")
    };
}
pub(crate) use errors_doc;

/// The quota of an operation.
macro_rules! quota {
    ([] []) => { $crate::declare::expanded::quota!([10, 10, Account] []) };
    ([] [$bearer:ident]) => { $crate::declare::expanded::quota!([10, 5, Bearer] []) };
    ([$us_east_1:literal, $eu_central_1:literal, $Per:ident] $bearer:tt) => {
        $crate::operation::Quota {
            us_east_1: $us_east_1,
            eu_central_1: $eu_central_1,
            per: $crate::operation::Per::$Per,
        }
    };
}
pub(crate) use quota;

/// The quota of an operation, as a sentence.
macro_rules! quota_doc {
    ([] []) => { $crate::declare::expanded::quota_doc!([10, 10, Account] []) };
    ([] [$bearer:ident]) => { $crate::declare::expanded::quota_doc!([10, 5, Bearer] []) };
    ([$us_east_1:literal, $eu_central_1:literal, Account] $bearer:tt) => {
        $crate::declare::expanded::quota_doc!(@ $us_east_1 $eu_central_1 "account")
    };
    ([$us_east_1:literal, $eu_central_1:literal, Bearer] $bearer:tt) => {
        $crate::declare::expanded::quota_doc!(@ $us_east_1 $eu_central_1 "bearer")
    };
    ([$us_east_1:literal, $eu_central_1:literal, Channel] $bearer:tt) => {
        $crate::declare::expanded::quota_doc!(@ $us_east_1 $eu_central_1 "channel")
    };
    (@ $us_east_1:literal $eu_central_1:literal $per:literal) => {
        concat!(
            "**Quota**: ", $us_east_1, " calls a second for each ", $per, " in us-east-1, ", $eu_central_1,
            " in eu-central-1; AWS raises it on request."
        )
    };
}
pub(crate) use quota_doc;

/// Who may call an operation without a bearer, as a sentence; the others say it themselves.
macro_rules! caller_doc {
    ([]) => {
        "**Who may call it**: the AWS account, as IAM allows; the request has no bearer."
    };
    ([$bearer:ident]) => {
        ""
    };
}
pub(crate) use caller_doc;

/// Where the declaration comes from, as a sentence.
macro_rules! source_doc {
    (Tags) => {
        "**Source**: the models of `chime-sdk-messaging` 2021-05-15 and `chime-sdk-identity` 2021-04-20."
    };
    (AppInstances) => {
        $crate::declare::expanded::source_doc!()
    };
    (Admins) => {
        $crate::declare::expanded::source_doc!()
    };
    (Users) => {
        $crate::declare::expanded::source_doc!()
    };
    (Bots) => {
        $crate::declare::expanded::source_doc!()
    };
    (Endpoints) => {
        $crate::declare::expanded::source_doc!()
    };
    () => {
        "**Source**: the model of `chime-sdk-identity` 2021-04-20."
    };
    ($messaging:ident) => {
        "**Source**: the model of `chime-sdk-messaging` 2021-05-15."
    };
}
pub(crate) use source_doc;

/// Whether an operation may be repeated.
macro_rules! idempotent {
    ([$idempotent:literal] $method:ident $token:tt) => {
        $idempotent
    };
    ([] Post []) => {
        false
    };
    ([] $method:ident $token:tt) => {
        true
    };
}
pub(crate) use idempotent;

use std::slice;

use crate::InvalidParameter;
use crate::operation::{Member, Operation, Resource, Service};
use crate::parameter::Parameter;

/// Returns the sentence of a doc comment's first line. The constant does not compile where the line is not a sentence.
pub(crate) const fn about(line: &'static str) -> &'static str {
    let sentence = line.trim_ascii();
    assert!(
        matches!(sentence.as_bytes(), [.., b'.']),
        "the first line of the doc comment is not a whole sentence"
    );
    sentence
}

/// Returns the service of a resource. The constant does not compile where it depends on the request.
#[allow(clippy::panic, reason = "in a constant, a panic is a compile error")]
pub(crate) const fn service(resource: Resource) -> Service {
    match resource.service() {
        Some(service) => service,
        None => panic!("the operation needs `service of` the member that has the resource's ARN"),
    }
}

/// Returns the member that a paginated operation lists.
pub(crate) const fn lists(list: &[&'static str]) -> Option<&'static str> {
    match list {
        [list] => Some(*list),
        _ => None,
    }
}

/// Checks the members of a request, in the order of the operation's table.
pub(crate) struct Checks {
    operation: &'static str,
    members: slice::Iter<'static, Member>,
}

impl Checks {
    pub(crate) fn of<O: Operation>() -> Self {
        Self { operation: O::METADATA.name, members: O::METADATA.input.iter() }
    }

    pub(crate) fn required<T: Parameter>(self, value: &T) -> Result<Self, InvalidParameter> {
        self.optional(Some(value))
    }

    pub(crate) fn optional<T: Parameter>(mut self, value: Option<&T>) -> Result<Self, InvalidParameter> {
        if let (Some(member), Some(value)) = (self.members.next(), value) {
            value
                .check(member)
                .map_err(|reason| InvalidParameter::new(self.operation, member.name, reason))?;
        }
        Ok(self)
    }
}

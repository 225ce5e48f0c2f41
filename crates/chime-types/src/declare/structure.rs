//! The declaration of a structure.

/// Declares a structure: its required and its optional members, and the limits that each has in a request.
///
/// ```text
/// structure! {
///     /// When a channel or a user expires.
///     pub struct ExpirationSettings {
///         required {
///             /// After how many days, 1 to 5,475.
///             expiration_days: i32 = limits(1, 5475),
///         }
///         optional {
///             /// A member whose name on the wire is not its own in `PascalCase`.
///             resource_arn as "ResourceARN": String,
///         }
///     }
/// }
/// ```
///
/// Without the two sections, every member is optional. A structure without required members has a `Default` and a
/// by-value setter for each member; one with required members has a `new` that takes them.
macro_rules! structure {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident { required { $($required:tt)+ } $(optional { $($optional:tt)+ })? }
    ) => {
        $crate::declare::structure! { @declare [$(#[$meta])*] $Name { $($required)+ } { $($($optional)+)? } }
    };
    ( $(#[$meta:meta])* pub struct $Name:ident { $($optional:tt)+ } ) => {
        $crate::declare::structure! { @declare [$(#[$meta])*] $Name {} { $($optional)+ } }
    };

    (
        @declare [$(#[$meta:meta])*] $Name:ident
        { $(
            $(#[$req_meta:meta])*
            $req:ident $(as $req_wire:literal)?: $Req:ty
                $( = $req_limit:ident($($req_bound:expr),*) $(.$req_more:ident($($req_argument:expr),*))* )?,
        )* }
        { $(
            $(#[$opt_meta:meta])*
            $opt:ident $(as $opt_wire:literal)?: $Opt:ty
                $( = $opt_limit:ident($($opt_bound:expr),*) $(.$opt_more:ident($($opt_argument:expr),*))* )?,
        )* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "PascalCase")]
        #[non_exhaustive]
        pub struct $Name {
            $(
                $(#[$req_meta])*
                $(#[serde(rename = $req_wire)])?
                pub $req: $Req,
            )*
            $(
                $(#[$opt_meta])*
                $(#[serde(rename = $opt_wire)])?
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $opt: Option<$Opt>,
            )*
        }

        $crate::declare::structure! { @construct $Name [$($req: $Req)*] [$($opt)*] }

        impl $Name {
            $(
                $(#[$opt_meta])*
                #[must_use]
                pub fn $opt(mut self, $opt: impl $crate::parameter::IntoParameter<$Opt, $crate::builder::names::$opt>) -> Self {
                    self.$opt = Some($opt.into_parameter());
                    self
                }
            )*
        }

        impl $crate::parameter::Parameter for $Name {
            const KIND: $crate::operation::Kind = $crate::operation::Kind::Structure;

            fn check(&self, _: &$crate::operation::Member) -> Result<(), $crate::InvalidValue> {
                $(
                    $crate::declare::expanded::check(
                        &[$($req_wire,)? stringify!($req)],
                        &const { $crate::operation::Member::body("")
                            $( .$req_limit($($req_bound),*) $(.$req_more($($req_argument),*))* )? },
                        &self.$req,
                    )?;
                )*
                $( if let Some(value) = &self.$opt {
                    $crate::declare::expanded::check(
                        &[$($opt_wire,)? stringify!($opt)],
                        &const { $crate::operation::Member::body("")
                            $( .$opt_limit($($opt_bound),*) $(.$opt_more($($opt_argument),*))* )? },
                        value,
                    )?;
                } )*
                Ok(())
            }
        }

        $crate::parameter::itself!($Name);
    };

    (@construct $Name:ident [] [$($opt:ident)*]) => {
        impl Default for $Name {
            /// Returns the structure without any member.
            fn default() -> Self {
                Self { $($opt: None),* }
            }
        }
    };
    (@construct $Name:ident [$($req:ident: $Req:ty)+] [$($opt:ident)*]) => {
        impl $Name {
            /// Returns the structure with its required members, and no other.
            pub fn new($($req: impl $crate::parameter::IntoParameter<$Req, $crate::builder::names::$req>),+) -> Self {
                Self { $($req: $req.into_parameter(),)+ $($opt: None),* }
            }
        }
    };
}
pub(crate) use structure;

use crate::InvalidValue;
use crate::operation::Member;
use crate::parameter::Parameter;

/// Checks a value against the limits of a structure's member, whose name is the first of `names`.
pub(crate) fn check<T: Parameter>(names: &[&str], limits: &Member, value: &T) -> Result<(), InvalidValue> {
    value.check(limits).map_err(|reason| {
        let name = names.first().map(|name| pascal_case(name)).unwrap_or_default();
        InvalidValue::new(format!("{name}: {reason}"))
    })
}

/// Returns `ExpirationDays` for `expiration_days`, and `Type` for `r#type`.
fn pascal_case(field: &str) -> String {
    let words = field.trim_start_matches("r#").split('_');
    let capitalized = |word: &str| {
        let (first, rest) = word.split_at(usize::from(!word.is_empty()));
        first.to_uppercase() + rest
    };
    words.map(capitalized).collect()
}

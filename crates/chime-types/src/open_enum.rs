//! Enumerations that the service may extend.

/// A value that this version does not name. It is read through the enum's `as_str`, so that naming it
/// later breaks nobody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownValue(pub(crate) Box<str>);

/// Declares an enum of strings that keeps a value it does not know and gives it back unchanged.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $Name:ident {
            $( $(#[$variant_meta:meta])* $Variant:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $( $(#[$variant_meta])* $Variant, )+
            /// A value that this version does not name; [`as_str`](Self::as_str) reads it.
            #[doc(hidden)]
            Unknown($crate::open_enum::UnknownValue),
        }

        impl $Name {
            /// Every value that this version names, in the service's order.
            pub const NAMED: &'static [&'static str] = &[$($text),+];

            /// Returns the value as the service spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$Variant => $text, )+
                    Self::Unknown(value) => &value.0,
                }
            }
        }

        impl From<&str> for $Name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$Variant, )+
                    other => Self::Unknown($crate::open_enum::UnknownValue(other.into())),
                }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $Name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(f, "one of {}", $Name::NAMED.join(", "))
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$Name, E> {
                        Ok(text.into())
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }

        impl $crate::parameter::Parameter for $Name {
            const KIND: $crate::operation::member::Kind = $crate::operation::member::Kind::Enumeration(Self::NAMED);

            /// A value that is not named is refused: a typing error is likelier than a value that is newer than
            /// this version.
            fn check(&self, _: &$crate::operation::member::Member) -> Result<(), $crate::InvalidValue> {
                match self {
                    Self::Unknown(value) => Err($crate::InvalidValue::new(format!(
                        "{:?} is not one of {}", $crate::quoted::Quoted(&value.0), Self::NAMED.join(", ")
                    ))),
                    _ => Ok(()),
                }
            }
        }

        impl $crate::parameter::FromText for $Name {
            fn from_text(text: String) -> Self {
                text.as_str().into()
            }
        }

        $crate::parameter::itself!($Name);
    };
}
pub(crate) use open_enum;

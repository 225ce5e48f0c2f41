//! An operation from its members, whatever they came in.

use std::borrow::Cow;
use std::cell::Cell;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserializer, IntoDeserializer};
use serde_json::Value;

use crate::InvalidParameter;
use crate::operation::{Kind, Member, Operation};

/// Builds an operation from members as a command line has them.
///
/// A member is a text, whatever its kind, or a JSON value if it is a list or a structure. A number within it may be a
/// text, too.
///
/// ```
#[doc = import!("wire")]
#[doc = import!("operations::DescribeChannelMembershipForAppInstanceUser")]
///
/// let refused = wire::from_members::<DescribeChannelMembershipForAppInstanceUser>([
///     ("ChannelArn", "arn:aws:chime:us-east-1:1:app-instance/i/channel/c".into()),
///     ("AppInstanceUserArn", "alice".into()),
///     ("ChimeBearer", "arn:aws:chime:us-east-1:1:app-instance/i/user/alice".into()),
/// ]);
/// assert_eq!(refused.unwrap_err().parameter(), Some("AppInstanceUserArn"));
/// ```
///
/// A `ClientRequestToken` may be missing; the client then generates one.
///
/// # Errors
/// The member that is missing or malformed.
pub fn from_members<O: Operation>(
    members: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<O, InvalidParameter> {
    fn source(value: Value) -> Source<'static> {
        match value {
            Value::String(text) => Source::Text(text.into()),
            Value::Array(items) => Source::List(items.into_iter().map(source).collect()),
            Value::Object(members) => {
                Source::Structure(members.into_iter().map(|(name, value)| (name, source(value))).collect())
            }
            other => Source::Json(other),
        }
    }
    assemble(members.into_iter().map(|(name, value)| (name, source(value))).collect(), |member| {
        !member.is_made_by_client()
    })
}

pub(super) fn assemble<O: Operation>(
    mut members: Vec<(&'static str, Source<'_>)>,
    insist: impl Fn(&Member) -> bool,
) -> Result<O, InvalidParameter> {
    let metadata = &O::METADATA;
    // A null member counts as missing, as in a response.
    members.retain(|(_, source)| !matches!(source, Source::Json(Value::Null)));
    for member in metadata.input.iter().filter(|member| member.required && insist(member)) {
        if !members.iter().any(|(name, _)| *name == member.name) {
            return Err(InvalidParameter::new(
                metadata.name,
                member.name,
                "it is required and was not given",
            ));
        }
    }
    // The deserializer's error does not tell the member it was at.
    let current = Cell::new(None);
    let watched = members.into_iter().inspect(|(name, _)| current.set(metadata.member(name)));
    let operation = O::deserialize(MapDeserializer::new(watched)).map_err(|error: serde_json::Error| {
        match current.get() {
            Some(member) => {
                InvalidParameter::new(metadata.name, member.name, unreadable(member.kind, &error))
            }
            None => InvalidParameter::whole(metadata.name, error),
        }
    })?;
    operation.check()?;
    Ok(operation)
}

/// Returns what would be right for a member that cannot be read. serde's own message quotes the value, which may be
/// sensitive.
fn unreadable(kind: Kind, error: &serde_json::Error) -> String {
    let expected = match kind {
        Kind::Text | Kind::Enumeration(_) => "a text",
        Kind::Integer => "a whole number",
        Kind::Boolean => "true or false",
        Kind::Time => "a time such as 2021-01-07T20:35:41.085Z, or seconds since 1970",
        Kind::TextList => "a list of texts",
        Kind::Structure | Kind::StructureList => {
            let reason = error.to_string();
            return match reason.find("missing field") {
                Some(missing) => {
                    format!("malformed; {}", reason.get(missing..).unwrap_or_default())
                }
                None => "malformed; expected JSON of the documented structure".to_owned(),
            };
        }
    };
    format!("expected {expected}")
}

/// A member as it arrived: text from label, query or header, or a value from the JSON body; from a command line,
/// text within lists and structures, too.
pub(super) enum Source<'a> {
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Structure(Vec<(String, Self)>),
    Json(Value),
}

/// The plain types that stand as text outside the body.
macro_rules! parsed {
    ($($method:ident: $visit:ident)*) => {
        $( fn $method<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self {
                Self::Text(text) => match text.parse() {
                    Ok(value) => visitor.$visit(value),
                    Err(_) => Err(de::Error::invalid_value(de::Unexpected::Str(&text), &visitor)),
                },
                Self::Json(value) => value.$method(visitor),
                other => other.deserialize_any(visitor),
            }
        } )*
    };
}

impl<'de> IntoDeserializer<'de, serde_json::Error> for Source<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Source<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(text) => visitor.visit_str(&text),
            Self::List(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Self::Structure(members) => visitor.visit_map(MapDeserializer::new(members.into_iter())),
            Self::Json(value) => value.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Json(value) => value.deserialize_option(visitor),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_newtype_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    parsed! {
        deserialize_bool: visit_bool deserialize_i32: visit_i32 deserialize_i64: visit_i64
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
